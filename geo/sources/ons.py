"""Readers of the Office for National Statistics' lookups between areas, and of the names of MSOAs.

Every reader refuses a file that is missing (MissingSourceError) or not what it should be (SourceError, every problem
at once), and returns text columns unless it says otherwise, by `code`, sorted.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from geo.sources.archives import read_bytes
from geo.sources.csv_rows import header_cells
from geo.sources.tables import Column, Problems, read_columns, read_table, without_repeats

LSOA = {"LSOA21CD": Column("text", "code", r"[EW]01\d{6}", "an LSOA code such as E01014384")}
AUTHORITY = (r"E0[6-9]\d{6}|W06\d{6}", "an authority code such as E06000022")
LSOA_NAME = {"LSOA21NM": Column("blank-text", "lsoa_name", optional=True)}
"""Beside the code in most files: what other files call that area must agree."""

WARDS = LSOA | LSOA_NAME | {
    "WD24CD": Column("text", "ward", r"[EW]05\d{6}", "a ward code such as E05012464"),
    "WD24NM": Column("text", "ward_name", one_per="WD24CD"),
    "LAD24CD": Column("text", "authority", *AUTHORITY, one_per="WD24CD"),
    "LAD24NM": Column("text", "authority_name", one_per="LAD24CD"),
}
MSOA = {"MSOA21CD": Column("text", "msoa", r"[EW]02\d{6}", "an MSOA code such as E02003005")}
MSOAS = LSOA | MSOA | {"MSOA21NM": Column("text", "msoa_ons_name", one_per="MSOA21CD")}
MSOA_NAMES = MSOA | {"MSOA21HCLNM": Column("text", "msoa_name")}
RURAL_URBAN = LSOA | LSOA_NAME | {
    "RUC21CD": Column("text", "ruc", r"(UN|UF|RLN|RLF|RSN|RSF)1", "a class of 2021 such as UN1 or RSF1"),
    "RUC21NM": Column("text", "ruc_name", one_per="RUC21CD"),
    "Urban_rural_flag": Column("text", "urban", "Urban|Rural", "Urban or Rural", one_per="RUC21CD"),
}
OUTPUT_AREAS = {
    "OA21CD": Column("text", "code", r"[EW]00\d{6}", "the code of an output area such as E00072563"),
    "LSOA21CD": replace(LSOA["LSOA21CD"], name="lsoa"),
}
LSOA_2011 = Column("text", "lsoa_2011", r"[EW]01\d{6}", "an LSOA code such as E01014384")
CHANGES = {"lsoa11_code": LSOA_2011, "lsoa21_code": LSOA["LSOA21CD"]}
DISTRICTS = {
    "lsoa11_code": LSOA_2011,
    "ltla18_code": Column("text", "district", r"E0[6-9]\d{6}|W06\d{6}", "a district code such as E07000190"),
    "ltla18_name": Column("text", "district_name", one_per="ltla18_code"),
}
HEAD = 20_000
"""Bytes in which a header is looked for."""

PUBLISHED = {"lsoa11_code": "LSOA11CD", "lsoa21_code": "LSOA21CD", "ltla18_code": "LAD18CD", "ltla18_name": "LAD18NM"}
"""Headers of tidied copies of two lookups → those of the Office for National Statistics itself."""


def read_wards(path: Path) -> pd.DataFrame:
    """Read the lookup from LSOA 2021 to ward and authority 2024 (ONS, LSOA21_WD24_LAD24).

    Returns
    -------
    pandas.DataFrame
        By LSOA: lsoa_name (where the file has it), ward, ward_name, authority, authority_name.
    """
    return read_table(path, WARDS, "LSOA21CD")


def read_msoas(path: Path) -> pd.DataFrame:
    """Read which MSOA 2021 each LSOA 2021 lies in (ONS, OA21_LSOA21_MSOA21_LAD22, which says it for every output area).

    Returns
    -------
    pandas.DataFrame
        By LSOA: msoa and msoa_ons_name ("Gloucester 015").
    """
    return read_table(path, MSOAS, "LSOA21CD")


def read_msoa_names(path: Path) -> pd.DataFrame:
    """Read the names that residents recognise for MSOAs 2021 (House of Commons Library, MSOA-Names).

    Returns
    -------
    pandas.DataFrame
        Index `msoa`, sorted: msoa_name, not always unique.
    """
    return read_table(path, MSOA_NAMES, "MSOA21CD")


def read_lsoa_changes(path: Path) -> pd.DataFrame:
    """Read which LSOAs of 2011 each LSOA of 2021 is made of (ONS, LSOA11_LSOA21, or a copy with other headers).

    Returns
    -------
    pandas.DataFrame
        By LSOA 2021, sorted: lsoa_2011. One row for each pair: an LSOA that was split or merged has several.
    """
    columns = _as_spelled(path, CHANGES)
    frame = read_columns(path, {header: column.kind for header, column in columns.items()})
    problems, frame = Problems(path, frame.attrs["first_row"]), without_repeats(frame)
    for header, column in columns.items():
        problems.add_rows(header, frame.loc[~frame[header].str.fullmatch(column.pattern), header], column.expected)
    problems.raise_if_any()
    ordered = frame.set_axis(["lsoa_2011", "code"], axis=1).sort_values(["lsoa_2011", "code"])
    return ordered.set_index("code").sort_index(kind="stable")


def read_districts(path: Path) -> pd.DataFrame:
    """Read which district of 2018 each LSOA of 2011 lay in (ONS, LSOA11_WD18_LAD18, or a copy with other headers).

    Returns
    -------
    pandas.DataFrame
        Index `lsoa_2011`, sorted: district, district_name.
    """
    columns = _as_spelled(path, DISTRICTS)
    return read_table(path, columns, next(iter(columns)))


def _as_spelled(path: Path, columns: Mapping[str, Column]) -> dict[str, Column]:
    """Give columns the publisher's own headers where a file has those."""
    there = {cell.casefold() for cell in header_cells(read_bytes(path, HEAD))}
    names = {name: PUBLISHED[name] if PUBLISHED[name].casefold() in there else name for name in columns}
    return {names[name]: replace(column, one_per=names.get(column.one_per, "")) for name, column in columns.items()}


def read_output_areas(path: Path) -> pd.DataFrame:
    """Read which LSOA 2021 each output area 2021 lies in (ONS, OA21_LSOA21).

    Returns
    -------
    pandas.DataFrame
        By output area: lsoa.
    """
    return read_table(path, OUTPUT_AREAS, "OA21CD")


def read_rural_urban(path: Path) -> pd.DataFrame:
    """Read the rural-urban classification 2021 of LSOAs (ONS, LSOA21_RUC21).

    Returns
    -------
    pandas.DataFrame
        By LSOA: lsoa_name (where the file has it), ruc ("RLN1"), ruc_name and urban (bool).
    """
    table = read_table(path, RURAL_URBAN, "LSOA21CD")
    return table.assign(urban=table["urban"] == "Urban")
