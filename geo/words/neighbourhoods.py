"""How the neighbourhoods of a place differ, in words: two ways to lay them out, and the columns of their tables."""

from typing import NamedTuple

import pandas as pd

from geo.core.rounding import counts, decimal, percent
from geo.figures.profile import PlaceProfile
from geo.words.definitions import share_label

EACH_DOT = "Each dot is one neighbourhood, of about 1,700 residents."


class Strip(NamedTuple):
    """One way to lay out neighbourhoods: by a figure of each.

    Parameters
    ----------
    column
        Of `geo.figures.profile.neighbourhoods`: "share" or "per_1000".
    title
        Of the axis, with its unit.
    here
        The place's own figure, in the column's unit; None where there is none.
    region
        The region's.
    """

    column: str
    title: str
    here: float | None
    region: float | None

    def text(self, value: float | None) -> str:
        """Write a figure of this strip."""
        if value is None:
            return "not known"
        return (percent(value).replace(" %", "\u00a0%") if self.column == "share" else
                f"{decimal(value)} of every 1,000 workers")


def strips(profile: PlaceProfile) -> dict[str, Strip]:
    """Describe the two ways of laying out the neighbourhoods, by the measure of the view."""
    region, = profile.answer.regions.values()
    columns = {"people_in_gap": "per_1000", "premises_below": "share"}
    return {key: Strip(column, share_label(profile.answer[key].measure, profile.view), profile.answer[key].rate,
                       region[key].rate) for key, column in columns.items()}


def strip_alt(strip: Strip, table: pd.DataFrame) -> str:
    """Describe the chart to who does not see it."""
    values = table[strip.column]
    return (f"Strip of dots, one for each of {len(table):,} neighbourhoods: {strip.title.lower()}. From "
            f"{strip.text(values.min())} to {strip.text(values.max())}, median {strip.text(values.median())}. The "
            "table of all neighbourhoods has the same figures.")


def strip_note(strip: Strip, table: pd.DataFrame) -> str:
    """Say how the neighbourhoods are spread."""
    values = table[strip.column]
    return (f"Half of these neighbourhoods are at {strip.text(values.median())} or less; the highest is "
            f"{strip.text(values.max())}.")


def neighbourhood_columns(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Write every neighbourhood's figures, the highest of a column first."""
    rows = table.sort_values(column, ascending=False, kind="stable", na_position="last")
    ends = {"From": counts(rows["p05"]), "To": counts(rows["p95"])} if rows["p05"].notna().any() else {}
    return pd.DataFrame({
        "Neighbourhood": rows["name"], "Locality": rows["msoa"],
        "People in the gap": counts(rows["people"]), **ends, "Per 1,000 workers": rows["per_1000"].round(1),
        "Premises": counts(rows["premises"]), "Without, %": (100 * rows["share"]).round(1),
        "Setting": rows["urban"].map({True: "urban", False: "rural"}),
    })
