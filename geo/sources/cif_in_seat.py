"""Where trains join and divide, as passengers stay seated: associations, each on its days."""

import numpy as np
import pandas as pd

from geo.sources.cif_calendar import as_calendar, in_force, later
from geo.sources.cif_records import key
from geo.sources.timetable import no_in_seat

JOIN, DIVIDE = key("JJ"), key("VV")
"""The other train ends where it joins the base train, or begins where it divides from it. NP is the next working of the
same stock, in which nobody stays seated."""


def in_seat_of(
    associations: pd.DataFrame | None, schedules: pd.DataFrame, of_trip: pd.Series, stations: pd.DataFrame,
) -> tuple[pd.DataFrame, list[str]]:
    """Say between which trips passengers stay seated, where and on which days.

    Parameters
    ----------
    associations, schedules
        As `geo.sources.cif_trains.read_trains` gives them.
    of_trip
        Trips by the rows of their schedules.
    stations
        As `geo.sources.cif_stations.read_station_names` gives them.

    Returns
    -------
    tuple
        A table as `Feed.in_seat`, and notes.
    """
    if associations is None:
        return no_in_seat(), []
    group = associations.groupby(["base", "other", "place"], sort=False).ngroup()
    spans, _ = in_force(group, *(associations[name].to_numpy() for name in ("letter", "start", "end", "days")))
    rows = associations.loc[spans["record"]].reset_index(drop=True).drop(columns=["start", "end", "days"])
    rows = pd.concat([rows, spans[["start", "end", "days"]]], axis=1)
    rows = rows[rows["category"].isin([JOIN, DIVIDE]) & rows["by_passengers"]]
    crs = rows["place"].map(pd.Series(stations["crs"].to_numpy(), index=[key(code) for code in stations["code"]]))
    unknown = int(crs.isna().sum())
    notes = [f"left out: {unknown:,} joins and divides at what is no station"] if unknown else []
    rows = rows.assign(crs=crs).dropna(subset=["crs"])
    trips = schedules.loc[of_trip.index, ["uid", "start", "end"]].assign(trip=of_trip)
    trips = trips[~schedules.loc[of_trip.index, "manual"]]
    for side, moves in (("base", 0), ("other", 1)):
        rows = rows.merge(trips.add_suffix(f"_{side}"), left_on=side, right_on=f"uid_{side}")
        moved = moves * rows["moves"]
        rows = rows[(rows[f"start_{side}"] <= rows["end"] + moved) & (rows["start"] + moved <= rows[f"end_{side}"])]
    rows = rows.reset_index(drop=True)
    divides = (rows["category"] == DIVIDE).to_numpy()
    # The days are those of the base train; the table has those of the train that passengers come from.
    spans = later(rows[["start", "end", "days"]], np.where(divides, 0, rows["moves"]))
    return pd.DataFrame({
        "from_trip": np.where(divides, rows["trip_base"], rows["trip_other"]),
        "to_trip": np.where(divides, rows["trip_other"], rows["trip_base"]),
        "from_crs": rows["crs"], "to_crs": rows["crs"], "stays": True,
        "days_later": np.where(divides, rows["moves"], -rows["moves"]), **as_calendar(spans),
    }).astype(no_in_seat().dtypes), notes
