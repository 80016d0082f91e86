"""
Every page in every language on the published dataset: no exception, no word of another language, no secret.
"""

import re
from pathlib import Path

import pytest

from dashboard import text
from dashboard.method import facts as method
from dashboard.translations import messages
from geodata.reading import services
from tests.integration.reader import clean, words_of

FOLDER = Path(__file__).resolve().parents[2] / "dashboard" / "app_pages"
# Every page of the folder: a new one is tested without being named here.
PAGES = [
    f"app_pages/{file.name}" for file in sorted(FOLDER.glob("*.py")) if "__main__" in file.read_text("utf-8")
]
TITLES = {
    "app_pages/village.py": {
        "cs": "Frýdlant nad Ostravicí",
        "pl": "Frýdlant nad Ostravicí",
        "en": "Frýdlant nad Ostravicí",
    },
    "app_pages/catalogue.py": {"cs": "Katalog služeb", "pl": "Katalog usług", "en": "Catalogue of services"},
    "app_pages/data_method.py": {"cs": "Data a metoda", "pl": "Dane i metoda", "en": "Data and method"},
}
# Messages too short or too common to prove anything when they stand on a page of another language.
SHORTEST_PROOF = 25


@pytest.mark.parametrize("language", list(text.LANGUAGES))
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_and_speaks_one_language(open_page, page, language):
    app = open_page(page, lang=language)
    assert clean(app), [*app.exception, *app.error]
    if page in TITLES:
        assert app.title[0].value.replace("\\", "") == TITLES[page][language]
    shown = words_of(app)
    assert "{" not in shown
    if language != "en":
        own = messages.read(language)
        for message in messages.extract():
            sentence = message.id[0] if isinstance(message.id, tuple | list) else message.id
            word = own.get(sentence, message.context)
            # A sentence with a placeholder never stands there as it is;
            # what is alike in both languages proves nothing.
            if len(sentence) < SHORTEST_PROOF or "{" in sentence or (word and word.string == sentence):
                continue
            assert sentence not in shown


@pytest.mark.parametrize(
    ("code", "name", "part"),
    [
        ("2408021", "Mikołów", "Mieszkańców"),
        ("2467011", "Jastrzębie-Zdrój", "źródło nie dzieli wieku tak dokładnie"),
        ("2469011", "Katowice", "Ludność tej gminy nie jest wczytana"),
        ("552593", "Malenovice", "Mieszkańców"),
    ],
)
def test_villages_of_every_state_of_knowledge(open_page, code, name, part):
    app = open_page("app_pages/village.py", municipality=code, lang="pl")
    assert clean(app)
    assert app.title[0].value.replace("\\", "") == name
    assert part in words_of(app)


def test_the_smallest_village_is_a_page_too(open_page, published):
    population = published["population"]
    total = population.loc[population["sex"] == "total"].groupby("municipality_code")["persons"].sum()
    code = total.idxmin()
    app = open_page("app_pages/village.py", municipality=code)
    assert clean(app)
    assert str(int(total[code])) in words_of(app)
    assert "méně než jeden člověk" in words_of(app)


@pytest.mark.parametrize("code", ["999999", "<script>alert(1)</script>", "598143'--", "x" * 500])
def test_an_unknown_village_is_answered_kindly(open_page, code):
    app = open_page("app_pages/village.py", municipality=code)
    assert clean(app)
    assert "neznáme" in app.info[0].value
    # Markdown shows what stands behind a backslash as it is.
    assert re.search(r"(?<!\\)<script", app.info[0].value) is None
    assert app.text_input[0].label == "Najít jinou obec"


def test_another_village_is_found_by_a_mistyped_name(open_page):
    app = open_page("app_pages/village.py")
    app.text_input[0].set_value("celdna").run()
    button = next(each for each in app.button if each.label.startswith("Čeladná"))
    button.click().run()
    assert app.title[0].value == "Čeladná"
    assert app.query_params["municipality"] == "598071"


def test_the_catalogue_restores_its_address_and_writes_it(open_page):
    app = open_page(
        "app_pages/catalogue.py", q="pecovatelska sluzba", area="podbrdsko", status="existing,nic"
    )
    assert clean(app)
    assert app.text_input[0].value == "pecovatelska sluzba"
    assert "nic" in app.info[0].value
    assert app.multiselect(key="dosah-catalogue-area").value == ["podbrdsko"]
    app.multiselect(key="dosah-catalogue-area").set_value(["mikolow"]).run()
    assert app.query_params["area"] == "mikolow"
    assert app.query_params["query"] == "pecovatelska sluzba"


def test_every_card_of_the_catalogue_can_be_made(published):
    """Each service of the dataset, in each language: no card fails, none tells a protected place."""
    from dashboard.catalogue import card
    from dashboard.catalogue import index as catalogue
    from dashboard.tables.html import html

    municipality = published["municipality"]
    names = dict(zip(municipality["municipality_code"], municipality["name"], strict=True))
    districts = catalogue.district_names(published)
    origins = {row["origin_id"]: row for row in published["origin"].to_dict("records")}
    protected = 0
    for language in text.LANGUAGES:
        text.use(language)
        for entry in list(services.services(published).values()):
            facts = card.facts(entry, districts, names, "2026-09-04") + card.sources(entry, origins)
            shown = "".join(html(value) for _name, value in facts if value is not None)
            assert "{" not in shown
            row = card.sheet_row(entry, districts, names, origins)
            assert len(row) == len(card.sheet_headings())
            if entry.is_protected:
                protected += 1
                assert entry.municipality_codes == frozenset()
                assert "village?" not in shown
    text.use("cs")
    assert protected


def test_an_unknown_card_is_answered_kindly(open_page):
    app = open_page("app_pages/catalogue.py", card="<b>x</b>")
    assert clean(app)
    assert "neznáme" in app.info[0].value


def test_the_accounting_on_the_page_is_that_of_the_dataset(open_page, published):
    app = open_page("app_pages/data_method.py", section="rows")
    shown = " ".join(words_of(app).split())
    titles = {source.origin_id: source.title for source in method.sources(published)}
    for row in published["accounting"].to_dict("records"):
        figures = [row[name] for name in ("rows_read", "rows_loaded", "rows_merged", "rows_rejected")]
        assert figures[0] == sum(figures[1:])
        line = " ".join([titles[row["origin_id"]], *(text.number(figure) for figure in figures), "ano"])
        assert " ".join(line.split()) in shown


# -- sections of "Data and method" ---------------------------------------------------------------------------

METHOD = "app_pages/data_method.py"


def sections_of(app):
    return next(group for group in app.get("button_group") if len(group.options) == 8)


def test_a_section_is_restored_from_the_address_and_written_into_it(open_page):
    app = open_page(METHOD, lang="en", section="sure", area="podbrdsko")
    assert clean(app)
    assert [header.value for header in app.header] == ["How sure it is"]
    assert app.selectbox[0].value == "podbrdsko"
    sections_of(app).set_value("doubtful").run()
    assert [header.value for header in app.header] == ["Doubtful capacities"]
    # A second choice is not lost to the address that the first one wrote.
    sections_of(app).set_value("rows").run()
    assert [header.value for header in app.header] == ["What became of every row"]
    app.selectbox or sections_of(app).set_value("sure").run()
    assert app.selectbox[0].value == "podbrdsko"


def test_an_order_is_chosen_twice_and_kept(open_page):
    app = open_page(METHOD, lang="en", section="doubtful", order="name")
    assert app.selectbox[0].value == "name"
    app.selectbox[0].select("excess").run()
    app.selectbox[0].select("effect").run()
    assert app.selectbox[0].value == "effect"
    asked = app.query_params["order"]
    assert (asked if isinstance(asked, str) else asked[0]) == "effect"


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_everything_stands_on_one_page_to_print(open_page, language):
    app = open_page(METHOD, lang=language, section="all")
    assert clean(app)
    assert len(app.header) == 7


@pytest.mark.parametrize(
    "address",
    [{"section": "<script>"}, {"section": "sure", "area": "x'--"}, {"section": "doubtful", "order": "9"}],
)
def test_a_section_that_is_not_known_is_answered_kindly(open_page, address):
    app = open_page(METHOD, lang="en", **address)
    assert clean(app)
    assert len(app.header) == 1
    assert len(app.info) == (address["section"] == "<script>")
