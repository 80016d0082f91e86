"""
Readers of what people hand over: tables, areas, stories, scenarios, templates, exchange, travel, addresses.
"""

from __future__ import annotations

import base64
import contextlib
import csv
import io
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from dashboard.needs import findings_file
from geodata.errors import DosahError
from tests.fuzz.pbf import extract
from tests.fuzz.target import Target, encoded, packed

DATASET_VARIABLE = "DOSAH_FUZZ_DATASET"
ROOT = Path(__file__).resolve().parents[2]
AREA = "frydlantsko-beskydy"


@cache
def dataset() -> Any:
    """The dataset of the embedded snapshot: built once by whoever starts the run."""
    from geodata.dataset.dataset import read_dataset

    return read_dataset(Path(os.environ[DATASET_VARIABLE]))


def read_cells(path: Path) -> None:
    """What the child does that reads workbooks, here in the process that is watched."""
    from geodata.guarded import workbook_child
    from geodata.guarded.sheet_part import Refused, ScanLimits

    for facts in (True, False):
        try:
            workbook_child.read(path.read_bytes(), ScanLimits(), facts=facts, first_only=not facts)
        except Refused as refused:
            raise DosahError(str(refused)) from None


@cache
def known() -> tuple[Any, Any]:
    from etl.publish.own import known as known_of

    return known_of(dataset())


# -- tables --------------------------------------------------------------------------------------------------


@cache
def filled_row(kind: str, language: str) -> dict[str, Any]:
    """Heading and cell of the example of a table."""
    from etl.usertables.cells.schema import layout
    from etl.usertables.read import example_cells

    table = layout(kind)
    cells = example_cells(table, language)
    return {table.column(name).heading[language]: value for name, value in cells.items()}


def as_csv(kind: str, language: str) -> bytes:
    sink = io.StringIO(newline="")
    row = filled_row(kind, language)
    writer = csv.writer(sink, delimiter=";")
    writer.writerow(row)
    writer.writerow(
        f"{value:.12g}".replace(".", ",") if isinstance(value, float) else value for value in row.values()
    )
    return sink.getvalue().encode("utf-8-sig")


def as_workbook(kind: str, language: str) -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(
        sink, {"in_memory": True, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    ) as book:
        sheet = book.add_worksheet("a")
        row = filled_row(kind, language)
        sheet.write_row(0, 0, list(row))
        for column, value in enumerate(row.values()):
            sheet.write(1, column, value)
    return sink.getvalue()


def workbook_of(rows: Any) -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        sheet = book.add_worksheet("a")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return sink.getvalue()


def read_tables(path: Path) -> object:
    from etl.usertables.cells.problems import UserTableError
    from etl.usertables.load import read_inputs
    from etl.usertables.told import cautions_of, problems_of, tables_of

    municipalities, areas = known()
    try:
        tables = read_inputs([path], municipalities, areas=areas, language="cs")
    except UserTableError as error:
        json.dumps(problems_of(error, "pl"))
        str(error).encode()
        raise
    for language in ("cs", "pl", "en"):
        tables.notes(language)
    json.dumps([tables_of(tables), cautions_of(tables, "en")], allow_nan=False).encode()
    contents = {name: table.copy() for name, table in dataset().tables.items()}
    if any(part.table.kind in ("needs", "network", "funding", "findings") for part in tables.inputs):
        tables.add_to_contents(contents, {})
    return tables


def annotate(path: Path) -> object:
    """Write the copy with the problems marked: it reads the file once more."""
    from etl.usertables.cells.annotate import write_annotated
    from etl.usertables.cells.problems import UserTableError
    from etl.usertables.load import read_inputs

    municipalities, areas = known()
    try:
        return read_inputs([path], municipalities, areas=areas, language="en")
    except UserTableError as error:
        write_annotated(path, error.details, path.with_name("marked.xlsx"), "en")
        raise


LIST = [
    ["Nazwa domu", "Organ prowadzący", "Typ", "Liczba miejsc", "Gmina"],
    ["DPS Jesień", "Powiat Mikołowski", "dla osób w podeszłym wieku", "80", "Mikołów"],
    ["DPS Nadzieja", "Caritas", "dla osób w podeszłym wieku", "-", "Mikołów"],
]
MAPPING = """table: services
heading_row: 1
stop_at: Razem
skip_rows_with: [powiat mikołowski]
district: powiat mikołowski
columns:
  service_name: Nazwa domu
  provider_name: Organ prowadzący
  service_type:
    from: Typ
    values: {dla osób w podeszłym wieku: pl-DPS-A}
  capacity: {from: Liczba miejsc, unknown: ["-", b.d.], multiply: 1}
  municipality: {from: [Gmina], join: " "}
constants:
  form: pob
  unit: place
  source: Rejestr wojewody
origin:
  title: Rejestr domów pomocy społecznej
  publisher: Śląski Urząd Wojewódzki
  reference_date: 2026-01-31
"""


def read_list(path: Path) -> object:
    from etl.usertables.load import read_inputs

    table = path.with_name("lista.csv")
    table.write_text("\n".join(";".join(row) for row in LIST), encoding="utf-8")
    municipalities, areas = known()
    return read_inputs([table], municipalities, areas=areas, language="pl")


def read_findings(path: Path) -> object:
    """The upload of the page Needs, its child's part in this process."""
    from dashboard.needs import handed
    from dashboard.needs.findings_file import Vocabulary
    from etl.usertables.cells.grid_rows import rows_of

    def rows(raw: bytes, language: str) -> handed.TableRows:
        file = path.with_name("upload.xlsx" if raw[:2] == b"PK" else "upload.csv")
        file.write_bytes(raw)
        answer = json.loads(json.dumps(rows_of(file, language)))
        if not answer["ok"]:
            raise handed.NoTableError(answer["kind"])
        return handed.rows_told(answer)

    whole, handed.table_rows = handed.table_rows, rows
    try:
        uploaded = findings_file.rows_from_file(path.name, path.read_bytes())
    finally:
        handed.table_rows = whole
    vocabulary = Vocabulary(
        {"day_care": ("Denní péče",), "home_care": ("Domácí péče",)}, {"598542": "Čeladna"}
    )
    return findings_file.findings_of(uploaded.rows, vocabulary, uploaded.places)


def read_rows_of_a_template(path: Path) -> object:
    from etl.commands.table import read_prefilled
    from etl.usertables.template import write_template

    rows = read_prefilled(path)
    write_template("corrections", "cs", path.with_name("template.xlsx"), None, rows=rows)
    return rows


# -- YAML and JSON -------------------------------------------------------------------------------------------

OWN_AREA = """area_id: nase
country: CZ
name: Naše
names: {cs: Naše, pl: Nasze, en: Ours}
kind: svazek obcí
membership: {certainty: inferred, basis: mapa, basis_label: {cs: a, pl: b, en: c}}
municipalities: ["598143", 598399]
all_of:
  orp: Frýdlant nad Ostravicí
facts:
  projects: [{name: Společně, budget_czk: 1000, from: 2023-01-01}]
  sources: [a, b]
"""
OWN_STORY = (ROOT / "tests/data/own-story.yaml").read_text(encoding="utf-8")
OUTLINES = (
    "code: kod\nname: nazev\ncountry: CZ\ncrs: EPSG:4326\ncode_pattern: ^\\d{6}$\ncode_digits: 6\n"
    "encoding: cp1250\nparts:\n  '599999': {name: X, codes: ['599998', 599997]}\n"
)


def read_area(path: Path) -> object:
    from etl.usertables.areas import read_area as read

    area = read(path, known()[0])
    json.loads(area.facts_as_json() or "{}")
    return area


def read_story(path: Path) -> object:
    from dashboard import text
    from dashboard.story import words
    from geodata.stories import StoryError, parse_story, write_story

    try:
        story = parse_story(path.read_bytes(), path.name)
    except StoryError as error:
        text.use("cs")
        words.problem_sentences(error.found)
        raise
    assert parse_story(write_story(story), "again") == story
    return story


def read_base_maps(path: Path) -> object:
    from dashboard.map import base_maps

    maps = base_maps.read(str(path))
    json.dumps([vars(each) for each in maps.values()], default=dict, allow_nan=False)
    return maps


def read_outline_mapping(path: Path) -> object:
    from etl.country import official
    from etl.sources import vector_file
    from etl.sources.formats.contract import load_origin
    from tests.fuzz.official import SQUARE

    outlines = path.with_name("outlines.geojson")
    feature = {"type": "Feature", "properties": {"kod": "599999", "nazev": "X"}, "geometry": SQUARE}
    outlines.write_bytes(encoded({"type": "FeatureCollection", "features": [feature]}))
    path.rename(outlines.with_name("outlines.geojson.yaml"))
    try:
        mapping = official._mapping(outlines, "CZ")
    finally:
        outlines.with_name("outlines.geojson.yaml").unlink()
    return vector_file.read(outlines, load_origin("vector_file"), mapping=mapping)


@cache
def scenario_world() -> tuple[Any, Any, Any]:
    from dashboard.scenario import steps as scenario
    from geodata.method.analysis import analyse
    from geodata.vocabulary.codes import service_groups

    group = service_groups()["home_care"]
    analysis = analyse(dataset(), "home_care", "CZ", AREA)
    return scenario.known_of(dataset(), analysis), group.scopes["CZ"], dataset()


def fit(steps: Any) -> object:
    from dashboard.scenario import steps as scenario

    known_here, scope, world = scenario_world()
    return scenario.fitting(steps, world, known_here, scope, "CZ")


def read_scenario(path: Path) -> object:
    from dashboard.scenario import steps as scenario

    saved, parameters, _ = scenario.read_file(path.read_bytes())
    json.dumps(parameters, allow_nan=False).encode()
    return fit(saved.steps)


SCENARIO = encoded(
    {
        "dosah_scenario": 1,
        "data_date": "2026-09-04",
        "question": {"area": AREA, "service": "home_care"},
        "norm": "typed",
        "norm_per_1000": 14.5,
        "steps": [
            {"kind": "add", "municipality_code": "598143", "capacity": 12, "serves_area": AREA},
            {"kind": "resize", "target": "cz-rpss-760", "capacity": 9.5},
            {"kind": "close", "target": "cz-rpss-2726"},
            {"kind": "move", "target": "cz-rpss-760-s1", "municipality_code": "598542"},
            {"kind": "close_site", "target": "cz-rpss-760-s1"},
        ],
    }
)


# -- addresses -----------------------------------------------------------------------------------------------


def parameters_of(path: Path) -> dict[str, str]:
    written = path.read_bytes().decode("utf-8", "replace")
    return dict(parse_qsl(written, keep_blank_values=True))


def read_addresses(path: Path) -> object:
    """All parts of an address that are read without a page: choice, scenario, catalogue, favourites."""
    from dashboard.address import question
    from dashboard.address.question import Vocabulary
    from dashboard.catalogue import address as catalogue_address
    from dashboard.catalogue import filters as catalogue_filters
    from dashboard.scenario import state

    parameters = parameters_of(path)
    tables = dataset().tables
    known_here = Vocabulary(
        areas=list(tables["area"]["area_id"]),
        services=["home_care", "day_care"],
        norms=["default", "national", "typed"],
        decays=["binary", "gaussian"],
        selectable=set(tables["service"]["service_id"]),
        bases=["osm"],
    )
    asked = question.read(parameters, known_here)
    question.settings(asked.choice)
    written = question.write(asked.choice)
    assert question.write(question.read(written, known_here).choice) == written
    start = state.read(parameters)
    again = state.read(state.write(start.scenario, start.shown))
    assert again.scenario == start.scenario
    catalogue_address.read_favourites(parameters.get("favourites", ""), known_here.selectable)
    catalogue_address.read_view(parameters)
    catalogue_address.address(catalogue_address.list_parameters(parameters))
    filters, _ = catalogue_filters.from_address(parameters, {"form": ["pob"], "district": ["CZ0802"]})
    catalogue_filters.to_address(filters)
    return fit(start.scenario.steps[:4])


ADDRESSES = (
    (
        b"area=podbrdsko&service=home_care&norm=typed&norm_per_1000=12.5&limit=15&decay=gaussian&doubtful=1&"
        b"order=coverage_ratio&show=missing"
    ),
    b"area=podbrdsko&service=day_care&beside=limit.10&base=osm&selected=cz-rpss-1312&show=out_of_reach",
    (
        b"area=podbrdsko&service=home_care&changes=a.529681.12.podbrdsko~r.9.cz-rpss-1312~"
        b"m.598143.cz-rpss-760-s1~c.cz-rpss-760&scenario_norm=typed&scenario_norm_per_1000=14&picture=today"
    ),
    b"query=domov&district=CZ0802&form=pob&view=map&favourites=cz-rpss-1132,cz-rpss-760&page=2",
)


def story_link(story: Any) -> bytes:
    written = json.dumps(story, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.compress(written, 9)).rstrip(b"=")


def read_story_link(path: Path) -> object:
    from dashboard.story import edit

    return edit.from_link(path.read_bytes().decode("utf-8", "replace"))


def read_story_in_link(path: Path) -> object:
    """The content of a link, broken before it is packed."""
    from dashboard.story import edit

    packed_word = base64.urlsafe_b64encode(zlib.compress(path.read_bytes(), 9)).decode().rstrip("=")
    story = edit.from_link(packed_word)
    edit.to_link(story)
    return story


@cache
def own_story() -> dict[str, Any]:
    from geodata.stories import parse_story, story_mapping

    return story_mapping(parse_story(OWN_STORY, "own"))


PAGES = {
    "gap_map": (
        "area=podbrdsko&service=home_care&norm=typed&norm_per_1000=12.5&limit=15&show=missing&"
        "selected=cz-rpss-1312"
    ),
    "home": "query=charita",
    "village": "municipality=598542&section=services",
    "catalogue": "query=domov&district=CZ0802&form=pob&page=2&favourites=cz-rpss-1132",
    "scenario": (
        "area=podbrdsko&service=home_care&changes=a.529681.12.podbrdsko~r.9.cz-rpss-1312&"
        "scenario_norm=typed&scenario_norm_per_1000=14"
    ),
    "present": "area=podbrdsko&story=podbrdsko&step=3&own_story=",
    "documents": "area=podbrdsko&municipality=529681&map=share_65&show=missing&steps=natural",
    "data_method": "section=sources",
    "needs": "area=podbrdsko&municipality=529681&section=planning",
    "own_tables": "kind=corrections&record=cz-rpss-760&form=ter&unit=klient",
}


def open_page(path: Path) -> object:
    """A whole page by its address, as a browser would: nothing but its own words may come."""
    from streamlit.testing.v1 import AppTest

    os.environ["DOSAH_DATASET"] = os.environ[DATASET_VARIABLE]
    page = path.stem
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=100)
    if page in ("own_tables", "data_method"):
        app.run()
    app.switch_page(f"app_pages/{page}.py")
    app.query_params.clear()
    for name, value in [("lang", "en"), *parameters_of(path).items()]:
        try:
            app.query_params[name] = value
        except Exception as error:
            raise DosahError("Streamlit itself does not take this address") from error
    app.run()
    assert not app.exception, app.exception[0].message
    errors = " ".join(element.value for element in app.error)
    assert "wrong on our side" not in errors, errors
    return app


# -- templates, exchange, travel -----------------------------------------------------------------------------


@cache
def docx_sample() -> bytes:
    import docx

    sink = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Hlavička úřadu")
    document.save(sink)
    return sink.getvalue()


def write_into_template(path: Path) -> object:
    """All that the chapter does to a template, with little to say."""
    import docx

    from dashboard import text
    from dashboard.documents.office import report

    text.use("cs")
    chapter = report.Chapter(report.Template(path.name, path.read_bytes()), "Analýza")
    chapter.heading("Analýza", 1)
    chapter.heading("Lidé", 2, opens_page=True)
    chapter.heading("Péče", 3)
    chapter.paragraphs(["Jedna věta."], keeps_with_next=True)
    chapter.paragraphs(["Jedna věta."], "List Bullet")
    chapter.caption("Tabulka", "lidé")
    made = chapter.document.add_table(rows=2, cols=2)
    made.cell(0, 0).text = "a"
    return docx.Document(io.BytesIO(chapter.saved()))


@cache
def exchanged() -> dict[str, Any]:
    from geodata.hsds.write import to_hsds

    document = to_hsds(dataset().tables, "cs")
    document["contents"] = [document["contents"][0], document["contents"][40], document["contents"][-1]]
    # A page that says there are more is refused.
    document.update(total_items=3, size=3)
    return json.loads(json.dumps(document))


@cache
def foreign_lines() -> bytes:
    """The services of others again, one a line."""
    services = json.loads(FOREIGN)["contents"]
    return b"\n".join(encoded(service) for service in [*services, {**services[0], "id": "other"}])


def exchanged_tables() -> bytes:
    from geodata.hsds.tabular import TABULAR, csv_text, datapackage, to_tabular

    document = exchanged()
    rows = to_tabular(document)
    files = {file: csv_text(file, rows.get(file, [])).encode() for file, _ in TABULAR.values()}
    return packed(**files, **{"datapackage.json": encoded(datapackage(document, "x"))})


FOREIGN = encoded(
    {
        "total_items": 1,
        "total_pages": 1,
        "page_number": 1,
        "size": 1,
        "first_page": True,
        "last_page": True,
        "empty": False,
        "contents": [
            {
                "id": "a1",
                "name": "Day centre",
                "status": "active",
                "url": "https://example.org",
                "email": "a@example.org",
                "minimum_age": 60,
                "maximum_age": 99.5,
                "organization": {
                    "id": "o1",
                    "name": "Caritas",
                    "description": "x",
                    "organization_identifiers": [{"identifier_type": "IČO", "identifier": "00847267"}],
                },
                "service_at_locations": [
                    {
                        "id": "s1",
                        "location": {
                            "id": "l1",
                            "location_type": "physical",
                            "latitude": 49.59,
                            "longitude": 18.36,
                            "addresses": [
                                {
                                    "address_1": "Příčná 2",
                                    "city": "Frýdlant",
                                    "postal_code": "73911",
                                    "country": "CZ",
                                }
                            ],
                        },
                    }
                ],
                "capacities": [
                    {
                        "id": "c1",
                        "available": 1,
                        "maximum": 12,
                        "updated": "2026-01-01",
                        "unit": {"id": "u1", "name": "bed"},
                    }
                ],
                "service_areas": [{"id": "r1", "name": "Čeladna"}],
                "phones": [{"id": "p1", "number": "+420 558 000 000"}],
                "attributes": [
                    {
                        "id": "t1",
                        "link_type": "service_type",
                        "taxonomy_term": {
                            "id": "t",
                            "name": "Day care",
                            "taxonomy_detail": {"id": "x", "name": "y"},
                        },
                    }
                ],
                "schedules": [{"id": "h1", "freq": "WEEKLY"}],
                "languages": None,
            }
        ],
    }
)


def read_exchange(path: Path) -> object:
    """As a table, as of anybody; as a dataset, as of ourselves."""
    from etl.hsds.dataset import contents_of
    from etl.hsds.file import read_document
    from etl.hsds.table import Surroundings, municipalities_at, table_of
    from geodata.hsds.foreign import read_services

    document = read_document(path)
    world = dataset()
    with contextlib.suppress(DosahError):
        return contents_of(document, path, world)
    services = read_services(document, path.name)
    around = Surroundings(path.name, known()[0], {}, municipalities_at(services, outlines()), "cs")
    done = table_of(services, around)
    "".join(done.notes()).encode()
    return done


@cache
def outlines() -> Any:
    return dataset().outlines()


@cache
def travel_sample(unit: str) -> bytes:
    codes = dataset()["municipality"]["municipality_code"].head(6)
    sites = dataset()["site"]["site_id"].head(6)
    rows = [
        f"{code},{site},{number * 7.5}" for number, (code, site) in enumerate(zip(codes, sites, strict=True))
    ]
    return "\n".join([f"municipality_code,site_id,{unit}", *rows]).encode()


def read_travel(path: Path) -> object:
    from etl.travel.costs import read_travel as read
    from geodata.method.analysis import analyse

    costs, _ = read(path, dataset(), None)
    if path.suffix == ".csv":
        return analyse(dataset(), "day_care", "CZ", AREA, travel=costs)
    return costs


@cache
def finer_sample(decimal: str) -> bytes:
    table = dataset()["municipality"].query("country == 'CZ'").head(4)
    rows = [
        f"c{number};část;{row.municipality_code};{row.latitude:.4f};{row.longitude:.4f};{10 * number}"
        for number, row in enumerate(table.itertuples())
    ]
    heading = "cell_id;name;municipality_code;latitude;longitude;persons"
    return "\n".join([heading, *(row.replace(".", decimal) for row in rows)]).encode()


def read_finer(path: Path) -> object:
    from etl.travel.finer import read_finer as read
    from geodata.method.analysis import analyse
    from geodata.studies.finer import by_municipality

    finer, cells = read(path, dataset())
    return by_municipality(analyse(finer, "day_care", "CZ", AREA), dataset(), cells)


POINTS = [(49.55 + number / 200, 18.36) for number in range(8)]
WAYS = [
    ([1, 2, 3], {"highway": "primary", "maxspeed": "50", "oneway": "yes"}),
    ([3, 4, 5], {"highway": "track", "access": "forestry"}),
    ([5, 6], {"highway": "residential", "motor_vehicle": "destination"}),
    ([6, 7, 8, 6], {"highway": "tertiary", "junction": "roundabout"}),
]


def road_sample() -> bytes:
    nodes = "".join(
        f'<node id="{number}" lat="{latitude}" lon="{longitude}" version="1"/>'
        for number, (latitude, longitude) in enumerate(POINTS, 1)
    )
    ways = "".join(
        f'<way id="{100 + way}" version="1">'
        + "".join(f'<nd ref="{node}"/>' for node in path)
        + "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        + "</way>"
        for way, (path, tags) in enumerate(WAYS)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{nodes}{ways}</osm>'.encode()


# -- the snapshot's own tables, which an office may replace by --source --------------------------------------


def head_of(name: str, rows: int = 4) -> bytes:
    from geodata.vocabulary.provenance import data_folder, origins

    content = (data_folder() / origins()[name].file_name).read_bytes()
    return b"".join(content.splitlines(keepends=True)[: rows + 1])


@cache
def municipality() -> Any:
    from etl.snapshot import municipality as snapshot_municipality
    from geodata.vocabulary.provenance import data_folder, origins

    return snapshot_municipality.read(data_folder() / origins()[snapshot_municipality.ORIGIN_ID].file_name)


def snapshot_targets() -> list[Target]:
    from etl.snapshot import municipality as snapshot_municipality
    from etl.snapshot import national_capacity, national_population, population, public_page, register
    from etl.snapshot import outline as snapshot_outline
    from geodata.vocabulary.provenance import data_folder, origins

    codes = frozenset(municipality()["municipality_code"])
    outline = json.loads(
        (data_folder() / origins()[snapshot_outline.ORIGIN_ID].file_name).read_text(encoding="utf-8")
    )
    outline["features"] = outline["features"][:2]
    readers: list[tuple[str, Callable[[Path], object], bytes]] = [
        ("municipality", snapshot_municipality.read, head_of(snapshot_municipality.ORIGIN_ID)),
        (
            "population",
            lambda path: population.read(path, codes),
            head_of(population.ORIGIN_ID, 400),
        ),
        (
            "national_population",
            national_population.read,
            head_of(national_population.ORIGIN_ID, 400),
        ),
        (
            "national_capacity",
            national_capacity.read,
            head_of(national_capacity.ORIGIN_ID, 400),
        ),
        (
            "register",
            lambda path: register.read(path, municipality()),
            head_of(register.ORIGIN_ID),
        ),
        (
            "public_page",
            lambda path: public_page.read(path, codes),
            head_of(public_page.ORIGIN_ID),
        ),
    ]
    made = [
        Target(f"snapshot_{name}", read, ((content, f"{name}.csv"),), 15) for name, read, content in readers
    ]
    known_two = frozenset(str(feature["properties"]["municipality_code"]) for feature in outline["features"])
    return [
        *made,
        Target(
            "snapshot_outline",
            lambda path: snapshot_outline.read(path, known_two),
            ((encoded(outline), "a.geojson"),),
            15,
        ),
    ]


def read_whole_dataset(path: Path) -> object:
    """A dataset that somebody made: read as a page reads it, and checked as `dosah check` does."""
    from geodata.dataset.dataset import check_dataset, read_dataset

    whole = read_dataset(path)
    whole.outlines()
    return check_dataset(path)


KINDS = ("services", "corrections", "needs", "network", "funding", "findings", "areas")


def targets() -> list[Target]:
    with tempfile.TemporaryDirectory() as folder:
        from etl.usertables.template import write_template

        whole = Path(folder) / "whole.xlsx"
        write_template("services", "cs", whole, known()[0])
        template = whole.read_bytes()
        copy = Path(folder) / "copy.gpkg"
        shutil.copy(os.environ[DATASET_VARIABLE], copy)
        published = copy.read_bytes()
    tables = [
        Target(
            f"table_{kind}",
            read_tables,
            tuple(
                sample
                for language in ("cs", "pl", "en")
                for sample in (
                    (as_csv(kind, language), f"{language}.csv"),
                    (as_workbook(kind, language), f"{language}.xlsx"),
                )
            ),
            12,
        )
        for kind in KINDS
    ]
    findings = (
        b"municipality;service;felt;said_by;note\n598542;day_care;short;seniors;x\n;home_care;enough;;\n"
    )
    return [
        *tables,
        Target("table_template", read_tables, ((template, "template.xlsx"),), 5),
        Target(
            "table_annotated",
            annotate,
            ((as_workbook("needs", "cs"), "a.xlsx"), (as_csv("services", "pl"), "a.csv")),
            5,
        ),
        Target(
            "workbook", read_cells, ((template, "template.xlsx"), (as_workbook("needs", "cs"), "a.xlsx")), 10
        ),
        Target("table_mapping", read_list, ((MAPPING.encode(), "lista.mapping.yaml"),), 40),
        Target(
            "findings_upload",
            read_findings,
            (
                (findings, "a.csv"),
                (workbook_of(csv.reader(io.StringIO(findings.decode()), delimiter=";")), "a.xlsx"),
            ),
            50,
        ),
        Target(
            "template_rows",
            read_rows_of_a_template,
            (
                (
                    encoded([{"record_id": "cz-rpss-760", "field": "capacity.basis", "form": "ter"}]),
                    "rows.json",
                ),
            ),
            10,
        ),
        Target("area", read_area, ((OWN_AREA.encode(), "nase.yaml"),), 40),
        Target("story", read_story, ((OWN_STORY.encode(), "story.yaml"),), 50),
        Target("story_link", read_story_link, ((story_link(own_story()), "link"),), 30),
        Target("story_in_link", read_story_in_link, ((encoded(own_story()), "story.json"),), 50),
        Target(
            "base_maps",
            read_base_maps,
            (((ROOT / "dashboard/map/base_maps.yaml").read_bytes(), "maps.yaml"),),
            30,
        ),
        Target("outline_mapping", read_outline_mapping, ((OUTLINES.encode(), "mapping.yaml"),), 20),
        Target("scenario_file", read_scenario, ((SCENARIO, "scenario.json"),), 10),
        Target("addresses", read_addresses, tuple((address, "address") for address in ADDRESSES), 50),
        Target(
            "pages",
            open_page,
            tuple((address.encode(), f"{page}.address") for page, address in PAGES.items()),
            1,
        ),
        Target("docx_template", write_into_template, ((docx_sample(), "office.docx"),), 15),
        Target(
            "hsds",
            read_exchange,
            (
                (encoded(exchanged()), "own.json"),
                (FOREIGN, "theirs.json"),
                (foreign_lines(), "lines.json"),
                (exchanged_tables(), "own.zip"),
            ),
            6,
        ),
        Target(
            "travel_csv",
            read_travel,
            ((travel_sample("cost_min"), "a.csv"), (travel_sample("cost_m"), "b.csv")),
            10,
        ),
        Target("finer_csv", read_finer, ((finer_sample("."), "a.csv"), (finer_sample(","), "b.csv")), 10),
        Target(
            "roads",
            read_travel,
            (
                (road_sample(), "a.osm"),
                (extract(POINTS, WAYS), "a.osm.pbf"),
                (extract(POINTS, WAYS, is_packed=True), "b.osm.pbf"),
            ),
            10,
        ),
        Target("dataset", read_whole_dataset, ((published, "dosah.gpkg"),), 1),
        *snapshot_targets(),
    ]
