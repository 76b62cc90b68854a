"""How many digits of a figure are shown: as many as its accuracy allows."""

import pandas as pd

_LEAST = 0.0005     # a share that is spelled as 0.1 %
_NOTHING = 1e-9     # what a sum of shares may lack by rounding alone


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


def span(low: float, high: float) -> str:
    """Spell the range of a count of people, from low to high.

    Parameters
    ----------
    low, high
        Its ends, not negative.

    Returns
    -------
    str
        Both ends; one number where they are spelled alike.

    Examples
    --------
    >>> span(84.6, 201), span(0.7, 1.3), span(0.1, 0.3), span(0, 0)
    ('85 to 200', 'about 1', 'fewer than 1', '0')
    """
    if high < 0.5:
        return "fewer than 1" if high else "0"
    first, last = about(low), about(high)
    return f"about {last}" if first == last else f"{first} to {last}"


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


def decimal(rate: float) -> str:
    """Spell a rate, such as people of every 1,000.

    Parameters
    ----------
    rate
        Not negative.

    Returns
    -------
    str
        One decimal; what is more than nothing is never spelled as nothing.

    Examples
    --------
    >>> decimal(1043.72), decimal(0.04), decimal(0)
    ('1,043.7', 'under 0.1', '0.0')
    """
    return "under 0.1" if 0 < rate < 0.05 else f"{rate:,.1f}"


def percent(share: float | None) -> str:
    """Spell a share of 0 to 1 as a percentage.

    Parameters
    ----------
    share
        None where there is none.

    Returns
    -------
    str
        One decimal; what is more than nothing and less than all is never spelled as nothing or all.

    Examples
    --------
    >>> percent(0.1234), percent(0.0003), percent(0), percent(0.9999), percent(1)
    ('12.3 %', 'under 0.1 %', '0.0 %', 'over 99.9 %', '100.0 %')
    """
    if share is None or pd.isna(share):
        return "not known"
    if 0 < share < _LEAST:
        return "under 0.1 %"
    return "over 99.9 %" if 1 - _LEAST < share < 1 - _NOTHING else f"{100 * share:.1f} %"
