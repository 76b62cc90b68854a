"""Tables as they leave the house: every column of the datatype, and with the digits, that the data dictionary says."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo.core.choices import REGION, REGIONS, Region
from geo.words.dictionary import Column, columns

DICTIONARY = "dictionary"
"""The table that says what the columns of the others are."""

# A number that a computer keeps as 1565.04999999999 is rounded as the 1565.05 that it stands for, on every machine.
_NOISE = 9
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_DICTIONARY_COLUMNS = ("table", "column", "label", "description", "datatype", "unit")


def tidy(table: pd.DataFrame, name: str) -> pd.DataFrame:
    """Round a table's numbers to the digits that are there, and make whole numbers whole."""
    numbers = {found.name: _tidied(table[found.name], found) for found in columns(table.columns, name)
               if found.is_numeric}
    return table.assign(**numbers)


def _tidied(values: pd.Series, told: Column) -> pd.Series:
    if told.datatype == "integer":
        return values if pd.api.types.is_integer_dtype(values) else values.astype("Int64")
    return values if told.decimals is None else rounded(values, told.decimals)


def rounded(values: pd.Series, decimals: int) -> pd.Series:
    """Round numbers to the same digits on every machine."""
    return values.round(_NOISE).round(decimals)


def dictionary_table(tables: Mapping[str, Iterable[str]], region: Region = REGIONS[REGION]) -> pd.DataFrame:
    """Describe the columns of tables, table by table."""
    rows = [(name, found.name, found.label, found.description, found.datatype, found.unit)
            for name, names in tables.items() for found in columns(names, name, region)]
    return pd.DataFrame(rows, columns=list(_DICTIONARY_COLUMNS))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Write a table as CSV that a spreadsheet opens well; whole numbers without a full stop."""
    written = table.copy()
    for name in written.columns:
        if pd.api.types.is_float_dtype(written[name]):
            written[name] = written[name].map(_spelled).astype("object")
        elif not pd.api.types.is_numeric_dtype(written[name]):
            written[name] = written[name].map(_harmless)
    return bytes(written.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig"))


def _spelled(value: float) -> str:
    if pd.isna(value):
        return ""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
