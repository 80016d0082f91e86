"""
Outlines from any vector file of the user's own: GeoJSON, TopoJSON, GPKG, FlatGeobuf, SHP, KML, GML.

A column mapping says which column is the code. Open lines are closed, broken rings mended, and every feature is accounted for.
"""

from __future__ import annotations

import codecs
import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import MultiPolygon

from etl.sources import _krovak
from etl.sources._contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources._files import text_of
from etl.sources._shapes import as_multipolygon, outlines, read_layer, transform, unpacked
from geodata.crs import BOUNDS
from geodata.errors import ParameterError

WGS84 = ("EPSG:4326", "OGC:CRS84")
KROVAK = "EPSG:5514"
MOST_CODE_DIGITS = 20


@dataclasses.dataclass(frozen=True)
class ColumnMapping:
    """
    How to read a vector file.

    Parameters
    ----------
    code
        Column of the municipality's code, written in any case.
    country
        ISO 3166 code; shapes must lie there.
    name
        Column of the name; None where the file has none.
    crs
        Reference system, where the file does not say (TopoJSON never does).
    layer
        Name of the layer, where there are several.
    member
        End of the file name inside a zip, where there are several.
    encoding
        Of texts in a shape file without .cpg.
    code_pattern
        Regular expression that a code must match.
    code_digits
        Length to which a code in a column of numbers is filled with zeros.
    parts
        Municipality code → name and codes of the parts that the file has instead of it.
    outline_state
        Vintage and generalisation, for the reader.
    """

    code: str
    country: str
    name: str | None = None
    crs: str | None = None
    layer: str | None = None
    member: str | None = None
    encoding: str | None = None
    code_pattern: str = r"^\S+$"
    code_digits: int | None = None
    parts: Mapping[str, Mapping[str, Any]] = dataclasses.field(default_factory=dict)
    outline_state: str | None = None

    @classmethod
    def from_mapping(cls, content: Mapping[str, Any], where: str) -> ColumnMapping:
        """Make a mapping from YAML; every unknown or missing word is told."""
        known = {field.name for field in dataclasses.fields(cls)}
        unknown = sorted(map(str, set(content) - known))
        missing = [word for word in ("code", "country") if not content.get(word)]
        if unknown or missing:
            told = [f"unknown: {', '.join(map(str, unknown))}"] if unknown else []
            told += [f"missing: {', '.join(missing)}"] if missing else []
            raise ParameterError(f"{where}: {'; '.join(told)}. Known words: {', '.join(sorted(known))}.")
        problems = list(_wrong_types(content))
        if problems:
            raise ParameterError(f"{where}: {'; '.join(problems)}. See docs/COUNTRY.md for a column mapping.")
        if content["country"] not in BOUNDS:
            raise ParameterError(
                f"{where}: country '{content['country']}' is unknown. Known: {', '.join(BOUNDS)}."
            )
        # A word without a value says nothing.
        return cls(**{word: value for word, value in content.items() if value is not None})


def _wrong_types(content: Mapping[str, Any]) -> Iterator[str]:
    """Say which words of a mapping have a value that cannot be."""
    for word in (
        "code",
        "country",
        "name",
        "crs",
        "layer",
        "member",
        "encoding",
        "code_pattern",
        "outline_state",
    ):
        if not isinstance(content.get(word, ""), str | None):
            yield f"{word} is not text"
    digits = content.get("code_digits", 0)
    if not isinstance(digits, int) or isinstance(digits, bool) or not 0 <= digits <= MOST_CODE_DIGITS:
        yield f"code_digits is no number from 0 to {MOST_CODE_DIGITS}"
    try:
        codecs.lookup(str(content.get("encoding") or "utf-8"))
    except LookupError:
        yield f"encoding '{content['encoding']}' is not known"
    try:
        re.compile(str(content.get("code_pattern", "")))
    except (re.error, OverflowError, RecursionError):
        yield "code_pattern is no regular expression"
    parts = content.get("parts") or {}
    if not isinstance(parts, dict) or not all(
        isinstance(entry, dict) and isinstance(entry.get("codes"), list) and "name" in entry
        for entry in parts.values()
    ):
        yield "parts does not give name and codes of each municipality"


def addresses(origin: Origin) -> list[Download]:  # noqa: ARG001 - every connector has this function
    """Return nothing: the file is the user's own."""
    return []


def preset(origin: Origin, name: str) -> ColumnMapping:
    """Return a mapping kept in the origin YAML: cz_obce_topojson, pl_gminy_kml."""
    presets = origin.options.get("presets", {})
    if name not in presets:
        raise ParameterError(f"There is no column mapping '{name}'. Known: {', '.join(presets)}.")
    return ColumnMapping.from_mapping(presets[name], f"{origin.origin_id}.yaml, preset '{name}'")


def read(
    path: Path, origin: Origin, *, mapping: ColumnMapping, names: Mapping[str, str] | None = None
) -> SourceTables:
    """
    Read the outlines of municipalities; a row is a feature.

    Parameters
    ----------
    mapping
        Which column is what.
    names
        Code → name, where the file itself has none.

    Returns
    -------
    tables
        municipality: municipality_code, country, name, outline_state, latitude, longitude, geometry (valid MultiPolygon, EPSG:4326).
        Features of one code and name become one shape; the further ones count as merged.
    """

    def wanted(member: str) -> bool:
        return mapping.member is None or member.lower().endswith(
            (mapping.member.lower(), *_side_files(mapping.member))
        )

    with unpacked(path, wanted) as files:
        if len(files) != 1:
            found = ", ".join(file.name for file in files[:10]) or "none"
            raise refuse(
                path.name,
                [f"it holds {len(files)} vector files ({found})"],
                "Say which one by `member` in the column mapping.",
            )
        attributes, shapes, crs = read_layer(
            files[0], path.name, layer=mapping.layer, encoding=mapping.encoding
        )
    columns = {column.lower(): column for column in attributes.columns}
    absent = [column for column in (mapping.code, mapping.name) if column and column.lower() not in columns]
    if absent or not len(attributes):
        problems = [f"column '{column}' is missing" for column in absent] or ["it has no features"]
        raise refuse(
            path.name,
            [*problems, f"found: {', '.join(map(str, attributes.columns))[:200]}"],
            "Correct the column mapping.",
        )
    codes = attributes[columns[mapping.code.lower()]]
    labels = (
        attributes[columns[mapping.name.lower()]]
        if mapping.name
        else pd.Series([None] * len(codes), dtype="object")
    )
    return _collect(
        origin,
        mapping,
        codes=[_code(value, mapping) for value in codes.tolist()],
        labels=[text_of(label) for label in labels.tolist()],
        shapes=to_wgs84(shapes, crs or mapping.crs, path.name),
        names=names or {},
    )


def to_wgs84(shapes: Any, crs: str | None, name: str) -> Any:
    """Bring shapes to EPSG:4326 with x = longitude; S-JTSK by the operation pinned to the Czech Republic."""
    if crs is None:
        raise refuse(
            name,
            ["its reference system is unknown"],
            "Say it as `crs` in the column mapping, for instance EPSG:4326.",
        )
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise refuse(
            name, [f"its reference system '{crs[:60]}' is unknown"], "Say it as `crs` in the column mapping."
        ) from error
    authority = system.to_authority(min_confidence=60)
    if authority is not None and ":".join(authority) in WGS84:
        return shapely.force_2d(shapes)
    if authority is not None and ":".join(authority) == KROVAK:
        return transform(shapes, _krovak.to_wgs84)
    operation = Transformer.from_crs(system, "EPSG:4326", always_xy=True)
    return transform(shapes, operation.transform)


def _collect(
    origin: Origin,
    mapping: ColumnMapping,
    *,
    codes: list[str | None],
    labels: list[str | None],
    shapes: Any,
    names: Mapping[str, str],
) -> SourceTables:
    whole_of = {str(part): whole for whole, entry in mapping.parts.items() for part in entry["codes"]}
    pattern = re.compile(mapping.code_pattern)
    found: dict[str, dict[str, Any]] = {}
    pieces: dict[str, list[MultiPolygon]] = {}
    rejected: list[tuple[int, str | None, str, str]] = []
    merged: list[tuple[int, str | None, str, str]] = []
    for number, (code, label, shape) in enumerate(zip(codes, labels, shapes, strict=True), start=1):
        if code is None or not pattern.match(code):
            rejected.append((number, code, "unknown_municipality", f"'{code}' is not a municipality code"))
            continue
        outline = as_multipolygon(shape)
        if outline is None:
            rejected.append((number, code, "invalid_shape", "the feature encloses no area"))
            continue
        if not _lies_in(outline, mapping.country):
            rejected.append(
                (
                    number,
                    code,
                    "invalid_coordinates",
                    "the shape lies outside the country: wrong CRS or axis order?",
                )
            )
            continue
        whole = whole_of.get(code)
        key = whole or code
        name = str(mapping.parts[whole]["name"]) if whole else label or names.get(code)
        if key in found:
            if not whole and found[key]["name"] != name:
                rejected.append(
                    (number, code, "duplicate_row", f"the code stands already for '{found[key]['name']}'")
                )
                continue
            merged.append((number, code, "part_of_municipality", f"a further part of {key}"))
        else:
            found[key] = {
                "municipality_code": key,
                "country": mapping.country,
                "name": name,
                "outline_state": mapping.outline_state,
            }
        pieces.setdefault(key, []).append(outline)
    if not found:
        first = f"row {rejected[0][0]}: {rejected[0][3]}" if rejected else "it is empty"
        raise refuse(origin.origin_id, ["no feature could be used", first], "Correct the column mapping.")
    shapes_of = [_union(pieces[key]) for key in found]
    return source_tables(
        origin,
        {"municipality": outlines(list(found.values()), shapes_of)},
        rows_read=len(codes),
        rows_loaded=len(found),
        rejected=rejected,
        merged=merged,
    )


def _union(parts: list[MultiPolygon]) -> MultiPolygon:
    if len(parts) == 1:
        return parts[0]
    whole = as_multipolygon(shapely.union_all(parts))
    return whole if whole is not None else parts[0]


def _lies_in(shape: MultiPolygon, country: str) -> bool:
    west, south, east, north = BOUNDS[country]
    left, bottom, right, top = shape.bounds
    return bool(west <= left and south <= bottom and right <= east and top <= north)


def _code(value: Any, mapping: ColumnMapping) -> str | None:
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        if float(value) != int(value):
            return None
        return str(int(value)).zfill(mapping.code_digits or 0)
    return text_of(value)


def _side_files(member: str) -> tuple[str, ...]:
    stem = member.lower().rpartition(".")[0]
    return (
        tuple(f"{stem}{suffix}" for suffix in (".shx", ".dbf", ".prj", ".cpg"))
        if member.lower().endswith(".shp")
        else ()
    )
