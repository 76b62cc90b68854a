"""Ofcom Connected Nations: fixed coverage by census output area, the smallest places whose premises are counted."""

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.core.errors import SourceError
from geo.core.spread import IN_TURN, InTurn
from geo.sources.archives import read_bytes, read_each
from geo.sources.csv_rows import HEAD, header_cells
from geo.sources.ofcom import (
    ABLE,
    UNABLE,
    below_each_speed,
    check_counts,
    coverage_columns,
    unlike_percentages,
    with_usual_labels,
)
from geo.sources.tables import Column, read_table, vintage_in_name
from geo.sources.wording import shortened, some

KEY = "output_area"
KEYS = re.compile(r"output ?areas?( ?code)?|oa ?(20)?(21|22)?( ?cd| ?code)?")
"""What the column of codes is called, in lower case and with spaces for lines: output_area from 2023 on."""

OLD_KEYS = re.compile(r"oa ?(20)?(01|11)( ?cd| ?code)?|output ?areas? ?(20)?11( ?cd| ?code)?")
"""The same in releases before 2023, of the output areas of Census 2011 (or 2001)."""

CODE = (r"[EW]00\d{6}|[SN]\d{8}", "the code of an output area such as E00072563")


def key_of(names: Sequence[str]) -> str | None:
    """Find the column of output areas' codes in a header.

    Parameters
    ----------
    names
        Names of the columns.

    Returns
    -------
    str or None
        The name as it stands there, of whichever census; None where there is none.
    """
    return next((name for name in names if KEYS.fullmatch(_folded(name)) or OLD_KEYS.fullmatch(_folded(name))), None)


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()


def read_output_areas(paths: Sequence[Path], spread: InTurn = IN_TURN) -> pd.DataFrame:
    """Read a release of fixed coverage by output area, whole or in parts.

    The file is, for example, `202507_fixed_oa_coverage_r01.csv`, which the publisher packs in an archive in an archive.

    Parameters
    ----------
    paths
        One file, or several of one release with different output areas in them.
    spread
        Who reads them.

    Returns
    -------
    pandas.DataFrame
        Index `code`, sorted: output areas 2021 of England and Wales, and those of Scotland and Northern Ireland where
        they are there. Counts of premises as `geo.sources.ofcom.read_fixed_coverage` returns them, int64, every speed
        among them. `.attrs` holds `vintage` ("2025-07" from the file's name, else None), `file`, and `unlike`: the
        codes of which a count is not the percentage beside it.

    Raises
    ------
    MissingSourceError, SourceError
        When a file or columns are missing, counts contradict each other or codes are those of another census; when an
        output area stands in several files. Everything wrong with a file is in the one message.

    Notes
    -----
    An output area that is not in the file is unknown, not without premises.
    """
    tables = [*read_each(_read_one, paths, spread)]
    table = pd.concat(tables).sort_index()
    twice = table.index[table.index.duplicated()].unique()
    if len(twice):
        others = shortened([path.name for path in paths[1:]])
        problem = f"{len(twice):,} output areas ({some(twice)}) stand in {others} too: leave one file of each area"
        raise SourceError(paths[0], [problem])
    table.attrs = {"vintage": vintage_in_name(paths[0]), "file": paths[0].name,
                   "unlike": [code for each in tables for code in each.attrs["unlike"]]}
    return table


def _read_one(path: Path) -> pd.DataFrame:
    data = with_usual_labels(read_bytes(path))
    key = key_of(header_cells(data[:HEAD])) or KEY
    if OLD_KEYS.fullmatch(_folded(key)):
        problem = (f"counts output areas of an earlier census (column {key!r}), as Ofcom did before 2023, and they are "
                   "not those of 2021: use a release from 2023 on")
        raise SourceError(path, [problem])
    columns = {key: Column("text", "code", *CODE), **coverage_columns([*UNABLE.values(), *ABLE.values()])}
    table = read_table(path, columns, key, data=data, check=check_counts)
    tidy = below_each_speed(table)
    tidy.attrs["unlike"] = unlike_percentages(table)
    return tidy
