import itertools
import json
import re
from pathlib import Path

import folium
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit_folium import generate_js_hash, generate_leaflet_string

from dashboard.map import component, joined, scripts
from dashboard.map import message as paint
from dashboard.theme import GAP_CLASSES, MAP_COLOURS, ClassStyle

STATIC = Path(component.__file__).parents[1] / "static"


def test_the_map_asks_only_our_static_folder():
    base = component.base_map("outlines/outlines-1.json", (49.5, 18.3))
    asked = set(component.addresses(base))
    assert asked
    assert all(address.startswith("../../app/static/") for address in asked)


def test_every_file_the_map_asks_for_is_installed():
    base = component.base_map("outlines/outlines-1.json", (49.5, 18.3))
    missing = [
        address
        for address in component.addresses(base)
        if not (STATIC / address.removeprefix(component.STATIC).partition("?")[0]).is_file()
    ]
    assert missing == []


def test_the_page_fetches_beforehand_just_what_the_map_asks_for():
    asked = {
        address.removeprefix(component.STATIC)
        for address in component.addresses(component.base_map("outlines/outlines-1.json", (49.5, 18.3)))
    }
    assert asked == set(scripts.addresses())
    # Each of our own styles is asked for, so none lies there for nothing.
    assert {file.name for file in STATIC.glob("dosah-map*.css")} <= asked


def test_a_part_that_asks_another_host_is_refused_by_name():
    base = component.base_map("outlines/outlines-1.json", (49.5, 18.3))
    folium.plugins.MeasureControl().add_to(base)
    with pytest.raises(component.ForeignAddressError, match="leaflet-measure"):
        component.guard(base)


def test_no_script_of_the_map_names_another_host():
    script = generate_leaflet_string(component.base_map("outlines/outlines-1.json", (49.5, 18.3)))
    assert not re.search(r"https?://|//[a-z]+\.", script)


def key_of(outlines):
    return generate_js_hash(generate_leaflet_string(component.base_map(outlines, (49.5, 18.3))), "k")


def test_the_frame_stays_for_one_dataset_and_changes_with_the_next():
    assert key_of("outlines/outlines-ab12.json") == key_of("outlines/outlines-ab12.json")
    assert key_of("outlines/outlines-ab12.json") != key_of("outlines/outlines-cd34.json")


def unescaped(script_text):
    """Read the string as JavaScript does: \\uXXXX and the escapes of JSON mean the same in both."""
    return json.loads(json.loads(script_text))


NASTY = [
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "{# x #}",
    "\u2028\u2029",
    "'\"\\`${1}",
    "<!-- ",
    "{{'map_div'}}",
    "Łódź – Frýdlant nad Ostravicí",
]


@pytest.mark.parametrize("text", NASTY)
def test_what_goes_in_comes_out_and_is_nothing_but_text(text):
    written = component.script_text({"name": text})
    assert unescaped(written) == {"name": text}
    assert written.isascii()
    assert not set(written[1:-1]) & set("<>&'{}%#`")
    assert jinja2.Template(written).render() == written


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=8))
def test_any_value_comes_out_as_it_went_in(value):
    written = component.script_text(value)
    assert unescaped(written) == value
    assert written.isascii()
    assert not set(written) & set("<>&'{}%#`\n")


def test_a_number_that_json_does_not_know_is_refused():
    with pytest.raises(ValueError, match="JSON"):
        component.script_text([float("nan")])


def test_the_message_survives_folium_and_streamlit_folium():
    group = folium.FeatureGroup(name="classes")
    component._Paint({"name": "{{'x'}} </script> _ab12 ř"}).add_to(group)
    group.add_to(component.base_map("outlines/outlines-1.json", (49.5, 18.3)))
    script = generate_leaflet_string(group, base_id="feature_group_0")
    message = re.search(r"dosahMap\.paint\((\".*?\")\);", script)
    assert message is not None
    assert unescaped(message.group(1)) == {"name": "{{'x'}} </script> _ab12 ř"}


def test_a_message_that_was_written_before_is_sent_as_it_is():
    text = component.script_text({"classes": "AB"})
    assert component._Paint(text).message == component._Paint({"classes": "AB"}).message


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        "text",
        {"last_active_drawing": None},
        {"last_active_drawing": "text"},
        {"last_active_drawing": {"properties": {}}},
        {"last_active_drawing": {"properties": {"municipality_code": 5}}},
        {"dosah_measure": 5},
        {"dosah_base": ["osm"], "dosah_service": {"id": "x"}, "dosah_click": "1"},
    ],
)
def test_an_answer_without_a_click_is_no_click(value):
    assert component.read_answer(value) == component.Answer()


def test_a_click_gives_the_code_and_a_switch_the_measure():
    value = {
        "last_active_drawing": {"properties": {"municipality_code": "598143"}},
        "dosah_measure": "missing",
    }
    assert component.read_answer(value) == component.Answer("598143", "missing")


def test_a_click_on_a_site_gives_the_service_and_which_click_it_was():
    value = {"dosah_service": "cz-rpss-1", "dosah_click": 3, "dosah_base": "osm"}
    assert component.read_answer(value) == component.Answer(base="osm", service="cz-rpss-1", click=3)
    assert component.read_answer({"dosah_service": "", "dosah_click": 4}) == component.Answer(
        service="", click=4
    )


def test_no_script_of_the_map_is_forgotten():
    parts = set(re.findall(r'^modules\["(.+?)"\] = ', joined.script(scripts.MAP), re.MULTILINE))
    assert parts == {path.name for path in STATIC.glob("dosah-map*.js")}


def test_browser_and_python_share_the_alphabet():
    script = (STATIC / "dosah-map-letters.js").read_text(encoding="utf-8")
    found = re.search(r'ALPHABET = "([^"]+)"', script)
    assert found is not None
    assert found.group(1) == paint.ALPHABET


def luminance(colour):
    """Relative luminance of WCAG 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def lightness(colour):
    """CIE L*."""
    light = luminance(colour)
    return 116 * light ** (1 / 3) - 16 if light > 0.008856 else 903.3 * light


def test_every_step_of_the_scale_is_clearly_darker_than_the_one_before():
    steps = [
        lightness(GAP_CLASSES[name].fill)
        for name in ("at_or_above", "below", "far_below", "none_within_reach")
    ]
    assert all(first - second > 10 for first, second in itertools.pairwise(steps))


def test_unknown_is_hatched_and_no_colour_of_the_scale():
    assert GAP_CLASSES["unknown"] == ClassStyle("#ffffff", is_hatched=True)
    assert [name for name, style in GAP_CLASSES.items() if style.is_hatched] == ["unknown"]


def test_the_border_of_a_member_stands_out_from_every_fill_but_the_darkest():
    border = luminance(MAP_COLOURS["member_border"])
    for name, style in GAP_CLASSES.items():
        contrast = (luminance(style.fill) + 0.05) / (border + 0.05)
        assert contrast >= 3 or name == "none_within_reach"
