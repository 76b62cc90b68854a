"""Choose what the estimate of broadband goes by: `python tools/covariates.py FOLDER` of the publishers' files.

Each authority is left out in turn, and its bands are predicted from all the others. Constituencies play no part, so
that they stay an honest test of the result.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import special

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from geo.edition.inputs import join, read_inputs  # noqa: E402
from geo.layers.boundaries import area_km2  # noqa: E402
from geo.layers.broadband import FAST_BANDS, NEIGHBOURHOOD, RIDGE, SLOW_BANDS, bands, covariates  # noqa: E402
from geo.layers.small_area import Floats, Ints, fit_shares, make_margin, rake_counts, standardised  # noqa: E402
from geo.sources.downloads import find_files  # noqa: E402

CANDIDATES = (
    ("digital",), ("density",), ("digital", "density"), ("digital", "density", "rural"),
    ("digital", "density", "connectivity"), ("digital", "density", "density²"), ("digital", "density", "digital²"),
    NEIGHBOURHOOD, (*NEIGHBOURHOOD, "digital²"), (*NEIGHBOURHOOD, "rural"), (*NEIGHBOURHOOD, "digital²", "density²"),
)
SLOW = (
    NEIGHBOURHOOD, (*NEIGHBOURHOOD, "slow"), (*NEIGHBOURHOOD, "slow", "no decent line"), ("slow", "slow lines in use"),
    (*NEIGHBOURHOOD, "slow", "slow lines in use"), SLOW_BANDS,
)
FAST = (
    NEIGHBOURHOOD, ("slow", "no gigabit"), ("digital", "density", "no gigabit"), (*NEIGHBOURHOOD, "no gigabit"),
    FAST_BANDS,
)


def cross_validate(
    areas: pd.DataFrame, authorities: pd.DataFrame, candidates: Sequence[tuple[str, ...]] = CANDIDATES,
    localities: pd.DataFrame | None = None, chosen: slice = slice(None),
) -> pd.DataFrame:
    """Compare sets of covariates, in the order given: how many, and how well they predict authorities left out.

    deviance is the mean over authorities of twice the log likelihood ratio of the bands' shares, per 100 premises;
    worse_by its mean difference from the best set's, with standard_error; chosen the fewest within one standard error.
    The bands are those of `chosen`, and all others together.
    """
    margin = make_margin(areas["authority"], bands(authorities))
    totals = margin.totals[:, chosen]
    others = margin.totals.sum(axis=1) - totals.sum(axis=1)
    totals = np.column_stack([totals, others]) if others.any() else totals
    sizes = rake_counts(areas["households"].to_numpy(float), [
        make_margin(areas["authority"], authorities[["premises"]])])
    table = pd.DataFrame({
        "; ".join(names): _left_out(totals, sizes, _design(areas, names, localities), margin.group)
        for names in candidates})
    behind = table.sub(table[table.mean().idxmin()], axis=0)
    result = pd.DataFrame({
        "number": [len(names) for names in candidates], "deviance": table.mean(), "worse_by": behind.mean(),
        "standard_error": behind.std() / np.sqrt(len(behind)),
    }).rename_axis("covariates")
    near = result[result["worse_by"] <= result["standard_error"]]
    result["chosen"] = result.index == near.sort_values(["number", "deviance"]).index[0]
    return result


def _design(areas: pd.DataFrame, names: Sequence[str], localities: pd.DataFrame | None) -> Floats:
    """(LSOAs, covariates), each standardised over households."""
    known = covariates(areas, localities)
    offered = known.assign(**{
        "digital²": known["digital"]**2, "density²": known["density"]**2, "rural": 1.0 - areas["urban"],
        "connectivity": areas["connectivity_score"]})
    return np.column_stack([standardised(offered[name], areas["households"]) for name in names])


def _left_out(totals: Floats, sizes: Floats, design: Floats, group: Ints) -> Floats:
    """(places,), deviance per 100 premises of each place's bands, predicted from all the others."""
    deviance = np.empty(len(totals))
    for place, true in enumerate(totals):
        shares = fit_shares(totals, sizes, design, np.where(group == place, -1, group), ridge=RIDGE)
        fitted = (shares * sizes[:, None])[group == place].sum(axis=0)
        expected = fitted / fitted.sum() * true.sum()
        deviance[place] = 200 * special.xlogy(true, true / expected).sum() / true.sum()
    return deviance


if __name__ == "__main__":
    inputs = read_inputs(find_files(Path(sys.argv[1])).files, print)
    joined = join(inputs)
    known_areas = joined.areas.assign(area_km2=area_km2(joined.boundaries))
    print(cross_validate(known_areas, joined.authorities).to_string())
    workbook = inputs.tables.get("commons-library")
    if workbook is not None:
        print(cross_validate(known_areas, joined.authorities, SLOW, workbook, slice(0, 2)).to_string())
        print(cross_validate(known_areas, joined.authorities, FAST, workbook, slice(2, 5)).to_string())
