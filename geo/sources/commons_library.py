"""Reader of the House of Commons Library's broadband workbook: shares of premises and of lines by locality (MSOA)."""

from pathlib import Path

import pandas as pd

from geo.sources.tables import Column, read_table
from geo.sources.workbooks import sheet_as_csv


def _share(name: str, kind: str = "number") -> Column:
    return Column(kind, name, "", "a share from 0 to 1", (0, 1))


CODE = "Area code"
COLUMNS = {
    CODE: Column("text", "msoa", r"[EWSN]\w{4,8}", "an area's code such as E02003005"),
    "Area name": Column("blank-text", "msoa_name", optional=True),
    "Superfast availability": _share("superfast"),
    "Gigabit availability": _share("gigabit"),
    "Below universal service obligation": _share("below_uso"),
    "Receiving under 10 Mbps": _share("receiving_under_10", "blank-number"),
    "Receiving over 30 Mbps": _share("receiving_over_30", "blank-number"),
}

NEEDED = tuple(header for header, column in COLUMNS.items() if not column.optional)


def read_locality_coverage(path: Path) -> pd.DataFrame:
    """Read the shares of premises with superfast and gigabit broadband in every locality of England and Wales.

    Parameters
    ----------
    path
        The workbook 'Broadband coverage and speeds', as the Library publishes it: the sheet is known by its header,
        wherever it stands.

    Returns
    -------
    pandas.DataFrame
        Index `msoa` (2021 codes, sorted); msoa_name (the Library's, where the file has it); float64 shares of premises
        0 to 1, from Ofcom's counts of January 2024: superfast (30 Mbit/s can be had), gigabit, below_uso (10/1 Mbit/s
        by no line, fixed wireless or mobile); and shares of the lines in use in May 2023, missing where they are not
        published: receiving_under_10 and receiving_over_30 (Mbit/s).

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not the workbook, or a share is not one; every problem at once.
    """
    table = read_table(path, COLUMNS, CODE, data=sheet_as_csv(path, NEEDED, "MSOAs"))
    return table[table.index.str.match("[EW]02")]
