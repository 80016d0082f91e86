"""
The map: folium and streamlit-folium, told to ask nobody but ourselves.

The base map never changes while a dataset is shown (same key, same HTML: the frame is not loaded again);
what a filter changes goes through `feature_group_to_add` as one JSON text (`dashboard.map.message`).
Measured: see bench/dashboard.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import folium
from folium.elements import JSCSSMixin
from folium.plugins import Fullscreen
from folium.template import Template

from dashboard.answers.outlines import Outlines
from dashboard.map import joined, scripts
from dashboard.map.scripts import FULL_SCREEN, LEAFLET, STYLES
from dashboard.theme import GAP_CLASSES, MAP_COLOURS

# The component's frame is <base>/component/<name>/index.html; static files lie at <base>/app/static/.
STATIC: Final = "../../app/static/"
MAP_KEY: Final = "dosah-map"
# Without tiles Leaflet knows no largest zoom, and plugins that ask for it throw.
MAX_ZOOM: Final = 18

_LEAFLET_JS: Final = [("leaflet", f"{STATIC}{LEAFLET}.js")]
_LEAFLET_CSS: Final = [("leaflet_css", f"{STATIC}{LEAFLET}.css")]
_FULLSCREEN: Final = f"{STATIC}{FULL_SCREEN}"


def _serve_ourselves() -> None:
    """Point folium's classes to our own static folder; jQuery, Bootstrap and icon fonts are not used."""
    folium.Map.default_js = _LEAFLET_JS
    folium.Map.default_css = _LEAFLET_CSS
    Fullscreen.default_js = [("Control.Fullscreen.js", f"{_FULLSCREEN}.js")]
    Fullscreen.default_css = [("Control.FullScreen.css", f"{_FULLSCREEN}.css")]


_serve_ourselves()


class ForeignAddressError(RuntimeError):
    """A part of the map would ask another host: better an early error than a blank map in a hall."""


def script_text(value: Any) -> str:
    r"""
    Write a value as a JavaScript string of its JSON that no layer on the way can read as anything else.

    It passes through Jinja (branca compiles every script as a template),
    a regular expression of streamlit-folium, HTML and `eval`: brackets, quotes, ampersands,
    line separators and all that is not ASCII become `\uXXXX`.
    """
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    quoted = json.dumps(text)
    for sign in "<>&'{}%#`":
        quoted = quoted.replace(sign, f"\\u{ord(sign):04x}")
    return quoted


class _Start(JSCSSMixin):
    """
    Our own script: one empty layer of outlines, filled by fetch, so that clicks are
    bound to it from the start.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        dosahMap.start({{ this._parent.get_name() }}, JSON.parse({{ this.config }}));
        {% endmacro %}
        """
    )
    default_js = [(name, f"{STATIC}{name}") for name in scripts.scripts()]  # noqa: RUF012  # folium's own form of a class attribute
    default_css = [(name, f"{STATIC}{name}") for name in STYLES]  # noqa: RUF012  # the same

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # folium's base has no types
        self._name = "Start"
        self.config = script_text(config)


@dataclass(frozen=True)
class Addition:
    """
    A script of ours beside the map's own: `static/<name>.js` and `.css`, started with the map's
    colours, and its message.

    `call` is the name of its object in the browser, which has start(map, config) and paint(message).
    """

    name: str
    call: str
    message: Mapping[str, Any]


class _Added(JSCSSMixin):
    """The start of an addition; it stands behind the map's own script."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this.call }}.start({{ this._parent.get_name() }}, JSON.parse({{ this.config }}));
        {% endmacro %}
        """
    )

    def __init__(self, addition: Addition) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # folium's base has no types
        self._name = "Added"
        self.call = addition.call
        self.config = script_text({"colours": dict(MAP_COLOURS)})
        self.default_js = [(addition.name, f"{STATIC}{joined.address(f'{addition.name}.js')}")]
        self.default_css = [(f"{addition.name}-css", f"{STATIC}{addition.name}.css")]


class _Message(folium.FeatureGroup):
    """
    The group that carries the message.

    streamlit-folium reads the script of each element itself; rendering them too would compile
    every message as a template.
    """

    def render(self, **kwargs: Any) -> str:  # noqa: ARG002  # the signature of folium
        """Do nothing."""
        return ""


class _Paint(folium.MacroElement):
    """The message of a change of filters."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        {{ this.call }}.paint({{ this.message }});
        {% endmacro %}
        """
    )

    def __init__(self, picture: Mapping[str, Any] | str, call: str = "dosahMap") -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # folium's base has no types
        self._name = "Paint"
        self.call = call
        self.message = picture if isinstance(picture, str) else script_text(picture)


def addresses(element: Any) -> Iterator[str]:
    """Yield every address that an element of the map and its children ask for."""
    for attribute in ("default_js", "default_css"):
        for _, address in getattr(element, attribute, []):
            yield address
    for child in getattr(element, "_children", {}).values():
        yield from addresses(child)


def guard(element: Any) -> None:
    """
    Refuse a map that asks another host.

    Raises
    ------
    ForeignAddressError
        Naming every address that does not lie in our static folder.
    """
    foreign = sorted({address for address in addresses(element) if not address.startswith(STATIC)})
    if foreign:
        raise ForeignAddressError(f"The map would ask other hosts: {', '.join(foreign)}")


def base_map(outlines: str, centre: tuple[float, float], addition: Addition | None = None) -> folium.Map:
    """
    Return the map without colours: the same for every filter and language,
    so that its frame is never loaded again.

    Parameters
    ----------
    outlines
        Path of the file of outlines below the static folder; its name contains the dataset's version,
        with hyphens (streamlit-folium's hash drops what follows an underscore).
    centre
        Latitude and longitude the map shows until the outlines are there.
    addition
        A script beside the map's own.
    """
    made = folium.Map(location=list(centre), zoom_start=9, tiles=None)
    made.options["max_zoom"] = MAX_ZOOM
    # Steps of half a zoom fit an area better; the wheel stays quick.
    made.options["zoom_snap"] = 0.25
    made.options["zoom_delta"] = 0.75
    Fullscreen(position="topleft").add_to(made)  # type: ignore[no-untyped-call]  # folium has no types here
    styles = [
        {"fill": style.fill, "isHatched": style.is_hatched, "isDotted": style.is_dotted}
        for style in GAP_CLASSES.values()
    ]
    config = {"outlines": f"{STATIC}{outlines}", "classes": styles, "colours": dict(MAP_COLOURS)}
    _Start(config).add_to(made)
    if addition is not None:
        _Added(addition).add_to(made)
    guard(made)
    return made


@dataclass(frozen=True)
class Answer:
    """
    What the reader did on the map.

    `municipality_code` of the outline that was clicked (Streamlit keeps it until the next one), the measure
    and the base map that were chosen on the map, the point that was clicked (of a list beside the map),
    the service whose site was clicked ("" lets go of it) and which click it was; None where nothing was.
    """

    municipality_code: str | None = None
    measure: str | None = None
    point: str | None = None
    base: str | None = None
    service: str | None = None
    click: int | None = None


def show(
    outlines: Outlines, picture: Mapping[str, Any] | str, height: int = 560, key: str = MAP_KEY
) -> str | None:
    """Draw the map in the page and return the municipality that was clicked; None before a click."""
    return ask(outlines, picture, height, key).municipality_code


def ask(
    outlines: Outlines,
    picture: Mapping[str, Any] | str,
    height: int = 560,
    key: str = MAP_KEY,
    addition: Addition | None = None,
) -> Answer:
    """
    Draw the map in the page and return what the reader did on it; two maps of one page have a `key` each.

    A `picture` that is text is one that `script_text` has written already: readers who ask the same share it.
    """
    # Its import declares the component, which takes a running session: who prepares pages
    # without one can do all but this.
    from streamlit_folium import st_folium

    group = _Message(name="classes")
    _Paint(picture).add_to(group)
    if addition is not None:
        _Paint(addition.message, addition.call).add_to(group)
    value = st_folium(
        base_map(outlines.path, outlines.centre, addition),
        key=key,
        height=height,
        use_container_width=True,
        returned_objects=["last_active_drawing"],
        feature_group_to_add=group,
        # The map itself is rendered all the same; this spares the page around it, which nobody looks at.
        render=False,
    )
    return read_answer(value)


def read_answer(value: Mapping[str, Any] | None) -> Answer:
    """Read what the component answered; it comes from the browser, so nothing in it is taken for granted."""
    if not isinstance(value, Mapping):
        return Answer()
    drawing = value.get("last_active_drawing")
    properties = drawing.get("properties") if isinstance(drawing, Mapping) else None
    code = properties.get("municipality_code") if isinstance(properties, Mapping) else None
    said = {name: value.get(f"dosah_{name}") for name in ("measure", "point", "base", "service")}
    click = value.get("dosah_click")
    return Answer(
        municipality_code=code if isinstance(code, str) and code else None,
        click=click if isinstance(click, int) else None,
        **{name: word if isinstance(word, str) else None for name, word in said.items()},
    )
