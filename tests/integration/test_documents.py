"""
Documents made from the published dataset: their figures are the dataset's,
and nothing secret is in any of them.
"""

import io
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from dashboard import sorting, text
from dashboard.documents import exchange, offer
from dashboard.documents.facts import topics, words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.office import report, report_table, slides, tables_xlsx, template_file
from dashboard.documents.pack import make
from dashboard.documents.pictures import file
from dashboard.documents.sheet import page as sheet
from dashboard.documents.sheet import slip
from dashboard.documents.work import typesetting
from dashboard.phrases import norms
from dashboard.phrases.village_counts import SLIGHT
from etl.cli import app
from geodata.dataset.dataset import Dataset, read_dataset
from geodata.method.analysis import analyse
from geodata.method.summary import summarise
from geodata.stories import parse_story, story_for

LANGUAGES = ("cs", "pl", "en")
# The same sheets and slips as those of one village, which are looked at for every village.
OF_ALL_VILLAGES = {"sheets", "sheets_zip", "slips_zip"}
FIRST, CITY, SMALL = "frydlantsko-beskydy", "jastrzebie-zdroj", "598143"
HIDDEN_SERVICE = "cz-rpss-1332"
HIDDEN_TEXTS = (
    "Tajná ulice 77",
    "999 77",
    "Tajnov nad Utajenou",
    "Úkryt",
    "49.98765",
    "18.98765",
    "secret.example",
    "utajená zmínka",
)
ATTACKS = (
    '=HYPERLINK("http://evil.example")',
    "</script><script>alert(1)</script>",
    "#panic[x] $x$ _x_ `",
    "<img src=x onerror=alert(2)>",
)


@pytest.fixture(scope="module")
def facts(published):
    return AreaFacts(published, FIRST)


@pytest.fixture(scope="module")
def city(published):
    return AreaFacts(published, CITY)


def changed(dataset: Dataset, version, **tables):
    return replace(dataset, tables={**dataset.tables, **tables}, version=version)


def with_secrets(published, area, service_id):
    """
    A dataset that tells too much of one service, and texts that attack: the documents must hold on their own.
    """
    site = published["site"].copy()
    hidden = site["service_id"] == service_id
    assert hidden.any()
    site.loc[hidden, "is_protected"] = True
    site.loc[hidden, "location_quality"] = "district"
    site.loc[hidden, ["name", "street_address", "postal_code"]] = ["Úkryt", "Tajná ulice 77", "999 77"]
    site.loc[hidden, ["municipality_name", "municipality_part"]] = "Tajnov nad Utajenou"
    site.loc[hidden, ["latitude", "longitude"]] = [49.98765, 18.98765]
    service = published["service"].copy()
    row = service["service_id"] == service_id
    service.loc[row, ["name", "served_area_text", "note", "source_url"]] = [
        "Úkryt", "Tajnov nad Utajenou", "utajená zmínka", "https://secret.example",
    ]  # fmt: skip
    others = service.index[~row & (service["country"] == "CZ")]
    for at, attack in zip(others, ATTACKS * 10, strict=False):
        service.loc[at, "name"] = attack
        service.loc[at, "phone"] = "=1+2"
        service.loc[at, "web"] = "javascript:alert(3)"
    return AreaFacts(changed(published, f"secret {area}", site=site, service=service), area)


@pytest.fixture(scope="module")
def secret_facts(published):
    return with_secrets(published, FIRST, HIDDEN_SERVICE)


def every_document(facts, language, monkeypatch):
    """
    Yield kind and text of every document that the page offers and the commands write.

    What is typeset is compressed in its file: of it the words that go into the typesetting are looked at,
    which sets nothing else.
    """
    typeset = []
    inputs = typesetting._inputs

    def noted(data):
        typeset.append(json.dumps(data, ensure_ascii=False))
        return inputs(data)

    monkeypatch.setattr(typesetting, "_inputs", noted)
    for kind, made in offer.KINDS.items():
        if kind in OF_ALL_VILLAGES:
            continue
        subject = "home_care" if kind in offer.PICTURES else ""
        wish = offer.Wish(
            kind, facts.area_id, language, facts.members[0], subject, address="https://dosah.example"
        )
        typeset.clear()
        content = unpacked(made.make(facts, wish, lambda *_: None))
        yield kind, "\n".join([content, *typeset])
    with text.speaking(language):
        for code in facts.members:
            yield f"sheet {code}", json.dumps(sheet.sheet_data(facts, code), ensure_ascii=False)
            yield f"slip {code}", unpacked(slip.build(facts, code, language))


def unpacked(content):
    """Return all text of a file, archives opened."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", errors="replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(unpacked(archive.read(name)) for name in archive.namelist())


# -- secrets and attacks -------------------------------------------------------------------------------------


def kinds_without_secrets(facts, language, monkeypatch):
    """Look through every document of an area; return the kinds that were looked at."""
    seen = set()
    for name, content in every_document(facts, language, monkeypatch):
        seen.add(name)
        assert [secret for secret in HIDDEN_TEXTS if secret in content] == [], name
        assert "statutarniOrgan" not in content, name
        if name.split()[0] in {"slip", "workbook"}:
            assert "<f>" not in content, name
        if name in {"services_csv", "gaps_csv"}:
            cells = re.split(r"[;\n]", content)
            assert not [cell for cell in cells if cell.strip('"').startswith(("=", "@", "\t"))], name
        if name == "pack":
            assert "<script>alert" not in content
            assert "<img src=x" not in content
            assert not re.search(r"href\s*=\s*[\"']?\s*javascript:", content, re.IGNORECASE)
    return seen


def test_no_document_tells_a_protected_place_or_runs_what_stands_in_the_data(secret_facts, monkeypatch):
    assert set(offer.KINDS) - OF_ALL_VILLAGES <= kinds_without_secrets(secret_facts, "cs", monkeypatch)


@pytest.mark.parametrize(
    ("area", "language"), [("jablunkovsko", "cs"), ("podbrdsko", "pl"), (CITY, "en"), ("mikolow", "pl")]
)
def test_no_document_of_any_area_tells_a_protected_place(published, monkeypatch, area, language):
    members = set(AreaFacts(published, area).members)
    site = published["site"]
    inside = site.loc[site["municipality_code"].isin(members), "service_id"]
    kinds_without_secrets(with_secrets(published, area, inside.iloc[0]), language, monkeypatch)


def with_needs(folder, *hidden):
    """Build a dataset whose table of needs has numbers of few persons, and others that may be told."""
    heading = "municipality;target_group;indicator;value;unit_text;year;suppress_below;source"
    values = zip(("598143", "598071", "598011", "598542"), (*hidden, 91827, 81726), strict=True)
    rows = [f"{code};seniors;příjemci příspěvku na péči;{value};osoby;2025;1000;ÚP" for code, value in values]
    folder.mkdir()
    table, path = folder / "potreby.csv", folder / "dosah.gpkg"
    table.write_text("\n".join([heading, *rows]), encoding="utf-8")
    result = CliRunner().invoke(app, ["build", "--output", str(path), "--table", str(table)])
    assert result.exit_code == 0, result.output
    # Its version is of what was read, not of what is told.
    return replace(read_dataset(path), version="0123456789abcdef")


def test_no_document_depends_on_a_number_of_few_persons(tmp_path, monkeypatch):
    """Whatever the hidden numbers are, every document is the same: nothing in it could give them away."""
    datasets = [
        with_needs(tmp_path / name, *hidden) for name, hidden in {"a": (731, 617), "b": (268, 439)}.items()
    ]
    for dataset in datasets:
        need = dataset["need"].set_index("municipality_code")["value"]
        assert need.loc[["598143", "598071"]].isna().all()
        assert need.loc["598011"] == 91827
    # So is the checksum of the file; the workbook inside a chart says when it was made.
    contents = [
        {
            name: re.sub(r"[0-9a-f]{12,}|[\d-]{10}T[\d:]{8}Z", "", text)
            for name, text in every_document(AreaFacts(dataset, FIRST), "cs", monkeypatch)
        }
        for dataset in datasets
    ]
    assert contents[0].keys() == contents[1].keys()
    assert [name for name, content in contents[0].items() if content != contents[1][name]] == []


def test_a_protected_service_is_named_by_its_kind_and_district(secret_facts):
    service = secret_facts.services[HIDDEN_SERVICE]
    assert service.is_protected
    assert all(site.municipality_code is None and site.latitude is None for site in service.sites)
    with text.speaking("cs"):
        assert words.place_text(service, secret_facts) == "chráněná adresa, okres Frýdek-Místek"
    assert service not in [
        offered for offered, _ in secret_facts.services_of(SMALL, "home_care") if _ is not None
    ]


def test_a_sheet_is_set_whatever_the_data_say(secret_facts):
    made = sheet.village_sheet(secret_facts, SMALL, "cs")
    assert made.startswith(b"%PDF")


# -- village sheets ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_is_an_accessible_pdf_of_two_pages_in_its_language(facts, language):
    made = sheet.village_sheet(facts, SMALL, language, address="https://dosah.example")
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 2
    assert re.search(rb"/Lang\s*\(" + language.encode(), made)
    assert re.search(rb"/MarkInfo\s*<<[^>]*/Marked true", made)
    assert b"pdfuaid:part" in made
    assert made == sheet.village_sheet(facts, SMALL, language, address="https://dosah.example")


@pytest.mark.parametrize(("area", "language"), [(FIRST, "en"), ("jablunkovsko", "cs"), ("podbrdsko", "pl")])
def test_every_village_of_an_area_has_two_pages_in_one_document(published, area, language):
    facts, steps = AreaFacts(published, area), []
    made = sheet.area_sheets(facts, language, progress=lambda *step: steps.append(step))
    count = len(facts.members)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 2 * count
    assert [(done, whole) for done, whole, _ in steps] == [(number, count) for number in range(1, count + 1)]
    names = [name for _, _, name in steps]
    with text.speaking(language):
        assert names == sorted(names, key=sorting.sort_key)


@pytest.mark.skipif(
    not shutil.which("pdfinfo"), reason="needs poppler, which make test installs where there is apt"
)
def test_a_screen_reader_finds_headings_tables_pictures_and_the_language(facts, tmp_path):
    path = tmp_path / "x.pdf"
    path.write_bytes(sheet.village_sheet(facts, SMALL, "pl", address="https://dosah.example"))

    def info(*options):
        return subprocess.run(
            ["pdfinfo", *options, str(path)], check=True, capture_output=True
        ).stdout.decode(errors="replace")

    about = info()
    assert re.search(r"Tagged:\s+yes", about)
    assert re.search(r"Title:\s+\S.*Frýdlant nad Ostravicí", about)
    kinds = re.findall(r"^\s*(\w+)", info("-struct"), re.MULTILINE)
    assert kinds.count("H1") == 1
    assert kinds.count("H2") >= 5
    # The map and the QR code; swatches are told by the words beside them.
    assert kinds.count("Figure") == 2
    assert kinds.count("Link") == 1
    assert kinds.count("THead") == kinds.count("Table") == 3
    assert kinds.index("H1") < kinds.index("H2") < kinds.index("Table")


@pytest.mark.parametrize("area", ["mikolow", CITY])
def test_a_zip_holds_one_sheet_for_each_village(published, area):
    facts = AreaFacts(published, area)
    with zipfile.ZipFile(io.BytesIO(sheet.area_sheets_zip(facts, "pl"))) as archive:
        assert len(archive.namelist()) == len(facts.members)
        assert all(archive.read(name).startswith(b"%PDF") for name in archive.namelist())


def test_a_sheet_says_the_figures_of_the_dataset(facts):
    with text.speaking("cs"):
        data = sheet.sheet_data(facts, SMALL)
    bands = facts.dataset["population"]
    mine = bands[(bands["municipality_code"] == SMALL) & (bands["sex"] == "total")]
    whole, old = mine["persons"].sum(), mine.loc[mine["age_from"] >= 65, "persons"].sum()
    shown = [int(tile["value"].replace("\N{NO-BREAK SPACE}", "")) for tile in data["tiles"]]
    assert shown[:2] == [whole, old]
    assert len(data["gaps"]) + len([1 for _ in data["others"]]) > 8


def test_every_letter_of_both_languages_is_in_the_font_of_the_sheets():
    letters = "áčďéěíňóřšťúůýžĄĆĘŁŃÓŚŹŻąćęłńóśźżÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ„“”–≥≤…·²"
    data = {
        "language": "cs",
        "width": 100,
        "title": letters,
        "subtitle": "",
        "alt": "x",
        "legend": [],
        "legend_title": "",
        "is_bare": False,
        "notes": [],
        "sources": "",
        "map": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    }
    import typst

    warnings = typst.compile_with_warnings(
        typesetting._source("picture.typ"),
        format="pdf",
        sys_inputs=typesetting._inputs(data),
        ignore_system_fonts=True,
    )[1]
    assert warnings == []


# -- the pack ------------------------------------------------------------------------------------------------


class Figures(HTMLParser):
    """Collects the figures of a page and everything it points to."""

    def __init__(self):
        super().__init__()
        self.found, self.addresses, self.language = {}, [], None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "html":
            self.language = attributes["lang"]
        if tag == "data":
            key = (
                attributes.get("data-group"),
                attributes.get("data-municipality"),
                attributes["data-measure"],
            )
            value = None if attributes["value"] == "" else float(attributes["value"])
            assert self.found.setdefault(key, value) == value, key
        self.addresses += [
            attributes[name] for name in ("src", "data", "action", "poster") if name in attributes
        ]
        if tag == "link":
            self.addresses.append(attributes["href"])


@pytest.mark.parametrize(("area", "language"), [(FIRST, "cs"), ("mikolow", "pl"), (CITY, "en")])
def test_every_figure_of_the_pack_is_the_datasets(published, area, language):
    facts = AreaFacts(published, area)
    page = make.build(facts, story_for(area), language)
    assert len(page.encode()) <= make.LARGEST_BYTES
    parser = Figures()
    parser.feed(page)
    assert parser.language == language
    counted = 0
    for group_id in facts.groups:
        analysis = analyse(published, group_id, facts.country, area)
        rows = analysis.coverage.set_index("municipality_code")
        total = summarise(analysis, facts.members)
        for (group, code, measure), value in parser.found.items():
            if group != group_id:
                continue
            if code is None:
                expected = getattr(total, f"{measure}_places")
            elif measure == "within_reach":
                expected = rows.loc[code, "demand_places"] * rows.loc[code, "coverage_ratio"]
            elif measure == "services_in_reach":
                expected = rows.loc[code, measure]
            else:
                expected = rows.loc[code, f"{measure}_places"]
            assert (value is None and pd.isna(expected)) or value == pytest.approx(float(expected)), (
                group,
                code,
                measure,
            )
            counted += 1
    assert counted >= len(facts.members) * 10
    bands = published["population"]
    bands = bands[bands["sex"] == "total"]
    for code in facts.members:
        mine = bands[bands["municipality_code"] == code]
        assert parser.found["population", code, "total"] == mine["persons"].sum()


@pytest.fixture(scope="module")
def pack(facts):
    return make.build(facts, story_for(FIRST), "cs")


def test_the_pack_points_to_nothing_outside_itself(pack):
    parser = Figures()
    parser.feed(pack)
    assert all(address.startswith("data:") for address in parser.addresses)
    styles = "".join(re.findall(r"<style>(.*?)</style>", pack, re.DOTALL))
    assert not [
        address
        for address in re.findall(r"url\(([^)]*)\)", styles)
        if not address.strip("'\"").startswith(("data:", "#"))
    ]
    assert "@import" not in styles
    assert "default-src &#x27;none&#x27;" in pack or "default-src 'none'" in pack


def test_the_maps_of_the_pack_carry_the_classes_of_the_analysis(facts, pack):
    from dashboard.map.message import ALPHABET, CLASS_NUMBERS

    data = json.loads(
        re.search(r'<script type="application/json" id="pack-data">(.*?)</script>', pack, re.DOTALL)[1]
    )
    order = [feature["properties"]["municipality_code"] for feature in data["outlines"]["features"]]
    assert len(data["layers"]) == len(facts.groups)
    for group_id, layer in zip(facts.groups, data["layers"], strict=True):
        message = json.loads(data["pictures"][layer["key"]])
        for code in facts.members:
            letter = message["classes"][order.index(code)]
            assert ALPHABET.index(letter) // 8 == CLASS_NUMBERS[facts.gap(group_id, code).gap_class]


# -- a story of the reader's own, with every kind of view ----------------------------------------------------


@pytest.fixture(scope="module")
def own_story():
    path = Path(__file__).resolve().parents[1] / "data" / "own-story.yaml"
    return parse_story(path.read_text(encoding="utf-8"), path.name)


@pytest.fixture(scope="module")
def own_pack(facts, own_story):
    return make.build(facts, own_story, "cs")


def slides_in(page):
    return dict(
        re.findall(r'<section class="slide [^"]*" id="slide-(\d+)".*?>(.*?)</section>', page, re.DOTALL)
    )


def pack_data(page):
    return json.loads(
        re.search(r'<script type="application/json" id="pack-data">(.*?)</script>', page, re.DOTALL)[1]
    )


def shown_on(page, number):
    """The message of the map of a slide."""
    key = re.search(r'data-picture="(\w+)"', slides_in(page)[str(number)])[1]
    return json.loads(pack_data(page)["pictures"][key])


def test_the_pack_shows_every_kind_of_view_and_says_what_no_longer_fits(own_story, own_pack):
    slide = slides_in(own_pack)
    assert len(slide) == len(own_story.steps)
    assert "Stav" not in slide["11"]
    assert "kódem 999999" in slide["11"]
    assert "1 změna scénáře ze 2" in slide["3"]
    assert slide["4"].count("<figure>") == slide["5"].count("<figure>") == 2
    assert '<h2 id="slide-2-title" lang="en">' in slide["2"]
    assert "English</small>" in slide["2"]
    assert "lang=" not in slide["1"]


def test_the_maps_of_added_views_carry_the_answers_of_the_engine(facts, own_pack):
    from dashboard.map.message import ALPHABET
    from dashboard.theme import GAP_CLASSES
    from geodata.studies.changes import AddService
    from geodata.studies.robustness import robustness
    from geodata.studies.scenario import compare

    order = [
        feature["properties"]["municipality_code"] for feature in pack_data(own_pack)["outlines"]["features"]
    ]
    scale = list(GAP_CLASSES)

    def classes(message, measure=0):
        letters = message["measures"][measure]["classes"]
        return {code: scale[ALPHABET.index(letters[order.index(code)]) // 8] for code in facts.members}

    then = compare(
        facts.dataset,
        "day_care",
        "CZ",
        facts.members,
        [AddService("new-1", 12.0, municipality_code="598542")],
        area_id=FIRST,
    ).after.coverage.set_index("municipality_code")["gap_class"]
    assert classes(shown_on(own_pack, 3)) == {code: then[code] for code in facts.members}
    assert any(then[code] != facts.gap("day_care", code).gap_class for code in facts.members)
    verdict = robustness(facts.dataset, "home_care", "CZ", FIRST).verdict.set_index("municipality_code")
    shades = classes(shown_on(own_pack, 7))
    for code in facts.members:
        share = float(verdict.loc[code, "gap_in"] / verdict.loc[code, "variants_known"])
        assert shades[code] == scale[(share > 0) + (share >= 0.5) + (share == 1)], code
    services = classes(shown_on(own_pack, 9))
    for code in facts.members:
        count = facts.gap("home_care", code).services_in_reach
        assert services[code] == scale[0 if count >= 4 else 1 if count >= 2 else 2 if count == 1 else 3]


def test_the_slide_of_a_village_and_of_the_ages_say_the_figures_of_the_dataset(facts, own_pack):
    parser = Figures()
    parser.feed(slides_in(own_pack)["2"])
    rows = {group for group, _code, _measure in parser.found}
    assert len(rows) >= 2
    for (group, code, measure), value in parser.found.items():
        fact = facts.gap(group, code)
        expected = {
            "demand": fact.demand,
            "missing": fact.missing,
            "services_in_reach": fact.services_in_reach,
        }[measure]
        assert value == pytest.approx(expected)
        assert fact.demand >= SLIGHT
    ages = slides_in(own_pack)["10"]
    assert f">{facts.population('598542').total:,}".replace(",", "\N{NO-BREAK SPACE}") in ages
    oldest = facts.population("598542").from_80
    assert f">{oldest}<" in ages


def test_the_file_carries_the_outlines_around_the_area_and_all_of_its_members(facts, pack):
    codes = {
        feature["properties"]["municipality_code"] for feature in pack_data(pack)["outlines"]["features"]
    }
    assert set(facts.members) < codes < set(facts.municipalities)


def test_the_slides_of_pptx_show_every_kind_of_view(facts, own_story):
    from pptx import Presentation

    show = Presentation(io.BytesIO(slides.build(facts, own_story, "cs")))
    made = list(show.slides)
    assert len(made) == len(own_story.steps) + 1
    pictures = [sum(shape.shape_type == 13 for shape in slide.shapes) for slide in made]
    assert pictures == [0, 0, 2, 2, 2, 2, 1, 1, 1, 0, 0, 0]
    titles = [slide.shapes.title.text_frame.text for slide in made]
    assert titles[1] == "Ostravice: what is there and what is missing? [English]"
    assert titles[0] == "Kdo tu žije?"
    chart = next(shape.chart for shape in made[9].shapes if shape.has_chart)
    people = facts.population("598542").total
    assert sum(sum(series.values) for series in chart.plots[0].series) == people


# -- office documents ----------------------------------------------------------------------------------------


def test_the_chapter_has_the_figures_of_the_dataset_and_numbered_captions(facts):
    import docx

    document = docx.Document(io.BytesIO(report.build(facts, "cs")))
    captions = [part.text for part in document.paragraphs if part.style.name == "Caption"]
    assert [caption.split(".")[0] for caption in captions if caption.startswith("Tabulka")] == [
        f"Tabulka {number}" for number in range(1, len(document.tables) + 1)
    ]
    assert len([caption for caption in captions if caption.startswith("Obrázek")]) == len(
        document.inline_shapes
    )
    people = document.tables[0]
    with text.speaking("cs"):
        expected = [
            [report_table.shown(row[column]) for column in (0, 2, 3)] for row in topics.population(facts).rows
        ]
    assert [[cell.text for cell in row.cells][:3] for row in people.rows][1:] == expected
    assert all(row.cells[0].text for row in people.rows)


def test_a_template_of_the_offices_own_is_filled(facts):
    """
    The poorest template there is: no section, no style but the default,
    a style of another kind under a known name.
    """
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    own = docx.Document()
    own.add_paragraph("Hlavička úřadu")
    own.element.body.remove(own.element.body.sectPr)
    for style in list(own.styles.element.findall(qn("w:style"))):
        if style.get(qn("w:default")) != "1":
            own.styles.element.remove(style)
    own.styles.add_style("Caption", WD_STYLE_TYPE.CHARACTER, builtin=True)
    buffer = io.BytesIO()
    own.save(buffer)
    document = docx.Document(
        io.BytesIO(report.build(facts, "cs", report.Template("own.docx", buffer.getvalue())))
    )
    assert document.paragraphs[0].text == "Hlavička úřadu"
    levels = {
        paragraph.style.name: paragraph.style.element.pPr.find(qn("w:outlineLvl")).get(qn("w:val"))
        for paragraph in document.paragraphs
        if paragraph.style.name.startswith("Heading")
    }
    assert levels == {"Heading 1": "0", "Heading 2": "1", "Heading 3": "2"}
    captions = [caption for caption in document.paragraphs if caption.style.name == "Dosah Caption"]
    assert sum(caption.text.startswith("Tabulka") for caption in captions) == len(document.tables)
    # No table and no picture is wider than the page.
    page = document.sections[-1]
    room = page.page_width - page.left_margin - page.right_margin
    assert all(shape.width <= room for shape in document.inline_shapes)
    assert all(sum(column.width for column in table.columns) <= room * 1.001 for table in document.tables)


def bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (template_file.MOST_XML_BYTES + 1))
    return buffer.getvalue()


@pytest.mark.parametrize("content", [b"no", b"PK\x03\x04", bomb()], ids=["text", "half", "bomb"])
def test_what_is_no_template_is_refused(facts, content):
    from geodata.errors import InputFileError

    with pytest.raises(InputFileError, match=r"no\.docx"):
        report.build(facts, "cs", report.Template("no.docx", content))


def test_charts_and_tables_of_the_slides_are_native_and_hold_the_datasets_figures(facts):
    from pptx import Presentation

    show = Presentation(io.BytesIO(slides.build(facts, story_for(FIRST), "pl")))
    shapes = [shape for slide in show.slides for shape in slide.shapes]
    charts = [shape.chart for shape in shapes if shape.has_chart]
    shares = dict(zip(charts[0].plots[0].categories, charts[0].plots[0].series[0].values, strict=True))
    for code in facts.members:
        people = facts.population(code)
        assert shares[facts.municipalities[code]["name"]] == pytest.approx(people.from_65 / people.total)
    # What is missing most: the groups with complete registers that need a place at least,
    # by the part that is missing.
    totals = [
        facts.total(group_id)
        for group_id, group in facts.groups.items()
        if group.is_register_complete_in("CZ") and facts.analyses[group_id].norm.value_per_1000 is not None
    ]
    needed = sorted(
        (total for total in totals if total.demand_places >= 1),
        key=lambda total: -total.missing_places / total.demand_places,
    )
    served = list(charts[-1].plots[0].series[0].values)
    assert served == pytest.approx([total.served_places for total in needed])
    assert any(shape.has_table for shape in shapes)
    pictures = [shape for shape in shapes if shape.shape_type == 13]
    assert len(pictures) == len([step for step in story_for(FIRST).steps if step.view.kind == "gap"])
    assert all(shape._element.nvPicPr.cNvPr.get("descr") for shape in pictures)
    assert all(slide.has_notes_slide for slide in list(show.slides)[:-1])


def test_the_workbook_has_a_sheet_for_each_topic_with_unrounded_figures(facts):
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_object(io.BytesIO(tables_xlsx.build(facts, "cs")))
    assert book.sheet_names[-1] == "Zdroje"
    with text.speaking("cs"):
        topic = topics.gap(facts, "residential_seniors")
    rows = book.get_sheet_by_name(topic.sheet[:31]).to_python()
    for row, expected in zip(rows[1:], topic.rows, strict=False):
        assert row[4] == pytest.approx(expected[4])
        assert row[0] == expected[0]


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")),
    reason="needs LibreOffice and poppler, which make test installs where there is apt",
)
@pytest.mark.parametrize(
    "case",
    [("docx", CITY, "pl", 7), ("pptx", CITY, "pl", 7), ("docx", FIRST, "cs", 14), ("pptx", FIRST, "cs", 10)],
    ids=lambda case: "-".join(case[:3]),
)
def test_libreoffice_sets_office_documents_on_as_many_pages_as_we_looked_at(published, tmp_path, case):
    kind, area, language, pages = case
    facts = AreaFacts(published, area)
    made = {
        "docx": lambda: report.build(facts, language),
        "pptx": lambda: slides.build(facts, story_for(area), language),
    }[kind]()
    (tmp_path / f"x.{kind}").write_bytes(made)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / f"x.{kind}")], check=True, capture_output=True, timeout=300)
    done = subprocess.run(["pdftotext", str(tmp_path / "x.pdf"), "-"], check=True, capture_output=True)
    words_of_pdf = done.stdout.decode()
    assert words_of_pdf.count("\f") <= pages
    if kind == "pptx":
        assert words_of_pdf.count("\f") == pages
    names = {
        FIRST: ("Frýdlantsko-Beskydy", "Čeladná", "Kunčice pod Ondřejníkem", "Pržno", "Pstruží", "službu"),
        CITY: ("Jastrzębie-Zdrój", "83 139 mieszkańców", "zasięgu"),
    }
    plain = " ".join(words_of_pdf.split())
    assert [name for name in names[area] if name not in plain] == []
    assert "\N{REPLACEMENT CHARACTER}" not in words_of_pdf


# -- correction slips ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_filled_slip_is_read_back_as_corrections(facts, tmp_path, language):
    from python_calamine import CalamineWorkbook

    from dashboard.documents.work import workbook
    from etl.usertables.cells.places import NamedMunicipalities
    from etl.usertables.read import read_user_tables

    made = slip.build(facts, SMALL, language)
    (tmp_path / "empty.xlsx").write_bytes(made)
    book = CalamineWorkbook.from_object(io.BytesIO(made))
    known, corrections, guide, lists = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    field = next(row[1] for row in lists if "capacity.capacity_number" in row[1])
    filled = [
        lists[1][0],
        field,
        lists[1][2],
        lists[1][3],
        None,
        42,
        "2026-10-05",
        "Obecní úřad",
        "ověřeno",
        None,
    ]
    rows = [known, [corrections[0], filled], guide, lists]
    path = tmp_path / "filled.xlsx"
    sheets = [
        workbook.Sheet(name, part[0], part[1:]) for name, part in zip(book.sheet_names, rows, strict=True)
    ]
    path.write_bytes(workbook.build("filled", language, sheets))
    municipalities = NamedMunicipalities(facts.dataset["municipality"])
    (table,) = read_user_tables(path, municipalities)
    (row,) = table.rows
    service_id = lists[1][0]
    assert service_id in facts.services
    values = [row[column] for column in ("record_id", "field", "form", "unit", "new_value", "office")]
    assert values == [service_id, "capacity.capacity_number", "pob", "luzka", "42", "Obecní úřad"]
    assert [table.rows for table in read_user_tables(tmp_path / "empty.xlsx", municipalities)] == [()]


# -- exchange ------------------------------------------------------------------------------------------------


def test_files_of_exchange_hold_the_figures_their_origin_and_licence(facts, tmp_path):
    written = {path.name: path for path in exchange.export_all(facts, "cs", tmp_path)}
    collection = json.loads(written["gaps.geojson"].read_text(encoding="utf-8"))
    assert collection["about"]["data_date"] == facts.data_date
    assert all(origin["licence"] for origin in collection["about"]["origins"])
    assert [feature["id"] for feature in collection["features"]] == list(facts.members)
    for feature in collection["features"]:
        expected = facts.gap("home_care", feature["id"])
        assert feature["properties"]["home_care_missing"] == expected.missing
    with sqlite3.connect(written[f"dosah-{FIRST}.gpkg"]) as connection:
        layers = {
            name
            for (name,) in connection.execute(
                "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"
            )
        }
        styled = {
            name
            for (name,) in connection.execute("SELECT f_table_name FROM layer_styles WHERE useAsDefault = 1")
        }
        missing = dict(connection.execute("SELECT municipality_code, missing FROM gaps_home_care"))
        licences = [licence for (licence,) in connection.execute("SELECT licence FROM origins")]
        described = dict(connection.execute("SELECT table_name, description FROM gpkg_contents"))
    assert layers == styled
    gaps_csv = written["gaps.csv"].read_text(encoding="utf-8-sig")
    with text.speaking("cs"):
        for group_id in topics.groups_with_norm(facts):
            norm = norms.norm_sentence(facts.analyses[group_id].norm)
            assert norm in described[f"gaps_{group_id}"]
            assert f"{topics.group_label(group_id)}: {norm}" in gaps_csv
    assert all(licences)
    assert missing == {code: facts.gap("home_care", code).missing for code in facts.members}
    document = json.loads(written["hsds.json"].read_text(encoding="utf-8"))
    assert document["total_items"] == len(facts.dataset["service"])


def test_the_whole_catalogue_comes_back_from_hsds(facts):
    from geodata.dataset import fields
    from geodata.hsds import read, write

    document = json.loads(exchange.hsds_json(facts, "cs"))
    # Formats of the schema (uri, email), held by what offices and registers write.
    for service in document["contents"]:
        assert re.fullmatch(r"https?://\S+", service.get("url", "https://x")), service["url"]
        assert re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[a-z]+", service.get("email", "a@b.cz")), service["email"]
    back = read.from_hsds(document)
    for name in write.TABLES:
        key = list(fields.BY_NAME[name].key)
        ours = facts.dataset[name].sort_values(key, ignore_index=True)
        pd.testing.assert_frame_equal(back[name].sort_values(key, ignore_index=True), ours)


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_map_is_drawn_in_every_form(facts, form):
    starts = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF"}
    assert file.build(facts, "residential_seniors", "pl", form, ppi=60).startswith(starts[form])


def test_a_map_says_norm_year_source_and_classes_in_words(facts):
    with text.speaking("en"):
        data = file.gap_data(facts, facts.analysis_of("residential_seniors"))
    norm = facts.analyses["residential_seniors"].norm
    notes = " ".join(data["notes"])
    assert str(norm.year) in notes
    assert {item["label"] for item in data["legend"]} >= {"below the norm", "none within reach"}
    assert facts.dataset.version in data["sources"]
