"""Set the pattern timetable beside a real one: `python tools/timetable_check.py FILE`, a zip or folder of CIF files.

A slice of a timetable will do, and may hold Sundays and diversions: so its fastest train counts.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.core.errors import SourceError  # noqa: E402
from geo.sources.archives import read_bytes, read_packed  # noqa: E402
from geo.sources.tables import read_columns  # noqa: E402
from tools.timetable import PATTERNS, TIMETABLE  # noqa: E402

DAY = 1440
TRAINS_AND_SHIPS = "[P1S4]"
"""Status of a schedule that passengers travel by, planned long or short before; the others are buses and freight."""

OFTEN = 5
"""Trains that a pair of stations must have for its fastest to count."""

SHARE, MINUTES = 0.15, 10
"""By how much run times may differ before they are looked at; more than one minute in any case."""


@dataclass(frozen=True)
class Cif:
    """A timetable in the Common Interface Format (Rail Delivery Group, RSPS5046), as far as run times need it."""

    trains: pd.DataFrame
    """By number: `operator`, `days` (seven of 0 and 1 from Monday), `stp` (P, N or O: planned, new or overlaid)."""
    calls: pd.DataFrame
    """`train`, `crs`, `arrives` and `departs` (public minutes after midnight of the train's day, NaN where none)."""
    change_times: pd.Series
    """Minutes to change trains, by CRS code."""
    links: pd.DataFrame
    """`from_crs`, `to_crs`, `minutes`, `start` and `end` (HHMM), `days` (seven of 0 and 1 from Monday)."""


def read_cif(path: Path) -> Cif:
    """Read trains, stations and fixed links of a zip or folder; a public time of 0000 is none, so midnight is lost."""
    stations = _stations(_lines(path, ".msn"))
    crs = stations.set_index("tiploc")["crs"]
    own = stations[~stations["subsidiary"]].drop_duplicates("crs")
    lines = _lines(path, ".mca")
    kind = lines.str[:2]
    number = (kind == "BS").cumsum()
    heads, calls = lines[kind == "BS"], lines[kind.isin(["LO", "LI", "LT"])]
    if heads.empty or calls.empty:
        raise SourceError(path, ["has no train in its .mca file, expected schedules in CIF: download it again"])
    trains = pd.DataFrame({
        "status": heads.str[29], "days": heads.str[21:28], "stp": heads.str[79],
        "operator": lines[kind == "BX"].str[11:13].groupby(number).first().reindex(number[heads.index]).to_numpy(),
    }).set_index(number[heads.index].rename("train"))
    trains = trains[trains["status"].str.fullmatch(TRAINS_AND_SHIPS)].drop(columns="status")
    call = kind[calls.index]
    table = pd.DataFrame({
        "train": number[calls.index], "crs": calls.str[2:9].str.strip().map(crs),
        "arrives": _minutes(calls.str[25:29].where(call == "LI", calls.str[15:19].where(call == "LT", ""))),
        "departs": _minutes(calls.str[29:33].where(call == "LI", calls.str[15:19].where(call == "LO", ""))),
    })
    known = table["train"].isin(trains.index) & table["crs"].notna()
    table = table[known & table[["arrives", "departs"]].notna().any(axis=1)]
    start = table.groupby("train")["departs"].transform("first")
    for column in ("arrives", "departs"):
        table[column] += DAY * (table[column] < start)
    return Cif(trains, table.reset_index(drop=True), own.set_index("crs")["minutes"], _links(_lines(path, ".alf")))


def _lines(path: Path, suffix: str) -> pd.Series:
    """Lines of the one file of a zip or folder with this ending."""
    if not path.is_dir():
        return pd.Series(read_packed(path, suffix).decode("ascii", "replace").splitlines(), dtype="str")
    found = [file for file in sorted(path.iterdir()) if file.suffix.lower() == suffix]
    if len(found) != 1:
        raise SourceError(path, [f"holds {len(found)} files ending in {suffix!r}, expected one: unpack it again"])
    return pd.Series(read_bytes(found[0]).decode("ascii", "replace").splitlines(), dtype="str")


def _stations(lines: pd.Series) -> pd.DataFrame:
    """List the station file: `tiploc`, `crs`, `minutes` to change, `subsidiary` (a part of a larger station)."""
    rows = lines[lines.str.match(r"A {4}\S.{57}[ \d]\d")]
    return pd.DataFrame({
        "tiploc": rows.str[36:43].str.strip(), "crs": rows.str[49:52], "minutes": rows.str[63:65].astype(int),
        "subsidiary": rows.str[35] == "9"})


def _links(lines: pd.Series) -> pd.DataFrame:
    found = lines.str.extract(r"O=(?P<from_crs>\w{3}),D=(?P<to_crs>\w{3}),T=(?P<minutes>\d+),S=(?P<start>\d{4}),"
                              r"E=(?P<end>\d{4}),.*R=(?P<days>[01]{7})").dropna()
    return found.astype({"minutes": int}).reset_index(drop=True)


def _minutes(clocks: pd.Series) -> pd.Series:
    value = pd.to_numeric(clocks.where(clocks.str.fullmatch(r"\d{4}") & (clocks != "0000")))
    return value // 100 * 60 + value % 100


def pattern_calls(folder: Path = TIMETABLE) -> pd.DataFrame:
    """Read the patterns as calls of trains: `train` is the pattern, times are minutes after its start."""
    rows = read_columns(folder / "patterns.csv", PATTERNS)
    return rows.rename(columns={"pattern_id": "train", "arr_min": "arrives", "dep_min": "departs"})


def run_times(calls: pd.DataFrame) -> pd.DataFrame:
    """Every direct run between two calls of a train.

    `origin`, `target`, `minutes`, `train`, and `between`, a number that runs with the same calls on the way share.
    """
    names = sorted(calls["crs"].unique())
    # The same numbers for the same stations in every timetable: each is made from its code alone.
    weight = {crs: int(np.random.default_rng(list(crs.encode())).integers(2**40)) for crs in names}
    called = calls.assign(place=np.arange(len(calls)), passed=calls["crs"].map(weight).astype("int64"))
    called["passed"] = called.groupby("train")["passed"].cumsum()
    starts, ends = called.dropna(subset="departs"), called.dropna(subset="arrives")
    runs = starts.merge(ends, on="train", suffixes=("", "_end"))
    runs = runs[(runs["place"] < runs["place_end"]) & (runs["crs"] != runs["crs_end"])]
    return pd.DataFrame({
        "origin": runs["crs"], "target": runs["crs_end"], "minutes": runs["arrives_end"] - runs["departs"],
        "train": runs["train"], "between": runs["passed_end"] - runs["passed"]}).reset_index(drop=True)


def compare(patterns: pd.DataFrame, real: pd.DataFrame) -> pd.DataFrame:
    """Set the pattern's quickest run of each direct pair beside real runs.

    Returns
    -------
    pandas.DataFrame
        By `origin` and `target`: `minutes` and `train` of the pattern, `fastest` and `trains` of all real runs,
        `alike` and `trains_alike` of those with the same calls on the way (NaN and 0 where there are none), `longer`
        and `shorter` (bool): than those alike, and than the fastest of at least five.
    """
    pair = ["origin", "target"]
    best = patterns.sort_values("minutes", kind="stable").drop_duplicates(pair)
    known = real.groupby(pair)["minutes"].agg(fastest="min", trains="size")
    same = real.groupby([*pair, "between"])["minutes"].agg(alike="min", trains_alike="size")
    table = best.join(known, on=pair).join(same, on=[*pair, "between"]).drop(columns="between").set_index(pair)
    table = table.fillna({"trains": 0, "trains_alike": 0}).astype({"trains": int, "trains_alike": int})
    over = table["minutes"] - table["alike"]
    return table.assign(
        longer=((over > SHARE * table["alike"]) & (over > 1)) | (over > MINUTES),
        shorter=(table["minutes"] < (1 - SHARE) * table["fastest"]) & (table["trains"] >= OFTEN)).sort_index()


def reasons(folder: Path = TIMETABLE) -> pd.Series:
    """Read why a pattern stays quicker than the sample: text, by origin and target."""
    columns = {"from_crs": "text", "to_crs": "text", "reason": "text"}
    table = read_columns(folder / "exceptions.csv", columns, comment="#")
    return table.set_index(["from_crs", "to_crs"])["reason"].rename_axis(["origin", "target"])


def main(path: Path) -> None:
    """Print what differs."""
    patterns, calls = pattern_calls(), read_cif(path).calls
    real = run_times(calls[calls["crs"].isin(patterns["crs"])])
    table = compare(run_times(patterns), real)
    print(f"{len(table):,} direct pairs, {(table['trains'] > 0).sum():,} of them in the sample, "
          f"{(table['trains'] >= OFTEN).sum():,} with at least {OFTEN} trains")
    print("\nshorter than the fastest, and why:")
    print(table[table["shorter"]].join(reasons().rename("why"))[["minutes", "fastest", "trains", "why"]].to_string())
    print("\nlonger than trains with the same calls:")
    print(table.loc[table["longer"], ["minutes", "train", "alike", "trains_alike"]].to_string())
    direct = real.groupby(["origin", "target"]).size()
    print("\ndirect in the sample alone:")
    print(direct[(direct >= OFTEN) & ~direct.index.isin(table.index)].sort_values().tail(40).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
