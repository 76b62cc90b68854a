"""How good the estimate of broadband is: what its tests found, in tables and in plain words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.core.choices import REGION, REGIONS, SPEEDS, Region
from geo.core.rounding import about

STEPS = ("even", "unmeasured", "model")
"""Ways of estimating that are tested on constituencies, worst first: columns of the manifest's validation."""


GAINS = ("What each step of the estimate gains: mean error of the share of premises without, in percentage points; of "
         "constituencies, and in the last two columns of localities")
GAINS_HEADER = ("Step", "10 Mbit/s", "30 Mbit/s", "A gigabit", "Localities: 30 Mbit/s", "Localities: a gigabit")
"""Caption and header of `gains`."""


def validation_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Tell how well the estimate of broadband predicts counts it was not shown: index speed, columns way_error."""
    rows = {SPEEDS[row["speed"]].label: row for row in manifest["broadband_validation"]}
    kinds = [f"{way}_{error}" for error in ("mean", "p90", "misplaced") for way in STEPS]
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=kinds).rename_axis("speed")


def locality_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Tell how well localities are predicted: index (way, speed); empty where none is measured."""
    rows = manifest.get("locality_validation", [])
    return pd.DataFrame(rows).set_index(["way", "speed"]) if rows else pd.DataFrame()


def gains(manifest: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Say what each step of the estimate gains: mean errors in percentage points, a row a step.

    The columns are the step; constituencies at 10 and 30 Mbit/s and a gigabit; localities at 30 Mbit/s and a gigabit.
    """
    tested, local = validation_table(manifest), locality_table(manifest)
    if tested.empty or local.empty:
        return []
    met = "met exactly"

    def constituencies(way: str) -> tuple[str, ...]:
        return tuple(f"{tested.loc[SPEEDS[speed].label, f'{way}_mean']:.2f}" for speed in ("10", "30", "gigabit"))

    def localities(way: str, words: str = "") -> tuple[str, ...]:
        return tuple(f"{local.loc[(way, speed), 'mean']:.1f}{words}" for speed in ("30", "gigabit"))

    return [
        ("Spread evenly over each authority", *constituencies("even"), *localities("even")),
        ("By the regression over authorities", *constituencies("unmeasured"), *localities("authority")),
        ("With the counts of constituencies", met, met, met, *localities("hidden")),
        ("With measured localities", *constituencies("model"), *localities("shown", " from what was measured")),
    ]


def validation_sentences(manifest: Mapping[str, Any], region: Region = REGIONS[REGION]) -> list[str]:
    """Say in words what the tests found."""
    rows = {row["speed"]: row for row in manifest["broadband_validation"]}
    if not rows:
        return []
    usual = rows["30"]
    better = [SPEEDS[speed].label for speed, row in rows.items() if row["model_mean"] < row["even_mean"]]
    verdict = "at every speed" if len(better) == len(rows) else f"at {len(better)} of {len(rows)} speeds"
    local = locality_table(manifest)
    without = (f" Without measured localities it would have been out by {usual['unmeasured_mean']:.2f}."
               if not local.empty else "")
    return [
        ("Ofcom also counts premises by parliamentary constituency. Made from the counts of authorities alone, the "
         f"estimate was compared with Ofcom's counts of {usual['constituencies']} constituencies, which it had not "
         "seen."),
        (f"At 30 Mbit/s the share of premises without was out by {usual['model_mean']:.2f} percentage points on "
         f"average, and by less than {usual['model_p90']:.2f} in nine of ten constituencies. Spreading each "
         f"authority's count evenly would have been out by {usual['even_mean']:.2f}.{without}"),
        f"The estimate did better than spreading evenly {verdict}.",
        ("In the figures shown, the constituencies' counts are used as well. What remains is the error inside a "
         "constituency and authority: it is larger for a single neighbourhood"
         + (", and cannot be measured from these files." if local.empty else ".")),
        *_locality_sentences(local, region),
    ]


def _locality_sentences(local: pd.DataFrame, region: Region) -> list[str]:
    """Say how far a locality, a ward and a neighbourhood may be out."""
    if local.empty:
        return []
    hidden, inside, shown = (local.loc[(way, "30")] for way in ("hidden", "constituency", "shown"))
    fast, fast_shown = local.loc[("hidden", "gigabit")], local.loc[("shown", "gigabit")]
    smaller = inside["mean"] * np.sqrt(inside["neighbourhoods"])
    premises = smaller / 100 * inside["premises"] / inside["neighbourhoods"]
    return [
        ("Localities (MSOAs) were measured in January 2024. Hidden a tenth at a time and predicted from the others, "
         f"the {hidden['localities']:,.0f} of {region.spoken} were out by {hidden['mean']:.1f} percentage points on "
         f"average at 30 Mbit/s, or {about(hidden['mean_premises'])} of {about(hidden['premises'])} premises; nine "
         f"of ten by less than {hidden['p90']:.1f} (a gigabit: {fast['mean']:.0f} points on average). That is what a "
         "place without a measured locality is like."),
        (f"Where the locality is measured, the estimate stays within {shown['mean']:.1f} points of it on average (a "
         f"gigabit: {fast_shown['mean']:.1f}), of the same date's totals; what has been built in it since January 2024 "
         "is known only for its constituency and authority."),
        (f"Predicted from the total of its constituency alone, a locality is out by {inside['mean']:.1f} points on "
         f"average, {about(inside['mean_premises'])} premises: so much does spreading inside a known total cost. A "
         "ward is about as large as a locality, but seldom the same premises: take the error of a ward to lie between "
         "that of a measured locality and this."),
        ("For a single neighbourhood (LSOA) nobody has published a count to test with. Scaled by the root of its size, "
         f"spreading inside its locality may put it out by about {smaller:.0f} points, or {about(premises)} premises. "
         "Do not build a case on one neighbourhood; on a locality, a ward or more, these errors are what to expect."),
        ("Only 30 Mbit/s and a gigabit are measured by locality. 10 Mbit/s and the legal minimum can be tested on "
         "constituencies alone."),
    ]


NOT_TESTED = "This edition holds no test of an estimate."
MEASURED = "Broadband is measured in this edition: there is no estimate to test."
MEAN_ERRORS = (
    "Mean error of the share of premises without each speed, in percentage points, over constituencies whose counts "
    "the estimate was not shown")
"""What the rows of `mean_errors` are of."""

_STEPS = dict(zip(STEPS, ("spread evenly over each authority", "without measured localities", "as used here"),
                  strict=True))


def mean_errors(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Lay the mean errors out for a chart: columns speed, way and error; no rows where nothing is tested."""
    table = validation_table(manifest)
    rows = [(speed, words, row[f"{step}_mean"]) for speed, row in table.iterrows() for step, words in _STEPS.items()]
    return pd.DataFrame(rows, columns=["speed", "way", "error"]).dropna()


MEAN_ERRORS_SCALE = "Each step of the scale is about three times the one before."
MEAN_ERRORS_HEADER = ("Premises", *(words.capitalize() for words in _STEPS.values()))


def mean_error_rows(manifest: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Write what the chart shows, a row a speed; a dash for what an edition of an earlier version did not test."""
    return [(str(speed), *(f"{errors[way]:.2f}" if way in errors else "–" for way in _STEPS.values()))
            for speed, rows in mean_errors(manifest).groupby("speed", sort=False)
            for errors in [dict(zip(rows["way"], rows["error"], strict=True))]]


def mean_errors_in_words(manifest: Mapping[str, Any]) -> str:
    """Say what the chart shows, for whoever does not see it."""
    said = (f"{speed}: " + ", ".join(f"{row['error']:.2f} {row['way']}" for row in rows.to_dict("records"))
            for speed, rows in mean_errors(manifest).groupby("speed", sort=False))
    return f"{MEAN_ERRORS}. {'; '.join(said)}."
