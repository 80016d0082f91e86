"""
The first screen of a village's page: what matters most, who lives here, what is missing, whom to call, a small map.

Pure functions that return escaped HTML; `dashboard.village.style` says how it looks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from dashboard import text
from dashboard.catalogue.words import card_address
from dashboard.drawing import address
from dashboard.phrases import labels
from dashboard.phrases.labels import class_chip
from dashboard.phrases.villages import in_reach_sentence, sentence
from dashboard.tables.html import chip, html, link, phone_address
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES
from dashboard.village import place as village
from dashboard.village import words

if TYPE_CHECKING:
    from dashboard.people.compared import Compared, People
    from dashboard.village.place import GroupView, Place
    from dashboard.village.services import Call
    from geodata.reading.people import Population

# As many as fit beside map and numbers on a laptop.
SHOWN: Final = 4
# With so few gaps there is room to tell what there is.
FEW: Final = 2


def summary(views: Sequence[GroupView], population: Population) -> str:
    """Return the headline and, under it, what is enough, what concerns nearly nobody, what cannot be said."""
    found = village.divided(views)
    full, slight, rest = found.enough, found.slight, found.unknown
    lines: list[tuple[str, str]] = []
    if full:
        lines.append((_("Enough"), words.kinds(full)))
    if slight:
        lines.append((_("Hardly anybody needs"), words.kinds(slight, words.NAMED)))
    if rest:
        lines.append((_("Cannot be said"), words.kinds(rest, words.NAMED)))
    said = words.count_sentence(views)
    counted = f"<p>{html(said)}</p>" if said else ""
    pairs = "".join(f"<div><dt>{html(name)}</dt><dd>{html(value)}</dd></div>" for name, value in lines)
    return (
        f'<div class="dosah-summary"><p class="dosah-headline">{html(words.headline(views, population))}</p>'
        f"{counted}<dl>{pairs}</dl></div>"
    )


# -- who lives here ------------------------------------------------------------------------------------------------------


def people_table(people: People, population: Population) -> str:
    """Return inhabitants, all and old, beside villages alike and the area; a sentence where nothing is loaded."""
    if not population.is_loaded:
        said = _(
            "The population of this municipality is not loaded: its need is not known, but services and distances are."
        )
        what = _("Whoever runs this site can load it: a table of ages (page Own tables), then a new build.")
        return f'<p class="dosah-note-box">{html(said)} {html(what)}</p>'
    figures = [people.total, *people.shares.values()]
    has_alike = any(one.alike is not None for one in figures)
    has_area = any(one.area is not None for one in figures)
    heads = [_("Here")]
    heads += [_("Villages like yours")] if has_alike else []
    heads += [_("Whole area")] if has_area else []
    rows = [
        _people_row(_("Inhabitants"), people.total, text.number(people.total.here), has_alike, has_area),
        *(
            _people_row(
                _("aged {age} and over", age=age),
                shares,
                _share_here(shares.here, people.persons[age]),
                has_alike,
                has_area,
                is_share=True,
            )
            for age, shares in people.shares.items()
        ),
    ]
    caption = _("Who lives here ({day})", day=text.date(population.reference_date))
    head = "".join(f'<th scope="col">{html(one)}</th>' for one in heads)
    note = ""
    if people.unknown and has_area:
        left_out = ngettext(
            "{n} municipality of the area is left out: its people are not loaded.",
            "{n} municipalities of the area are left out: their people are not loaded.",
            people.unknown,
        )
        note = f'<p class="dosah-small">{html(left_out)}</p>'
    return (
        f'<table class="dosah-people"><caption>{html(caption)}</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{note}"
    )


def _people_row(
    name: str, figure: Compared, here: str, has_alike: bool, has_area: bool, *, is_share: bool = False
) -> str:
    def said(value: float | None) -> str:
        return text.percent(value, 1) if is_share else text.number(value)

    # A word is read as it stands, a number at a glance.
    is_figure = here[:1].isdigit()
    cells = f"<td><strong>{html(here)}</strong></td>" if is_figure else f"<td>{html(here)}</td>"
    cells += f"<td>{html(said(figure.alike))}</td>" if has_alike else ""
    cells += f"<td>{html(said(figure.area))}</td>" if has_area else ""
    return f'<tr><th scope="row">{html(name)}</th>{cells}</tr>'


def _share_here(share: float | None, persons: float | None) -> str:
    if share is None or persons is None:
        return _("unknown: the source does not divide ages so finely")
    return f"{text.percent(share, 1)} ({text.number(persons)})"


# -- what is missing -----------------------------------------------------------------------------------------------------


def missing(views: Sequence[GroupView], population: Population) -> str:
    """
    Return what is missing, the most urgent first: class in words and colour, the sentence.

    Where little or nothing is short the list goes on with what there is within reach.
    """
    found = village.divided(views)
    lacking = found.short
    parts = []
    if lacking:
        parts.append(_list(_("What is missing or short"), lacking[:SHOWN], population))
        if (hidden := len(lacking) - SHOWN) > 0:
            more = ngettext(
                "{n} more kind of help stands in the table below.",
                "{n} more kinds of help stand in the table below.",
                hidden,
            )
            parts.append(f'<p class="dosah-small">{html(more)}</p>')
    if len(lacking) <= FEW:
        order = {view.gap.group_id: at for at, view in enumerate(views)}
        others = sorted([*found.slight, *found.unknown], key=lambda view: order[view.gap.group_id])
        there = [view for view in [*found.enough, *others] if any(one.is_in_reach for one in view.nearest)]
        if there:
            parts.append(_list(_("What there is"), there[: SHOWN - len(lacking) - bool(lacking)], population))
    if not parts:
        heading, nothing = _("What there is"), _("No service known to us is within reach.")
        return f"<h2>{html(heading)}</h2><p>{html(nothing)}</p>"
    return "".join(parts)


def _list(heading: str, views: Sequence[GroupView], population: Population) -> str:
    items = "".join(_item(view, population) for view in views)
    return f'<h2>{html(heading)}</h2><ol class="dosah-missing">{items}</ol>'


def _item(view: GroupView, population: Population) -> str:
    gap = view.gap
    style = GAP_CLASSES[gap.gap_class]
    edge = "#7c8a92" if style.is_hatched or gap.gap_class == "no_need" else style.fill
    reach = words.reach_words(view)
    if gap.gap_class == "unknown":
        # Why the need is not known was said once above.
        state, said = chip(reach, None), in_reach_sentence(gap)
    elif village.is_slight(view):
        state, said = class_chip(gap.gap_class), labels.capitalised(f"{reach}.")
    else:
        state, said = class_chip(gap.gap_class), sentence(gap, population_is_loaded=population.is_loaded)
    return (
        f'<li style="border-color:{edge}"><h3>{html(words.short_label(gap.group_id))}</h3> {html(state)}'
        f"<p>{html(said)}</p></li>"
    )


# -- whom to call --------------------------------------------------------------------------------------------------------


def call_list(calls: Sequence[Call], place: Place) -> str:
    """Return the phone numbers to call first, each with what for and from where; advice where none is known."""
    title = _("Whom to call first")
    heading = f"<h2>{html(title)}</h2>"
    if not calls:
        if place.country == "PL":
            advice = _("No phone number is known to us. Ask the social welfare centre (OPS) of the gmina.")
        elif place.orp:
            advice = _(
                "No phone number is known to us. Ask the social department of the town office in {name}.",
                name=place.orp,
            )
        else:
            advice = _(
                "No phone number is known to us. Ask the social department of the nearest town office."
            )
        return f"{heading}<p>{html(advice)}</p>"
    items = "".join(_call_item(call) for call in calls)
    return f'{heading}<ol class="dosah-calls">{items}</ol>'


def _call_item(call: Call) -> str:
    entry = call.serving.entry
    named = [words.short_label(group_id) for group_id in call.groups[:2]]
    more = len(call.groups) - len(named)
    what = ", ".join(named)
    if more > 0:
        what = ngettext("{kinds} and {n} more", "{kinds} and {n} more", more, kinds=what)
    phone = link(call.phone, phone_address(call.phone, entry.country))
    name = link(entry.provider or entry.name, card_address(entry.service_id))
    return (
        f'<li><span><span class="dosah-phone">{html(phone)}</span> {html(way_words(call))}</span><span>{html(name)}</span>'
        f'<span class="dosah-small">{html(what)}</span></li>'
    )


def way_words(call: Call) -> str:
    """Say from where a service to call comes."""
    serving = call.serving
    far = None if serving.metres is None else text.distance(serving.metres)
    if serving.way == "here":
        return _("in the municipality")
    if serving.way == "declared":
        return _("comes to you, seat {distance} away", distance=far) if far else _("comes to you")
    if serving.way == "beyond":
        return _("beyond reach, {distance}", distance=far) if far else _("beyond reach")
    return far or _("within reach")


# -- the map -------------------------------------------------------------------------------------------------------------


def map_figure(svg: str, name: str) -> str:
    """Return the picture with its legend in words; "" where there is none."""
    if not svg:
        return ""
    alternative = _(
        "Map: {name} among its neighbours, with lines to the services to call first; they stand in the list beside it.",
        name=name,
    )
    legend = _(
        "Numbers: as in the list of phones. A line: it is within reach; dashed: it says it comes to you. White circle: capacity unknown."
    )
    return (
        f'<figure class="dosah-map"><img alt="{html(alternative)}" src="{address.data_address(svg)}">'
        f'<figcaption class="dosah-small">{html(legend)}</figcaption></figure>'
    )


def first_screen(parts: Mapping[str, str]) -> str:
    """Put what is missing, the numbers and the map beside one another; on a phone under one another in this order."""
    return (
        f'<div class="dosah-first"><section class="dosah-part-missing">{parts["missing"]}</section>'
        f'<section class="dosah-part-calls">{parts["calls"]}</section>'
        f'<section class="dosah-part-map">{parts["map"]}</section></div>'
    )
