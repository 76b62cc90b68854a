"""Premises by speed tier for every LSOA, MEASURED: Ofcom's counts of output areas, summed.

An output area that Ofcom's file lacks is unknown, not without premises: the sums are of those that are known, and it is
told how many are not.
"""

from dataclasses import dataclass

import pandas as pd

from geo.layers.broadband import COUNTS


@dataclass(frozen=True)
class Measured:
    """Broadband of every LSOA as it was counted, and what of it is not known."""

    premises: pd.DataFrame
    """Index LSOA code: premises, matched, below_uso, below_10, below_30, below_100, below_300, below_gigabit (float64
    counts): sums of the output areas that the file has."""
    absent: pd.Series
    """Index output area, LSOA code: those of the LSOAs that the file lacks."""
    counted: int
    """How many output areas were summed."""


def measured(counts: pd.DataFrame, lookup: pd.Series, lsoas: pd.Index) -> Measured:
    """Sum counts of output areas to LSOAs.

    Parameters
    ----------
    counts
        Index output area; the counts of `geo.layers.broadband.COUNTS`, as
        `geo.sources.ofcom_output_areas.read_output_areas` returns them. Others than those of the LSOAs are left out.
    lookup
        Index output area, LSOA code.
    lsoas
        Codes of the LSOAs wanted.

    Returns
    -------
    Measured
        For each LSOA, in the order given. One of which no output area is in the file has no premises here: the build
        refuses such a file before.

    Examples
    --------
    >>> counts = pd.DataFrame(dict.fromkeys(COUNTS, [3, 4]), index=["E00000001", "E00000002"])
    >>> lookup = pd.Series("E01000001", index=["E00000001", "E00000002", "E00000003"])
    >>> found = measured(counts, lookup, pd.Index(["E01000001"]))
    >>> float(found.premises.loc["E01000001", "premises"]), [*found.absent.index], found.counted
    (7.0, ['E00000003'], 2)
    """
    ours = lookup[lookup.isin(lsoas)]
    there = ours[ours.index.isin(counts.index)]
    sums = counts.loc[there.index, COUNTS].groupby(there.to_numpy()).sum()
    return Measured(sums.reindex(lsoas, fill_value=0).astype("float64"), ours[~ours.index.isin(there.index)],
                    len(there))


def residuals(premises: pd.DataFrame, places: pd.Series, published: pd.DataFrame) -> pd.DataFrame:
    """Say by how much the sums miss what is published of larger places.

    Parameters
    ----------
    premises
        Counts of LSOAs, index code, the columns of `geo.layers.broadband.COUNTS`.
    places
        Code of the larger place by LSOA; missing where it has none that is whole.
    published
        Counts of larger places, by code.

    Returns
    -------
    pandas.DataFrame
        Index code of each place that has LSOAs here and published counts; columns as the counts: published less summed.

    Examples
    --------
    >>> premises = pd.DataFrame(dict.fromkeys(COUNTS, [3.0, 4.0]), index=["a", "b"])
    >>> published = pd.DataFrame(dict.fromkeys(COUNTS, [9]), index=["X"])
    >>> residuals(premises, pd.Series(["X", "X"], index=["a", "b"]), published)["premises"].to_dict()
    {'X': 2.0}
    """
    sums = premises[COUNTS].groupby(places.reindex(premises.index)).sum()
    both = sums.index.intersection(published.index)
    return published.loc[both, COUNTS].astype("float64") - sums.loc[both]


def unplaced(counts: pd.DataFrame, lookup: pd.DataFrame) -> pd.Index:
    """List the output areas of England and Wales that the lookup does not know.

    Parameters
    ----------
    counts, lookup
        Index output area.

    Returns
    -------
    pandas.Index
        Codes, sorted; those of Scotland and Northern Ireland are in no such lookup, and not missed.
    """
    unknown = counts.index.difference(lookup.index)
    return unknown[unknown.str.startswith(("E", "W"))]
