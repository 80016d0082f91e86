"""The words of the page "Own tables": kinds of tables, what went wrong and what to do, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from dashboard import text
from dashboard.phrases.labels import label
from dashboard.text import _, ngettext

_LISTS: Final = {"service_status": "service_statuses", "capacity_basis": "capacity_bases"}


def kind_labels() -> dict[str, str]:
    """Return what each table is called."""
    return {
        "services": _("Services that are missing here"),
        "corrections": _("Corrections of what the sources say"),
        "needs": _("Numbers about need"),
        "findings": _("What people say (focus groups)"),
        "network": _("Capacity in a network"),
        "funding": _("Money"),
        "areas": _("A planning area of your own"),
    }


def kind_about(kind: str) -> str:
    """Say what a table is for."""
    return {
        "services": _(
            "Follow-on help and services that no source holds. Each form and unit in a row of its own."
        ),
        "corrections": _(
            "A capacity, name or address that is wrong in the register. "
            "It stands on every later build until somebody changes it."
        ),
        "needs": _("For instance recipients of care allowance by municipality. Small numbers stay hidden."),
        "findings": _("Where which help falls short and where it is enough, by group, never by person."),
        "network": _("Places and staff that a regional or municipal network counts with."),
        "funding": _("How much a service asked for, was granted or spent, by year and by who pays."),
        "areas": _("Which municipalities plan together: one municipality in each row."),
    }[kind]


def kind_name(kind: str) -> str:
    """Return the label of a kind; its code where it is not known."""
    return kind_labels().get(kind, kind)


def kind_of_file(name: str) -> str | None:
    """
    Say what a published file holds: its name begins with "own-" and the kind.

    None where it was named by hand.
    """
    parts = name.split("-")
    return kind_labels().get(parts[1]) if len(parts) == 3 and parts[0] == "own" else None


# -- what went wrong -----------------------------------------------------------------------------------------


def error_sentence(error: str, content: Mapping[str, Any]) -> str:
    """Say why nothing was done and what to do."""
    if error == "not_remembered":
        return not_remembered_sentence(str(content.get("reason", "")))
    return {
        "table": _("The table has to be corrected first. Nothing of it has been loaded."),
        "changed_meanwhile": _(
            "The data were built anew meanwhile. Look at the preview again, then publish."
        ),
        "loss": _("Nothing was published: too much would be lost. The data stay as they were."),
        "busy": _("Somebody else is at work on the data. Nothing was changed; try again in a minute."),
        "too_long": _(
            "It took too long and was stopped. The data stay as they were. Ask whoever runs the program."
        ),
        "too_large": _(
            "This table is too large for this page. Divide it, or give it to whoever runs the program."
        ),
    }.get(error, _("It did not work. The data stay as they were. Ask whoever runs the program."))


def not_remembered_sentence(reason: str) -> str:
    """Say why the data cannot be built again from this page."""
    why = {
        "other_dataset": _("These data were copied here from somewhere else."),
        "missing_file": _("A file that these data were built from is not there any more."),
    }.get(reason, _("How these data were built is not known."))
    what = _(
        "So a table can be checked here, but not published. "
        "Download the checked table and give it to whoever builds the data: "
        "it belongs into the folder “tables” beside the dataset. "
        "After one `dosah build` of this version this page can publish too."
    )
    return f"{why} {what}"


def access_sentence(reason: str) -> str:
    """Say why somebody may not publish, and how to get there."""
    return {
        "not_local": _(
            "Tables can be checked and published only at the machine on which the program runs. "
            "Fill in a template and send it to whoever "
            "runs the program, or ask for a login to be set up."
        ),
        "no_login": _(
            "Tables are checked and published here only by people who are logged in, "
            "and no login is set up yet. Fill in a template and "
            "send it to whoever runs the program, or ask for a login to be set up."
        ),
        "not_logged_in": _("Log in to check and publish tables. Templates can be downloaded without it."),
        "not_on_list": _(
            "You are logged in, but not among those who may publish tables. "
            "Ask whoever runs the program to put you on the list."
        ),
        "off": _(
            "Publishing from this page is switched off. "
            "Fill in a template and send it to whoever runs the program."
        ),
    }[reason]


# -- what changed --------------------------------------------------------------------------------------------


def change_labels() -> dict[str, str]:
    """Return the words of each kind of change, in the order of the report."""
    return {
        "service_added": _("New service"),
        "service_gone": _("Service goes"),
        "service_ended": _("Service ended"),
        "service_status": _("State of the service"),
        "service_renamed": _("Name"),
        "provider_changed": _("Provider"),
        "capacity_changed": _("Capacity"),
        "capacity_basis": _("What the capacity is meant for"),
        "site_moved": _("Place"),
        "site_opened": _("New place"),
        "site_closed": _("Place goes"),
        "municipality_added": _("New municipality"),
        "municipality_gone": _("Municipality goes"),
        "municipality_renamed": _("Name of the municipality"),
        "population_changed": _("Inhabitants"),
    }


def change_value(change: Mapping[str, Any], side: str) -> str | None:
    """Write a value before or after a change; None where the kind of change has none."""
    kind = change["kind"]
    if kind in ("service_added", "service_gone", "municipality_added", "municipality_gone"):
        return None
    value = change.get(side)
    if value is None:
        return None if kind in ("site_opened", "site_closed") else text.unknown()
    if kind in _LISTS:
        return label(_LISTS[kind], value)
    if kind == "service_ended" and side == "after":
        return text.date(str(value))
    return text.number(value, 1) if isinstance(value, int | float) else str(value)


def change_subject(change: Mapping[str, Any]) -> str:
    """Name what changes: the record, its kind of service, form and unit."""
    kind = change.get("service_type_code")
    parts = [label("service_types", kind)] if kind else []
    parts += [label("forms", change["form"])] if change.get("form") else []
    parts += [label("capacity_units", change["unit"])] if change.get("unit") else []
    words = [part for part in parts if part != change["name"]]
    return f"{change['name']} ({', '.join(words)})" if words else str(change["name"])


def table_labels() -> dict[str, str]:
    """Return what the rows of each table of the dataset are."""
    return {
        "service": _("Services"),
        "capacity": _("Capacities"),
        "site": _("Places of services"),
        "municipality": _("Municipalities"),
        "area": _("Planning areas"),
        "need": _("Numbers about need"),
        "finding": _("Findings of focus groups"),
        "funding": _("Sums of money"),
        "network": _("Capacities in networks"),
        "correction": _("Corrections"),
    }


def loss_sentence(loss: Mapping[str, Any]) -> str:
    """Say what would be lost."""
    names = {
        "services": _("services"),
        "municipalities": _("municipalities"),
        "population": _("inhabitants"),
        "capacity": _("capacity"),
    }
    what = names.get(str(loss["what"]), str(loss["what"]))
    if loss.get("form"):
        what = f"{what} ({label('forms', loss['form'])}, {label('capacity_units', loss['unit'])})"
    share = loss["lost"] / loss["before"] if loss["before"] else 0.0
    return _(
        "{what}: {lost} of {before} ({share})",
        what=what,
        lost=text.number(loss["lost"], 1),
        before=text.number(loss["before"], 1),
        share=text.percent(share, 1),
    )


def caution_sentence(caution: Mapping[str, Any]) -> str:
    """Say what is worth a look before publishing."""
    if caution["kind"] == "person":
        return _(
            "Row {row}, “{column}”: this looks like the name of a person. The table will be public; "
            "name an office or organisation instead.",
            row=text.number(caution["row"]),
            column=caution["column"],
        )
    if "message" in caution:  # worded by the command already
        return str(caution["message"])
    return _("The column “{column}” is not read in.", column=caution["column"])


def rows_words(rows: int) -> str:
    """Count rows."""
    return ngettext("{n} row", "{n} rows", rows)
