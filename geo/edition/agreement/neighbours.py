"""Areas beside each other are alike: where they are not, a column was sorted apart from its codes."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from geo.edition.agreement.facts import REFUSE, Facts, Finding, title

AGES = ("aged_0_15", "aged_16_24", "aged_25_34", "aged_35_49", "aged_50_64", "aged_65_over")
ALIKE: tuple[tuple[str, str, str, float], ...] = (
    ("connectivity", "digital_connectivity", "", 0.5), ("connectivity", "connectivity_score", "", 0.6),
    ("imd", "imd_score", "", 0.35), ("lookup-rural-urban", "urban", "", 0.5),
    ("census-travel", "works_from_home", "workers", 0.5), ("census-cars", "no_car_households", "car_households", 0.45),
    *(("census-age", band, "aged_all", 0.3) for band in AGES),
)
"""Source, column, what it is a share of, and the least correlation between an area and the mean of those beside it. In
clean files: 0.81, 0.93, 0.68, 0.90; 0.83, 0.80; ages 0.60 to 0.77."""


def like_neighbours(facts: Facts) -> Iterator[Finding]:
    """Check that what should be alike in areas beside each other is."""
    for key, column, whole, least in ALIKE:
        if key in facts.tables:
            values = facts.areas[column].astype("float64")
            base = facts.areas[whole].where(facts.areas[whole] > 0) if whole else 1.0
            found = _correlation(facts, values / base)
            if not found >= least:
                yield Finding(REFUSE, f"{title(key)}, {column}: areas beside each other are hardly alike (correlation "
                                      f"{found:.2f}, expected {least:g} or more): was a column sorted apart from the "
                                      "others? Download it again")


def _correlation(facts: Facts, values: pd.Series) -> float:
    """Correlate values with the mean of those of the areas beside; areas without either are left out."""
    first, second = facts.next_to
    known = values.notna().to_numpy()
    pairs = known[first] & known[second]
    first, numbers = first[pairs], values.fillna(0).to_numpy()
    count = np.bincount(first, minlength=len(numbers))
    mean = np.bincount(first, numbers[second[pairs]], minlength=len(numbers)) / np.maximum(count, 1)
    judged = count > 0
    with np.errstate(invalid="ignore", divide="ignore"):    # where all are the same there is no correlation
        return float(np.corrcoef(numbers[judged], mean[judged])[0, 1])
