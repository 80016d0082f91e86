"""The hash of a dataset's whole content: equal content, equal hash, on any machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geodata.dataset import fields

HASH_SEPARATOR, HASH_MISSING = "\x1f", "\x00"  # neither occurs in a text


def content_hash(contents: Mapping[str, pd.DataFrame], outlines: pd.DataFrame) -> str:
    """
    Return the SHA-256 of the whole content, the hash's own row left out.

    Parameters
    ----------
    contents
        Conformed tables.
    outlines
        Columns municipality_code and geometry, sorted by code.
    """
    import shapely

    digest = hashlib.sha256()
    version = _stated_version(contents["dataset"])
    for table in fields.TABLES:
        if table.since > version:
            continue
        frame = contents[table.name]
        if table.name == "dataset":
            frame = frame[frame["name"] != "content_hash"]
        digest.update(f"\n{table.name} {len(frame)}\n".encode())
        for field in table.fields_of(version):
            digest.update(f"\n{field.name}\n".encode())
            digest.update(_bytes_of(frame[field.name], field))
    digest.update(HASH_SEPARATOR.join(map(str, outlines["municipality_code"])).encode())
    for blob in shapely.to_wkb(outlines["geometry"].to_numpy(dtype=object), byte_order=1):
        digest.update(blob)
    return digest.hexdigest()


def _bytes_of(values: pd.Series[Any], field: fields.Field) -> bytes:
    """
    Return a column as bytes that are the same on every machine: little-endian numbers,
    text with a mark for what is missing.
    """
    if field.type in ("text", "date"):
        return HASH_SEPARATOR.join(values.fillna(HASH_MISSING).tolist()).encode()
    if field.type == "boolean":
        return values.to_numpy(dtype="<u1").tobytes()
    # Whole numbers with unknown ones among them go with the reals:
    # every count of people is exact in a double.
    numbers = values.to_numpy(dtype="<f8", na_value=np.nan)
    return np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes()


def _stated_version(dataset: pd.DataFrame) -> int:
    """Return the schema version that a table `dataset` states; that of this program where it states none."""
    stated = dict(zip(dataset["name"], dataset["value"], strict=True)).get("schema_version", "")
    return int(stated) if str(stated).isdecimal() else fields.SCHEMA_VERSION
