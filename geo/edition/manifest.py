"""What an edition says of itself: the manifest, and the numbers of its shape and of the method behind its figures."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from geo.core.errors import EditionError
from geo.edition.identity import FACTS_HASH, MADE, facts_hash
from geo.edition.licences import LICENCES
from geo.edition.schema import OPTIONAL_TABLES, SCHEMAS
from geo.sources.catalogue import AUTHORITIES, OUTPUT_AREAS

MANIFEST = "manifest.json"

SCHEMA, METHOD = 1, 1
"""Of the editions that are built now."""

SCHEMA_NUMBERS: Mapping[int, str] = MappingProxyType({
    0: "before schemas were numbered: which tables, columns and facts there are is found by looking",
    1: "all tables, columns and facts of docs/formats.md, as far as their sources were given to the build",
})
"""What a number of the schema means."""

METHOD_NUMBERS: Mapping[int, str] = MappingProxyType({
    0: "before methods were numbered: figures of two such editions may differ by method too",
    1: "people in the gap by the lines of homes, journeys by the day's connections, as docs/method.md says",
})
"""What a number of the method means."""

MANIFEST_FACTS: Mapping[str, type] = MappingProxyType({
    "id": str, "name": str, "built_at": str, "code_version": str, "sources": list, "vintages": dict, "missing": list,
    "files": dict, "rail_day": str, "postcodes_outside": int, "areas_without_postcode": list,
})
"""What a manifest says besides the figures in it (`geo.edition.identity`)."""

_FIGURES: Mapping[str, type] = MappingProxyType({
    "broadband_basis": str, "rail_basis": str, "capability": dict, "national": dict, "broadband_validation": list})
_LATER: Mapping[str, type] = MappingProxyType({
    "locality_validation": list, "homes_factor": dict, "evidence": dict, "england": dict, "counts_apart": list,
    "planned_build": dict, MADE: str})
_OF_A_SOURCE = ("id", "title", "publisher", "licence", "vintage")


def lines_source(broadband_basis: str, vintages: Mapping[str, str]) -> str:
    """Tell whose counts broadband rests on.

    Parameters
    ----------
    broadband_basis
        "estimated" or "measured".
    vintages
        Source id → the day or year that its figures are of.

    Returns
    -------
    str
        Id of the source.
    """
    return OUTPUT_AREAS if broadband_basis == "measured" and OUTPUT_AREAS in vintages else AUTHORITIES


def read_manifest(folder: Path) -> dict[str, Any]:
    """Read what an edition says of itself.

    Parameters
    ----------
    folder
        The edition.

    Returns
    -------
    dict
        As `geo.edition.store.save_edition` writes it; one of an earlier schema has fewer facts.

    Raises
    ------
    EditionError
        When there is none, it is none of an edition, it is of a later schema than is known here, or its facts are not
        what the build wrote (editions of earlier versions do not say what that was).
    """
    path, manifest = folder / MANIFEST, _json(folder)
    found = manifest if isinstance(manifest, dict) else {}
    for name in ("schema", "method"):
        number = found.get(name, 0)
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            raise EditionError(f"{path} is damaged ({name} is no whole number): build or copy the edition again")
    if found.get("schema", 0) > SCHEMA:
        raise EditionError(f"{folder} is an edition of schema {found['schema']}, and this version of Swathe knows none "
                           f"after {SCHEMA}: use a newer version of Swathe")
    wanted = {**MANIFEST_FACTS, **_FIGURES}
    absent = sorted(wanted.keys() - found.keys())
    tables, optional = ({f"{key}.parquet" for key in keys} for keys in ((*SCHEMAS, "reach"), OPTIONAL_TABLES))
    if not absent:
        wrong = [name for name, kind in {**wanted, **_LATER}.items()
                 if name in found and not isinstance(found[name], kind)]
        if not wrong:
            wrong = [name for name, holds in _parts(found).items() if not holds]
        if wrong:
            raise EditionError(f"{path} is damaged ({', '.join(wrong)}): build or copy the edition again")
    if absent or set(found["files"]) - {LICENCES} | optional != tables:
        raise EditionError(f"{path} is not a manifest of this version: it lacks {', '.join(absent) or 'files'}")
    if FACTS_HASH in found and found[FACTS_HASH] != facts_hash(found):
        raise EditionError(f"{path}: what it says of sources, days and files is not what the build wrote: they were "
                           "changed after the build, build it again or copy it anew")
    return found


def _json(folder: Path) -> object:
    """Read the manifest in a folder, whatever it holds."""
    path = folder / MANIFEST
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise EditionError(
            f"{folder} is not an edition (it has no {MANIFEST}): build one with `python -m geo build`") from error
    except OSError as error:
        raise EditionError(f"{path} cannot be read ({error.strerror or error})") from error
    except (ValueError, RecursionError) as error:     # no JSON, no UTF-8, a number or a depth beyond all measure
        raise EditionError(f"{path} is damaged ({error}): build or copy the edition again") from error


def _parts(found: Mapping[str, Any]) -> dict[str, bool]:
    """Tell whether what stands inside the facts of a manifest is of the kind that it is read as."""
    return {
        "sources": all(_is_source(row) for row in found["sources"]),
        **{name: all(isinstance(value, str) for value in found[name].values()) for name in ("vintages", "files")},
        "areas_without_postcode": all(isinstance(code, str) for code in found["areas_without_postcode"]),
    }


def _is_source(row: object) -> bool:
    return isinstance(row, dict) and all(isinstance(row.get(name), str) for name in _OF_A_SOURCE)
