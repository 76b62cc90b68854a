"""The neighbourhoods that those of a place are seen among."""

import pandas as pd

from geo.edition.places import Place
from geo.figures.profile import PlaceProfile, neighbourhoods


def surroundings(profile: PlaceProfile) -> tuple[Place, pd.DataFrame]:
    """Describe the place's neighbourhoods; of a single one, those of the authority round it.

    Returns
    -------
    where : Place
        The place itself, or the authority.
    table : pandas.DataFrame
        As `geo.figures.profile.neighbourhoods`.
    """
    if len(profile.place.lsoas) > 1:
        return profile.place, profile.neighbourhoods
    where = profile.edition.place(profile.edition.areas.loc[profile.place.lsoas[0], "authority"])
    return where, neighbourhoods(profile.edition, profile.view, where.lsoas)
