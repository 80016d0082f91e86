"""
Bounds are said in one module: whoever writes the sign or the word anew says it in a way
of their own sooner or later.
"""

import ast
import re
from pathlib import Path

import pytest

import dashboard
from dashboard.phrases import amounts, bounds

HOUSE = Path(dashboard.__file__).parent
# Formulas, limits of input and the size of a sample are no bounds of what is known;
# a hidden number of few persons is explained with its signs.
EXCUSED = {
    "phrases/bounds.py": ("≥", "≤"),
    "method/formulas.py": ("≤", "at least {"),
    "needs/panels.py": ("≥",),
    "story/words.py": ("at most {",),
}
WRITTEN = re.compile(r"[≥≤]|\bat (?:least|most) \{|“at (?:least|most)”", re.IGNORECASE)


def strings(path):
    """Texts of a module, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    spoken_of = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken_of
    ]


def test_no_other_module_writes_a_bound():
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        name = path.relative_to(HOUSE).as_posix()
        written = {match for text in strings(path) for match in WRITTEN.findall(text)}
        if written - set(EXCUSED.get(name, ())):
            found[name] = written
    assert found == {}


def test_every_excuse_is_still_needed():
    for name, signs in EXCUSED.items():
        assert any(sign in text for text in strings(HOUSE / name) for sign in signs), name


@pytest.mark.parametrize(
    ("ratio", "is_bound", "said"),
    [
        (0.76, True, "≥ 76 %"),
        (0.76, False, "76 %"),
        (0.997, True, "≥ 99,7 %"),  # below the norm: its class says so beside it
        (0.9996, True, "≥ 99,96 %"),
        (0.997, False, "99,7 %"),
        (0.9999999, True, "100 %"),
        (1.0, True, "100 %"),  # "at least all" says nothing
        (3.7, True, "100 %"),  # nobody needs more than all
        (None, True, "neznámo"),
    ],
)
def test_a_met_share_is_a_bound_only_below_all_of_it(in_language, ratio, is_bound, said):
    in_language("cs")
    assert bounds.met(ratio, is_bound=is_bound).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize("ratio", [0.995, 0.9994, 0.9996, 0.9999])
@pytest.mark.parametrize("is_bound", [True, False])
def test_what_is_below_the_norm_never_reads_as_all_of_it(in_language, ratio, is_bound):
    in_language("en")
    for said in (amounts.at_least(ratio, is_bound=is_bound), bounds.met(ratio, is_bound=is_bound)):
        assert "100" not in said
        assert said.startswith("≥") == is_bound
