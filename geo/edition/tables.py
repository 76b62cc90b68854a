"""The files of an edition are read: each once, checked against the manifest, and what was checked is what is used."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.core.errors import EditionError
from geo.edition.schema import MAY_LACK, empty_table, problems_in

GEOMETRY_TABLES = ("areas", "places", "lines")


def as_written(folder: Path, manifest: Mapping[str, Any], names: Iterable[str]) -> dict[str, bytes]:
    """Read files of an edition, as they were when it was built.

    Parameters
    ----------
    names
        Of files in `folder` that the manifest lists.

    Raises
    ------
    EditionError
        When a file cannot be read, or some are missing or not what the manifest says; all of those are named.
    """
    contents, changed = {}, []
    for name in names:
        try:
            contents[name] = (folder / name).read_bytes()
        except FileNotFoundError:
            changed.append(name)
        except OSError as error:
            raise EditionError(f"{folder}: {name} cannot be read ({error.strerror or error})") from error
        else:
            changed += [name] * (sha256(contents[name]).hexdigest() != manifest["files"][name])
    if changed:
        raise EditionError(f"{folder}: {', '.join(changed)} missing or not as written; build or copy it again")
    return contents


def tables_of(
    folder: Path, contents: Mapping[str, bytes], keys: Iterable[str], *, geometry: bool,
) -> dict[str, pd.DataFrame]:
    """Make tables of what was read of an edition, and check them against the schema.

    Parameters
    ----------
    contents
        By the names of its files.
    keys
        Of `geo.edition.schema.SCHEMAS`; a table whose file was not read has no rows.
    geometry
        Whether boundaries are made of it too.

    Raises
    ------
    EditionError
        When something is no table, or breaks the schema; everything wrong is reported at once.
    """
    tables, problems = {}, []
    for key in keys:
        content = contents.get(f"{key}.parquet")
        try:
            tables[key] = empty_table(key) if content is None else _table(content, key, geometry=geometry)
        except MemoryError:
            raise
        except (pa.ArrowException, ValueError, KeyError, TypeError) as error:     # written by something else
            problems.append(f"{key} is no table ({error})")
        else:
            problems += problems_in(without_geometry(tables[key]), key)
    if problems:
        raise EditionError(f"{folder}: {'; '.join(problems)}")
    return tables


def without_geometry(table: pd.DataFrame) -> pd.DataFrame:
    """Return a plain table, without boundaries."""
    return pd.DataFrame(table.drop(columns="geometry", errors="ignore"))


def _table(content: bytes, key: str, *, geometry: bool) -> pd.DataFrame:
    # In one thread: where memory is short, several wait for each other for ever.
    if key in GEOMETRY_TABLES and geometry:
        table = gpd.read_parquet(pa.BufferReader(content), use_threads=False)
    else:
        columns = [name for name in pq.read_schema(pa.BufferReader(content)).names if name != "geometry"]
        found = pq.read_table(pa.BufferReader(content), columns=columns, use_threads=False)
        table = found.to_pandas(use_threads=False)
    return table.assign(**{name: value for name, value in MAY_LACK.get(key, {}).items() if name not in table})
