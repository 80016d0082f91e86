"""
The data dictionary: every table and column of the published dataset, with type, unit and description.

This is the contract between `etl`, which writes, and `dashboard`, which reads.
Types are those a GeoPackage keeps: "text", "integer", "real", "boolean" and "date" (ISO 8601 text,
so that a day never becomes a moment in a time zone). A nullable column holds NA where the figure is unknown:
unknown is never zero (docs/decisions/0001-unknown-is-never-zero.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 3
"""
What this program writes. A dataset of an older version is read as well:
tables that came later (`Table.since`) are empty in it, columns that came later (`Field.since`) unknown.
"""

FieldType = Literal["text", "integer", "real", "boolean", "date"]


@dataclass(frozen=True)
class Field:
    """
    One column.

    `codelist` names a list of `geodata/codelists`; `references` is "table.column" that each value must
    exist in; `minimum` / `maximum` bound a number, both ends included. `since` is the first schema version
    that has the column; one that came after its table is nullable, because older datasets do not know it.
    """

    name: str
    type: FieldType
    description: str
    unit: str | None = None
    nullable: bool = False
    codelist: str | None = None
    references: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    since: int = 1


@dataclass(frozen=True)
class Table:
    """
    One table of the dataset.

    `key` columns identify a row, `geometry` names the type of its shapes,
    `since` is the first schema version that has the table.
    """

    name: str
    description: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    geometry: str | None = None
    since: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order, without the geometry."""
        return tuple(field.name for field in self.fields)

    def fields_of(self, version: int) -> tuple[Field, ...]:
        """Return the columns that datasets of a schema version have, in order."""
        return tuple(field for field in self.fields if field.since <= version)

    def field(self, name: str) -> Field:
        """Return the column called `name`."""
        return next(field for field in self.fields if field.name == name)


def _origin(nullable: bool = False) -> Field:
    return Field(
        "origin_id", "text", "Where the row comes from", nullable=nullable, references="origin.origin_id"
    )


def _country() -> Field:
    return Field("country", "text", "ISO 3166 code of the country", codelist="countries")


def _ages() -> tuple[Field, ...]:
    return (
        Field("sex", "text", "total, male or female", codelist="sexes"),
        Field(
            "age_from", "integer", "Youngest age of the band, included", unit="years", minimum=0, maximum=120
        ),
        Field(
            "age_to",
            "integer",
            "Oldest age of the band, included; NA = open",
            unit="years",
            nullable=True,
            minimum=0,
        ),
        Field("persons", "integer", "Inhabitants of the band", unit="persons", minimum=0),
        Field("reference_date", "date", "Day the count is of"),
    )


TABLES: tuple[Table, ...] = (
    Table(
        "municipality",
        "Municipalities with outlines (EPSG:4326): those of the planning areas and what surrounds them",
        key=("municipality_code",),
        geometry="MultiPolygon",
        fields=(
            Field("municipality_code", "text", "RÚIAN/ČSÚ code (6 digits) or TERYT of the gmina (7 digits)"),
            _country(),
            Field("name", "text", "Official name"),
            Field("pou_name", "text", "Seat of the authorised municipal office (CZ)", nullable=True),
            Field(
                "orp_code_csu",
                "text",
                "ČSÚ code of the municipality with extended powers (CZ)",
                nullable=True,
            ),
            Field("orp_name", "text", "Municipality with extended powers (CZ)", nullable=True),
            Field("district_code", "text", "okres (CZ-NUTS / LAU 1) or powiat (TERYT)"),
            Field("district_name", "text", "Name of the district"),
            Field("region_code", "text", "kraj (NUTS 3) or województwo (TERYT)"),
            Field("region_name", "text", "Name of the region"),
            Field("latitude", "real", "Point inside, WGS 84", unit="degrees", minimum=47.5, maximum=55.5),
            Field("longitude", "real", "Point inside, WGS 84", unit="degrees", minimum=11.5, maximum=24.5),
            Field("area_km2", "real", "Area as published", unit="km²", nullable=True, minimum=0),
            Field(
                "edge_distance_m",
                "real",
                "Distance from the point to the edge of the part of the map whose population is loaded; "
                "NA where the municipality's own population is not loaded",
                unit="m",
                nullable=True,
                minimum=0,
            ),
            Field("outline_state", "text", "Vintage and generalisation of the outline", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "area",
        "Planning areas",
        key=("area_id",),
        fields=(
            Field("area_id", "text", "Short name used in addresses, for instance frydlantsko-beskydy"),
            _country(),
            Field("name", "text", "Name in the country's language"),
            Field("kind", "text", "What the area is (local action group, city, gmina)"),
            Field(
                "membership_certainty",
                "text",
                "Named by the area or inferred",
                codelist="membership_certainties",
            ),
            Field("membership_basis", "text", "Why membership is inferred", nullable=True),
            Field(
                "facts_json",
                "text",
                "Projects, planning process, localities of the area as JSON",
                nullable=True,
            ),
            _origin(),
        ),
    ),
    Table(
        "area_membership",
        "Which municipalities make up an area",
        key=("area_id", "municipality_code"),
        fields=(
            Field("area_id", "text", "Area", references="area.area_id"),
            Field("municipality_code", "text", "Member", references="municipality.municipality_code"),
        ),
    ),
    Table(
        "population",
        "Inhabitants by age band; bands differ by source (Jastrzębie-Zdrój ends with 75+)",
        key=("municipality_code", "sex", "age_from"),
        fields=(
            Field("municipality_code", "text", "Municipality", references="municipality.municipality_code"),
            *_ages(),
            _origin(),
        ),
    ),
    Table(
        "national_population",
        "Inhabitants of a whole country by age band: denominators of the national benchmark",
        key=("country", "sex", "age_from"),
        fields=(_country(), *_ages(), _origin()),
    ),
    Table(
        "provider",
        "Organisations that provide services; never a natural person",
        key=("provider_id",),
        fields=(
            Field(
                "provider_id",
                "text",
                "cz-ico-12345678, or a stable digest of the name where no number is known",
            ),
            _country(),
            Field("name", "text", "Name"),
            Field("provider_id_ico", "text", "IČO, 8 characters (CZ)", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "service",
        "Services: a registration of the national register, or a service known from a public page",
        key=("service_id",),
        fields=(
            Field("service_id", "text", "cz-rpss-<registration> or page-<row>"),
            Field("registration_id", "text", "Number in the national register", nullable=True),
            Field("provider_id", "text", "Provider", nullable=True, references="provider.provider_id"),
            _country(),
            Field(
                "name",
                "text",
                "Name as the source gives it; the kind of service where an address is protected",
            ),
            Field("service_type_code", "text", "Kind of service", codelist="service_types"),
            Field(
                "status", "text", "existing, planned or ended on the data date", codelist="service_statuses"
            ),
            Field("evidence", "text", "How the service is known", codelist="evidences"),
            Field("is_follow_on", "boolean", "Follow-on or informal help, not a social service by law"),
            Field("valid_from", "date", "Start of the registration", nullable=True),
            Field("valid_to", "date", "End of the registration, the last day included", nullable=True),
            Field(
                "sites_total",
                "integer",
                "Places of the service, loaded or not: its capacity is shared among them all; NA = not told, "
                "those of table site",
                unit="sites",
                nullable=True,
                minimum=1,
                since=3,
            ),
            Field("target_groups_text", "text", "Target groups as found", nullable=True),
            Field(
                "age_from", "integer", "Youngest client", unit="years", nullable=True, minimum=0, maximum=120
            ),
            Field("age_to", "integer", "Oldest client", unit="years", nullable=True, minimum=0, maximum=120),
            Field("served_area_text", "text", "Served area as found", nullable=True),
            Field(
                "served_area_state",
                "text",
                "declared = resolved to municipalities; described = text that could not be resolved",
                codelist="served_area_states",
            ),
            Field("web", "text", "Web address of the organisation", nullable=True),
            Field("phone", "text", "Phone of the organisation", nullable=True),
            Field("email", "text", "E-mail of the organisation", nullable=True),
            Field("year_of_information", "integer", "Year the page speaks of", nullable=True, minimum=1950),
            Field(
                "note", "text", "How far to trust the row, as noted by whoever read the page", nullable=True
            ),
            Field("source_url", "text", "Page or pages read; several divided by a space", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "service_target_group",
        "Target groups of services as codes",
        key=("service_id", "target_group_code"),
        fields=(
            Field("service_id", "text", "Service", references="service.service_id"),
            Field("target_group_code", "text", "Target group", codelist="target_groups"),
            Field("is_inferred", "boolean", "Read from a text by rule, not stated as a code"),
        ),
    ),
    Table(
        "capacity",
        "Capacity of a service by form and unit. It belongs to the registration: never add it across forms "
        "or units, "
        "never count it once per site",
        key=("service_id", "form", "unit"),
        fields=(
            Field("service_id", "text", "Service", references="service.service_id"),
            Field("form", "text", "Form; unknown where not stated", codelist="forms"),
            Field("unit", "text", "Unit; unknown where no capacity is stated", codelist="capacity_units"),
            Field("kind", "text", "registered, stated on a page, or planned", codelist="capacity_kinds"),
            Field("capacity_number", "real", "Capacity in the unit; NA = unknown", nullable=True, minimum=0),
            Field(
                "basis",
                "text",
                "at one time, per year, or doubtful; NA where the number is",
                nullable=True,
                codelist="capacity_bases",
            ),
            Field(
                "basis_reason",
                "text",
                "What the basis was read from",
                nullable=True,
                codelist="basis_reasons",
            ),
            Field(
                "bound_number", "real", "Bound beyond which the number is doubtful", nullable=True, minimum=0
            ),
            Field("is_retold", "boolean", "The same places told again in a second unit of the same form"),
            Field("capacity_text", "text", "As found", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "site",
        "Where a service is given. Protected addresses carry no more than the district",
        key=("site_id",),
        fields=(
            Field("site_id", "text", "<service_id>-s<number>, stable for the same input"),
            Field("service_id", "text", "Service", references="service.service_id"),
            Field("name", "text", "Name of the site", nullable=True),
            _country(),
            Field(
                "is_protected",
                "boolean",
                "Secret address, or a kind whose addresses are protected, whatever its mark says",
            ),
            Field(
                "municipality_code",
                "text",
                "Municipality; NA = unknown or protected. May lie outside the loaded ones",
                nullable=True,
            ),
            Field(
                "municipality_name",
                "text",
                "Municipality as found, where its code is unknown or not loaded",
                nullable=True,
            ),
            Field("municipality_part", "text", "Part of the municipality", nullable=True),
            Field("district_code", "text", "District", nullable=True),
            Field("street_address", "text", "Street and number", nullable=True),
            Field("postal_code", "text", "Postal code", nullable=True),
            Field("address_point_code", "text", "RÚIAN address point (CZ)", nullable=True),
            Field(
                "latitude",
                "real",
                "WGS 84; the municipality's point where location_quality says so",
                unit="degrees",
                nullable=True,
                minimum=47.5,
                maximum=55.5,
            ),
            Field("longitude", "real", "WGS 84", unit="degrees", nullable=True, minimum=11.5, maximum=24.5),
            Field("location_quality", "text", "How well the place is known", codelist="location_qualities"),
            _origin(),
        ),
    ),
    Table(
        "served_area",
        "Municipalities that a field service declares to serve",
        key=("service_id", "municipality_code"),
        fields=(
            Field("service_id", "text", "Service", references="service.service_id"),
            Field("municipality_code", "text", "Municipality", references="municipality.municipality_code"),
            _origin(),
        ),
    ),
    Table(
        "benchmark",
        "National capacity by kind, form and unit, each registration counted once",
        key=("country", "service_type_code", "form", "unit"),
        fields=(
            _country(),
            Field("service_type_code", "text", "Kind of service", codelist="service_types"),
            Field("form", "text", "Form", codelist="forms"),
            Field("unit", "text", "Unit", codelist="capacity_units"),
            Field(
                "registrations", "integer", "Registrations with such a capacity; 0 is no capacity", minimum=0
            ),
            Field("capacity_number", "real", "Their capacity, all of it", minimum=0),
            Field("capacity_per_site_number", "real", "What a (wrong) count per site would give", minimum=0),
            Field("median", "real", "Median capacity of a registration", minimum=0),
            Field("upper_quartile", "real", "Upper quartile", minimum=0),
            Field("largest", "real", "Largest", minimum=0),
            Field(
                "capacity_within_bound_number",
                "real",
                "Capacity of those that count at one time, by the rule of the results",
                minimum=0,
            ),
            Field("registrations_within_bound", "integer", "How many they are", minimum=0),
            Field(
                "capacity_per_year_number",
                "real",
                "Capacity of those whose text says that it is for a year: never counted; "
                "NA = texts are not known",
                nullable=True,
                minimum=0,
                since=3,
            ),
            Field(
                "registrations_per_year",
                "integer",
                "How many they are; NA = texts are not known",
                nullable=True,
                minimum=0,
                since=3,
            ),
            Field("reference_date", "date", "State of the register"),
            Field("scope", "text", "Which registrations were counted"),
            _origin(),
        ),
    ),
    Table(
        "origin",
        "Every source file: who made it, under which terms, of what date",
        key=("origin_id",),
        fields=(
            Field("origin_id", "text", "Name of the source, cz_<publisher>_<what>"),
            Field("title", "text", "Title"),
            Field("publisher", "text", "Publisher"),
            Field("licence", "text", "Licence or terms as published"),
            Field("citation", "text", "How to cite it"),
            Field("url", "text", "Where it is published", nullable=True),
            Field("reference_date", "date", "Day the data speak of; the latest where several", nullable=True),
            Field("state_note", "text", "What to know before using it", nullable=True),
            Field("file_name", "text", "Name of the file that was read"),
            Field("checksum_sha256", "text", "Checksum of that file"),
        ),
    ),
    Table(
        "accounting",
        "Row accounting: read = loaded + merged + rejected, per source",
        key=("origin_id",),
        fields=(
            _origin(),
            Field("rows_read", "integer", "Rows in the file", minimum=0),
            Field("rows_loaded", "integer", "Rows that became rows of the dataset", minimum=0),
            Field("rows_merged", "integer", "Rows that were joined to a row already loaded", minimum=0),
            Field("rows_rejected", "integer", "Rows left out, each with a reason", minimum=0),
        ),
    ),
    Table(
        "rejected",
        "What was not loaded, and why",
        key=("origin_id", "row_number"),
        fields=(
            _origin(),
            Field("row_number", "integer", "Row of the file, the heading is row 1", minimum=1),
            Field("record_id", "text", "The record's own identifier", nullable=True),
            Field("reason", "text", "Why", codelist="rejection_reasons"),
            Field("detail", "text", "What exactly, for the reader", nullable=True),
        ),
    ),
    Table(
        "linked",
        "Which records were taken for the same service or site, and on what grounds",
        key=("origin_id", "row_number"),
        fields=(
            _origin(),
            Field("row_number", "integer", "Row of the file that was joined", minimum=1),
            Field("record_id", "text", "The record's own identifier", nullable=True),
            Field(
                "service_id",
                "text",
                "The service it was joined to; NA where the record is a part of a municipality",
                nullable=True,
                references="service.service_id",
            ),
            Field("rule", "text", "Rule that decided", codelist="link_rules"),
            Field("score", "real", "Likeness of the names, 0 to 100", nullable=True, minimum=0, maximum=100),
            Field("detail", "text", "What was compared", nullable=True),
        ),
    ),
    Table(
        "correction",
        "Corrections by an office: they win over the sources on every build, and stay beside what they "
        "replaced",
        key=("correction_id",),
        fields=(
            Field("correction_id", "text", "Digest of what is corrected, by which office and when"),
            Field("table_name", "text", "Corrected table: service, capacity or site"),
            Field(
                "record_id", "text", "service_id or site_id, as the office wrote it or as it was resolved to"
            ),
            Field("form", "text", "Form, where a capacity is corrected", nullable=True, codelist="forms"),
            Field(
                "unit",
                "text",
                "Unit, where a capacity is corrected",
                nullable=True,
                codelist="capacity_units",
            ),
            Field("field_name", "text", "Corrected column"),
            Field("expected_text", "text", "Value that the office saw; NA = not stated", nullable=True),
            Field("replaced_text", "text", "Value of the sources on this build; NA = unknown", nullable=True),
            Field("new_text", "text", "Value that the office states; NA = unknown", nullable=True),
            Field("correction_date", "date", "Day of the statement"),
            Field("office", "text", "Office that answers for it; never a natural person"),
            Field("reason", "text", "Why"),
            Field(
                "state",
                "text",
                "What became of it on this build",
                codelist="correction_states",
            ),
            Field("detail", "text", "Why it was not applied, for the reader", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "need",
        "Indicators of need by municipality and target group. Small numbers are hidden for good: "
        "the number itself is not here",
        key=("indicator", "target_group_code", "year", "municipality_code"),
        fields=(
            Field("indicator", "text", "Name of the indicator, as its source calls it"),
            Field("target_group_code", "text", "Target group", codelist="target_groups"),
            Field("year", "integer", "Year the number speaks of", minimum=1950, maximum=2100),
            Field("municipality_code", "text", "Municipality", references="municipality.municipality_code"),
            Field(
                "value",
                "real",
                "Number in `unit`; NA = unknown or hidden, see `disclosure`",
                nullable=True,
                minimum=0,
            ),
            Field("unit", "text", "What is counted (persons, allowances, households)"),
            Field("suppress_below", "integer", "Numbers below it are hidden", nullable=True, minimum=3),
            Field(
                "disclosure",
                "text",
                "shown, below (1 or more, less than suppress_below), at_least (suppress_below or more, "
                "hidden so that a total "
                "cannot give a smaller number away), or unknown",
                codelist="disclosures",
            ),
            Field("source_text", "text", "Source as the user named it"),
            Field("note", "text", "What to know before using it", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "need_total",
        "Totals of the indicators that may be shown: for all municipalities and for each planning area",
        key=("indicator", "target_group_code", "year", "area_id"),
        fields=(
            Field("indicator", "text", "Name of the indicator"),
            Field("target_group_code", "text", "Target group", codelist="target_groups"),
            Field("year", "integer", "Year", minimum=1950, maximum=2100),
            Field("area_id", "text", "Planning area; 'all' = every municipality of the table"),
            Field(
                "value", "real", "Sum of the known numbers; NA = must stay hidden", nullable=True, minimum=0
            ),
            Field("municipalities_known", "integer", "Municipalities whose number is known", minimum=0),
            Field("municipalities_unknown", "integer", "Municipalities whose number is unknown", minimum=0),
        ),
    ),
    Table(
        "network",
        "Capacity that a regional or municipal network counts with; not the registered capacity, "
        "never added to it",
        key=("service_id", "form", "unit", "year", "network_name"),
        fields=(
            Field("service_id", "text", "Service", references="service.service_id"),
            Field("form", "text", "Form", codelist="forms"),
            Field("unit", "text", "Unit", codelist="capacity_units"),
            Field("year", "integer", "Year of the network", minimum=1950, maximum=2100),
            Field("network_name", "text", "Name of the network"),
            Field(
                "capacity_number", "real", "Capacity in the network; NA = unknown", nullable=True, minimum=0
            ),
            Field(
                "full_time_equivalents", "real", "Staff counted with", unit="FTE", nullable=True, minimum=0
            ),
            Field("source_text", "text", "Source as the user named it"),
            Field("note", "text", "What to know before using it", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "funding",
        "Money that a service received or was promised, by year and source of money",
        key=("service_id", "year", "funding_source", "kind"),
        fields=(
            Field("service_id", "text", "Service", references="service.service_id"),
            Field("year", "integer", "Year", minimum=1950, maximum=2100),
            Field("funding_source", "text", "Who pays", codelist="funding_sources"),
            Field("kind", "text", "Asked for, granted or spent", codelist="funding_kinds"),
            Field("amount", "real", "Amount in `currency`; NA = unknown", nullable=True, minimum=0),
            Field("currency", "text", "ISO 4217 code: CZK, PLN, EUR"),
            Field("source_text", "text", "Source as the user named it"),
            Field("note", "text", "What to know before using it", nullable=True),
            _origin(),
        ),
    ),
    Table(
        "finding",
        "What groups of people say of a kind of help in a municipality or area: findings of focus groups, "
        "never of a person",
        key=("origin_id", "row_number"),
        since=2,
        fields=(
            _origin(),
            Field("row_number", "integer", "Row of the table, the heading is row 1", minimum=1),
            Field(
                "municipality_code",
                "text",
                "Municipality it speaks of; NA where it speaks of a whole area",
                nullable=True,
                references="municipality.municipality_code",
            ),
            Field(
                "area_id",
                "text",
                "Planning area it speaks of; NA where it speaks of one municipality",
                nullable=True,
                references="area.area_id",
            ),
            Field(
                "service_group",
                "text",
                "Group of services it speaks of; NA where a kind is named",
                nullable=True,
            ),
            Field(
                "service_type_code",
                "text",
                "Kind of service it speaks of; NA where a group is named",
                nullable=True,
                codelist="service_types",
            ),
            Field(
                "target_group_code",
                "text",
                "For whom the help is meant; NA = nobody in particular",
                nullable=True,
                codelist="target_groups",
            ),
            Field("finding_state", "text", "What people say of it", codelist="finding_states"),
            Field("speaker", "text", "Kind of group that says so", codelist="finding_speakers"),
            Field(
                "participants",
                "integer",
                "People in that group; NA = unknown or hidden, see `disclosure`",
                unit="persons",
                nullable=True,
                minimum=5,
            ),
            Field(
                "disclosure", "text", "shown, below (fewer than 5 people) or unknown", codelist="disclosures"
            ),
            Field("finding_date", "date", "Day it was said"),
            Field("source_text", "text", "Source as the user named it"),
            Field("note", "text", "What to know before using it", nullable=True),
        ),
    ),
    Table(
        "tombstone",
        "Services that an earlier dataset held and this one does not: what became of them is unknown",
        key=("service_id",),
        fields=(
            Field("service_id", "text", "Service that is gone"),
            Field("registration_id", "text", "Number in the national register", nullable=True),
            Field("name", "text", "Name it had; the kind of service where an address is protected"),
            Field("service_type_code", "text", "Kind of service", codelist="service_types"),
            _country(),
            Field("last_seen", "date", "Data date of the last dataset that held it"),
            Field("gone_since", "date", "Data date of the first dataset without it"),
        ),
    ),
    Table(
        "capacity_history",
        "What each dataset so far said of a capacity: a row for every statement that held through one or "
        "more builds. Never "
        "added across forms, units or rows",
        key=("service_id", "form", "unit", "seen_from"),
        fields=(
            Field("service_id", "text", "Service; it may be gone by now"),
            Field("form", "text", "Form; unknown where not stated", codelist="forms"),
            Field("unit", "text", "Unit; unknown where no capacity is stated", codelist="capacity_units"),
            Field("kind", "text", "registered, stated on a page, or planned", codelist="capacity_kinds"),
            Field("capacity_number", "real", "Capacity in the unit; NA = unknown", nullable=True, minimum=0),
            Field(
                "basis",
                "text",
                "at one time, per year, or doubtful; NA where the number is",
                nullable=True,
                codelist="capacity_bases",
            ),
            Field("seen_from", "date", "Data date of the first dataset that said so"),
            Field("seen_to", "date", "Data date of the last dataset that said so"),
        ),
    ),
    Table(
        "dataset",
        "Facts about the dataset itself",
        key=("name",),
        fields=(
            Field(
                "name",
                "text",
                "schema_version, content_hash, data_date, title; sources_cz = official where the country was "
                "read from official "
                "files, register_scope_cz = all where its whole register was",
            ),
            Field("value", "text", "Its value"),
        ),
    ),
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
