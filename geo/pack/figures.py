"""Every headline figure of a pack by its name: what the manifest holds, the tables list and a check recomputes."""

from geo.core.measures import FIGURES
from geo.figures.place_json import NamedFigure, named_figures
from geo.figures.profile import PlaceProfile, rank_of


def headline_numbers(profile: PlaceProfile) -> dict[str, float | int | None]:
    """Give the headline figures as plain numbers by their names."""
    return {figure.name: figure.value for figure in headline_figures(profile)}


def headline_figures(profile: PlaceProfile) -> list[NamedFigure]:
    """Name every figure of the place as the path in `show --json`, then its ranks as rank.{measure}."""
    found = named_figures(profile.answer)
    for column in [] if profile.ranks is None else profile.ranks.columns:
        place = rank_of(profile.ranks, profile.place.code, column)
        if place is not None:
            measure = FIGURES.get(column) or FIGURES[column.removesuffix("_rate")]
            found += [NamedFigure(f"rank.{column}", place.rank, measure, "rank, 1 is the worst", is_rate=False),
                      NamedFigure(f"rank.{column}.of", place.of, measure, "places ranked", is_rate=False)]
    return found
