"""
The tables of a village's page: every kind of help beside villages alike and the area,
and who serves it from where.

Pure functions that return HTML. Each stands in a fold of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from dashboard import text
from dashboard.catalogue.words import (
    capacity_lines,
    card_address,
    contacts,
    district_text,
    name_cell,
    state_words,
    village_address,
)
from dashboard.drawing.address import data_address
from dashboard.markup import render
from dashboard.people import ages as needs_people
from dashboard.people import pyramid
from dashboard.phrases import bounds, village_counts
from dashboard.phrases.amounts import amount
from dashboard.phrases.gaps import edge_sentence
from dashboard.phrases.labels import class_chip, group_label, label
from dashboard.phrases.villages import PERSON_UNITS
from dashboard.tables.html import Cell, Column, bullets, html_table, lines, link
from dashboard.text import _, ngettext
from dashboard.village import place as village
from dashboard.village import words as village_words

if TYPE_CHECKING:
    from dashboard.village.place import GroupView, Place
    from dashboard.village.services import Serving, Way
    from geodata.dataset.dataset import Dataset
    from geodata.reading.gap import Gap

# A fold with more would be a catalogue; the rest is a link to it.
WITHIN_REACH_SHOWN: Final = 20


def fold(heading: str, content: Markup, *, name: str, level: int = 2, is_open_on_wide: bool = True) -> Markup:
    """
    Return a part of the page that folds; `static/dosah-village.js` opens it where the window is wide.

    Parameters
    ----------
    heading
        Heading in words.
    content
        HTML; text is escaped.
    name
        Class of the fold: "dosah-fold-<name>".
    level
        Level of the heading.
    is_open_on_wide
        Whether it is opened where there is room.
    """
    return render(
        "village/templates/fold.html.j2",
        heading=heading,
        content=content,
        name=name,
        level=level,
        is_open_on_wide=is_open_on_wide,
    )


# -- every kind of help --------------------------------------------------------------------------------------


def share_words(ratio: float | None, *, is_at_least: bool) -> str:
    """
    Write the share of a need that is met, 100 % at most.

    "at least" where a capacity within reach is unknown.
    """
    return bounds.met(ratio, is_bound=is_at_least, has_words=True)


def here_words(gap: Gap) -> str | None:
    """Write the share here; None where the class says everything (no need, unknown)."""
    if gap.coverage_ratio is None or gap.gap_class in ("no_need", "unknown"):
        return None
    return share_words(gap.coverage_ratio, is_at_least=gap.is_lower_bound)


def missing_words(gap: Gap) -> str:
    """Write how much is missing in whole places: a village has no tenth of a bed."""
    if gap.gap_class == "no_need" or gap.missing == 0:
        return "–"
    if gap.missing is None or gap.gap_class == "unknown":
        return text.unknown()
    unit = "place" if gap.unit in PERSON_UNITS and gap.unit != "luzka" else gap.unit
    said = (
        _("less than one") if gap.missing < village_counts.SLIGHT else amount(float(round(gap.missing)), unit)
    )
    is_at_most = gap.is_lower_bound and gap.missing >= village_counts.SLIGHT
    return bounds.most(said, is_bound=is_at_most)


def kinds_table(views: Sequence[GroupView], *, has_alike: bool, has_area: bool) -> Markup:
    """
    Return one row for each group of services: here, in villages alike, in the area, missing,
    within reach.
    """
    columns = [Column(_("Kind of help")), Column(_("Here"))]
    columns += [Column(_("Villages like yours"))] if has_alike else []
    columns += [Column(_("Whole area"))] if has_area else []
    columns += [Column(_("Missing")), Column(_("Within reach"))]
    slight = village.divided(views).slight
    rows: list[list[Cell]] = []
    for view in village.ordered(views):
        gap = view.gap
        here = Markup("{} {}").format(class_chip(gap.gap_class), here_words(gap) or "")
        if view in slight:
            # Not counted in the sentence above the tables, and that is said.
            here += Markup(" <small>({})</small>").format(_("less than one person needs it"))
        row: list[Cell] = [group_label(gap.group_id), here]
        if has_alike:
            alike = view.peers
            middle = None if alike is None else alike.middle
            row.append(share_words(middle, is_at_least=alike is not None and alike.middle_is_lower_bound))
        if has_area:
            area = view.comparison
            ratio = None if area is None else area.area
            row.append(share_words(ratio, is_at_least=area is not None and area.area_is_lower_bound))
        rows.append([*row, missing_words(gap), village_words.reach_words(view)])
    caption = _("Share of the need that has room within reach, by the norm")
    return Markup('<div class="dosah-kinds">{}</div>').format(html_table(columns, rows, caption))


def alike_sentence(alike: Sequence[tuple[str, str]], *, has_area: bool) -> Markup:
    """
    Say what stands beside the village's own figures, and name the villages alike with a link each.

    Parameters
    ----------
    alike
        Code and name of each.
    has_area
        Whether the area is compared too.
    """
    parts: list[str] = []
    if alike:
        parts += [
            _(
                "Villages like yours are those most alike in size "
                "and in the share of people aged 65 and over:"
            ),
            Markup("{}.").format(
                Markup(", ").join(link(name, village_address(code)) for code, name in alike)
            ),
            _("The table shows the middle one of them."),
        ]
    else:
        parts.append(_("Of too few municipalities the ages are known to say which are like yours."))
    if not has_area:
        parts.append(_("There is no planning area of several municipalities to compare with."))
    return Markup("<p>{}</p>").format(Markup(" ").join(parts))


# -- who serves us -------------------------------------------------------------------------------------------


def services_tables(
    found: Mapping[Way, Sequence[Serving]], districts: Mapping[str, str], data_date: str | None
) -> Markup:
    """
    Return the services inside, those that declare to come, those within reach.

    Each says from where it comes, how full it is, whom to call.
    """
    return Markup().join(
        [
            _services_of_a_way(
                found["here"],
                _("Services with a place in the municipality"),
                _("No service known to us has a place in the municipality."),
                districts,
                data_date,
            ),
            _services_of_a_way(
                found["declared"],
                _("Services from elsewhere that declare to serve the municipality"),
                _(
                    "No service from elsewhere that we know names the municipality among those it serves. "
                    "Many do not say whom they serve."
                ),
                districts,
                data_date,
            ),
            _services_within_reach(found["reach"], districts, data_date),
        ]
    )


def _services_of_a_way(
    listed: Sequence[Serving],
    caption: str,
    otherwise: str,
    districts: Mapping[str, str],
    data_date: str | None,
) -> Markup:
    if not listed:
        return Markup("<p>{}</p>").format(otherwise)
    return services_table(listed, districts, data_date, f"{caption} ({text.number(len(listed))})")


def _services_within_reach(
    listed: Sequence[Serving], districts: Mapping[str, str], data_date: str | None
) -> Markup:
    """Return the nearest in a fold: thirty kilometres round a town hold more than anybody reads at once."""
    if not listed:
        return Markup("<p>{}</p>").format(_("No further service known to us is within reach."))
    caption = _("Further services within reach, the nearest first")
    counted = f"{caption} ({text.number(len(listed))})"
    table = services_table(listed[:WITHIN_REACH_SHOWN], districts, data_date, counted)
    hidden = len(listed) - WITHIN_REACH_SHOWN
    if hidden > 0:
        more = ngettext(
            "{n} more service is within reach; see the catalogue.",
            "{n} more services are within reach; see the catalogue.",
            hidden,
        )
        table += Markup("<p>{}</p>").format(more)
    return fold(counted, table, name="reach", level=3, is_open_on_wide=False)


def services_table(
    listed: Sequence[Serving], districts: Mapping[str, str], data_date: str | None, caption: str
) -> Markup:
    """Return one table of services."""
    columns = [
        Column(_("Service and provider")),
        Column(_("Kind")),
        Column(_("From where")),
        Column(_("Capacity")),
        Column(_("Contacts"), is_wide=True),
    ]
    rows: list[list[Cell]] = []
    for one in listed:
        entry = one.entry
        kind = label("service_types", entry.kind)
        if entry.is_protected:
            # Only what it is and its district: people hide there.
            name = link(kind, card_address(entry.service_id))
            rows.append([name, None, from_where(one, districts), None, None])
            continue
        rows.append(
            [
                name_cell(entry),
                lines([kind, *state_words(entry, data_date)]),
                from_where(one, districts),
                lines(capacity_lines(entry)),
                contacts(entry),
            ]
        )
    return html_table(columns, rows, caption)


def from_where(serving: Serving, districts: Mapping[str, str]) -> Cell:
    """Say where a service has its place and how far that is along roads; of a protected one the district."""
    entry = serving.entry
    if entry.is_protected:
        codes = sorted(entry.district_codes)
        hidden = _("the address is protected")
        return lines([*(district_text(code, districts) for code in codes), hidden])
    if serving.way == "here":
        return _("in the municipality")
    names = list(entry.municipality_names)
    where = ", ".join(names[:2]) if names else text.unknown()
    if len(names) > 2:
        where = ngettext(
            "{place} and {n} more place", "{place} and {n} more places", len(names) - 2, place=where
        )
    return lines([where, None if serving.metres is None else text.distance(serving.metres)])


# -- ages ----------------------------------------------------------------------------------------------------


def ages(dataset: Dataset, municipality: Place) -> Markup:
    """Return the age pyramid beside that of the country, and its numbers; "" where no ages are loaded."""
    people = needs_people.people_of(dataset, [municipality.code])
    drawn = pyramid.pyramid(people, needs_people.people_of_country(dataset, municipality.country))
    if not drawn:
        return Markup()
    return render(
        "village/templates/ages.html.j2",
        alternative=_(
            "Age pyramid of {name}; the table beside it says the same in numbers.", name=municipality.name
        ),
        address=data_address(drawn),
        table=needs_people.ages_table(people, municipality.name),
    )


# -- how sure ------------------------------------------------------------------------------------------------


def certainty(views: Sequence[GroupView], population_date: str | None) -> Markup:
    """Say in a few plain sentences how far to trust the page."""
    complete = [view for view in views if view.gap.is_register_complete]
    said = [
        _("A norm is not a law: it shows how much other places have on average."),
        _("Distances are straight lines times 1.3, an estimate of the way by road."),
    ]
    if any(view.gap.is_lower_bound for view in views):
        said.append(bounds.explained())
    if len(complete) < len(views):
        said.append(
            _(
                "All registered services are known to us only of these kinds: {kinds}. "
                "Of the others more may exist.",
                kinds=text.listing([village_words.kind(view) for view in complete]),
            )
            if complete
            else _(
                "We do not know all services of any kind here: "
                "“not known to us” does not mean “there is none”."
            )
        )
    near = [view.gap.edge_share for view in views if view.gap.is_near_edge]
    if near:
        words = _(
            "Part of the services is near the edge of the loaded data: what lies beyond it is not counted."
        )
        known = [share for share in near if share is not None]
        said.append(edge_sentence(words, max(known) if known else None, is_most=True))
    if population_date:
        said.append(
            _("Ages are those of {day}; the village may have changed since.", day=text.date(population_date))
        )
    return bullets(said)
