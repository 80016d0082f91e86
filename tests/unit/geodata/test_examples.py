"""The examples in the docstrings of the engine's formulas are true, and no public function of them is without one."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

import geodata.method

MODULES = [
    "geodata.arrays",
    "geodata.dataset.membership",
    "geodata.figures",
    "geodata.reading.area",
    "geodata.travel.straight",
    "geodata.vocabulary.identifiers",
    *(f"geodata.method.{module.name}" for module in pkgutil.iter_modules(geodata.method.__path__)),
]
NEEDS_A_DATASET = "takes a dataset or an answer of one: shown in tests/unit/geodata/method"
NEEDS_TABLES = "takes tables of many columns: shown in tests/unit/geodata/method"
WITHOUT = {
    **dict.fromkeys(
        ("analysis.analyse", "analysis.analyse_group", "analysis.available_norms", "analysis.available_norms_of",
         "inputs.country_inputs", "inputs.group_inputs", "inputs.keep_countries", "norm_choice.area_members",
         "summary.positions_of", "summary.summarise"),
        NEEDS_A_DATASET,
    ),
    **dict.fromkeys(
        ("benchmark.national_norm", "benchmark.local_norm", "benchmark.published_norm", "edge.loaded_land", "edge.share_beyond",
         "edge.site_edges", "edge.near_edge", "reach.reach_plan", "reach.reach_weights", "reach.costs_of_cells",
         "reach.nearest_by_table", "reach.nearest_located_sites", "result_tables.coverage_table",
         "result_tables.nearest_services", "result_tables.supply_table", "supply.capacity_of_services",
         "supply.supply_of_group"),
        NEEDS_TABLES,
    ),
}  # fmt: skip
FINDER = doctest.DocTestFinder(exclude_empty=True)


def examples_of(name):
    return [example for example in FINDER.find(importlib.import_module(name), name) if example.examples]


@pytest.mark.parametrize(
    "example", [one for name in MODULES for one in examples_of(name)], ids=lambda one: one.name
)
def test_an_example_says_what_happens(example):
    told = []
    result = doctest.DocTestRunner(verbose=False).run(example, out=told.append)
    assert result.attempted
    assert not result.failed, "".join(told)


def test_every_public_function_has_an_example_or_a_reason_why_not():
    public = {
        f"{name}.{function}"
        for name in MODULES
        for function, found in inspect.getmembers(importlib.import_module(name), inspect.isfunction)
        if not function.startswith("_") and found.__module__ == name
    }
    shown = {example.name for name in MODULES for example in examples_of(name)}
    excused = {f"geodata.method.{name}" for name in WITHOUT}
    assert public - shown == excused
