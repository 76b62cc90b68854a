"""Ofcom Connected Nations: fixed coverage by postcode, which is published as percentages, a file a postcode area."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from geo.core.errors import SourceError
from geo.core.spread import IN_TURN, InTurn
from geo.sources.archives import read_bytes, read_each
from geo.sources.ofcom import ABLE, ALL, PERCENTAGES, UNABLE, with_usual_labels
from geo.sources.tables import Column, Problems, read_table, vintage_in_name
from geo.sources.wording import some

POSTCODE = (r"[A-Z]{1,2}\d[A-Z\d]? *\d[A-Z]{2}", "a postcode such as EX39 6BG")
SUPERFAST = "SFBB availability (% premises)"
SHARES = {
    "below_uso": PERCENTAGES["below_uso"], "below_10": "% of premises unable to receive 10Mbit/s",
    "below_30": "% of premises unable to receive 30Mbit/s", "below_100": PERCENTAGES["below_100"],
    "below_300": PERCENTAGES["below_300"], "below_gigabit": PERCENTAGES["below_gigabit"],
}
"""Column of each speed: the first three of premises without it, the others of premises with it."""
NEEDED = {SUPERFAST, SHARES["below_10"], SHARES["below_30"]}


def read_postcodes(paths: Sequence[Path], spread: InTurn = IN_TURN) -> pd.DataFrame:
    """Read fixed coverage by postcode: all files of a release, one a postcode area.

    They are, for example, `202507_fixed_pc_coverage_r01_EX.csv`.

    Parameters
    ----------
    paths
        Files of one release.
    spread
        Who reads them.

    Returns
    -------
    pandas.DataFrame
        Index `postcode` ("EX39 6BG"), sorted; float64 shares 0 to 1 of all premises: below_uso, below_10, below_30,
        below_100, below_300, below_gigabit, as `geo.sources.ofcom.read_fixed_coverage` counts them, missing where the
        release lacks one; and `premises`, float64, missing where the file has no counts. `.attrs` holds `vintage`.

    Raises
    ------
    MissingSourceError, SourceError
        When a file or columns are missing, a percentage is none, or a postcode stands in two files.

    Notes
    -----
    Premises without line data are those that have neither superfast nor are unable to receive it; for the faster
    speeds they are not among those below.
    """
    table = pd.concat([*read_each(_read_one, paths, spread)]).sort_index()
    twice = table.index[table.index.duplicated()].unique()
    if len(twice):
        raise SourceError(paths[0], [(f"{len(twice):,} postcodes ({some(twice)}) stand in another of Ofcom's files of "
                                     "the same release too: leave one file of each postcode area")])
    table.attrs = {"vintage": vintage_in_name(paths[0])}
    return table


def _read_one(path: Path) -> pd.DataFrame:
    columns = {
        "postcode": Column("text", "", *POSTCODE),
        ALL: Column("blank-number", "premises", optional=True),
        SUPERFAST: Column("number", "superfast", "", "a percentage, 0 to 100", (0, 100)),
        **{name: Column("number", tier, "", "a percentage, 0 to 100", (0, 100), optional=name not in NEEDED)
           for tier, name in SHARES.items()},
    }
    table = read_table(path, columns, "postcode", data=with_usual_labels(read_bytes(path)), check=_check)
    tidy = table.reindex(columns=["premises", *SHARES]).astype("float64")
    matched = table["superfast"] + table["below_30"]
    tidy[[*ABLE]] = tidy[[*ABLE]].rsub(matched, axis=0).clip(lower=0)
    tidy[[*UNABLE, *ABLE]] = (tidy[[*UNABLE, *ABLE]] / 100).round(4)
    tidy.index = pd.Index([f"{code[:-3].strip()} {code[-3:]}" for code in tidy.index], name="postcode")
    return tidy


def _check(frame: pd.DataFrame, problems: Problems) -> None:
    """Note postcodes of which more than all premises are counted."""
    total = frame[SUPERFAST] + frame[SHARES["below_30"]]
    problems.add_rows(SUPERFAST, frame.loc[total > 100.2, SUPERFAST], f"100 less {SHARES['below_30']!r} at most")
