import pytest
import yaml

from dashboard import text
from dashboard.map import base_maps

GOOD = {
    "id": "mine",
    "label": {"cs": "Moje", "pl": "Moja", "en": "Mine"},
    "address": "https://tiles.example/{z}/{x}/{y}.png",
    "min_zoom": 3,
    "max_zoom": 17,
    "attribution": "© me",
    "attribution_url": "https://tiles.example/about",
    "licence": "CC0",
}


@pytest.fixture
def named(monkeypatch, tmp_path):
    """Name a file of base maps, as an administrator does."""

    def name(content):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        monkeypatch.setenv(base_maps.VARIABLE, str(path))
        return str(path)

    return name


def test_three_base_maps_are_offered_each_with_its_source_and_licence(monkeypatch):
    monkeypatch.delenv(base_maps.VARIABLE, raising=False)
    found = base_maps.base_maps()
    assert list(found) == ["osm", "cuzk", "gugik"]
    for each in found.values():
        assert each.address.startswith("https://")
        assert each.attribution
        assert each.licence
    assert "OpenStreetMap contributors" in found["osm"].attribution
    assert found["osm"].address == "https://tile.openstreetmap.org/{z}/{x}/{y}.png"


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_the_map_is_told_names_in_the_reader_s_language(named, language):
    named({"base_maps": [GOOD]})
    text.use(language)
    told = base_maps.offered()
    assert [(each["id"], each["label"], each["bounds"]) for each in told] == [
        ("mine", GOOD["label"][language], None)
    ]


def test_an_administrator_can_offer_none(named):
    named({"base_maps": []})
    assert base_maps.base_maps() == {}
    assert base_maps.offered() == []


@pytest.mark.parametrize(
    ("part", "value", "said"),
    [
        ("id", "<b>", "small letters"),
        ("address", "javascript:alert(1)//{z}{x}{y}", "no web address"),
        ("address", "https://tiles.example/{z}/{x}.png", "lacks {y}"),
        ("attribution_url", "javascript:alert(1)", "no web address"),
        ("label", {"cs": "x"}, "pl"),
        ("min_zoom", "deep", "min_zoom is no whole number from 0 to 24"),
        ("max_zoom", float("inf"), "max_zoom is no whole number"),
        ("max_zoom", 25, "max_zoom is no whole number"),
        ("bounds", 5, "bounds are not"),
        ("bounds", [[50.0, 14.0], [48.0, 15.0]], "bounds are not"),
        ("bounds", [[10**29, 14], [10**29, 15]], "bounds are not"),
    ],
)
def test_a_wrong_entry_is_refused_with_the_reason(named, part, value, said):
    path = named({"base_maps": [{**GOOD, part: value}]})
    with pytest.raises(base_maps.BaseMapsError, match=said):
        base_maps.read(path)


@pytest.mark.parametrize(
    "content", ["", "- 1", "base_maps: 5", "a: [", "other: []", "[" * 20_000, "base_maps: [{id: &a x}]"]
)
def test_a_file_of_another_form_is_refused_names_the_pattern_and_offers_none(named, content, caplog):
    path = named(content)
    with pytest.raises(base_maps.BaseMapsError, match="as a pattern"):
        base_maps.read(path)
    assert base_maps.base_maps() == {}
    assert "base maps" in caplog.text
