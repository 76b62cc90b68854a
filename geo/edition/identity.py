"""What identifies an edition: a hash of every figure in it, whatever machine or file format holds them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

MANIFEST_FIGURES = ("broadband_basis", "rail_basis", "capability", "national", "broadband_validation")
"""Parts of the manifest that are figures themselves, and so part of the identity."""

LATER_FIGURES = (
    "locality_validation", "homes_factor", "evidence", "england", "output_areas", "counts_apart", "planned_build",
    "schema", "method")
"""More such parts, which editions of earlier versions lack: they count where they are there."""

MADE = "made"
"""What of an edition is made up, where any is: part of the identity, and of what `FACTS_HASH` guards besides."""

FACTS_HASH = "facts_sha256"
"""The part of the manifest that guards the others: sources, days, what was missing, files."""


def content_hash(tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any]) -> str:
    """Hash every figure of an edition to twelve hexadecimal digits: values, not how a file writes them.

    A column that holds nothing is left out: an edition of an earlier shape, which lacks it, keeps its identity.

    Parameters
    ----------
    tables
        By name, without geometry; "reach" among them.
    manifest
        Its `MANIFEST_FIGURES` count, and those of `LATER_FIGURES` and `MADE` that it has.
    """
    digest = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name].reset_index() if tables[name].index.name else tables[name]
        for column in sorted(column for column in table.columns if not _holds_nothing(table[column])):
            digest.update(f"{name}.{column}:{len(table)};".encode())
            digest.update(_canonical(table[column]))
    later = (key for key in (*LATER_FIGURES, MADE) if key in manifest)
    figures = {key: manifest[key] for key in (*MANIFEST_FIGURES, *later)}
    digest.update(json.dumps(figures, sort_keys=True).encode())
    return digest.hexdigest()[:12]


def facts_hash(manifest: Mapping[str, Any]) -> str:
    """Hash all that a manifest says besides the figures and the id made of them, which guard themselves.

    The moment of the build is left out: it is all in which two builds from the same files differ.

    Parameters
    ----------
    manifest
        As it is written, or as it was read.

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    apart = {"id", "name", "built_at", FACTS_HASH, *MANIFEST_FIGURES, *LATER_FIGURES}
    said = json.loads(json.dumps({key: value for key, value in manifest.items() if key not in apart}))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _holds_nothing(values: pd.Series) -> bool:
    if pd.api.types.is_integer_dtype(values) or pd.api.types.is_bool_dtype(values):
        return not len(values)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = pd.Series(values.unique())
    if len(values) and isinstance(values.iloc[0], str) and values.iloc[0]:
        return False
    return bool((values.isna() | (values.astype(object) == "")).all())


def _canonical(values: pd.Series) -> bytes:
    """Bytes that depend on the values alone, whatever their width or the machine."""
    if pd.api.types.is_float_dtype(values):
        numbers = values.to_numpy(dtype="<f8") + 0.0      # one zero
        return bytes(np.where(np.isnan(numbers), np.nan, numbers).astype("<f8").tobytes())
    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_integer_dtype(values):
        return bytes(values.to_numpy(dtype="<i8").tobytes())
    if isinstance(values.dtype, pd.CategoricalDtype) and not values.isna().any():
        spelled = values.cat.categories.astype(str).to_numpy(dtype=object)      # each once: a hundred times quicker
        return "\x1f".join(spelled[values.cat.codes]).encode()
    is_whole_text = isinstance(values.dtype, pd.StringDtype) and not values.isna().any()
    return "\x1f".join(values.to_numpy(dtype=object) if is_whole_text else values.astype(str)).encode()
