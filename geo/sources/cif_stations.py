"""The stations and fixed links of the Rail Delivery Group's timetable: its files MSN, ALF and FLF."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from geo.sources.archives import read_bytes
from geo.sources.cif_records import NONE, Bools, Faults, minutes, strings, text_of, whole_numbers
from geo.sources.national_grid import from_grid
from geo.sources.timetable import WEEKDAYS, at_all_times

SUBSIDIARY = ord("9")
"""What stands for an interchange where a place is a part of a station that has a place of its own besides."""

EAST, NORTH = 10_000, 60_000
"""That positions are counted from, in units of 100 m."""
LARGEST = (7_000, 13_000)
"""Of the National Grid, in the same units: what lies beyond is no position, as zeros are none."""

LONGEST_LINK = 24 * 60
"""Minutes; after a day there is no train left to reach."""

CODE = re.compile("[A-Z]{3}")
NO_PLACE = re.compile("[A-Z]+ (ORIGIN|DESTINATION)")
SMALL_WORDS = {"and", "by", "en", "for", "in", "le", "of", "on", "the", "under", "upon", "via", "with", "y"}
_LINK = re.compile(r"ADDITIONAL LINK: (.+) BETWEEN (\S+) AND (\S+) IN +(\S+) MINUTES")


def read_station_names(path: Path, faults: Faults) -> pd.DataFrame:
    """Read the stations of an MSN file.

    Returns
    -------
    pandas.DataFrame
        A row a place (TIPLOC) of a station, sorted: `code`, `crs`, `other_crs` (of the place alone, where it has one),
        `name`, `change` (seconds, NaN where none is given), `latitude`, `longitude` (NaN where there is none), `main`:
        whether it is the station itself, or the station has no such place; `somewhere`: whether it is a station's, and
        neither without a CRS code nor what stands for a place that is not known ("XC ORIGIN").
    """
    lines = text_of(read_bytes(path))
    text = lines.text
    station = (text[:, 0] == ord("A")) & (text[:, 1] == ord(" "))
    station &= ~_each(strings(text[:, 30:40]), lambda piece: piece.startswith("FILE-SPEC"))
    lines = lines.where(station)
    text = lines.text
    crs = strings(text[:, 49:52])
    good = _each(crs, CODE.fullmatch)
    faults.add_text("three letters (the station's CRS code) or none", text[:, 49:52], lines.number,
                    ~good & _each(crs, bool))
    change = whole_numbers(text[:, 63:65])
    blank = (text[:, 63:65] == ord(" ")).all(axis=1)
    faults.add_text("whole minutes to change trains", text[:, 63:65], lines.number, good & (change == NONE) & ~blank)
    places = np.column_stack([whole_numbers(text[:, 52:57]) - EAST, whole_numbers(text[:, 58:63]) - NORTH])
    somewhere = np.asarray(((places > 0) & (places < LARGEST)).all(axis=1))
    longitude, latitude = from_grid(np.where(somewhere[:, None], places * 100.0, np.nan))
    code, name = strings(text[:, 36:43]), strings(text[:, 5:31])
    table = pd.DataFrame({
        "code": code, "crs": crs, "other_crs": strings(text[:, 43:46]), "name": map(in_normal_case, name),
        "change": np.where(change == NONE, np.nan, change * 60.0), "latitude": latitude, "longitude": longitude,
        "main": text[:, 35] != SUBSIDIARY,
        "somewhere": good & (somewhere | ~_each(name, NO_PLACE.fullmatch))})[_each(code, bool)]
    table["main"] |= ~table.groupby("crs")["main"].transform("any")
    return table.sort_values("code", kind="stable").drop_duplicates("code", ignore_index=True)


def issue_of(path: Path) -> tuple[str, str]:
    """Return the number and the date (2026-08-04) of an MSN file, as its first line says; empty where it does not."""
    head = read_bytes(path, 200).split(b"\n")[0].decode("latin-1")
    found = re.search(r"FILE-SPEC=\S+ \S+ (\d\d)/(\d\d)/(\d\d) \S+ +(\d+)", head)
    return (found[4], f"20{found[3]}-{found[2]}-{found[1]}") if found else ("", "")


def in_normal_case(name: str) -> str:
    """Write a name in capitals as one reads it; one that has small letters stays.

    Examples
    --------
    >>> in_normal_case("BERWICK-UPON-TWEED"), in_normal_case("LONDON KING'S CROSS"), in_normal_case("ST ERTH")
    ('Berwick-upon-Tweed', "London King's Cross", 'St Erth')
    """
    name = " ".join(name.split())
    if name != name.upper():
        return name
    words = re.sub(r"[A-Z][A-Z']*", lambda word: word[0].capitalize(), name)
    return re.sub(r"(?<=[ -])[A-Z][a-z]*(?=[ -])",
                  lambda word: word[0].lower() if word[0].lower() in SMALL_WORDS else word[0], words)


def read_timed_links(path: Path, faults: Faults) -> pd.DataFrame:
    """Read the links of an ALF file, which hold at certain times.

    Returns
    -------
    pandas.DataFrame
        As `Feed.walks`, in one direction each. Of several that hold at once none stands back: every link that was ever
        seen has the same priority.
    """
    rows = []
    for number, line in enumerate(read_bytes(path).decode("latin-1").splitlines(), 1):
        if line.strip():
            given = dict(part.partition("=")[::2] for part in line.strip().split(","))
            rows.append((number, *(given.get(key, "").strip() for key in "ODTSEPFUR")))
    table = pd.DataFrame(rows, columns=["line", *"ODTSEPFUR"], dtype="object").astype({"line": "int64"})
    times = {key: _clock(table[key]) for key in "SE"}
    dates = {key: pd.to_datetime(table[key], format="%d/%m/%Y", errors="coerce") for key in "FU"}
    length = pd.to_numeric(table["T"], errors="coerce")
    for key, bad, expected in (
        ("O", ~table["O"].str.fullmatch(CODE.pattern), "a station's three letters"),
        ("D", ~table["D"].str.fullmatch(CODE.pattern), "a station's three letters"),
        ("T", ~length.between(0, LONGEST_LINK) | (length % 1 != 0), "whole minutes, at most a day's"),
        *((key, times[key].isna() & (table[key] != ""), "a time such as 0745") for key in "SE"),
        *((key, dates[key].isna() & (table[key] != ""), "a date such as 31/01/2026") for key in "FU"),
        ("R", ~table["R"].str.fullmatch("[01]{7}|"), "seven digits, 1 for each day from Monday on which it holds"),
        ("P", ~table["P"].str.fullmatch(r"\d?"), "a priority from 1 to 9"),
    ):
        faults.add(table.loc[bad, "line"].to_numpy(), [f"{key}={value}" for value in table.loc[bad, key]], expected)
    days = table["R"].where(table["R"] != "", "1" * len(WEEKDAYS))
    return pd.DataFrame({
        "from_crs": table["O"], "to_crs": table["D"], "seconds": length.fillna(0) * 60,
        "opens": times["S"], "closes": times["E"], "start_date": dates["F"].astype("datetime64[s]"),
        "end_date": dates["U"].astype("datetime64[s]"),
        **{day: days.str[place] == "1" for place, day in enumerate(WEEKDAYS)}})


def read_plain_links(path: Path, faults: Faults) -> pd.DataFrame:
    """Read the links of an FLF file, which hold at all times, as `read_timed_links` does those of ALF."""
    rows = []
    for number, line in enumerate(read_bytes(path).decode("latin-1").splitlines(), 1):
        found = _LINK.fullmatch(line.strip())
        if found and found[4].isdigit() and int(found[4]) <= LONGEST_LINK:
            rows.append((found[2], found[3], 60 * int(found[4])))
        elif line.strip() not in {"", "END"}:
            faults.add(np.array([number]), [line.strip()], "ADDITIONAL LINK: WALK BETWEEN AAA AND BBB IN 5 MINUTES")
    return at_all_times(pd.DataFrame(rows, columns=["from_crs", "to_crs", "seconds"]))


def _each(values: Iterable[str], true_of: Callable[[str], object]) -> Bools:
    """Tell of each value whether something is true of it."""
    return np.array([bool(true_of(value)) for value in values], dtype=bool)


def _clock(values: pd.Series) -> pd.Series:
    """Seconds after midnight of HHMM; NaN where it is none."""
    text = np.array([list(value.encode("latin-1", "replace")[:5].ljust(5)) for value in values], dtype=np.uint8)
    found = minutes(text.reshape(-1, 5)[:, :4])
    return pd.Series(np.where((found == NONE) | (values.str.len() != 4), np.nan, found * 60.0), values.index)
