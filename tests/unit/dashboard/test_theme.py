"""
Colours: told apart by colour-blind readers and in grey, readable in light and dark.

They are written down in one place.
"""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from dashboard import text, theme
from dashboard.frame import style as look
from dashboard.tables import html

DASHBOARD = Path(theme.__file__).parent
SCALE = ["at_or_above", "below", "far_below", "none_within_reach"]
# Machado, Oliveira & Fernandes 2009, doi 10.1109/TVCG.2009.113, severity 1.0:
# what a dichromat sees of linear RGB.
SEEN_BY = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    """Relative luminance, WCAG 2.1."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """CIE L*a*b* (D65) of linear RGB."""
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    ratio = to_xyz @ np.clip(rgb, 0, 1) / [0.95047, 1.0, 1.08883]
    bent = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * bent[1] - 16, 500 * (bent[0] - bent[1]), 200 * (bent[1] - bent[2])])


def seen(colour, by):
    return linear(colour) if by is None else np.array(SEEN_BY[by]) @ linear(colour)


@pytest.mark.parametrize("by", [None, *SEEN_BY])
def test_the_scale_keeps_its_order_for_every_eye(by):
    steps = [lab(seen(theme.GAP_CLASSES[name].fill, by)) for name in SCALE]
    # Darker each time, so that the order stays where hues fall together;
    # the first step differs in hue most of all (blue, yellow).
    least = 10 if by is None else 7
    assert all(first[0] - second[0] > least for first, second in itertools.pairwise(steps))
    assert all(np.linalg.norm(first - second) > 20 for first, second in itertools.pairwise(steps))


@pytest.mark.parametrize("by", [None, *SEEN_BY])
def test_no_two_classes_look_alike_to_any_eye(by):
    colours = {
        name: lab(seen(style.fill, by)) for name, style in theme.GAP_CLASSES.items() if not style.is_hatched
    }
    for (one, first), (other, second) in itertools.combinations(colours.items(), 2):
        # "No need" is white beside the lightest step: the legend's words and the border tell them apart too.
        least = 7 if {one, other} == {"no_need", "at_or_above"} else 20
        assert np.linalg.norm(first - second) > least, (one, other)


def test_a_matrix_of_an_eye_keeps_white_white():
    for matrix in SEEN_BY.values():
        assert np.array(matrix).sum(axis=1) == pytest.approx([1, 1, 1], abs=2e-3)


@pytest.mark.parametrize("look_", [theme.LIGHT, theme.DARK])
def test_words_can_be_read_in_light_and_in_dark(look_):
    for ground in (look_["backgroundColor"], look_["secondaryBackgroundColor"]):
        assert contrast(look_["textColor"], ground) >= 7
        assert contrast(look_["linkColor"], ground) >= 4.5
        assert contrast(look_["primaryColor"], ground) >= 3
        assert contrast(theme.FOCUS, ground) >= 3


def test_words_on_chips_buttons_and_windows_of_the_map_can_be_read():
    assert contrast(theme.CHIP["ink"], theme.CHIP["ground"]) >= 4.5
    assert contrast(theme.LIGHT["primaryColor"], "#ffffff") >= 4.5  # words of a main button, in the dark too
    colours = theme.MAP_COLOURS
    assert contrast(colours["ink"], colours["paper"]) >= 7
    assert contrast(colours["action"], colours["paper"]) >= 4.5
    assert contrast(colours["control"], colours["paper"]) >= 3
    for ground in (style.fill for name, style in theme.GAP_CLASSES.items() if name != "none_within_reach"):
        assert contrast(colours["focus"], ground) >= 2.4


def test_a_new_service_is_told_from_an_old_one_by_every_eye():
    for by in (None, *SEEN_BY):
        old, new = (lab(seen(theme.MAP_COLOURS[name], by)) for name in ("site", "site_new"))
        assert np.linalg.norm(old - new) > 15


def test_streamlit_is_told_the_same_colours():
    told = tomllib.loads((DASHBOARD / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert told["light"] == dict(theme.LIGHT)
    assert told["dark"] == dict(theme.DARK)


def test_the_colours_of_the_scale_are_written_down_once():
    scale = {theme.GAP_CLASSES[name].fill.lower() for name in SCALE}
    for path in [*DASHBOARD.rglob("*.py"), *DASHBOARD.glob("static/*.*"), *DASHBOARD.rglob("templates/*.*")]:
        if path.name == "theme.py":
            continue
        written = set(re.findall(r"#[0-9a-f]{6}\b", path.read_text("utf-8", errors="ignore").lower()))
        assert not written & scale, path


def test_a_variable_of_a_colour_that_is_used_is_defined():
    styles = look.style() + html.STYLE
    sheets = "".join(
        (DASHBOARD / "static" / f"dosah-{name}.css").read_text("utf-8") for name in ("scenario",)
    )
    page = set(re.findall(r"var\((--dosah-[a-z-]+)", styles))
    assert page <= set(re.findall(r"(--dosah-[a-z-]+):", look.style()))
    frame = set(re.findall(r"var\((--dosah-[a-z-]+)", sheets))
    assert frame <= {f"--dosah-{name.replace('_', '-')}" for name in theme.MAP_COLOURS}


@pytest.mark.parametrize("language", list(text.LANGUAGES))
def test_words_in_a_style_cannot_end_it(in_language, language, monkeypatch):
    in_language(language)
    assert look.words().count("content:") == 3
    monkeypatch.setattr(look, "_", lambda _word: '</style><script>"\\')
    assert "<script>" not in look.words()
    assert look.words().count("</style>") == 1
