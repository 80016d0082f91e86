"""
The records of the Czech register one by one.

What each tells, and which telling of a registration counts.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from etl.files.losses import Losses
from etl.sources.formats import rpss_capacity
from etl.sources.formats.files import day_of, listing, mapping, text_of
from etl.sources.formats.rpss_site import (
    BAD_DATES,
    Facilities,
    Lists,
    close,
    code_of,
    facilities,
    is_said,
    is_secret,
)
from geodata.vocabulary.identifiers import clean_email, clean_ico, clean_phone, clean_web, fold, provider_id

FIRST_DAY, LAST_DAY = "0001-01-01", "9999-12-31"
Account = tuple[int, str | None, str, str]
DATE_CONFLICTS = (
    "facilities that stay open in the file although their registration has an end; the earlier end counts"
)
BAD_NUMBER = "numbers or identifiers of a service that are none; the other one stands for it"
BAD_ICO = "provider numbers (IČO) that are none, counted as unknown"
BAD_NAMES = "names of providers that are no name, left out"
NO_PROVIDER = "services whose provider the register does not tell; it is unknown"
NOT_A_LIST = "lists of facilities that are none, counted as empty"
BAD_GROUPS = "target groups or ages that are no reference, left out"
BAD_CONTACTS = "contacts that cannot be read, left out"
TWO_NAMES = "names of one provider number that differ; the most frequent one counts"
TOLD_TWICE = (
    "registrations told more than once and differently; the telling that is in force longest counts, "
    "a capacity on which they differ is unknown, an address that one of them closes is closed"
)


@dataclasses.dataclass
class Telling:
    """
    One record of the register, read.

    `rows` are the numbers of its first row and its rows in the file; `names` what it calls its provider.
    """

    registration: str
    service: dict[str, Any]
    capacities: list[dict[str, Any]]
    found: Facilities
    provider: tuple[str | None, str | None]
    rows: tuple[int, int]
    losses: Losses

    @property
    def is_without_site(self) -> bool:
        """Whether the registration tells no place at all."""
        return not self.found.sites

    @property
    def content(self) -> str:
        """
        Everything that was read, as one text.

        Two tellings are the same where it is, wherever they stand in the file.
        """
        sites = [
            {name: value for name, value in site.items() if name != "row_number"} for site in self.found.sites
        ]
        secret = sorted(self.found.places), sorted(self.found.names)
        return repr((self.service, self.provider, self.capacities, sites, secret))

    @property
    def rank(self) -> tuple[str, str, str]:
        """What decides between tellings: the last day, the first day, and for want of a reason their text."""
        return (self.service["valid_to"] or LAST_DAY, self.service["valid_from"] or FIRST_DAY, self.content)


@dataclasses.dataclass
class Reading:
    """What was read so far; `settled` are the tellings that count."""

    lists: Lists
    kinds: Mapping[str, tuple[str, bool]]
    rows: int = 0
    tellings: dict[str, list[Telling]] = dataclasses.field(default_factory=dict)
    settled: list[Telling] = dataclasses.field(default_factory=list)
    rejected: list[Account] = dataclasses.field(default_factory=list)
    merged: list[Account] = dataclasses.field(default_factory=list)
    losses: Losses = dataclasses.field(default_factory=Losses)
    names: Losses = dataclasses.field(default_factory=Losses)

    def reject_all(self, record_id: str | None, reason: str, detail: str, rows: int) -> None:
        """Account for a record that is not read, once for each of its rows."""
        for _ in range(rows):
            self.rows += 1
            self.rejected.append((self.rows, record_id, reason, detail))

    def take(self, record: dict[str, Any]) -> None:
        """Read one record of the register as a further telling of its registration."""
        entries = listing(record.get("zarizeni"))
        rows = max(len(entries), 1)
        registration = text_of(record.get("portalId")) or text_of(record.get("identifikator"))
        if registration is None:
            self.reject_all(None, "missing_code", "the service has no number", rows)
            return
        open_data_code = code_of(record.get("druhSocialniSluzby"))
        if open_data_code is None or open_data_code not in self.kinds:
            self.reject_all(registration, "unknown_kind", f"kind '{open_data_code or 'none'}'", rows)
            return
        telling = self._read(registration, record, entries, open_data_code)
        self.tellings.setdefault(registration, []).append(telling)
        self.rows += rows

    def _read(
        self, registration: str, record: Mapping[str, Any], entries: list[Any], open_data_code: str
    ) -> Telling:
        losses = Losses()
        kind, is_kind_protected = self.kinds[open_data_code]
        service_id = f"cz-rpss-{registration}"
        for key in ("portalId", "identifikator"):
            losses.add_if(BAD_NUMBER, registration, is_said(record.get(key)) and not text_of(record[key]))
        losses.add_if(
            NOT_A_LIST,
            registration,
            is_said(record.get("zarizeni")) and not isinstance(record["zarizeni"], list),
        )
        days = [day_of(record.get(key)) for key in ("datumPoskytovaniOd", "datumPoskytovaniDo")]
        for key, day in zip(("datumPoskytovaniOd", "datumPoskytovaniDo"), days, strict=True):
            losses.add_if(BAD_DATES, registration, day is None and is_said(record.get(key)))
        found = facilities(
            registration,
            entries,
            (days[0], days[1]),
            is_closed=is_kind_protected or is_secret(record, but=frozenset({"zarizeni"})),
            lists=self.lists,
        )
        losses.merge(found.losses)
        for site in found.sites:
            site |= {"service_id": service_id, "row_number": self.rows + site["site_number"]}
            losses.add_if(DATE_CONFLICTS, registration, site["has_end_date_conflict"])
        provider = mapping(record.get("poskytovatel"))
        named = self._provider(registration, provider, losses)
        names = {site["name"] for site in found.sites}
        service = {
            "service_id": service_id,
            "registration_id": registration,
            "register_identifier": text_of(record.get("identifikator")),
            "provider_id": None if named == (None, None) else provider_id(named[0] or "", named[1], "CZ"),
            "country": "CZ",
            # With one name for all its sites the service is called so; of protected sites no name is kept.
            "name": names.pop() if len(names) == 1 else None,
            "service_type_code": kind,
            "open_data_code": open_data_code,
            "evidence": "register",
            "valid_from": days[0],
            "valid_to": days[1],
            **self._groups(registration, record, losses),
            "web": _contact(registration, (record, provider), ("weby", "web"), clean_web, losses),
            "phone": _contact(
                registration, (record, provider), ("telefony", "telefon"), _czech_phone, losses
            ),
            "email": _contact(registration, (record, provider), ("emaily", "email"), clean_email, losses),
            "is_follow_on": False,
            "has_wider_region": bool(record.get("rozsirenePusobnostiVKraji")),
        }
        capacities = rpss_capacity.capacities(service_id, registration, record.get("formy"), losses)
        rows = (self.rows + 1, max(len(entries), 1))
        return Telling(registration, service, capacities, found, named, rows, losses)

    def settle(self) -> None:
        """
        Choose between tellings of one registration, whatever their order in the file.

        Rows of a telling that does not count are rejected as a further telling; what it alone says of a
        capacity makes that unknown, and an
        address that it closes is closed.
        """
        for registration, tellings in self.tellings.items():
            leading = max(tellings, key=lambda telling: telling.rank)
            others = [telling for telling in tellings if telling is not leading]
            differing = [telling for telling in others if telling.content != leading.content]
            for telling in others:
                detail = "the registration stands in the file twice" + (
                    ", told differently" if differing else ""
                )
                first, rows = telling.rows
                self.rejected += [(first + row, registration, "duplicate_row", detail) for row in range(rows)]
            self.losses.merge(leading.losses)
            if differing:
                self.losses.add(TOLD_TWICE, registration)
                leading.capacities = rpss_capacity.agreed(
                    registration,
                    leading.capacities,
                    [telling.capacities for telling in differing],
                    self.losses,
                )
                _close_what_others_close(leading, differing)
            first, _ = leading.rows
            for number, twin in leading.found.repeated:
                detail = f"the same name and address as facility {twin} of the registration"
                self.merged.append((first + number - 1, registration, "same_site_twice", detail))
            self.losses.add_if(NO_PROVIDER, registration, leading.provider == (None, None))
            self.settled.append(leading)

    def providers(self) -> list[dict[str, Any]]:
        """
        Return every provider once.

        Where its registrations call it differently the most frequent name counts, then the first by letters.
        """
        names: dict[str, Counter[str]] = {}
        numbers: dict[str, str | None] = {}
        for telling in self.settled:
            key, (name, ico) = telling.service["provider_id"], telling.provider
            if key is not None:
                names.setdefault(key, Counter())[name or ""] += 1
                numbers[key] = ico
        rows = []
        for key, stated in names.items():
            known = {name: count for name, count in stated.items() if name}
            self.names.add_if(TWO_NAMES, numbers[key] or key, len({fold(name) for name in known}) > 1)
            name = min(known, key=lambda one: (-known[one], one), default=f"IČO {numbers[key]}")
            rows.append({"provider_id": key, "country": "CZ", "name": name, "provider_id_ico": numbers[key]})
        return rows

    def secrets(self) -> dict[str, tuple[frozenset[str], frozenset[str]]]:
        """Return what may not be told of places and of names, by service_id."""
        return {
            telling.service["service_id"]: (frozenset(telling.found.places), frozenset(telling.found.names))
            for telling in self.settled
            if telling.found.places or telling.found.names
        }

    @staticmethod
    def _provider(
        registration: str, provider: Mapping[str, Any], losses: Losses
    ) -> tuple[str | None, str | None]:
        """
        Return name and number of the provider.

        One that is a natural person has a first name and a surname: those are not read.
        """
        ico = clean_ico(text_of(provider.get("ico")))
        losses.add_if(BAD_ICO, registration, ico is None and is_said(provider.get("ico")))
        stated = text_of(provider.get("nazev"))
        # A name without a letter or digit tells nobody apart.
        name = stated if stated and fold(stated) else None
        losses.add_if(BAD_NAMES, registration, name is None and is_said(provider.get("nazev")))
        return name, ico

    def _groups(self, registration: str, record: Mapping[str, Any], losses: Losses) -> dict[str, str | None]:
        groups = [
            code_of(mapping(entry).get("cilovaSkupina")) for entry in listing(record.get("ciloveSkupiny"))
        ]
        codes = list(dict.fromkeys(code for code in groups if code))
        names = self.lists.code_lists.get("target_groups", {})
        labels = [
            names[f"CilovaSkupinaOsoby/{code}"] for code in codes if f"CilovaSkupinaOsoby/{code}" in names
        ]
        ages = [
            code_of(mapping(entry).get("vekovaSkupina")) or code_of(entry)
            for entry in listing(record.get("vekoveSkupiny"))
        ]
        lost = [*groups, *ages].count(None) + sum(
            is_said(record.get(key)) and not isinstance(record[key], list)
            for key in ("ciloveSkupiny", "vekoveSkupiny")
        )
        if lost:
            losses.add(BAD_GROUPS, registration, lost)
        return {
            "target_groups_text": "; ".join(labels) or None,
            "target_group_codes": ";".join(codes) or None,
            "age_group_codes": ";".join(dict.fromkeys(age for age in ages if age)) or None,
        }


def _close_what_others_close(leading: Telling, others: Sequence[Telling]) -> None:
    """
    Close the leading telling's addresses where another telling of the registration closes one.

    All of them: which of two tellings' facilities are the same nobody can say.
    """
    if not any(site["is_protected"] for other in others for site in other.found.sites):
        return
    for site in leading.found.sites:
        if not site["is_protected"]:
            close(site, leading.found)
    for other in others:
        leading.found.places |= other.found.places
        leading.found.names |= other.found.names
    leading.service["name"] = None


def _czech_phone(text: str | None) -> str | None:
    return clean_phone(text, "CZ")


def _contact(
    registration: str,
    holders: tuple[Mapping[str, Any], Mapping[str, Any]],
    keys: tuple[str, str],
    clean: Callable[[str | None], str | None],
    losses: Losses,
) -> str | None:
    """Return the service's first usable contact, else its provider's; notes beside contacts are not read."""
    plural, key = keys
    for holder in holders:
        entries = holder.get(plural)
        losses.add_if(BAD_CONTACTS, registration, is_said(entries) and not isinstance(entries, list))
        for entry in listing(entries):
            stated = mapping(entry).get(key)
            value = clean(text_of(stated))
            if value:
                return value
            # An entry without its key is of another layout, one with null says nothing.
            is_strange = is_said(entry) and key not in mapping(entry)
            losses.add_if(BAD_CONTACTS, registration, is_strange or is_said(stated))
    return None
