import json
from dataclasses import replace

import pytest

from dashboard.address.question import Choice
from dashboard.answers import outlines
from dashboard.gaps import shared_message
from dashboard.map import component
from dashboard.process.shared_files import FOLDER, SharedFiles
from geodata.vocabulary import codes

CHOICE = Choice(area="frydlantsko-beskydy", service="home_care")
QUESTION = shared_message.Question("v1", CHOICE, "en")


@pytest.fixture(autouse=True)
def own_store(monkeypatch):
    monkeypatch.setattr(shared_message, "_MESSAGES", shared_message.Shared(4))
    monkeypatch.setattr(outlines, "FILES", SharedFiles())


def picture(sites=()):
    return {"classes": "AB", "sites": list(sites)}


def read(message):
    return json.loads(json.loads(message.text))


def test_readers_who_ask_the_same_share_one_message():
    asked = []

    def make():
        asked.append(1)
        return picture()

    first = shared_message.message(make, QUESTION, "CZ")
    # The order of the table is no part of what the map shows.
    second = shared_message.message(
        make, replace(QUESTION, choice=replace(CHOICE, order="coverage_ratio")), "CZ"
    )
    assert first is second
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, version="v2"),
        replace(QUESTION, language="cs"),
        replace(QUESTION, choice=replace(CHOICE, limit_km=5.0)),
        replace(QUESTION, choice=replace(CHOICE, area="podbrdsko")),
        replace(QUESTION, choice=replace(CHOICE, count_doubtful=True)),
        replace(QUESTION, choice=replace(CHOICE, selected="cz-rpss-1")),
    ],
)
def test_another_question_has_another_key(other):
    assert other.key != QUESTION.key


def test_the_measure_and_the_order_of_the_table_do_not_change_the_key():
    looked = replace(QUESTION, choice=replace(CHOICE, measure="missing", order="coverage_ratio"))
    assert looked.key == QUESTION.key


def test_a_message_names_the_question_that_every_other_service_would_ask():
    found = read(shared_message.message(picture, QUESTION, "CZ"))
    assert found["key"] == QUESTION.key
    groups = codes.service_groups()
    labels = {
        group.label["en"]: code
        for code, group in groups.items()
        if "CZ" in group.scopes and code != "home_care"
    }
    assert set(found["ahead"]) == set(labels)
    for label, key in found["ahead"].items():
        other = replace(QUESTION, choice=replace(CHOICE, service=labels[label]))
        assert key == other.key


def test_a_limit_is_kept_for_services_of_the_same_form_only():
    limited = replace(QUESTION, choice=replace(CHOICE, limit_km=7.0))
    groups = codes.service_groups()
    for label, key in shared_message.ahead(limited, "CZ").items():
        code = next(code for code, group in groups.items() if group.label["en"] == label)
        alike = groups[code].scopes["CZ"].form == groups["home_care"].scopes["CZ"].form
        asked = replace(limited.choice, service=code, limit_km=7.0 if alike else None)
        assert key == replace(limited, choice=asked).key


def test_a_typed_norm_is_not_carried_to_another_service():
    assert (
        shared_message.ahead(replace(QUESTION, choice=replace(CHOICE, norm="typed", typed_norm=3.0)), "CZ")
        == {}
    )


def test_linked_maps_do_not_run_ahead():
    found = read(shared_message.message(picture, replace(QUESTION, is_linked=True), "CZ"))
    assert "ahead" not in found
    assert "key" not in found


def sites(count):
    return [{"point": [49.5, 18.0 + number / 1000], "title": "Dům & <b>"} for number in range(count)]


def test_few_points_travel_in_the_message():
    message = shared_message.message(lambda: picture(sites(3)), QUESTION, "CZ")
    assert message.points is None
    assert read(message)["sites"] == sites(3)


def test_thousands_of_points_lie_in_a_file_that_is_made_again_when_it_is_gone():
    many = sites(shared_message.POINTS_IN_A_MESSAGE + 1)
    message = shared_message.message(lambda: picture(many), QUESTION, "CZ")
    assert read(message)["sites"] == f"{component.STATIC}{message.points}"
    name = message.points.removeprefix(f"{FOLDER}/")
    assert json.loads(outlines.FILES.find(name).text()) == many
    outlines.FILES = SharedFiles()
    again = shared_message.message(lambda: picture(many), QUESTION, "CZ")
    assert again.points == message.points
    assert json.loads(outlines.FILES.find(name).text()) == many
