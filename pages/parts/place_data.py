"""What the page of one place asks of the analysis; what is dear to work out is kept for all readers."""

import pandas as pd

import geo.profile
from geo.nearby import station_areas, stations_of
from geo.places import Place
from geo.profile import (
    context,
    half_of_gap,
    is_ranked,
    neighbourhoods,
    parents,
    standings,
)
from geo.view import View
from geo.vocabulary import REGION
from geo.words.place import without
from pages.parts.data import edition, figure_options, figures, kept, place, summary
from pages.parts.place_tables import Strip

__all__ = ["beside", "comfort_shares", "held", "ranks", "stations", "strips", "surroundings"]


def ranks(view: View, kind: str) -> pd.DataFrame | None:
    """Rank the places of a kind.

    Parameters
    ----------
    view
        What is asked.
    kind
        Of the place.

    Returns
    -------
    pandas.DataFrame or None
        As `geo.profile.standings` gives it; None for kinds that are not ranked. Do not change it: it is shared.
    """
    return _ranks(figure_options(view), kind) if is_ranked(edition(), kind) else None


@kept(32)
def _ranks(view: View, kind: str) -> pd.DataFrame:
    return standings(edition(), view, kind, figures(view))


def beside(view: View) -> tuple[pd.DataFrame, list[str]]:
    """Set the place beside its authority, county, the South West and England.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    table : pandas.DataFrame
        As `geo.profile.context` gives it.
    names : list of str
        Of its columns.
    """
    larger = parents(edition(), place(view.place))
    codes = [view.place, *larger.loc[larger["kind"].isin(["authority", "county"]), "code"]]
    codes += [REGION] * (view.place != REGION)
    answers = [summary(view.replace(place=code)) for code in codes]
    table = context(answers)
    named = {answer["place"]["code"]: answer["place"]["name"] for answer in answers}
    return table, [named.get(column, column) for column in table.columns]


def surroundings(view: View) -> tuple[Place, pd.DataFrame]:
    """Describe the place's neighbourhoods; of a single one, those of its authority.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    where : Place
        The place, or the authority round it.
    table : pandas.DataFrame
        As `geo.profile.neighbourhoods` gives it.
    """
    where = place(view.place)
    if len(where.lsoas) == 1:
        where = place(edition().areas.loc[where.lsoas[0], "authority"])
    return where, neighbourhoods(edition(), view, figures(view), where.lsoas)


def strips(view: View) -> dict[str, Strip]:
    """Describe the two ways of laying out the neighbourhoods.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    dict of str to Strip
        Measure of the view → strip.
    """
    here, region = (summary(view.replace(place=code))["rates"] for code in (view.place, REGION))
    rate, share = "people_in_gap_per_1000_workers", "premises_below_share"
    return {
        "people_in_gap": Strip("per_1000", "People in the gap, of every 1,000 workers", here[rate], region[rate]),
        "premises_below": Strip("share", without(view.speed), here[share][view.speed], region[share][view.speed]),
    }


def held(view: View) -> pd.DataFrame:
    """Find the fewest neighbourhoods that hold half of the place's gap.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    pandas.DataFrame
        As `geo.profile.half_of_gap` gives it, with name, msoa, authority, low and high.
    """
    table = neighbourhoods(edition(), view, figures(view), place(view.place).lsoas)
    return half_of_gap(table["people"]).join(table[["name", "msoa", "authority", "low", "high"]])


def comfort_shares(view: View, code: str) -> dict[str, float | None]:
    """Work out what is set against the gap.

    Parameters
    ----------
    view
        What is asked.
    code
        Of the place.

    Returns
    -------
    dict of str to float
        Shares no_car (of households), gap_rural and gap_deprived (of people in the gap); None where not known.
    """
    return geo.profile.comfort_shares(edition(), figures(view), place(code).lsoas, view.speed)


def stations(view: View) -> pd.DataFrame:
    """List the place's stations.

    Parameters
    ----------
    view
        What is asked.

    Returns
    -------
    pandas.DataFrame
        As `geo.nearby.stations_of` gives it.
    """
    return stations_of(edition(), place(view.place).lsoas, view.hub, _station_areas())


@kept(1)
def _station_areas() -> pd.Series:
    return station_areas(edition())
