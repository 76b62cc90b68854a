"""The one schema of an edition's tables, and the check that a loaded table keeps it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.dtypes import immutable
from pandera.engines import pandas_engine

from geo.core.choices import ALL_HUBS, KINDS, OCCUPATIONS, SPEEDS
from geo.core.series import AREA_SERIES
from geo.layers.planned_build import STATUSES, SUBSIDY, VOUCHERS

LSOA = r"E01\d{6}"
OFCOM_COLUMNS = ("ofcom_premises", *(f"ofcom_below_{speed}" for speed in SPEEDS))
"""Published counts of authorities and constituencies, kept beside the places to compare with."""

MOBILE_COLUMNS = tuple(f"indoor_4g_{operators}" for operators in range(5))
"""Published shares of an authority's premises that have 4G indoors from so many of the four operators."""


@pandas_engine.Engine.register_dtype
@immutable(init=True)
class Text(pandas_engine.STRING):  # type: ignore[misc]  # pandera does not say what it is
    """Text, whether a process holds it as Arrow's or as Python's own."""

    def check(self, pandera_dtype: pa.DataType, data_container: Any = None) -> Any:
        """Tell whether a column's type is right."""
        held = self if isinstance(pandera_dtype, pandas_engine.STRING) else pandera_dtype
        return super().check(held, data_container)


def _count(nullable: bool = False) -> pa.Column:
    return pa.Column("float64" if nullable else "int64", pa.Check.ge(0), nullable=nullable)


def _number(low: float = 0, high: float = np.inf, nullable: bool = False) -> pa.Column:
    return pa.Column("float64", pa.Check.in_range(low, high), nullable=nullable)


def _text(pattern: str = r".+") -> pa.Column:
    return pa.Column(Text(), pa.Check.str_matches(rf"^(?:{pattern})$"))


def _key(name: str, pattern: str) -> pa.Index:
    return pa.Index(Text(), pa.Check.str_matches(rf"^{pattern}$"), unique=True, name=name)


def _nests(*columns: str) -> pa.Check:
    """Check that each column is at most the next."""
    return pa.Check(
        lambda frame: bool((np.diff(frame[[*columns]], axis=1) >= 0).all()),
        error=f"{' <= '.join(columns)} does not hold")


def _table(columns: Mapping[str, pa.Column], **rules: Any) -> pa.DataFrameSchema:
    return pa.DataFrameSchema({**columns}, strict=True, **rules)


OPTIONAL_COLUMNS: Mapping[str, Mapping[str, pa.Column]] = {
    "census-travel": {"works_from_home": _count(nullable=True)},
    "census-cars": {"car_households": _count(nullable=True), "no_car_households": _count(nullable=True)},
    "imd": {"imd_score": _number(nullable=True), "imd_rank": _count(nullable=True),
            "imd_decile": _number(1, 10, nullable=True)},
    "census-age": {name: _count(nullable=True) for name in (
        "aged_0_15", "aged_16_24", "aged_25_34", "aged_35_49", "aged_50_64", "aged_65_over", "aged_all")},
    "commons-library": {"superfast_not_taken": _number(0, 1, nullable=True)},
    # Worked out from the boundaries (geo.layers.coast): an edition of an earlier version lacks it.
    "coast": {"coastal": pa.Column("float64", pa.Check.isin([0, 1]), nullable=True)},
    # Placed and counted by status (geo.layers.planned_build).
    "planned": {f"bduk_{status}": _count(nullable=True) for status in STATUSES},
    # New optional columns stand above this line.
}
"""Columns of LSOAs that an edition may lack, by the source they come from; then they are missing."""


def _may_be_absent(column: pa.Column) -> pa.Column:
    """Let an edition do without a column: those built before its source was added have none."""
    return pa.Column(column.dtype, column.checks, nullable=True, required=False)


AREAS = _table({
    "name": _text(),
    "msoa": _text(r"E02\d{6}"),
    "ward": _text(r"E05\d{6}"),
    "authority": _text(r"E0[6-9]\d{6}"),
    "county": _text(r"E(?:0[689]|10)\d{6}"),
    "lep": _text(r"(?:E37\d{6})?"),
    "constituency": _text(r"E14\d{6}"),
    "region": _text(r"(?:E12\d{6})?"),
    "district": _text(r"(?:E0[6-9]\d{6})?"),
    "constituency_overlap": _number(0, 1),
    "neighbour": pa.Column(bool),
    "urban": pa.Column(bool),
    "area_km2": _number(),
    **{column: _count() for column in ("residents", "households", "workers")},
    **{f"workers_occ_{group}": _count() for group in OCCUPATIONS},
    **{name: _may_be_absent(column) for columns in OPTIONAL_COLUMNS.values() for name, column in columns.items()},
    "connectivity_score": _number(),
    "digital_connectivity": _number(-np.inf),
    "premises": _number(),
    "matched": _number(),
    **{f"below_{speed}": _number() for speed in SPEEDS},
    "postcodes": pa.Column("int64", pa.Check.ge(1)),
    "walk_share": _number(0, 1),
}, index=_key("code", LSOA), checks=[
    _nests("below_10", "below_30", "below_100", "below_300", "matched", "premises"),
    _nests("below_gigabit", "matched"),
    _nests("below_uso", "premises"),
])

PLACES = _table({
    "kind": pa.Column(Text(), pa.Check.isin(list(KINDS))),
    "code": _text(r"E\d{8}"),
    "name": _text(),
    "within": _text(),
    "neighbour": pa.Column(bool),
    "lsoas": pa.Column("int64", pa.Check.ge(1)),
    "mp": _text(".*"),
    "mp_party": _text(".*"),
    **{column: _count(nullable=True) for column in OFCOM_COLUMNS},
    **{column: _number(0, 1, nullable=True) for column in MOBILE_COLUMNS},
}, unique=["kind", "code"])

STATIONS = _table({
    "name": _text(),
    "easting": _number(),
    "northing": _number(-np.inf),
    "served": pa.Column(bool),
    "inside": pa.Column(bool),
}, index=_key("crs", r"[A-Z]{3}"))

JOURNEYS = _table({
    "station": _text(r"[A-Z]{3}"),
    "hub": pa.Column(Text(), pa.Check.isin(list(ALL_HUBS))),
    "fastest": _number(),
    "typical": _number(),
    "changes": _count(),
    "departures": _count(),
}, unique=["station", "hub"])
"""`typical` may be below `fastest`: where a gap ends with a quick train after 10:00, which `fastest` does not count."""

POSTCODES = _table({
    "postcode": _text(r"([A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})?"),
    "easting": _count(),
    "northing": _count(),
    "area": _text(LSOA),
}, checks=pa.Check(
    lambda frame: not frame.loc[frame["postcode"] != "", "postcode"].duplicated().any(),
    error="a postcode is there twice"))
"""A postcode without a name is a point inside an LSOA that has no postcode."""

LOCALITIES = _table({
    "name": _text(),
    "parent": _text(".*"),
    "easting": _count(),
    "northing": _count(),
    "stops": _count(),
    "area": _text(LSOA),
    "held_by": pa.Column(Text(), pa.Check.isin(["ward", "msoa", "authority"])),
}, index=_key("code", r"[A-Z]{1,2}\d{6,7}"))
"""Towns, villages and hamlets by name, as `geo.layers.named_localities` makes them."""

CONTEXT = _table({
    "code": _text(r"E\d{8}"),
    "series": pa.Column(Text(), pa.Check.isin(list(AREA_SERIES))),
    "date": _text(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?"),
    "value": _number(),
}, unique=["code", "series", "date"])
"""Series by authority, of the region and of England: the date is a month (2025-07) or a year."""

LINES = _table({"line": _count()})
"""Railway lines (CC BY-SA 4.0), to be drawn and for nothing else."""

CONNECTIONS = _table({
    "origin": _text(),
    "target": _text(),
    "departs": _count(),
    "arrives": _count(),
    "train": _count(),
    "line": _text(".*"),
    "may_board": pa.Column(bool),
    "may_alight": pa.Column(bool),
})
"""The trains of the day used, cut from call to call, in the order of a scan: see `geo.rail.connections.assembled`."""

CHANGES = _table({
    "kind": pa.Column(Text(), pa.Check.isin(["change", "walk", "stay"])),
    "origin": _text(".*"),
    "target": _text(".*"),
    "seconds": _count(),
    "connection": pa.Column("int64", pa.Check.ge(-1)),
    "following": pa.Column("int64", pa.Check.ge(-1)),
    **{name: pa.Column("float64", nullable=True, required=False) for name in ("opens", "closes")},
})
"""Changes, walks between stations and staying seated, as `geo.rail.connections.assembled` takes them."""

DETOURS = _table({
    "postcode": _count(),
    "station": _text(r"[A-Z]{3}"),
    "metres": _number(nullable=True),
})
"""Ways from a postcode (row number in `postcodes`) to a station that go round the water; missing where none does."""

CONTRACTS = _table({
    "area": _text(LSOA),
    "scheme": pa.Column(Text(), pa.Check.isin([SUBSIDY, VOUCHERS])),
    "contract": _text(".*"),
    "supplier": _text(".*"),
    "date": _text(r"(?:\d{4}-\d\d-\d\d)?"),
    "premises": pa.Column("int64", pa.Check.ge(1)),
}, unique=["area", "scheme", "contract", "supplier", "date"])
"""Premises under contract that have no gigabit yet, as `geo.layers.planned_build.contracts` lists them."""

POSTCODE_LINES = _table({
    "postcode": pa.Column(Text(), pa.Check.str_matches(r"^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$"), unique=True),
    "premises": _count(nullable=True),
    **{f"below_{speed}": _number(0, 1, nullable=True) for speed in SPEEDS},
})
"""Ofcom's shares of premises without each speed, by postcode; premises where it counts them."""

SCHEMAS: Mapping[str, pa.DataFrameSchema] = {
    "areas": AREAS, "places": PLACES, "stations": STATIONS, "journeys": JOURNEYS, "postcodes": POSTCODES,
    "localities": LOCALITIES, "context": CONTEXT, "lines": LINES, "connections": CONNECTIONS, "changes": CHANGES,
    "detours": DETOURS, "contracts": CONTRACTS, "postcode_lines": POSTCODE_LINES,
}

READ_LATER = ("localities", "connections", "changes", "detours", "contracts", "postcode_lines")
"""Tables that are read when they are first asked for."""

OPTIONAL_TABLES = ("context", "lines", *READ_LATER)
"""Tables that an edition may lack; then they are empty."""

MAY_LACK: Mapping[str, Mapping[str, Any]] = {
    "areas": {"district": "", **{name: np.nan for columns in OPTIONAL_COLUMNS.values() for name in columns}},
    "places": {"mp": "", "mp_party": ""},
    "changes": {"opens": np.nan, "closes": np.nan},
}
"""What stands in the columns that an edition of an earlier shape lacks, by table."""


def empty_table(name: str) -> pd.DataFrame:
    """Make a table of an edition that has no rows."""
    schema = SCHEMAS[name]
    # Text is as files have it: pandera's own kind of text answers comparisons by other means.
    kinds = {column: "str" if str(part.dtype).startswith("str") else str(part.dtype)
             for column, part in schema.columns.items()}
    columns = {column: pd.Series(dtype=kind) for column, kind in kinds.items()}
    index = None if schema.index is None else pd.Index([], dtype="str", name=schema.index.name)
    return pd.DataFrame(columns, index=index)


def problems_in(table: pd.DataFrame, name: str) -> list[str]:
    """Say in words everything in a table (without geometry) that its schema does not allow, with an example each."""
    try:
        SCHEMAS[name].validate(table, lazy=True)
    except pa.errors.SchemaErrors as errors:
        found = []
        for (column, rule), group in errors.failure_cases.groupby(["column", "check"], dropna=False, sort=False):
            where = name if pd.isna(column) else f"{name}.{column}"
            found.append(f"{where}: {rule}, for example {group['failure_case'].iloc[0]!r} ({len(group)} in all)")
        return found
    return []
