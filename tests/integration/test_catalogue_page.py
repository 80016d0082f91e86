"""
The catalogue on published datasets: list and map, facets, providers, one's own list, two builds,
money, no duplicates.
"""

import csv
import re
from collections import defaultdict

import pytest
import xlsxwriter
from typer.testing import CliRunner

from dashboard import text
from etl.cli import app as dosah
from etl.publish.inputs import source_paths
from etl.usertables.cells.schema import layout
from etl.usertables.read import choice_text
from geodata.dataset.dataset import read_dataset
from geodata.reading import services
from geodata.vocabulary.identifiers import fold
from tests.integration.reader import clean, html_of, told_in_html

PAGE = "app_pages/catalogue.py"
LATER = "2027-02-01"


def build(*arguments):
    result = CliRunner().invoke(dosah, ["build", *map(str, arguments)])
    assert result.exit_code == 0, result.output


def fill(path, kind, *rows):
    """Write a table as a person fills in the template."""
    table = layout(kind)
    path.parent.mkdir(exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(table.sheet["cs"])
        for position, column in enumerate(table.columns):
            sheet.write(0, position, column.heading["cs"])
            labels = column.labels("cs")
            for number, row in enumerate(rows, start=1):
                value = row.get(column.name)
                sheet.write(number, position, choice_text(value, labels[value]) if value in labels else value)


@pytest.fixture(scope="module")
def registered():
    """
    Three registrations of beds alone and of one place: the first will grow,
    the second will vanish, the third stays.
    """
    with source_paths({})["snapshot_register"].open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    sites = defaultdict(list)
    for row in rows:
        sites[row["registration_id"]].append(row)
    return [
        own_sites[0]
        for own_sites in sites.values()
        if len(own_sites) == 1
        and re.fullmatch(r"pob:luzka=(4\d|3\d)", own_sites[0]["capacity_text"])
        and not own_sites[0]["valid_to"]
    ][:3]


@pytest.fixture(scope="module")
def later_path(copy_published, tmp_path_factory, registered):
    """
    The dataset of a second build: another day, a changed capacity, a service less,
    tables of money and network.
    """
    folder = tmp_path_factory.mktemp("later")
    path, source = copy_published(folder), source_paths({})["snapshot_register"]
    grown, lost, _same = registered
    changed = folder / "register.csv"
    with (
        source.open(encoding="utf-8", newline="") as stream,
        changed.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.DictReader(stream)
        writer = csv.DictWriter(out, reader.fieldnames)
        writer.writeheader()
        for row in reader:
            if row["registration_id"] == grown["registration_id"]:
                row["capacity_text"] = "pob:luzka=50"
            if row["registration_id"] != lost["registration_id"]:
                writer.writerow(row)
    money = {
        "record_id": grown["registration_id"],
        "year": 2026,
        "funding_kind": "granted",
        "currency": "CZK",
        "source": "kraj",
    }
    fill(
        folder / "tables" / "penize.xlsx",
        "funding",
        {**money, "funding_source": "region", "amount": 9_000_000},
        {**money, "funding_source": "municipality", "amount": 1_000_000},
    )
    net = {
        "record_id": grown["registration_id"],
        "form": "pob",
        "unit": "luzka",
        "year": 2026,
        "source": "kraj",
    }
    fill(folder / "tables" / "sit.xlsx", "network", {**net, "network_name": "Základní síť", "capacity": 44})
    arguments = ("--output", path, "--source", f"register={changed}", "--data-date", LATER)
    build(*arguments)
    before = path.read_bytes()
    build(*arguments)
    # Built again on the same day: not a byte is different.
    assert path.read_bytes() == before
    return path


@pytest.fixture
def open_page(open_page):
    """
    Return a function that opens the catalogue, on the snapshot's dataset or another,
    and looks that it found everything.
    """

    def open_(**options):
        app = open_page(PAGE, **options)
        assert clean(app), [*app.exception, *app.error]
        return app

    return open_


def count_of(app):
    return int(re.search(r"\d+", app.header[0].value)[0])


# -- list, facets, map ---------------------------------------------------------------------------------------


def test_the_number_beside_a_value_is_what_choosing_it_gives(open_page):
    app = open_page(area="frydlantsko-beskydy")
    box = app.multiselect(key="dosah-catalogue-kind")
    label = next(option for option in box.options if option.startswith("Pečovatelská služba ("))
    promised = int(re.search(r"\((\d+)\)", label)[1])
    box.set_value(["cz-40"]).run()
    assert app.query_params["kind"] == "cz-40"
    assert count_of(app) == promised > 0


def test_list_and_map_together_have_an_address_and_survive_a_filter(open_page):
    app = open_page(view="map", lang="pl")
    assert len(app.get("component_instance")) == 1
    assert "data-dosah-points" in html_of(app)
    app.multiselect(key="dosah-catalogue-area").set_value(["mikolow"]).run()
    assert (app.query_params["view"], app.query_params["lang"]) == ("map", "pl")
    assert len(app.get("component_instance")) == 1
    assert len(open_page().get("component_instance")) == 0


def test_what_has_no_place_on_the_map_is_counted_beside_it(open_page, published):
    app = open_page(view="map")
    protected = published["site"].groupby("service_id")["is_protected"].all().sum()
    assert f"{protected} služeb na mapě není" in told_in_html(app)
    assert "neznáme místo" in told_in_html(app)


def test_follow_on_help_is_marked_and_can_be_told_apart(open_page, published):
    app = open_page(nature="follow_on")
    assert count_of(app) == published["service"]["is_follow_on"].sum() > 0
    assert html_of(app).count("návazná pomoc, ne sociální služba podle zákona") == 25


# -- duplicates ----------------------------------------------------------------------------------------------


def test_no_service_is_shown_twice(published):
    """
    A record that is no registration of its own never repeats another entry.

    Two registrations may bear one name (two numbers of the register);
    services at protected addresses are all called by their kind.
    """
    seen = defaultdict(list)
    for entry in list(services.services(published).values()):
        if not entry.is_protected:
            seen[entry.provider_id, entry.kind, entry.municipality_codes, fold(entry.name)].append(entry)
    repeated = [same for same in seen.values() if len(same) > 1]
    assert all(entry.registration_id for same in repeated for entry in same)
    numbers = [
        entry.registration_id
        for entry in list(services.services(published).values())
        if entry.registration_id
    ]
    assert len(numbers) == len(set(numbers))
    # The records that were joined are told on the card of the service, and are no entries.
    joined = {record_id for record_id in published["linked"]["record_id"] if isinstance(record_id, str)}
    assert joined
    assert not {f"page-{record_id}" for record_id in joined} & set(published["service"]["service_id"])


def test_two_registrations_of_one_name_show_their_numbers(open_page):
    app = open_page(q="MěÚSS Strakonice Domov pro seniory")
    assert "registrace 1132" in told_in_html(app)
    assert "registrace 1134" in told_in_html(app)


# -- providers -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_a_provider_has_a_page_with_all_its_services(open_page, published, language):
    service = published["service"]
    provider_id = service["provider_id"].value_counts().index[0]
    app = open_page(provider=provider_id, lang=language)
    shown = html_of(app)
    for service_id in service.loc[service["provider_id"] == provider_id, "service_id"]:
        assert f"card={service_id}" in shown
    assert f"provider={provider_id}" in html_of(
        open_page(card=service.loc[service["provider_id"] == provider_id, "service_id"].iloc[0])
    )


def test_an_unknown_provider_is_answered_kindly(open_page):
    assert "neznáme" in open_page(provider="<script>alert(1)</script>").info[0].value


# -- one's own list ------------------------------------------------------------------------------------------


def test_a_star_is_an_address_with_the_service_in_it(open_page):
    app = open_page(q="pecovatelska", view="map")
    star = re.search(r'<a class="dosah-star" href="(catalogue\?[^"]*favourites=([^"&]+)[^"]*)"', html_of(app))
    assert "view=map" in star[1]
    assert "query=pecovatelska" in star[1]
    mine = open_page(view="mine", favourites=star[2])
    assert f"card={star[2]}" in html_of(mine)
    assert "★ odebrat" in html_of(mine)
    assert 'class="dosah-sheet"' in html_of(mine)
    assert len(mine.get("download_button")) == 2


def test_an_own_list_says_kindly_what_it_does_not_know(open_page):
    app = open_page(view="mine", favourites="nikdo,<b>x</b>")
    assert "nikdo" in app.info[0].value
    assert "prázdný" in app.markdown[0].value
    many = open_page(
        view="mine",
        favourites=",".join(["cz-rpss-1132"] * 3 + [f"page-P{number:03}" for number in range(300)]),
    )
    assert any("nejvýše 60 služeb" in sentence.value for sentence in many.info)


# -- two builds, money, what is gone -------------------------------------------------------------------------


def test_a_changed_capacity_is_told_with_both_days(open_page, later_path, registered):
    grown, _lost, same = registered
    before = grown["capacity_text"].removeprefix("pob:luzka=")
    card = told_in_html(open_page(dataset=later_path, card=f"cz-rpss-{grown['registration_id']}"))
    assert f"pobytová: {before} lůžek do 4. září 2026, od 1. února 2027 50 lůžek" in card
    card = told_in_html(open_page(dataset=later_path, card=f"cz-rpss-{same['registration_id']}"))
    assert "v datech beze změny od 4. září 2026" in card
    assert "Kapacita, jak ji uváděla" not in card


def test_the_second_dataset_remembers_the_first(later_path, registered):
    history = read_dataset(later_path)["capacity_history"]
    grown, lost, same = (
        history.loc[history["service_id"] == f"cz-rpss-{row['registration_id']}"] for row in registered
    )
    assert grown[["seen_from", "seen_to"]].to_numpy().tolist() == [
        ["2026-09-04", "2026-09-04"],
        [LATER, LATER],
    ]
    assert lost[["seen_from", "seen_to"]].to_numpy().tolist() == [["2026-09-04", "2026-09-04"]]
    assert same[["seen_from", "seen_to"]].to_numpy().tolist() == [["2026-09-04", LATER]]


def test_a_service_that_is_gone_can_still_be_read(open_page, later_path, registered):
    lost = f"cz-rpss-{registered[1]['registration_id']}"
    assert f"card={lost}" in html_of(open_page(dataset=later_path))
    app = open_page(dataset=later_path, card=lost)
    assert "4. září 2026" in app.info[0].value.replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")
    assert registered[1]["capacity_text"].removeprefix("pob:luzka=") + " lůžek" in told_in_html(app)
    assert "už nejsou" in open_page(dataset=later_path, view="mine", favourites=lost).info[0].value


def test_money_stands_on_the_card_with_its_division(open_page, later_path, registered):
    card = told_in_html(open_page(dataset=later_path, card=f"cz-rpss-{registered[0]['registration_id']}"))
    assert "2026, přiznáno: 10 000 000 Kč ÷ 50 lůžek = 200 000 Kč" in card
    assert "Základní síť" in card
    assert "44 lůžek" in card
    other = told_in_html(open_page(dataset=later_path, card=f"cz-rpss-{registered[2]['registration_id']}"))
    assert "nic neříkají" in other
    provider_id = f"cz-ico-{registered[0]['provider_id_ico']}"
    assert "9 000 000 Kč" in told_in_html(open_page(dataset=later_path, provider=provider_id))


def test_where_no_money_is_loaded_one_line_says_how_it_comes(open_page, registered):
    assert "zatím nic načteno není" in told_in_html(
        open_page(card=f"cz-rpss-{registered[0]['registration_id']}")
    )
