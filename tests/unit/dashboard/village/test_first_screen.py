"""The first screen and the tables of a village: what is said where much, little or nothing is known."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from dashboard.answers import areas
from dashboard.people import compared
from dashboard.village import first_screen, paper, services, tables, words
from dashboard.village import place as village
from geodata.method.analysis import analyse
from geodata.reading import people as reading_people
from geodata.reading import services as reading_services

MEMBERS = ("100001", "100002", "100003")
NOBODY = reading_people.Population(None, None, None, None)
SOMEBODY = reading_people.Population(1530.0, 230.0, 50.0, "2020-12-31")


@pytest.fixture(scope="module")
def entries(small_world):
    return reading_services.services(small_world)


@pytest.fixture(scope="module")
def views_of(small_world, entries):
    def views(code, country="CZ"):
        found = [
            village.group_view(analyse(small_world, group_id, country), code, MEMBERS, entries, ["100002"])
            for group_id in areas.groups_of_country(country)
        ]
        return [view for view in found if view is not None]

    return views


@pytest.fixture(scope="module")
def one(views_of):
    """A view that is told what to be."""
    view = views_of("100001")[0]

    def made(group_id, gap_class, demand, missing=0.0, **more):
        gap = dataclasses.replace(
            view.gap,
            group_id=group_id,
            gap_class=gap_class,
            demand=demand,
            missing=missing,
            served=None if demand is None else demand - (missing or 0.0),
            coverage_ratio=None if not demand else 1 - (missing or 0.0) / demand,
            is_lower_bound=False,
            **more,
        )
        return dataclasses.replace(view, gap=gap)

    return made


def plain(code):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", code)).strip()


def test_the_headline_names_what_is_missing_most(in_language, one):
    in_language("en")
    views = [
        one("day_care", "below", 10.0, 2.0),
        one("home_care", "far_below", 20.0, 15.0),
        one("respite_field", "none_within_reach", 0.2, 0.2),
        one("workshops", "at_or_above", 4.0),
    ]
    assert words.headline(views, SOMEBODY) == "Most is missing here: help and care at home and day care."
    assert words.count_sentence(views) == (
        "Kinds of help that somebody here would need by the norm: 3. Falling short: 2."
    )
    said = plain(first_screen.summary(views, SOMEBODY))
    assert "Enough therapeutic workshops" in said
    assert "Hardly anybody needs respite at home" in said


@pytest.mark.parametrize(
    ("made", "population", "said"),
    [
        (
            [("day_care", "at_or_above", 4.0)],
            SOMEBODY,
            "nothing that people here would need by the norm is missing",
        ),
        ([("day_care", "none_within_reach", 0.2, 0.2)], SOMEBODY, "less than one would need any single kind"),
        ([("day_care", "unknown", None, None)], NOBODY, "How many people live here is not loaded"),
        ([("day_care", "unknown", None, None)], SOMEBODY, "cannot be computed"),
        ([], SOMEBODY, "cannot be computed"),
    ],
)
def test_the_headline_says_what_it_cannot_say(in_language, one, made, population, said):
    in_language("en")
    views = [one(*given) for given in made]
    assert said in words.headline(views, population)
    assert words.count_sentence(views) is None
    assert first_screen.missing(views, population)


def test_many_kinds_are_counted_beyond_the_first(in_language, one):
    in_language("en")
    names = ["day_care", "home_care", "respite_field", "workshops", "youth", "counselling"]
    views = [one(name, "unknown", None, None) for name in names]
    assert words.kinds(views, 4) == (
        "day care, help and care at home, respite at home, therapeutic workshops and 2 more kinds of help"
    )
    # One more than listed is listed too: "1 more" would be no shorter.
    assert "more" not in words.kinds(views[:5], 4)


def test_the_list_of_what_is_missing_is_ranked_and_goes_on_with_what_there_is(in_language, one):
    in_language("en")
    views = [
        one("day_care", "below", 10.0, 2.0),
        one("home_care", "far_below", 20.0, 15.0),
        one("workshops", "at_or_above", 4.0),
    ]
    made = first_screen.missing(views, SOMEBODY)
    assert re.findall(r"<h3>([^<]+)</h3>", made) == [
        "Help and care at home",
        "Day care",
        "Therapeutic workshops",
    ]
    assert re.findall(r"<h2>([^<]+)</h2>", made) == ["What is missing or short", "What there is"]
    # The colour is beside its words, never alone.
    assert made.count("dosah-chip") == 3


def test_more_gaps_than_fit_are_counted(in_language, one):
    in_language("en")
    names = ["day_care", "home_care", "respite_field", "workshops", "youth", "counselling", "outreach"]
    made = first_screen.missing([one(name, "below", 10.0, 2.0) for name in names], SOMEBODY)
    assert made.count("<li") == first_screen.SHOWN
    assert f"{len(names) - first_screen.SHOWN} more kinds of help stand in the table below." in plain(made)


def people(small_world, code, alike=(), members=MEMBERS):
    found = compared.compared(small_world, code, alike, members)
    return plain(first_screen.people_table(found, reading_people.population(small_world, code)))


def test_the_people_beside_others(small_world, in_language):
    in_language("en")
    said = people(small_world, "100001", ["100002"])
    assert "Who lives here (31 December 2020)".replace(" ", "\N{NO-BREAK SPACE}") in said.replace(
        " ", "\N{NO-BREAK SPACE}"
    )
    assert "Villages like yours Whole area Inhabitants 1,530 1,360 2,939" in said.replace("Here ", "")


def test_columns_without_anything_to_say_are_left_out(small_world, in_language):
    in_language("en")
    said = people(small_world, "2467011", members=["2467011"])
    assert "Whole area" not in said
    assert "Villages like yours" not in said
    assert "unknown: the source does not divide ages so finely" in said


def test_what_is_not_loaded_says_what_to_do(small_world, in_language):
    in_language("en")
    assert "Own tables" in people(small_world, "100004")
    said = people(small_world, "100001", members=[*MEMBERS, "100004"])
    assert "1 municipality of the area is left out" in said


@pytest.mark.parametrize(
    ("country", "orp", "said"),
    [("PL", None, "OPS"), ("CZ", "Frýdlant", "Frýdlant"), ("CZ", None, "nearest town")],
)
def test_without_a_number_the_reader_is_told_whom_to_ask(small_world, in_language, country, orp, said):
    in_language("en")
    place = dataclasses.replace(village.place(small_world, "100001"), country=country, orp=orp)
    assert said in plain(first_screen.call_list([], place))


def test_a_number_is_a_link_and_a_name_cannot_act(small_world, entries, in_language):
    in_language("en")
    entry = dataclasses.replace(
        entries["s-home"], provider="<img src=x onerror=alert(1)>", phone="558 441 611<b>"
    )
    serving = services.Serving(entry, "declared", 4000.0, ("home_care", "day_care", "youth"))
    call = services.Call(entry.phone, serving, serving.groups)
    made = first_screen.call_list([call], village.place(small_world, "100001"))
    assert 'href="tel:+420558441611"' in made
    assert "<img" not in made
    assert "<b>" not in made
    assert "comes to you, seat 4 km away" in plain(made).replace("\N{NO-BREAK SPACE}", " ")
    assert "Help and care at home, Day care and 1 more" in plain(made)


# -- tables --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("code", ["100001", "100003", "100004"])
@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_every_kind_of_help_has_its_row(views_of, in_language, code, language):
    from markupsafe import escape

    from dashboard.phrases.labels import group_label

    in_language(language)
    views = views_of(code)
    made = tables.kinds_table(views, has_alike=True, has_area=True)
    body = made.split("<tbody>")[1]
    assert body.count("<tr>") == len(views) == len(areas.groups_of_country("CZ"))
    for view in views:
        assert f">{escape(group_label(view.gap.group_id))}</th>" in body
    assert "nan" not in plain(body).split()
    assert "None" not in body


def test_the_columns_that_cannot_be_compared_are_left_out(views_of, in_language):
    in_language("en")
    made = tables.kinds_table(views_of("100001"), has_alike=False, has_area=False)
    assert "Villages like yours" not in made
    assert "Whole area" not in made


def test_shares_and_missing_in_words(in_language, one):
    in_language("en")
    assert tables.share_words(None, is_at_least=False) == "unknown"
    assert tables.share_words(0.834, is_at_least=True) == "at least 83%"
    # All of the need is all, whatever else there may be.
    assert tables.share_words(3.7, is_at_least=True) == "100%"
    short = one("home_care", "below", 10.0, 2.3, unit="klient").gap
    assert tables.missing_words(short) == "2 places"
    assert tables.missing_words(dataclasses.replace(short, is_lower_bound=True)) == "at most 2 places"
    assert tables.missing_words(dataclasses.replace(short, unit="luzka")) == "2 beds"
    assert tables.missing_words(dataclasses.replace(short, missing=0.2)) == "less than one"
    assert tables.missing_words(dataclasses.replace(short, missing=0.0)) == "–"
    assert tables.missing_words(dataclasses.replace(short, missing=None)) == "unknown"
    assert tables.here_words(one("home_care", "unknown", None, None).gap) is None


def test_a_service_hundreds_of_kilometres_away_is_not_near(in_language, one):
    in_language("en")
    view = one("day_care", "none_within_reach", 2.0, 2.0)
    far = village.Nearby("s-home", 402_000.0, "", is_in_reach=False)
    assert words.reach_words(dataclasses.replace(view, nearest=(far,))) == "none known to us"
    near = dataclasses.replace(far, metres=31_000.0)
    said = words.reach_words(dataclasses.replace(view, nearest=(near,)))
    assert said.replace("\N{NO-BREAK SPACE}", " ") == "none; the nearest 31 km"


def test_services_are_listed_by_the_way_they_take(views_of, entries, in_language):
    in_language("en")
    found = services.serving("100001", views_of("100001"), entries)
    made = tables.services_tables(found, {"CZ0802": "Frýdek-Místek"}, "2026-09-04")
    captions = re.findall(r"<caption>([^<]+)</caption>", made)
    assert [caption.split(" (")[0] for caption in captions] == [
        "Services with a place in the municipality",
        "Services from elsewhere that declare to serve the municipality",
        "Further services within reach, the nearest first",
    ]
    assert "doubtful" in made
    assert "capacity unknown" in made
    nothing = tables.services_tables({"here": [], "declared": [], "reach": []}, {}, None)
    assert "<table" not in nothing
    assert nothing.count("<p>") == 3


def test_how_sure_we_are_is_short(views_of, in_language):
    in_language("en")
    said = tables.certainty(views_of("100001"), "2020-12-31")
    assert 3 <= said.count("<li>") <= 6
    polish = tables.certainty(views_of("2467011", "PL"), None)
    assert "We do not know all services of any kind here" in polish


# -- what data hold stays words ------------------------------------------------------------------------------

HOSTILE = "<script>&\"'"


def tags_and_words(made):
    tags, words_read = set(), []
    read = HTMLParser()
    read.handle_starttag = lambda tag, _attributes: tags.add(tag)
    read.handle_data = words_read.append
    read.feed(str(made))
    return tags, "".join(words_read)


@pytest.mark.parametrize("language", ["cs", "pl", "en"])
def test_names_from_data_stay_words_at_every_door_of_the_page(in_language, small_world, language):
    in_language(language)
    place = dataclasses.replace(
        village.place(small_world, "100001"), code=HOSTILE, country="CZ", orp=HOSTILE, name=HOSTILE
    )
    doors = {
        "advice": first_screen.call_list([], place),
        "alike": tables.alike_sentence([("1", HOSTILE)], has_area=True),
        "fold": tables.fold(HOSTILE, Markup("<p>{}</p>").format(HOSTILE), name="x"),
        "sheet": paper.sheet(
            title=HOSTILE, above=HOSTILE, people=None, headline=HOSTILE, views=[], entries={}, foot=[HOSTILE]
        ),
    }
    for door, made in doors.items():
        tags, words_read = tags_and_words(made)
        assert "script" not in tags, door
        assert HOSTILE in words_read, door
    # A picture's name stands in an attribute.
    tags, _ = tags_and_words(first_screen.map_figure("<svg/>", HOSTILE))
    assert tags == {"figure", "img", "figcaption"}


def test_text_that_is_put_into_a_fold_is_no_markup():
    tags, words_read = tags_and_words(tables.fold("x", "<b>&", name="x"))
    assert "b" not in tags
    assert "<b>&" in words_read
