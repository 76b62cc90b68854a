"""How far the hub is, and who has nowhere to turn."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.choices import ALL_HUBS
from geo.figures.profile import PlaceProfile
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Heading, Table, plain
from geo.pack.report.chapters.need import first_rows, in_files, picture
from geo.pack.report.prose import prose
from geo.words import place as words


def rail(profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Say how far the hub is, and who has nowhere to turn."""
    view = profile.view
    hub, basis = ALL_HUBS[view.hub].label, str(profile.edition.rail_basis)
    by_train = [row for row in words.place_lines(profile.answer, profile.rank_certainty) if basis in row.basis]
    said = Table(
        f"Time to {hub}, and residents beyond {view.minutes} minutes.", ("Figure", "Value", "Beside it", "Rate"),
        tuple((row.label, row.value, row.beneath, row.rate) for row in by_train), widths=(2.4, 1.2, 2, 1.6),
        basis=(basis,))
    blocks: list[Block] = [Heading("Rail, and nowhere to turn"), said, _stations(profile)]
    others = [drawn for name, drawn in maps.items() if name != "people-in-gap"]
    return [*blocks, *(
        picture(drawn, in_files(profile)) for drawn in others)]


def _stations(profile: PlaceProfile) -> Block:
    table = profile.stations
    if table.empty:
        return plain("No station is in this place, nor within 40 km of it without crossing the sea.")
    shown, more = first_rows(table, "stations")

    def whole(value: Any, unit: str = "") -> str:
        return "–" if pd.isna(value) else f"{value:,.0f}{unit}"

    rows = tuple(
        (f"{row['name']} ({row['crs']})" + ("" if row["inside"] else f", outside, {row['km']:.0f} km by land"),
         whole(row["fastest"], " min"), whole(row["typical"], " min"), whole(row["changes"]), whole(row["departures"]))
        for row in shown.reset_index(names="crs").to_dict("records"))
    return Table(
        prose("caption", "stations", profile) + more,
        ("Station", "Fastest", "Typical", "Changes", "Departures"), rows, right=(1, 2, 3, 4),
        widths=(3, 1, 1, 1, 1), basis=(str(profile.edition.rail_basis),))
