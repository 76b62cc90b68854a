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
from geo.layers.broadband import RIDGE, bands, covariates  # noqa: E402
from geo.layers.small_area import fit_shares, make_margin, rake_counts, standardised  # noqa: E402
from geo.sources.catalogue import find_files  # noqa: E402

CHOSEN = ("digital", "density", "digital × density")
CANDIDATES = (
    ("digital",), ("density",), ("digital", "density"), ("digital", "density", "rural"),
    ("digital", "density", "connectivity"), ("digital", "density", "density²"), ("digital", "density", "digital²"),
    CHOSEN, (*CHOSEN, "digital²"), (*CHOSEN, "rural"), (*CHOSEN, "digital²", "density²"),
)


def cross_validate(
    areas: pd.DataFrame, authorities: pd.DataFrame, candidates: Sequence[tuple[str, ...]] = CANDIDATES,
) -> pd.DataFrame:
    """Compare sets of covariates, in the order given: how many, and how well they predict authorities left out.

    deviance is the mean over authorities of twice the log likelihood ratio of the bands' shares, per 100 premises;
    worse_by its mean difference from the best set's, with standard_error; chosen the fewest within one standard error.
    """
    margin = make_margin(areas["authority"], bands(authorities))
    sizes = rake_counts(areas["households"].to_numpy(float), [
        make_margin(areas["authority"], authorities[["premises"]])])
    table = pd.DataFrame({
        "; ".join(names): _left_out(margin.totals, sizes, _design(areas, names), margin.group) for names in candidates})
    behind = table.sub(table[table.mean().idxmin()], axis=0)
    result = pd.DataFrame({
        "number": [len(names) for names in candidates], "deviance": table.mean(), "worse_by": behind.mean(),
        "standard_error": behind.std() / np.sqrt(len(behind)),
    }).rename_axis("covariates")
    near = result[result["worse_by"] <= result["standard_error"]]
    result["chosen"] = result.index == near.sort_values(["number", "deviance"]).index[0]
    return result


def _design(areas: pd.DataFrame, names: Sequence[str]) -> np.ndarray:
    """(LSOAs, covariates), each standardised over households."""
    known = covariates(areas)
    offered = known.assign(**{
        "digital²": known["digital"]**2, "density²": known["density"]**2, "rural": 1.0 - areas["urban"],
        "connectivity": areas["connectivity_score"]})
    return np.column_stack([standardised(offered[name], areas["households"]) for name in names])


def _left_out(totals: np.ndarray, sizes: np.ndarray, design: np.ndarray, group: np.ndarray) -> np.ndarray:
    """(places,), deviance per 100 premises of each place's bands, predicted from all the others."""
    deviance = np.empty(len(totals))
    for place, true in enumerate(totals):
        shares = fit_shares(totals, sizes, design, np.where(group == place, -1, group), ridge=RIDGE)
        fitted = (shares * sizes[:, None])[group == place].sum(axis=0)
        expected = fitted / fitted.sum() * true.sum()
        deviance[place] = 200 * special.xlogy(true, true / expected).sum() / true.sum()
    return deviance


if __name__ == "__main__":
    joined = join(read_inputs(find_files(Path(sys.argv[1])), print))
    known_areas = joined.areas.assign(area_km2=area_km2(joined.boundaries))
    print(cross_validate(known_areas, joined.authorities).to_string())
