"""How many digits of a figure are shown: as many as its accuracy allows."""

import pandas as pd


def about(count: float) -> str:
    """Spell a count of people or premises, rounded as its accuracy allows, with separators.

    Parameters
    ----------
    count
        Not negative.

    Returns
    -------
    str
        Three significant figures from 1,000 up, tens from 100, else whole.

    Examples
    --------
    >>> about(48263.4), about(467.2), about(12.6)
    ('48,300', '470', '13')
    """
    return f"{_rounded(count):,}"


def _rounded(count: float) -> int:
    if count < 100:
        return round(count)
    step: int = 10 ** max(1, len(str(round(count))) - 3)
    return round(count / step) * step


def counts(values: pd.Series, *, published: bool = False) -> pd.Series:
    """Round counts for a table, as `about` spells them in a sentence.

    Parameters
    ----------
    values
        Not negative; missing stays missing.
    published
        Whether whole ones among them are published as they are, so that none of their digits is dropped (a fraction
        tells an estimate).

    Returns
    -------
    pandas.Series
        Int64, same index.

    Examples
    --------
    >>> counts(pd.Series([1589.0, 1589.4, float("nan")]), published=True).tolist()
    [1589, 1590, <NA>]
    """
    def shown(value: float) -> int:
        """Leave whole numbers that are published as they are."""
        return int(value) if published and value == int(value) else _rounded(value)

    return values.map(shown, na_action="ignore").astype("Int64")


def percent(share: float | None) -> str:
    """Spell a share of 0 to 1 as a percentage.

    Parameters
    ----------
    share
        None where there is none.

    Returns
    -------
    str
        One decimal.
    """
    return "not known" if share is None or pd.isna(share) else f"{100 * share:.1f} %"
