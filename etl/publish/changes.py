"""
What changed since the last build: one list for a person (cs, pl, en), for a program (JSON)
and for the memory of the dataset.

Services are compared by their identity, sites by their place: the number of a site may move when another one
is added. Where an address is protected now, nothing of the place it had before is told either.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from etl.cleaning.protect import is_protected, protect_service
from etl.publish import change_words
from geodata.dataset import fields, rules
from geodata.vocabulary import codes

Kind = Literal[
    "service_added",
    "service_gone",
    "service_ended",
    "service_status",
    "service_renamed",
    "provider_changed",
    "capacity_changed",
    "capacity_basis",
    "site_moved",
    "site_opened",
    "site_closed",
    "municipality_added",
    "municipality_gone",
    "municipality_renamed",
    "population_changed",
]
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]  # the order of the report
MOST_LINES = 200

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Change:
    """
    One change of one record.

    `before` and `after` are values as the dataset holds them (None = unknown or none); `form` and `unit` say
    which capacity; `service_type_code` is None for municipalities.
    """

    kind: Kind
    record_id: str
    name: str
    before: str | float | None = None
    after: str | float | None = None
    form: str | None = None
    unit: str | None = None
    service_type_code: str | None = None


@dataclass(frozen=True)
class Changes:
    """All changes between two datasets; `before` and `after` are their data dates and versions."""

    changes: tuple[Change, ...]
    before: Mapping[str, str]
    after: Mapping[str, str]

    def of(self, kind: Kind) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.kind == kind)

    def as_json(self) -> dict[str, Any]:
        """Return what a program reads: dates, how many of each kind, and every change."""
        return {
            "before": dict(self.before),
            "after": dict(self.after),
            "counts": {kind: len(self.of(kind)) for kind in KINDS},
            "changes": [
                {key: value for key, value in dataclasses.asdict(change).items() if value is not None}
                for change in self.changes
            ],
        }

    def as_text(self, language: str, most_lines: int = MOST_LINES) -> str:
        """
        Return the report for a person.

        Parameters
        ----------
        language
            cs, pl or en.
        most_lines
            Lines of one kind; the rest is counted. The JSON has them all.
        """
        words = change_words.of(language)
        lines = [
            words.title.format(
                before=words.date(self.before.get("data_date")), after=words.date(self.after.get("data_date"))
            )
        ]
        if not self.changes:
            return f"{lines[0]}\n\n{words.nothing}\n"
        for kind in KINDS:
            changes = self.of(kind)
            if not changes:
                continue
            lines += ["", f"{words.headings[kind]}: {words.number(len(changes))}"]
            lines += [f"  – {_sentence(change, words)}" for change in changes[:most_lines]]
            if len(changes) > most_lines:
                lines.append(f"  … {words.more.format(number=words.number(len(changes) - most_lines))}")
        return "\n".join(lines) + "\n"


def compare(old: Tables, new: Tables) -> Changes:
    """
    List what changed between two datasets.

    Parameters
    ----------
    old, new
        Tables as in `geodata.dataset.fields`; not modified.

    Returns
    -------
    changes
        By kind in the order of the report, then by name and identity.
    """
    found = [
        *_services(old, new),
        *_capacities(old, new),
        *_sites(old, new),
        *_municipalities(old, new),
        *_population(old, new),
    ]
    ranked = sorted(
        found, key=lambda change: (KINDS.index(change.kind), change.name, change.record_id, str(change))
    )
    return Changes(tuple(ranked), facts(old), facts(new))


def facts(contents: Tables) -> dict[str, str]:
    """Return data_date and content_hash of a dataset, as far as it has them."""
    frame = contents["dataset"]
    known = dict(zip(frame["name"], frame["value"], strict=True))
    return {name: known[name] for name in ("data_date", "content_hash") if name in known}


def tombstones(old: Tables | None, new: Tables) -> pd.DataFrame:
    """
    Remember services that vanished without being said to have ended.

    Parameters
    ----------
    old
        Tables of the last dataset; None = there is none.
    new
        Tables of this build.

    Returns
    -------
    tombstone
        Table `tombstone`: those of the last dataset that did not come back, and those that vanished now.
    """
    if old is None:
        return rules.empty("tombstone")
    present = set(new["service"]["service_id"])
    kept = old["tombstone"] if "tombstone" in old else rules.empty("tombstone")
    kept = kept[~kept["service_id"].isin(present)]
    service = old["service"]
    gone = service[~service["service_id"].isin(present) & ~service["service_id"].isin(kept["service_id"])]
    columns = [field.name for field in fields.BY_NAME["tombstone"].fields]
    fresh = gone.assign(name=_safe_names(gone), last_seen=_data_date(old), gone_since=_data_date(new))[
        columns
    ]
    return rules.conform("tombstone", pd.concat([kept, fresh]) if len(fresh) else kept)


def _safe_names(service: pd.DataFrame) -> list[str]:
    """
    Return names of services.

    Of a kind whose addresses are protected the kind, whatever an older dataset called it.
    """
    return [
        str(protect_service(row)["name"]) if is_protected(row["service_type_code"]) else str(row["name"])
        for row in _rows(service, "service_id").values()
    ]


def _data_date(contents: Tables) -> str:
    return facts(contents).get("data_date", "1970-01-01")


def _plain(value: Any) -> Any:
    """Return None for what is unknown."""
    return None if pd.isna(value) else value


def _rows(frame: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    return {
        str(row[key]): {str(name): _plain(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    }


def _services(old: Tables, new: Tables) -> Iterator[Change]:
    before, after = _rows(old["service"], "service_id"), _rows(new["service"], "service_id")
    providers_before = _rows(old["provider"], "provider_id")
    providers_after = _rows(new["provider"], "provider_id")
    for code, row in after.items():
        kind = str(row["service_type_code"])
        was = before.get(code)
        if was is None:
            yield Change("service_added", code, row["name"], service_type_code=kind)
            continue
        if was["status"] != row["status"]:
            what: Kind = "service_ended" if row["status"] == "ended" else "service_status"
            until = row["valid_to"] if what == "service_ended" else row["status"]
            yield Change(what, code, row["name"], was["status"], until, service_type_code=kind)
        if was["name"] != row["name"]:
            # A service whose address has become protected is called by its kind:
            # its old name may tell the place.
            secret = _is_protected(new, code)
            yield Change(
                "service_renamed",
                code,
                row["name"],
                None if secret else was["name"],
                row["name"],
                service_type_code=kind,
            )
        names = [
            providers.get(str(side["provider_id"]), {}).get("name")
            for providers, side in ((providers_before, was), (providers_after, row))
        ]
        if names[0] != names[1]:
            yield Change("provider_changed", code, row["name"], names[0], names[1], service_type_code=kind)
    for code, row in before.items():
        if code not in after:
            yield Change("service_gone", code, row["name"], service_type_code=str(row["service_type_code"]))


def _is_protected(contents: Tables, service_id: str) -> bool:
    site = contents["site"]
    return bool(site.loc[site["service_id"] == service_id, "is_protected"].astype("bool").any())


def _capacities(old: Tables, new: Tables) -> Iterator[Change]:
    both = set(old["service"]["service_id"]) & set(new["service"]["service_id"])
    services = _rows(new["service"], "service_id")
    columns = ["service_id", "form", "unit", "capacity_number", "basis"]
    sides = []
    for contents in (old, new):
        frame = contents["capacity"].loc[lambda table: table["service_id"].isin(both), columns]
        sides.append({tuple(row[:3]): tuple(map(_plain, row[3:])) for row in frame.itertuples(index=False)})
    before, after = sides
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key, (None, None)), after.get(key, (None, None))
        code, form, unit = key
        row = services[code]
        which = {"form": form, "unit": unit, "service_type_code": str(row["service_type_code"])}
        if was[0] != now[0]:
            yield Change("capacity_changed", code, row["name"], was[0], now[0], **which)
        elif was[1] != now[1]:
            yield Change("capacity_basis", code, row["name"], was[1], now[1], **which)


def _places(
    contents: Tables, service_ids: set[str], secret: set[str]
) -> dict[str, dict[tuple[Any, ...], str]]:
    """
    Return the places of services, by codes and in words: no finer than the district where the address
    is protected.

    A municipality that is renamed moves nobody: places are compared by code.
    """
    names = _rows(contents["municipality"], "municipality_code")
    districts = dict(
        zip(contents["municipality"]["district_code"], contents["municipality"]["district_name"], strict=True)
    )
    places: dict[str, dict[tuple[Any, ...], str]] = {}
    for row in contents["site"].to_dict("records"):
        service_id = str(row["service_id"])
        if service_id not in service_ids:
            continue
        key: tuple[Any, ...]
        if service_id in secret or row["is_protected"]:
            district = _plain(row["district_code"])
            key, parts = (district,), [districts.get(district, district)]
        else:
            code, found = _plain(row["municipality_code"]), _plain(row["municipality_name"])
            street = _plain(row["street_address"])
            key, parts = (
                (street, code or found),
                [street, names.get(str(code), {}).get("name") or found or code],
            )
        if any(key):
            places.setdefault(service_id, {})[key] = ", ".join(str(part) for part in parts if part)
    return places


def _sites(old: Tables, new: Tables) -> Iterator[Change]:
    both = set(old["service"]["service_id"]) & set(new["service"]["service_id"])
    secret = {
        str(code)
        for contents in (old, new)
        for code in contents["site"].loc[contents["site"]["is_protected"].astype("bool"), "service_id"]
    }
    before, after = _places(old, both, secret), _places(new, both, secret)
    services = _rows(new["service"], "service_id")
    for code in sorted(both):
        was, now = before.get(code, {}), after.get(code, {})
        left = sorted(text for key, text in was.items() if key not in now)
        entered = sorted(text for key, text in now.items() if key not in was)
        kind: Kind = "site_moved" if left and entered else "site_opened" if entered else "site_closed"
        if left or entered:
            row = services[code]
            yield Change(
                kind,
                code,
                row["name"],
                "; ".join(left) or None,
                "; ".join(entered) or None,
                service_type_code=str(row["service_type_code"]),
            )


def _municipalities(old: Tables, new: Tables) -> Iterator[Change]:
    before, after = (
        _rows(old["municipality"], "municipality_code"),
        _rows(new["municipality"], "municipality_code"),
    )
    for code, row in after.items():
        if code not in before:
            yield Change("municipality_added", code, row["name"])
        elif before[code]["name"] != row["name"]:
            yield Change("municipality_renamed", code, row["name"], before[code]["name"], row["name"])
    for code, row in before.items():
        if code not in after:
            yield Change("municipality_gone", code, row["name"])


def _population(old: Tables, new: Tables) -> Iterator[Change]:
    before, after = _persons(old), _persons(new)
    names = dict(zip(new["municipality"]["municipality_code"], new["municipality"]["name"], strict=True))
    for code in sorted(before.keys() | after.keys()):
        if before.get(code) != after.get(code) and code in names:
            yield Change("population_changed", code, str(names[code]), before.get(code), after.get(code))


def _persons(contents: Tables) -> dict[str, float]:
    population = contents["population"]
    total = population[population["sex"] == "total"].groupby("municipality_code")["persons"].sum()
    return {str(code): float(number) for code, number in total.items()}


def _sentence(change: Change, words: change_words.Words) -> str:
    """Say one change: name, kind of service, what was and what is."""
    where = ""
    if change.service_type_code:
        where = f" ({codes.label('service_types', change.service_type_code, words.language)})"
        # A protected service is called by its kind already.
        where = "" if where == f" ({change.name})" else where
    text = f"{change.name}{where} [{change.record_id}]"
    if change.kind in ("service_added", "service_gone", "municipality_added", "municipality_gone"):
        return text
    if change.form and change.unit:
        form = codes.label("forms", change.form, words.language)
        text += f", {form}, {codes.label('capacity_units', change.unit, words.language)}"
    before, after = _value(change, change.before, words), _value(change, change.after, words)
    if change.kind == "service_ended":
        return f"{text}: {words.until.format(date=words.date(_text(change.after)))}"
    if change.kind == "site_opened":
        return f"{text}: {after}"
    if change.kind == "site_closed":
        return f"{text}: {before}"
    return f"{text}: {before} → {after}"


def _text(value: str | float | None) -> str | None:
    return None if value is None else str(value)


def _value(change: Change, value: str | float | None, words: change_words.Words) -> str:
    if value is None:
        return words.unknown
    if isinstance(value, float):
        return words.number(value)
    lists: dict[str, str] = {"service_status": "service_statuses", "capacity_basis": "capacity_bases"}
    if change.kind in lists and value in codes.codelist(lists[change.kind]):
        return codes.label(lists[change.kind], str(value), words.language)
    return str(value)
