"""What the page of one place lays out besides its profile: the neighbourhoods round it, in two ways."""

import pandas as pd

from geo.figures.profile import PlaceProfile, neighbourhoods
from geo.places import Place
from geo.words.definitions import share_label
from pages.parts.place_charts import Strip


def surroundings(profile: PlaceProfile) -> tuple[Place, pd.DataFrame]:
    """Describe the place's neighbourhoods; of a single one, those of the authority round it."""
    if len(profile.place.lsoas) > 1:
        return profile.place, profile.neighbourhoods
    where = profile.edition.place(profile.edition.areas.loc[profile.place.lsoas[0], "authority"])
    return where, neighbourhoods(profile.edition, profile.view, where.lsoas)


def strips(profile: PlaceProfile) -> dict[str, Strip]:
    """Describe the two ways of laying out the neighbourhoods, by the measure of the view."""
    region, = profile.answer.regions.values()
    columns = {"people_in_gap": "per_1000", "premises_below": "share"}
    return {key: Strip(column, share_label(profile.answer[key].measure, profile.view), profile.answer[key].rate,
                       region[key].rate) for key, column in columns.items()}
