"""The map of where first: neighbourhoods on the list by how many people leave the gap there, all others pale."""

import pandas as pd

from geo.core.errors import ViewError
from geo.core.view import View
from geo.maps.classes import Palette, chosen_legend, classify_chosen
from geo.maps.picture import picture
from geo.words.claim import spoken_name
from geo.words.context import tooltip
from pages.shared.data import edition, per_edition, place, place_of
from pages.shared.map_files import over, picture_bounds
from pages.shared.map_widget.layers import boundaries, fills
from pages.shared.map_widget.legend import legend_html, outline_credit, railway_credit
from pages.shared.map_widget.widget import PageMap, moving, show_page_map, theme_palette
from pages.what_to_do.data import listed

MEASURE = "people_in_gap"
"""Its colours are those of the map."""


@per_edition(32)     # asked for by the map, its legend and its picture
def list_classes(asked: View) -> pd.Series:
    """Give every neighbourhood its class, in the order of the map file. Do not change it: it is shared."""
    found, areas = listed(asked), edition().areas
    people = pd.Series(dtype="float64") if isinstance(found, ViewError) else found.table["people_out_of_gap"]
    return classify_chosen(people, pd.Series(areas.index.isin(place(asked.place).lsoas), areas.index))


@per_edition(16)
def list_picture(asked: View, palette: Palette) -> bytes:
    """Draw the map as a picture."""
    return picture(edition().areas.geometry, list_classes(asked), over(asked.place), palette, palette.ordered(MEASURE),
                   picture_bounds(asked.place))


def show_list_map(asked: View) -> None:
    """Show the map with its legend."""
    palette, classes = theme_palette(), list_classes(asked)
    shown = asked.replace(by="lsoa", show=MEASURE)
    show_page_map(PageMap(
        key="first_map",
        alt=f"Map of the neighbourhoods of {spoken_name(place_of(asked).name)} on the list, by how many people "
            "leave the gap there; the list has the same figures.",
        layers=lambda: [fills("listed", shown, classes, palette), *boundaries(asked.place, palette, halo=True)],
        place=asked.place,
        tooltip=tooltip(shown, "lsoa"),
        picture=lambda: list_picture(asked, palette),
        legend=legend_html("People who leave the gap; in brackets how many neighbourhoods",
                           chosen_legend(palette, classes)),
        words=[f"{outline_credit()} {railway_credit(moving=moving())}".strip()],
    ))
