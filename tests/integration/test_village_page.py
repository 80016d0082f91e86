"""
The village page on the published dataset: villages alike, the calculation behind every group,
the address to share.
"""

import re

import pytest

from dashboard import text
from dashboard.answers import areas
from dashboard.phrases.village_counts import SHORT, SLIGHT
from dashboard.phrases.villages import PERSON_UNITS
from dashboard.village import place as village
from geodata.method.analysis import analyse
from geodata.reading import people
from geodata.reading import services as reading_services
from geodata.studies.peers import age_structure, peers_of
from geodata.vocabulary import codes
from tests.integration.reader import asked, bodies, told_in_html

PAGE = "app_pages/village.py"
CODE = "598143"


@pytest.fixture
def open_village(open_page):
    def open_(code=CODE, language="cs", session=None, **address):
        return open_page(PAGE, session=session, municipality=code, lang=language, **address)

    return open_


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_the_calculation_is_made_when_it_is_opened(open_village, published, language):
    closed = open_village(language=language)
    assert not closed.exception
    assert not any('class="dosah-calculation"' in body for body in bodies(closed))
    app = open_village(language=language, session={f"dosah-calculation-{CODE}-{language}": True})
    assert not app.exception
    # Where most people lack a place is explained first;
    # another kind is one choice away and stands in the address.
    analyses = {group: analyse(published, group, "CZ") for group in areas.groups_of_country("CZ")}
    rows = {
        group: analysis.coverage.set_index("municipality_code").loc[CODE]
        for group, analysis in analyses.items()
    }
    short = {
        group: row["missing_places"]
        for group, row in rows.items()
        if row["gap_class"] in SHORT
        and row["demand_places"] >= SLIGHT
        and codes.service_groups()[group].scopes["CZ"].unit in PERSON_UNITS
    }
    assert short[asked(app)["service"]] == max(short.values())
    # AppTest asks for labels outside of the reader's session.
    text.use(language)
    app.selectbox(key=f"dosah-calculation-group-{CODE}-{language}").set_value("home_care").run()
    assert asked(app)["service"] == "home_care"
    (made,) = [body for body in bodies(app) if 'class="dosah-calculation"' in body]
    coverage = analyse(published, "home_care", "CZ").coverage.set_index("municipality_code").loc[CODE]
    from dashboard.gaps.calculation_sites import figure

    text.use(language)
    assert figure(coverage["coverage_ratio"]) in made
    assert figure(coverage["demand_places"]) in made


@pytest.mark.parametrize("language", ["pl", "en"])
def test_an_address_opens_the_calculation_it_names(open_village, language):
    app = open_village(language=language, service="day_care")
    assert not app.exception
    assert any('class="dosah-calculation"' in body for body in bodies(app))
    assert app.selectbox[0].value == "day_care"


def test_an_address_that_names_no_kind_of_help_says_so_kindly(open_village):
    app = open_village(language="en", service="<script>")
    assert not app.exception
    assert "not known here" in app.info[0].value
    assert "service" not in app.query_params


def test_villages_alike_are_named_with_a_link_each(open_village, published):
    municipalities = published["municipality"]
    codes = municipalities.loc[municipalities["country"] == "CZ", "municipality_code"].tolist()
    peers = peers_of(age_structure(published["population"], codes), CODE)
    assert len(peers) == 8
    (named,) = [body for body in bodies(open_village()) if "Podobné obce jsou" in body]
    assert re.findall(r"municipality=(\w+)", named) == peers


def test_where_the_people_are_not_known_no_village_is_alike(open_village):
    app = open_village("2469011", "pl")
    assert not app.exception
    shown = "\n".join(bodies(app))
    assert "Gminy podobne" not in shown
    assert "mediana podobnych gmin" not in shown


def test_every_calculation_of_the_area_can_be_made(published):
    """Nothing of any group breaks the way back; a protected address never shows a distance."""
    from dashboard.gaps import calculation

    text.use("cs")
    entries = reading_services.services(published)
    membership = published["area_membership"]
    country_of = published["municipality"].set_index("municipality_code")["country"]
    for area_id in membership["area_id"].drop_duplicates():
        code = membership.loc[membership["area_id"] == area_id, "municipality_code"].iloc[0]
        for group_id in areas.groups_of_country(country_of[code]):
            analysis = analyse(published, group_id, country_of[code])
            made = calculation.calculation(analysis, code, published, entries)
            assert "nan" not in re.sub(r"<[^>]*>", " ", made).split()
            for row in re.findall(r"<tr>.*?</tr>", made):
                assert "adresa je chráněná" not in row or not re.search(r"\d\N{NO-BREAK SPACE}k?m\b", row)


def test_the_map_leads_the_figures_of_one_municipality_back_under_its_own_settings(open_page, published):
    from dashboard.gaps.calculation_sites import figure
    from geodata.method.analysis import Settings

    app = open_page(area="frydlantsko-beskydy", service="home_care", limit="9")
    assert not any('class="dosah-calculation"' in body for body in bodies(app))
    box = next(each for each in app.selectbox if each.label == "Krok za krokem pro jednu obec")
    box.set_value(CODE).run()
    assert not app.exception
    (made,) = [body for body in bodies(app) if 'class="dosah-calculation"' in body]
    settings = Settings(limit_m=9000)
    coverage = analyse(published, "home_care", "CZ", "frydlantsko-beskydy", settings).coverage
    ratio = coverage.set_index("municipality_code").loc[CODE, "coverage_ratio"]
    other = analyse(published, "home_care", "CZ").coverage.set_index("municipality_code").loc[CODE]
    text.use("cs")
    assert figure(ratio) != figure(other["coverage_ratio"])
    assert figure(ratio) in made


# -- the first screen, on every state of knowledge -----------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "present", "absent"),
    [
        # A Polish neighbour without ages, in no planning area of ours.
        (
            "2469011",
            ["Liczba mieszkańców nie jest wczytana", "Własne tabele", "zbyt niewielu gminach"],
            ["Cały obszar"],
        ),
        # A city whose ages end at 75 and more, alone in its area.
        ("2467011", ["źródło nie dzieli wieku tak dokładnie", "83"], ["Cały obszar", "Podobne gminy to"]),
        # A town of Podbrdsko.
        ("540013", ["Podobne gminy to", "Cały obszar", "Gdzie zadzwonić najpierw"], []),
        # In no planning area.
        (
            "598003",
            ["w żadnym z naszych obszarów", "Podobne gminy to", "z którym można by porównać"],
            ["Cały obszar"],
        ),
    ],
)
def test_every_state_of_knowledge_reads_well(open_village, code, present, absent):
    app = open_village(code, "pl")
    assert not app.exception
    shown = told_in_html(app)
    for sentence in present:
        assert sentence in shown
    for sentence in absent:
        assert sentence not in shown
    assert "None" not in shown
    assert not re.search(r"\bnan\b", shown)


def test_no_municipality_of_the_dataset_breaks_the_page(published):
    """Every tenth municipality: each part can be made, and protected services tell no distance."""
    from dashboard.catalogue import index as catalogue
    from dashboard.people import compared
    from dashboard.village import first_screen, services, tables

    text.use("cs")
    entries = reading_services.services(published)
    districts = catalogue.district_names(published)
    groups = {
        country: [analyse(published, group_id, country) for group_id in areas.groups_of_country(country)]
        for country in ("CZ", "PL")
    }
    for code in published["municipality"]["municipality_code"].iloc[::10]:
        municipality = village.place(published, code)
        population = people.population(published, code)
        views = [village.group_view(analysis, code, [], entries) for analysis in groups[municipality.country]]
        serving = services.serving(code, views, entries)
        calls = services.calls(views, entries)
        made = [
            first_screen.summary(views, population),
            first_screen.missing(views, population),
            first_screen.call_list(calls, municipality),
            first_screen.people_table(compared.compared(published, code, [], []), population),
            tables.kinds_table(views, has_alike=True, has_area=True),
            tables.services_tables(serving, districts, None),
            tables.ages(published, municipality),
        ]
        assert not [part for part in made if re.search(r"\b(?:nan|NaN|None|<NA>)\b", part)]
        assert made[2]
        hidden = [shown for way in serving.values() for shown in way if shown.entry.is_protected]
        assert all(shown.metres is None for shown in hidden)
        assert not any(call.serving.entry.is_protected for call in calls)


@pytest.mark.parametrize(("code", "language"), [(CODE, "cs"), ("598003", "pl"), ("2469011", "en")])
def test_sheet_and_slip_are_made_when_they_are_asked_for(published, code, language):
    """In an area of ours, in none, and where nobody's age is known."""
    from dashboard.village import documents

    municipality = village.place(published, code)
    pdf = documents.sheet_maker(published, municipality, language, "https://dosah.example/")()
    assert pdf.startswith(b"%PDF")
    assert pdf == documents.sheet_maker(published, municipality, language, "https://dosah.example/")()
    assert documents.slip_maker(published, municipality, language)().startswith(b"PK")
    assert text.current() == "cs"


def test_a_municipality_in_no_area_stands_among_those_of_its_town(published):
    from dashboard.documents.facts.area import AreaFacts
    from dashboard.documents.facts.surroundings import Surroundings
    from geodata.errors import UnknownCodeError

    facts = Surroundings(published, "598003")
    assert "598003" in facts.members
    assert len({facts.municipalities[code]["orp_name"] for code in facts.members}) == 1
    own = AreaFacts(published, "frydlantsko-beskydy")
    for group_id in ("home_care", "residential_seniors"):
        # The norm of the default does not depend on an area: the same figures.
        assert facts.gap(group_id, CODE) == own.gap(group_id, CODE)
    assert Surroundings(published, "2469011").members == ("2469011",)
    with pytest.raises(UnknownCodeError):
        Surroundings(published, "999999")


def test_names_of_files_are_plain(published):
    from dashboard.village import documents

    municipality = village.place(published, CODE)
    assert documents.file_name(municipality, "list", "pdf") == "frydlant-nad-ostravici-598143-list.pdf"
