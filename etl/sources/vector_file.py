"""
Outlines from any vector file of the user's own: GeoJSON, TopoJSON, GPKG, FlatGeobuf, SHP, KML, GML.

A column mapping says which column is the code. Open lines are closed, broken rings mended,
and every feature is accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from shapely import MultiPolygon

from etl.sources.formats import krovak
from etl.sources.formats.column_mapping import ColumnMapping
from etl.sources.formats.contract import Download, Origin, SourceTables, refuse, source_tables
from etl.sources.formats.files import text_of
from etl.sources.formats.known_places import Known, swapped
from etl.sources.formats.shapes import as_multipolygon, outlines, read_layer, transform, unpacked
from geodata.errors import InputFileError, ParameterError
from geodata.said import say

WGS84 = ("EPSG:4326", "OGC:CRS84")
KROVAK = "EPSG:5514"


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
    path: Path,
    origin: Origin,
    *,
    mapping: ColumnMapping,
    names: Mapping[str, str] | None = None,
    points: Mapping[str, tuple[float, float]] | None = None,
) -> SourceTables:
    """
    Read the outlines of municipalities; a row is a feature.

    Parameters
    ----------
    mapping
        Which column is what.
    names
        Code → name, where the file itself has none.
    points
        Code → latitude and longitude of places that are known: outlines that lie elsewhere refuse the file.

    Returns
    -------
    tables
        municipality: municipality_code, country, name, outline_state, latitude, longitude,
        geometry (valid MultiPolygon, EPSG:4326). Features of one code and name become one shape;
        the further ones count as merged.

    Raises
    ------
    InputFileError
        If the file cannot be read as mapped, or its outlines contradict what is known of their places: then
        with the likely cause.
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
            files[0], path.name, layer=mapping.layer, encoding=mapping.encoding, column=mapping.code
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
    read_codes = [_code(value, mapping) for value in codes.tolist()]
    if mapping.swap_axes:
        shapes = swapped(shapes)
    system = mapping.crs or crs or mapping.default_crs
    known = Known(mapping.country, points or {})
    if system is None:
        raise _without_system(path.name, known, mapping, read_codes, shapes)
    placed = to_wgs84(shapes, system, path.name)
    _check_places(path.name, known, mapping, read_codes, (shapes, placed, str(system)))
    return _collect(
        origin,
        mapping,
        codes=read_codes,
        labels=[text_of(label) for label in labels.tolist()],
        shapes=placed,
        names=names or {},
    )


def _check_places(
    name: str,
    known: Known,
    mapping: ColumnMapping,
    codes: Sequence[str | None],
    read_shapes: tuple[Any, Any, str],
) -> None:
    """Refuse outlines that contradict what is known, and say what the file's coordinates probably are."""
    raw, placed, system = read_shapes
    used = _used(mapping, codes, placed)
    mine = [str(codes[number]) for number in used]
    problems = known.contradictions(mine, placed[used])
    if not problems:
        return
    cause = known.cause(mine, raw[used], system, lambda shapes, crs: to_wgs84(shapes, crs, name))
    if cause is None:
        raise refuse(
            name,
            problems,
            say("outlines.next_mapping"),
        )
    words, crs, is_swapped = cause
    said = "" if crs == system else f"`crs: {crs}`"
    if is_swapped:
        said += (", " if said else "") + f"`swap_axes: {str(not mapping.swap_axes).lower()}`"
    raise refuse(
        name,
        [*problems, say("outlines.probably", cause=words)],
        say("outlines.next_mend", said=said, name=name),
    )


def _without_system(
    name: str, known: Known, mapping: ColumnMapping, codes: Sequence[str | None], shapes: Any
) -> InputFileError:
    """
    Return the refusal of a file that does not say its reference system.

    With the one in which its outlines fit.
    """
    used = _used(mapping, codes, shapes)
    mine = [str(codes[number]) for number in used]
    cause = known.cause(mine, shapes[used], None, lambda raw, crs: to_wgs84(raw, crs, name)) if mine else None
    if cause is None:
        return refuse(
            name,
            [say("outlines.no_system")],
            say("outlines.next_crs"),
        )
    words, crs, is_swapped = cause
    said = f"`crs: {crs}`" + (", `swap_axes: true`" if is_swapped else "")
    return refuse(
        name,
        [say("outlines.no_system_probably", cause=words)],
        say("outlines.next_mend", said=said, name=name),
    )


def _used(mapping: ColumnMapping, codes: Sequence[str | None], shapes: Any) -> list[int]:
    """Return the numbers of the features that have a code and an area."""
    pattern = re.compile(mapping.code_pattern)
    return [
        number
        for number, code in enumerate(codes)
        if code is not None and pattern.match(code) and as_multipolygon(shapes[number]) is not None
    ]


def to_wgs84(shapes: Any, crs: str | None, name: str) -> Any:
    """Bring shapes to EPSG:4326 with x = longitude; S-JTSK by the operation pinned to the Czech Republic."""
    if crs is None:
        raise refuse(
            name,
            [say("outlines.no_system")],
            say("outlines.next_crs"),
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
        return transform(shapes, krovak.to_wgs84)
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
