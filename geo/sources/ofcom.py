"""Ofcom Connected Nations: fixed coverage by authority, constituency and nation, and indoor mobile coverage.

Counts are read. The published percentages are rounded, and one release got a column of them wrong: they only bear the
counts out.
Unmatched premises (no line data) are unknown: they stay in `premises` and in no tier.
"""

import re
from collections.abc import Collection
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pandas as pd

from geo.sources.archives import read_bytes
from geo.sources.csv_rows import HEAD, header_cells
from geo.sources.tables import Column, Problems, read_columns, read_table, vintage_in_name, without_repeats
from geo.sources.wording import UNEDITED, some

ALL = "All Premises"
MATCHED = "All Matched Premises"
USO = "Number of premises below the USO"
UNABLE = {
    "below_uso": USO,
    "below_10": "Number of premises unable to receive 10Mbit/s",
    "below_30": "Number of premises unable to receive 30Mbit/s",
}
ABLE = {
    "below_100": "Number of premises with UFBB (100Mbit/s) availability",
    "below_300": "Number of premises with UFBB availability",
    "below_gigabit": "Number of premises with Gigabit availability",
}
SUPERFAST = "Number of premises with SFBB availability"
BANDS = tuple(
    f"Number of premises with {band}Mbit/s download speed"
    for band in ("0<2", "2<5", "5<10", "10<30", "30<300", ">=300")
)
NESTED = (
    (ALL, MATCHED), (ALL, UNABLE["below_uso"]), (MATCHED, SUPERFAST, ABLE["below_100"], ABLE["below_300"]),
    (MATCHED, UNABLE["below_30"], UNABLE["below_10"]), (MATCHED, ABLE["below_gigabit"]),
)
"""Counts of which none can exceed the one before it; those that a release does not have are passed over."""
SUMS = (
    (MATCHED, BANDS, "the sum of the six bands of download speed"),
    (UNABLE["below_10"], BANDS[:3], "the sum of the bands below 10 Mbit/s"),
    (UNABLE["below_30"], BANDS[:4], "the sum of the bands below 30 Mbit/s"),
    (ABLE["below_300"], BANDS[5:], f"the same as {BANDS[5]!r}"),
)
"""Counts that the bands of the row give a second time, where the release has both."""
PERCENTAGES = {
    "below_uso": "% of premises below the USO", "below_100": "UFBB (100Mbit/s) availability (% premises)",
    "below_300": "UFBB availability (% premises)", "below_gigabit": "Gigabit availability (% premises)",
}
"""What bears a count out that no band gives a second time, of all premises; a tenth of a per cent is the smallest."""
REWORDED = {
    USO: r"number of premises unable to receive decent broadband\b.*",
    "% of premises below the USO": r"% of premises unable to receive decent broadband\b.*",
}
"""What releases from January 2026 call the universal service obligation: label → pattern, in lower case."""
ROUNDED = 0.0501     # of a per cent: what rounding to a tenth of one takes or adds
KINDS = {
    "laua": ("authority", r"[EWSN](0[6-9]|12)\d{6}", "an authority code such as E07000041"),
    "parl_const": ("constituency", r"[EWSN](0[567]|14)\d{6}", "a constituency code such as E14001231"),
}
EARLY = {*UNABLE.values(), ABLE["below_300"]}
"""Counts that every release has."""
NATION_SPEEDS = {
    "below_10": ">=10 Mbit/s", "below_30": ">=30 Mbit/s", "below_100": ">=100 Mbit/s",
    "below_300": ">=300 Mbit/s", "below_gigabit": "Gigabit capable",
}
NO_DECENT_LINE = "no_decent_line"
"""Column of the nations' premises whose line carries less than 10 Mbit/s down or 1 up."""

_NO_DECENT_SPEED = "<10 Mbit/s DL or <1 Mbit/s UL"      # its row in the file
NATION_ROWS = tuple(product(("All", "Residential"), ("Total", "Rural", "Urban")))
"""Which of the nations' premises are read, in the publisher's words: type and rurality."""
ENGLAND = "England"
INDOOR = {f"4G_prem_in_{number}": f"indoor_4g_{number}" for number in range(5)}


def read_fixed_coverage(path: Path) -> pd.DataFrame:
    """Read a release of fixed coverage by authority or by constituency.

    The file is, for example, `202507_fixed_laua_coverage_r01.csv` or `202507_fixed_pcon_coverage_r01.csv`.

    Returns
    -------
    pandas.DataFrame
        Index `code`, sorted; `name` as published; counts of premises: `premises` (the denominator of every share),
        `matched`, `below_uso`, `below_10`, `below_30`, `below_100`, `below_300`, `below_gigabit`, int64. A tier that
        the release does not have (100 and gigabit before 2020) is a float64 column of NaN. `.attrs` holds `vintage`
        ("2025-07" from the file's name, else None), `kind` ("authority" or "constituency"), `file`, and `unlike`: the
        codes of places of which a count is not the percentage beside it.

    Raises
    ------
    MissingSourceError, SourceError
        When the file or columns are missing, or counts contradict each other: everything is in the one message.

    Notes
    -----
    10 and 30 Mbit/s, and the universal service obligation, are published as 'unable'. For the faster tiers premises
    below are the matched premises without the tier. `below_uso` counts fixed lines AND fixed wireless, the speeds
    fixed lines only; both come from different data, so in a few places it exceeds `below_10` by a premises or two.
    """
    data = read_bytes(path)
    # The key column says which kind of place it is; a file with neither is said to be without an authority's.
    key = "parl_const" if b"parl_const" in data.lstrip().split(b"\n", 1)[0].lower() else "laua"
    kind, pattern, what = KINDS[key]
    columns = {key: Column("text", "", pattern, what), f"{key}_name": Column("text", "name"), **coverage_columns(EARLY)}
    table = read_table(path, columns, key, data=with_usual_labels(data), check=_check_places)
    tidy = below_each_speed(table, "name")
    tidy.attrs = {"vintage": vintage_in_name(path), "kind": kind, "file": path.name,
                  "unlike": unlike_percentages(table)}
    return tidy


def coverage_columns(required: Collection[str]) -> dict[str, Column]:
    """List the columns of a file of fixed coverage that are read, besides those that name the place.

    Parameters
    ----------
    required
        Labels of the counts of speeds that the file must have.

    Returns
    -------
    dict
        Label → column; counts of speeds under the names of `UNABLE` and `ABLE`, as published.
    """
    return {
        ALL: Column("count", "premises"), MATCHED: Column("count", "matched"),
        **{column: Column("count", tier, optional=column not in required) for tier, column in (UNABLE | ABLE).items()},
        **{column: Column("count", optional=True) for column in (SUPERFAST, *BANDS)},
        **{column: Column("blank-category", f"percentage_{tier}", optional=True)
           for tier, column in PERCENTAGES.items()},
    }


def with_usual_labels(data: bytes) -> bytes:
    """Write a file's header with the labels of the usual releases, where it has reworded ones in their place.

    Parameters
    ----------
    data
        The bytes of a CSV.

    Returns
    -------
    bytes
        The same but for labels that `REWORDED` knows; a file that has both keeps both.
    """
    head, end, body = data.partition(b"\n")
    cells = header_cells(data[:HEAD])
    folded = [cell.casefold() for cell in cells]
    for label, pattern in REWORDED.items():
        found = [cell for cell in folded if re.fullmatch(pattern, cell)]
        if len(found) == 1 and label.casefold() not in folded:
            words = rb"\s+".join(re.escape(word).encode() for word in found[0].split())
            head = re.sub(words, label.encode(), head, count=1, flags=re.IGNORECASE)
    return head + end + body


def below_each_speed(table: pd.DataFrame, *also: str) -> pd.DataFrame:
    """Turn what is published of each place into premises below each speed.

    Parameters
    ----------
    table
        As `coverage_columns` names its columns.
    *also
        Other columns to keep, in front.

    Returns
    -------
    pandas.DataFrame
        Same index: those columns, premises, matched, and premises below each speed; NaN where the release lacks it.
    """
    tidy = table.reindex(columns=[*also, "premises", "matched", *UNABLE, *ABLE])
    tidy[[*ABLE]] = tidy[[*ABLE]].rsub(tidy["matched"], axis=0)
    return tidy


def unlike_percentages(table: pd.DataFrame) -> list[str]:
    """List the places of which a count is not the percentage of all premises beside it; one not to be read is none.

    Parameters
    ----------
    table
        As `coverage_columns` names its columns.

    Returns
    -------
    list of str
        Their codes.
    """
    odd = pd.Series(data=False, index=table.index)
    for tier in {*PERCENTAGES} & {*table}:
        if f"percentage_{tier}" in table:
            percentages = table[f"percentage_{tier}"]
            each = pd.to_numeric(pd.Series(percentages.cat.categories).str.rstrip("%"), errors="coerce").to_numpy()
            published = pd.Series(np.append(each, np.nan)[percentages.cat.codes], table.index)
            odd |= (table[tier] / table["premises"] * 100 - published).abs() > ROUNDED
    return [str(code) for code in odd.index[odd]]


def read_national_coverage(path: Path) -> pd.DataFrame:
    """Read the nations' file: all premises and homes alone, in the country, in town and together.

    The file is, for example, `202507_fixed_coverage_UK_and_nations_r01.csv`.

    Returns
    -------
    pandas.DataFrame
        Index `nation` (UK, England, …), `premises_type` (All, Residential), `rurality` (Total, Rural, Urban), in the
        publisher's order of nations; `premises`, `unclassified` (unmatched), `below_10`, `below_30`, `below_100`,
        `below_300`, `below_gigabit`, int64 counts: the base less the unclassified less those that can get the tier;
        and `NO_DECENT_LINE`, those whose line carries less than 10 Mbit/s down or 1 up. Ofcom publishes no national
        count below the universal service obligation here: that one leaves fixed wireless out. `.attrs` as in
        `read_fixed_coverage`, without `kind`.

    Raises
    ------
    MissingSourceError, SourceError
        When the file, columns or rows are missing, stand twice, or contradict each other.
    """
    keys = ["Location", "Premise type", "Rurality"]
    raw = read_columns(path, {**dict.fromkeys([*keys, "Speed"], "text"), "Premises": "count"})
    problems, raw = Problems(path, raw.attrs["first_row"]), without_repeats(raw)
    if ENGLAND not in set(raw["Location"]):
        problems.add(f"column 'Location': no row has {ENGLAND!r}, expected every nation: {UNEDITED}")
    rows = raw[pd.MultiIndex.from_frame(raw[keys[1:]]).isin(NATION_ROWS)]
    if rows.empty:
        problems.add("columns 'Premise type' and 'Rurality': no row has 'All' and 'Total', expected one per speed")
    twice = rows.duplicated([*keys, "Speed"])
    problems.add_rows("Speed", rows.loc[twice, "Speed"], "each speed once per nation, type and rurality")
    table = rows[~twice].set_index([*keys, "Speed"])["Premises"].unstack()  # noqa: PD010
    wanted = [(nation, *row) for nation in rows["Location"].drop_duplicates() for row in NATION_ROWS]
    table = table.reindex(pd.MultiIndex.from_tuples(wanted, names=["nation", "premises_type", "rurality"]))
    absent = table.index[table.isna().all(axis=1)]
    if len(absent):
        which = some(" ".join(row) for row in absent)
        problems.add(f"columns 'Premise type' and 'Rurality': no rows for {which}, expected one per speed")
    table = table.drop(absent)
    for speed in ("Premise Base", "Unclassified", *NATION_SPEEDS.values(), _NO_DECENT_SPEED):
        lacking = table.index[table[speed].isna()] if speed in table else table.index
        if len(lacking):
            which = some(" ".join(row) for row in lacking)
            problems.add(f"column 'Speed': no row {speed!r} for {which}, expected one each")
    problems.raise_if_any()
    tidy = pd.DataFrame({"premises": table["Premise Base"], "unclassified": table["Unclassified"]})
    for tier, speed in NATION_SPEEDS.items():
        tidy[tier] = table["Premise Base"] - table["Unclassified"] - table[speed]
    tidy[NO_DECENT_LINE] = table[_NO_DECENT_SPEED]
    _check_nations(tidy, problems)
    problems.raise_if_any()
    tidy = tidy.astype("int64")
    tidy.attrs = {"vintage": vintage_in_name(path), "file": path.name}
    return tidy


def _check_nations(tidy: pd.DataFrame, problems: Problems) -> None:
    """Note where counts of the nations contradict each other."""
    for row in tidy.index[tidy["premises"] <= 0]:
        problems.add(f"column 'Premises': {' '.join(row)} has a base of 0, expected at least one premises")
    tiers = tidy[[*NATION_SPEEDS]]
    for row in tidy.index[((tiers.diff(axis=1) < 0) | (tiers < 0)).any(axis=1)]:
        where = " ".join(row)
        problems.add(f"column 'Premises': in {where} the speeds do not nest, expected fewer premises the faster")
    more = tidy.xs("Residential", level=1) > tidy.xs("All", level=1)
    for row in more.index[more.any(axis=1)]:
        where = " ".join(row)
        problems.add(f"column 'Premises': {where} has more premises as 'Residential' than as 'All', expected no more")


def read_mobile_coverage(path: Path) -> pd.DataFrame:
    """Read indoor 4G coverage by authority: which share of premises how many operators reach.

    The file is, for example, `202507_mobile_coverage_laua_r01.csv`.

    Returns
    -------
    pandas.DataFrame
        Index `code`, sorted; `name`, `premises` (int64) and `indoor_4g_0` … `indoor_4g_4`, float64 shares 0..1 of
        premises with 4G indoors from exactly that many of the four operators; they sum to 1 within rounding. A blank
        cell is nought. `.attrs` as in `read_fixed_coverage`.

    Raises
    ------
    MissingSourceError, SourceError
        When the file or columns are missing, or shares do not sum to 100 %.
    """
    _, pattern, what = KINDS["laua"]
    columns = {
        "laua": Column("text", "", pattern, what), "laua_name": Column("text", "name"),
        "prem_count": Column("count", "premises"),
        **{column: Column("blank-number", name) for column, name in INDOOR.items()},
    }
    table = read_table(path, columns, "laua", check=_check_indoor)
    tidy = table.assign(**table[[*INDOOR.values()]].fillna(0.0) / 100)
    tidy.attrs = {"vintage": vintage_in_name(path), "kind": "authority", "file": path.name}
    return tidy


def _check_indoor(frame: pd.DataFrame, problems: Problems) -> None:
    percent = frame[[*INDOOR]].fillna(0.0)
    for column in INDOOR:
        problems.add_rows(column, percent.loc[~percent[column].between(0, 100), column], "a percentage, 0 to 100")
    total = percent.sum(axis=1)
    problems.add_rows("4G_prem_in_0 … 4", total[(total - 100).abs() > 0.05].round(2), "the five to sum to 100")


def _check_places(raw: pd.DataFrame, problems: Problems) -> None:
    """Note where a place has no premises, and where counts contradict each other."""
    problems.add_rows(ALL, raw.loc[raw[ALL] == 0, ALL], "at least one premises")
    check_counts(raw, problems)


def check_counts(raw: pd.DataFrame, problems: Problems) -> None:
    """Note where counts of a file of fixed coverage contradict each other.

    Parameters
    ----------
    raw
        Rows under the publisher's labels.
    problems
        Where it is noted.
    """
    for tier, column in (UNABLE | ABLE).items():
        if column not in raw and PERCENTAGES.get(tier) in raw:
            problems.add(f"column {column!r} is missing, expected it beside {PERCENTAGES[tier]!r}: {UNEDITED}")
    for chain in NESTED:
        for bound, column in pairwise(column for column in chain if column in raw):
            problems.add_rows(column, raw.loc[raw[column] > raw[bound], column], f"at most {bound!r}")
    if SUPERFAST in raw:
        wrong = raw[SUPERFAST] != raw[MATCHED] - raw[UNABLE["below_30"]]
        problems.add_rows(SUPERFAST, raw.loc[wrong, SUPERFAST], f"{MATCHED!r} less {UNABLE['below_30']!r}")
    if all(band in raw for band in BANDS):
        for column, bands, words in SUMS:
            problems.add_rows(column, raw.loc[raw[column] != raw[[*bands]].sum(axis=1), column], words)
