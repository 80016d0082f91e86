"""
For every area × group × output: where class or norm is unknown there is no number; what is told adds up.

Everything is made once from the shipped snapshot and read back as a reader reads it.
Figures are not written down here: they move with the data. What must hold between them does not.
"""

import csv
import io
import json
import re
import sqlite3
from html.parser import HTMLParser

import pytest

from dashboard import text
from dashboard.documents import exchange
from dashboard.documents.facts import topics, words
from dashboard.documents.facts.area import AreaFacts
from dashboard.documents.office import report_table
from dashboard.documents.pack import tables
from dashboard.documents.sheet import page
from dashboard.gaps import calculation, measures, ranking
from dashboard.map import message
from dashboard.phrases import amounts, gaps
from dashboard.phrases import totals as phrases_totals
from geodata.method.gaps import UNKNOWN
from geodata.method.gaps import ranking as ranked
from geodata.method.result_tables import OF_THE_MET
from geodata.studies.explain import AFTER_DEMAND, explain_municipality

PARTS = ("served_places", "waiting_places", "out_of_reach_places")
OF_FACTS = ("within_reach", "served", "waiting", "out_of_reach", "missing")
LANGUAGES = ("cs", "pl", "en")


@pytest.fixture(scope="module")
def everything(published):
    """Facts of every area by its id: each analysis is made once."""
    return {area: AreaFacts(published, area) for area in published["area"]["area_id"]}


@pytest.fixture(scope="module")
def pairs(everything):
    """Every area × group."""
    return [(facts, group_id) for facts in everything.values() for group_id in facts.groups]


@pytest.fixture(autouse=True)
def czech():
    text.use("cs")
    yield
    text.use(None)


def members(facts, group_id):
    coverage = facts.analyses[group_id].coverage
    return coverage.loc[coverage["municipality_code"].isin(facts.members)]


def has_digit(shown):
    return bool(re.search(r"\d", shown))


def number(written):
    """Return what a reader takes a written number for; "less than" is nothing of the last decimal's step."""
    plain = written.replace("\xa0", " ").strip()
    if plain.startswith(("<", "méně")):
        return 0.0
    digits = re.sub(r"^[≥≤]\s*", "", plain).replace(" ", "").replace(",", ".")
    return float(re.match(r"-?\d+(\.\d+)?", digits)[0])


class Cells(HTMLParser):
    """Rows of cells of a table."""

    def __init__(self, made):
        super().__init__()
        self.rows = []
        self._is_in_cell = False
        self.feed(made)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002  # as the parser calls it
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self._is_in_cell = False

    def handle_data(self, data):
        if self._is_in_cell:
            self.rows[-1][-1] += data


def test_there_is_something_unknown_to_look_at(pairs):
    """All below would pass on data without anything unknown."""
    kinds = {"no norm": 0, "no capacity": 0, "told": 0}
    for facts, group_id in pairs:
        rows = members(facts, group_id)
        no_norm = rows["demand_places"].isna()
        kinds["no norm"] += int(no_norm.sum())
        kinds["no capacity"] += int(((rows["gap_class"] == UNKNOWN) & ~no_norm).sum())
        kinds["told"] += int((rows["gap_class"] != UNKNOWN).sum())
    assert min(kinds.values()) > 20, kinds


def test_the_engine_s_rows_and_totals(pairs):
    for facts, group_id in pairs:
        rows, total = members(facts, group_id), facts.total(group_id)
        is_unknown = rows["gap_class"] == UNKNOWN
        assert rows.loc[is_unknown, list(OF_THE_MET)].isna().all(axis=None)
        known = rows.loc[~is_unknown]
        assert (known[list(PARTS)].sum(axis=1) - known["demand_places"]).abs().max() < 1e-9 or known.empty
        for name in (*PARTS, "missing_places"):
            expected = None if known.empty else pytest.approx(known[name].sum(), abs=1e-9)
            assert getattr(total, name) == expected, (facts.area_id, group_id, name)
        if rows["demand_places"].isna().all():
            assert total.demand_places is None


def test_the_command_says_unknown(pairs, dataset_path):
    from etl.commands.gaps import SHOWN, GapsOfArea, _row_as_shown, total_line
    from etl.commands.gaps import UNKNOWN as WORD

    for facts, group_id in pairs:
        rows = members(facts, group_id).reset_index(drop=True)
        result = GapsOfArea(facts.area_id, facts.analyses[group_id], facts.total(group_id), rows)
        total = result.as_json()["total"]
        for row in rows.to_dict("records"):
            shown = _row_as_shown(row, SHOWN)
            assert set(shown) == set(SHOWN)
            if row["gap_class"] == UNKNOWN:
                assert {shown[name] for name in (*PARTS, "coverage_ratio")} == {WORD}
            else:
                figures = [number(shown[name].replace(",", "")) for name in (*PARTS, "demand_places")]
                assert sum(figures[:3]) == pytest.approx(figures[3]), row
        if (rows["gap_class"] == UNKNOWN).all():
            assert {total[name] for name in (*PARTS, "missing_places")} == {None}
            assert not has_digit(total_line(facts.total(group_id)).split(";")[-1])
        else:
            line = total_line(facts.total(group_id)).split(" (")[0].replace(",", "")
            need, parts = line.split(" = ")
            whole = float(re.search(r"[\d.]+$", need)[0])
            added = [
                0.0 if "<" in part else float(re.search(r"[\d.]+$", part)[0]) for part in parts.split(" + ")
            ]
            assert sum(added) == pytest.approx(whole), line


def test_the_command_s_files_hold_nothing(dataset_path):
    from typer.testing import CliRunner

    from etl.cli import app

    def run(form):
        asked = ["gaps", "--area", "mikolow", "--service", "housing_crisis", "--format", form]
        return CliRunner().invoke(app, [*asked, "--dataset", str(dataset_path)]).stdout

    total = json.loads(run("json"))["total"]
    assert {total[name] for name in ("demand_places", *PARTS, "missing_places", "untold_places")} == {None}
    (row,) = csv.DictReader(io.StringIO(run("csv")))
    assert {row[name] for name in ("demand_places", *OF_THE_MET)} == {""}
    assert "Together: the need is unknown" in run("table")


def test_the_map_and_its_table(pairs):
    for facts, group_id in pairs:
        analysis = facts.analyses[group_id]
        rows = ranked(members(facts, group_id))
        labels = gaps.class_labels()
        made = Cells(ranking.table(rows, labels, "", {}))
        row_of = dict(zip(rows["municipality_code"], made.rows[1:], strict=True))
        order = analysis.coverage["municipality_code"].tolist()
        sent = message.picture(
            order, analysis.coverage, facts.members, view="", language="cs", words={}, counts={},
            class_labels=labels, legend={}, sites=[], attribution="",
            measures=measures.measures(analysis.coverage, facts.members),
        )  # fmt: skip
        position = {code: at for at, code in enumerate(order)}
        for row in rows.to_dict("records"):
            at, cells = position[row["municipality_code"]], row_of[row["municipality_code"]]
            if row["gap_class"] == UNKNOWN:
                assert sent["missing"][at] is None
                assert sent["within_reach"][at] is None
                assert not has_digit(cells[1] + cells[2]), cells
                for measure in sent["measures"]:
                    if measure["id"] in ("missing", "out_of_reach"):
                        assert not has_digit(measure["details"].get(at, ""))
            else:
                assert sent["missing"][at] is not None


def test_headlines_of_all_doors(pairs):
    for language in LANGUAGES:
        text.use(language)
        for facts, group_id in pairs:
            headline = phrases_totals.headline(facts.total(group_id), facts.name)
            if (members(facts, group_id)["gap_class"] == UNKNOWN).all():
                assert len(headline) == 1
                assert not has_digit(headline[0])
            for sentence in headline:
                assert not re.search(r"(?<![\d.,])0(?![\d.,])", sentence), sentence
                assert "nejvýše méně" not in sentence


def test_tables_of_the_chapter_and_the_workbook(everything):
    for facts in everything.values():
        for group_id in topics.groups_with_norm(facts):
            topic = topics.gap(facts, group_id)
            shown = report_table.shown_rows(topic, range(len(topic.headings)))
            for fact, row, cells in zip(topics.group_rows(facts, group_id), topic.rows, shown, strict=True):
                if not fact.is_told:
                    assert [row[at] for at in (5, 6, 7, 8, 9)] == [None] * 5  # an empty cell in XLSX and CSV
                    assert {cells[at] for at in (5, 6, 7, 8, 9)} == {text.unknown()}
                    continue
                need, *parts = (number(cells[at]) for at in (4, 6, 7, 8))
                assert sum(parts) == pytest.approx(need), cells
                assert number(cells[7]) + number(cells[8]) == pytest.approx(number(cells[9])), cells
        whole = topics.totals(facts)
        for row, cells in zip(
            whole.rows, report_table.shown_rows(whole, range(len(whole.headings))), strict=True
        ):
            is_told = row[5] is not None
            assert is_told or {cells[at] for at in (5, 6, 7, 9)} == {text.unknown()}
            if is_told:
                assert sum(number(cells[at]) for at in (5, 6, 7, 8)) == pytest.approx(number(cells[4])), cells
                assert number(cells[6]) + number(cells[7]) == pytest.approx(number(cells[9])), cells


def test_no_kind_of_service_reads_as_unknown_where_all_its_capacities_are_known(everything):
    """An empty cell reads as unknown on paper: where nothing of the kind is counted stands a dash."""
    for facts in everything.values():
        topic = topics.kinds(facts)
        shown = report_table.shown_rows(topic, range(len(topic.headings)))
        assert any(cells[2] == "–" or cells[3] == "–" for cells in shown)
        for cells in shown:
            assert (text.unknown() in cells) <= (cells[4] != "0"), cells


def test_the_workbook_as_it_is_on_the_disk(everything):
    from python_calamine import CalamineWorkbook

    from dashboard.documents.office import tables_xlsx

    facts = everything["frydlantsko-beskydy"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(tables_xlsx.build(facts, "cs")))
    unknown, seen = words.class_name(UNKNOWN), 0
    for name in book.sheet_names:
        head, *rows = book.get_sheet_by_name(name).to_python()
        if "porovnání s normou" not in head and _("compared with the norm") not in head:
            continue
        at = head.index(_("compared with the norm"))
        met = [
            head.index(_(word)) for word in ("within reach", "served", "waiting", "out of reach", "missing")
        ]
        for row in rows:
            if row[at] == unknown:
                seen += 1
                assert [row[column] for column in met] == [""] * 5
    assert seen > 10


def test_the_chapter_as_it_is_on_the_disk(everything):
    from docx import Document

    from dashboard.documents.office import report

    facts = everything["mikolow"]
    with text.speaking("pl"):
        unknown = words.class_name(UNKNOWN)
        missing = _("missing")
    seen = 0
    for table in Document(io.BytesIO(report.build(facts, "pl"))).tables:
        head = [cell.text for cell in table.rows[0].cells]
        for row in table.rows[1:]:
            cells = [cell.text for cell in row.cells]
            if missing in head and unknown in cells:
                seen += 1
                assert not has_digit(cells[head.index(missing)]), cells
    assert seen


def test_the_pack(everything):
    for facts in everything.values():
        for group_id in topics.groups_with_norm(facts):
            made = tables.group_table(facts, group_id)
            for code, measure, value, shown in figures(made):
                if measure in OF_FACTS and not facts.gap(group_id, code).is_told:
                    assert (value, shown) == ("", text.unknown())
        totals = {(group, measure): (value, shown) for group, measure, value, shown in totals_of(facts)}
        for group_id in topics.groups_with_norm(facts):
            if not facts.total(group_id).is_told:
                assert totals[group_id, "missing"] == totals[group_id, "served"] == ("", text.unknown())


def figures(made):
    pattern = (
        r'<data value="([^"]*)" data-municipality="([^"]*)" data-group="[^"]*" data-measure="([^"]*)">([^<]*)'
    )
    matches = re.findall(pattern, made)
    assert matches
    return [(code, measure, value, shown) for value, code, measure, shown in matches]


def totals_of(facts):
    pattern = r'<data value="([^"]*)" data-area="" data-group="([^"]*)" data-measure="([^"]*)">([^<]*)'
    return [
        (group, measure, value, shown)
        for value, group, measure, shown in re.findall(pattern, tables.totals_table(facts))
    ]


def test_the_slides(everything):
    """Their tables and charts take the same totals and rows; a chart leaves out what is None."""
    from dashboard.documents.facts.story import area_totals, village_rows

    for facts in everything.values():
        for _group, total in area_totals(facts, list(facts.groups)).needed:
            assert total.is_told
        for code in facts.members:
            rows, _slight = village_rows(facts, code, list(facts.groups))
            assert all(row.is_told or amounts.parts_of(row).missing == text.unknown() for row in rows)


def test_files_of_exchange(everything, tmp_path):
    for area, facts in everything.items():
        for feature in json.loads(exchange.gaps_geojson(facts))["features"]:
            properties = feature["properties"]
            for group_id in topics.groups_with_norm(facts):
                if properties[f"{group_id}_gap_class"] == UNKNOWN:
                    assert {properties[f"{group_id}_{name}"] for name in OF_FACTS} == {None}
        if area not in ("frydlantsko-beskydy", "mikolow"):
            continue  # each costs seconds; the layers take the same values as GeoJSON
        path = tmp_path / f"{area}.gpkg"
        exchange.gaps_geopackage(facts, path)
        with sqlite3.connect(path) as connection:
            for group_id in topics.groups_with_norm(facts):
                columns = ", ".join(OF_FACTS)
                query = f'SELECT {columns} FROM "gaps_{group_id}" WHERE gap_class = ?'  # names of our own
                for row in connection.execute(query, (UNKNOWN,)):
                    assert set(row) == {None}
        made = exchange.gaps_csv(facts).decode("utf-8-sig")
        unknown = words.class_name(UNKNOWN)
        for row in csv.reader(io.StringIO(made), delimiter=";"):
            if len(row) > 10 and row[3] == unknown:
                assert row[6:11] == [""] * 5
        # The catalogue alone: HSDS has no word for a gap.
        assert b"missing_places" not in exchange.hsds_json(facts, "cs")


def test_explanations(pairs, published):
    for facts, group_id in pairs:
        analysis = facts.analyses[group_id]
        rows = members(facts, group_id)
        for code in rows.loc[rows["gap_class"] == UNKNOWN, "municipality_code"].tolist()[:2]:
            chain = explain_municipality(analysis, code).chain
            after = chain.loc[chain["step"].isin(AFTER_DEMAND)]
            assert after["value"].isna().all()
            assert not has_digit("".join(after["calculation"]))
            made = Cells(calculation.calculation(analysis, code, published, {}))
            sums = [row for row in made.rows if row and row[0].startswith("Součet")]
            assert all(not has_digit(row[-1]) for row in sums)
            assert not any(row and row[0] in ("Zajištěno", "Chybí") for row in made.rows)


def test_scenarios(everything):
    from dashboard.scenario.effects import totals_table
    from geodata.studies.scenario import compare

    for area, group_id in (("mikolow", "housing_crisis"), ("frydlantsko-beskydy", "night_shelter")):
        facts = everything[area]
        comparison = compare(facts.dataset, group_id, facts.country, facts.members, [], area_id=area)
        made = [row for row in Cells(totals_table(comparison)).rows if row]
        by_name = {row[0]: row[1:] for row in made}
        if not comparison.summary_before.is_told:
            assert all(not has_digit("".join(cells)) for name, cells in by_name.items() if name != made[0][0])
        else:
            need, served, waiting, out = (number(made[at][1]) for at in (1, 2, 3, 4))
            assert need == pytest.approx(served + waiting + out + number(made[5][1]))


def test_sheets_sentences_and_tables_count_the_same(everything):
    """
    The sentence of a sheet counts the rows of its table, in every village;
    page, print and slides divide by the same function.
    """
    from dashboard.phrases.village_counts import SLIGHT

    villages = 0
    for facts in everything.values():
        for code in facts.members:
            divided = page.divided_rows(facts, code)
            rows = [facts.gap(group_id, code) for group_id in facts.groups]
            counted = [
                row
                for row in rows
                if row.gap_class not in (UNKNOWN, "no_need")
                and row.demand is not None
                and row.demand >= SLIGHT
            ]
            assert {row.group_id for row in divided.compared} == {row.group_id for row in counted}
            for room in (len(rows), 2):
                data = page.sheet_data(facts, code, groups=room)
                headline = page.headline(facts, code, divided, min(room, len(counted)))
                assert data["headline"] == headline
                assert len(data["gaps"]) == min(room, len(counted))
                if not counted:
                    continue
                villages += 1
                numbers = [int(digits) for digits in re.findall(r"\d+", headline[0])]
                short = sum(row.gap_class != "at_or_above" for row in counted)
                assert numbers[:2] == ([len(counted), short] if short else [len(counted), *numbers[1:2]]), (
                    headline[0]
                )
                if room < len(counted):
                    assert str(room) in headline[1]
            # People who lack a place are compared with people; interventions and contacts follow,
            # by the part of their need.
            people = [row.missing for row in divided.short if row.unit in ("luzka", "klient", "place")]
            others = [
                row.missing / row.demand
                for row in divided.short
                if row.unit not in ("luzka", "klient", "place")
            ]
            assert people == sorted(people, reverse=True)
            assert others == sorted(others, reverse=True)
            assert [row.missing for row in divided.short[: len(people)]] == people
    assert villages > 100


def test_nobody_is_told_that_none_is_known_where_shelters_are_in_the_district(everything):
    seen = 0
    for facts in everything.values():
        for group_id in facts.groups:
            for code in facts.members:
                fact = facts.gap(group_id, code)
                if fact.services_in_reach_protected and fact.nearest_m is None:
                    seen += 1
                    assert words.nearest_km(fact) == gaps.hidden_place()
                    assert "chráněná" in words.reach_sentence(fact)
                    row = members(facts, group_id).set_index("municipality_code", drop=False).loc[code]
                    assert ranking._nearest(row) == gaps.hidden_place()
    assert seen >= 60


def test_sources_are_told_for_the_country_of_the_area(everything, published):
    country_of = published["municipality"].set_index("municipality_code")["country"]
    people = published["population"].assign(country=lambda entry: entry["municipality_code"].map(country_of))
    for facts in everything.values():
        days = set(people.loc[people["country"] == facts.country, "reference_date"])
        own, other = ("ČSÚ", "GUS") if facts.country == "CZ" else ("GUS", "ČSÚ")
        (line,) = words.origin_lines(facts, ["snapshot_population"])
        assert line.startswith(f"{own}: ")
        assert other not in line
        for day in set(people["reference_date"]):
            assert (text.date(day, "medium") in line) == (day in days)
        (row,) = [row for row in topics.sources(facts).rows if row[1] in (own, other) and "obcí" in row[0]]
        assert (row[1], set(row[2].split(", "))) == (own, days)
        (origin,) = [
            entry for entry in exchange.about(facts)["origins"] if entry["origin_id"] == "snapshot_population"
        ]
        assert other not in json.dumps(origin, ensure_ascii=False)


def test_nothing_that_is_there_reads_as_zero_in_a_table(everything):
    for facts in everything.values():
        for group_id in topics.groups_with_norm(facts):
            topic = topics.gap(facts, group_id)
            shown = report_table.shown_rows(topic, range(len(topic.headings)))
            for row, cells in zip(topic.rows, shown, strict=True):
                for at in (4, 5, 6, 7, 8, 9, 11):
                    if isinstance(row[at], float) and abs(row[at]) >= 1e-6:
                        assert cells[at].startswith("<") or number(cells[at]) != 0, (
                            topic.headings[at],
                            row[at],
                            cells[at],
                        )
            norm = facts.analyses[group_id].norm.value_per_1000
            assert number(amounts.norm_value(norm)) > 0


def _(word):
    return text._(word)
