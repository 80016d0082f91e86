"""
The first screen of a village's page: what matters most, who lives here, what is missing, whom to call,
a small map.

Pure functions that fill the templates beside this module; `screen.css` there says how it looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from dashboard import text
from dashboard.catalogue.words import card_address
from dashboard.drawing import address
from dashboard.markup import render
from dashboard.phrases import labels
from dashboard.phrases.labels import class_chip
from dashboard.phrases.villages import in_reach_sentence
from dashboard.phrases.villages import sentence as gap_sentence
from dashboard.tables.html import chip, link, phone_address
from dashboard.text import _, ngettext
from dashboard.theme import GAP_CLASSES
from dashboard.village import place as village
from dashboard.village import words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dashboard.people.compared import Compared, People
    from dashboard.village.place import GroupView, Place
    from dashboard.village.services import Call
    from geodata.reading.people import Population

# As many as fit beside map and numbers on a laptop.
SHOWN: Final = 4
# With so few gaps there is room to tell what there is.
FEW: Final = 2


def summary(views: Sequence[GroupView], population: Population) -> Markup:
    """Return the headline and, under it, what is enough, what concerns nearly nobody, what cannot be said."""
    groups = village.divided(views)
    full, slight, rest = groups.enough, groups.slight, groups.unknown
    lines: list[tuple[str, str]] = []
    if full:
        lines.append((_("Enough"), words.kinds(full)))
    if slight:
        lines.append((_("Hardly anybody needs"), words.kinds(slight, words.NAMED)))
    if rest:
        lines.append((_("Cannot be said"), words.kinds(rest, words.NAMED)))
    return render(
        "village/templates/summary.html.j2",
        headline=words.headline(views, population),
        counted=words.count_sentence(views),
        facts=lines,
    )


# -- who lives here ------------------------------------------------------------------------------------------


def people_table(people: People, population: Population) -> Markup:
    """
    Return inhabitants, all and old, beside villages alike and the area.

    A sentence where nothing is loaded.
    """
    if not population.is_loaded:
        return Markup('<p class="dosah-note-box">{} {}</p>').format(
            _(
                "The population of this municipality is not loaded: "
                "its need is not known, but services and distances are."
            ),
            _("Whoever runs this site can load it: a table of ages (page Own tables), then a new build."),
        )
    figures = [people.total, *people.shares.values()]
    has_alike = any(figure.alike is not None for figure in figures)
    has_area = any(figure.area is not None for figure in figures)
    heads = [_("Here")]
    heads += [_("Villages like yours")] if has_alike else []
    heads += [_("Whole area")] if has_area else []
    rows = [
        (
            _("Inhabitants"),
            text.number(people.total.here),
            _others(people.total, text.number, has_alike, has_area),
        )
    ]
    for age, shares in people.shares.items():
        here = _share_here(shares.here, people.persons[age])
        others = _others(shares, lambda value: text.percent(value, 1), has_alike, has_area)
        rows.append((_("aged {age} and over", age=age), here, others))
    return render(
        "village/templates/people.html.j2",
        caption=_("Who lives here ({day})", day=text.date(population.reference_date)),
        heads=heads,
        # A word is read as it stands, a number at a glance.
        rows=[(name, here, here[:1].isdigit(), others) for name, here, others in rows],
        left_out=ngettext(
            "{n} municipality of the area is left out: its people are not loaded.",
            "{n} municipalities of the area are left out: their people are not loaded.",
            people.unknown,
        )
        if people.unknown and has_area
        else None,
    )


def _others(
    figure: Compared, said: Callable[[float | None], str], has_alike: bool, has_area: bool
) -> list[str]:
    """Write the figures beside the own one, as far as there is a column for them."""
    alike = [said(figure.alike)] if has_alike else []
    return [*alike, said(figure.area)] if has_area else alike


def _share_here(share: float | None, persons: float | None) -> str:
    if share is None or persons is None:
        return _("unknown: the source does not divide ages so finely")
    return f"{text.percent(share, 1)} ({text.number(persons)})"


# -- what is missing -----------------------------------------------------------------------------------------


def missing(views: Sequence[GroupView], population: Population) -> Markup:
    """
    Return what is missing, the most urgent first: class in words and colour, the sentence.

    Where little or nothing is short the list goes on with what there is within reach.
    """
    groups = village.divided(views)
    lacking = groups.short
    lists = []
    if lacking:
        lists.append((_("What is missing or short"), lacking[:SHOWN]))
    if len(lacking) <= FEW:
        order = {view.gap.group_id: at for at, view in enumerate(views)}
        others = sorted([*groups.slight, *groups.unknown], key=lambda view: order[view.gap.group_id])
        there = [view for view in [*groups.enough, *others] if any(site.is_in_reach for site in view.nearest)]
        if there:
            lists.append((_("What there is"), there[: SHOWN - len(lacking) - bool(lacking)]))
    hidden = len(lacking) - SHOWN
    return render(
        "village/templates/missing.html.j2",
        lists=[(heading, [_item(view, population) for view in shown]) for heading, shown in lists],
        more=ngettext(
            "{n} more kind of help stands in the table below.",
            "{n} more kinds of help stand in the table below.",
            hidden,
        )
        if hidden > 0
        else None,
        nothing=(_("What there is"), _("No service known to us is within reach.")),
    )


def _item(view: GroupView, population: Population) -> dict[str, str]:
    """Return what the list says of a kind of help: colour of its edge, name, state, sentence."""
    gap = view.gap
    style = GAP_CLASSES[gap.gap_class]
    edge = "#7c8a92" if style.is_hatched or gap.gap_class == "no_need" else style.fill
    reach = words.reach_words(view)
    if gap.gap_class == "unknown":
        # Why the need is not known was said once above.
        state, sentence = chip(reach, None), in_reach_sentence(gap)
    elif village.is_slight(view):
        state, sentence = class_chip(gap.gap_class), labels.capitalised(f"{reach}.")
    else:
        state = class_chip(gap.gap_class)
        sentence = gap_sentence(gap, population_is_loaded=population.is_loaded)
    return {"edge": edge, "name": words.short_label(gap.group_id), "state": state, "sentence": sentence}


# -- whom to call --------------------------------------------------------------------------------------------


def call_list(calls: Sequence[Call], municipality: Place) -> Markup:
    """
    Return the phone numbers to call first, each with what for and from where.

    Advice where none is known.
    """
    if calls:
        advice = None
    elif municipality.country == "PL":
        advice = _("No phone number is known to us. Ask the social welfare centre (OPS) of the gmina.")
    elif municipality.orp:
        advice = _(
            "No phone number is known to us. Ask the social department of the town office in {name}.",
            name=municipality.orp,
        )
    else:
        advice = _("No phone number is known to us. Ask the social department of the nearest town office.")
    return render(
        "village/templates/calls.html.j2",
        heading=_("Whom to call first"),
        advice=advice,
        calls=[_call_item(call) for call in calls],
    )


def _call_item(call: Call) -> dict[str, str]:
    entry = call.serving.entry
    named = [words.short_label(group_id) for group_id in call.groups[:2]]
    more = len(call.groups) - len(named)
    what = ", ".join(named)
    if more > 0:
        what = ngettext("{kinds} and {n} more", "{kinds} and {n} more", more, kinds=what)
    return {
        "phone": link(call.phone, phone_address(call.phone, entry.country)),
        "way": way_words(call),
        "name": link(entry.provider or entry.name, card_address(entry.service_id)),
        "what": what,
    }


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


# -- the map -------------------------------------------------------------------------------------------------


def map_figure(svg: str, name: str) -> Markup:
    """Return the picture with its legend in words; "" where there is none."""
    if not svg:
        return Markup()
    return render(
        "village/templates/map.html.j2",
        address=address.data_address(svg),
        alternative=_(
            "Map: {name} among its neighbours, with lines to the services to call first; "
            "they stand in the list beside it.",
            name=name,
        ),
        legend=_(
            "Numbers: as in the list of phones. A line: it is within reach; dashed: it says it comes to you. "
            "White circle: capacity unknown."
        ),
    )


def first_screen(parts: Mapping[str, Markup]) -> Markup:
    """
    Put what is missing, the numbers and the map beside one another.

    On a phone under one another in this order.
    """
    return render("village/templates/first_screen.html.j2", parts=parts)
