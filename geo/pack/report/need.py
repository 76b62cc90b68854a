"""The chapters of a report on where the need is: the maps, the places inside, rail and nowhere to turn."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.core.choices import HUBS, KINDS
from geo.core.measures import FIGURES
from geo.core.rounding import about, percent
from geo.figures.profile import PlaceProfile
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Heading, PageBreak, Picture, Table, plain
from geo.pack.report.prose import prose
from geo.words.claim import sentence_case
from geo.words.definitions import label
from geo.words.place import half_of_gap, place_lines

LONGEST_TABLE = 20
"""Rows of a table in the report; the files have all."""

_NEED_KINDS = {"region": "authority", "county": "authority", "lep": "authority", "constituency": "ward", "msoa": "lsoa"}


def picture(drawn: DrawnMap, beside: str = "") -> Picture:
    """Place a map."""
    caption = f"{drawn.title}. {beside}".strip()
    return Picture(drawn.name, drawn.png, drawn.width, drawn.alt, caption, drawn.basis)


def _in_files(profile: PlaceProfile) -> str:
    where = "tables/inside-lsoa.csv and areas.gpkg" if "lsoa" in profile.inside else "areas.gpkg"
    return f"The figures of every neighbourhood stand in {where}."


def need_kind(profile: PlaceProfile) -> str | None:
    """Choose the kind of place that the need is tabled by."""
    wanted = _NEED_KINDS.get(profile.place.kind, "authority" if "authority" in profile.inside else "ward")
    return next((kind for kind in (wanted, "ward", "msoa", "lsoa") if kind in profile.inside), None)


def need(profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Show where the need is: the map, and the same figures as a ranked table."""
    kind = need_kind(profile)
    drawn = picture(maps["people-in-gap"], _in_files(profile))
    blocks: list[Block] = [PageBreak(), Heading("Where the need is"), drawn]
    if kind is None:
        return [*blocks, plain("This is a single neighbourhood: there is nothing to rank inside it.")]
    return [*blocks, places_table(profile, kind)]


def table_title(kind: str) -> str:
    """Name a table of the places of one kind."""
    return f"People in the gap by {KINDS[kind].label}, most first"


def places_table(profile: PlaceProfile, kind: str) -> Table:
    """Table the places of one kind, those with most people in the gap first."""
    table = profile.inside[kind]
    shown, partly = table.head(LONGEST_TABLE), bool((~table["whole"]).any())
    basis = (str(profile.edition.broadband_basis),)
    caption = table_title(kind)
    if len(shown) < len(table):
        caption += f": the first {len(shown)} of {len(table):,}; all stand in tables/inside-{kind}.csv"
    caption += ". Part: only what lies inside is counted" if partly else ""
    rows = tuple(
        (f"{row['name']} (part)" if not row["whole"] else str(row["name"]), f"{row['residents']:,.0f}",
         _count(row["people_in_gap"]), f"{about(row['low'])} to {about(row['high'])}",
         "–" if pd.isna(row["per_1000"]) else f"{row['per_1000']:,.1f}", percent(_known(row["share_below"])),
         _count(row["nowhere_to_turn"]))
        for row in shown.to_dict("records"))
    return Table(
        f"{caption}.",
        (sentence_case(KINDS[kind].label), "Residents", "People in the gap", "Range", "Per 1,000 workers",
         f"Premises without {_short(profile.view.speed)}", label(FIGURES["nowhere_to_turn"])),
        rows, right=(1, 2, 3, 4, 5, 6), widths=(3.2, 1.2, 1.2, 1.7, 1.1, 1.3, 1.2), basis=basis)


def _count(people: float) -> str:
    return "fewer than 1" if 0 < people < 0.5 else about(people)


def _known(share: float) -> float | None:
    return None if pd.isna(share) else float(share)


def _short(speed: str) -> str:
    return {"uso": "10/1 Mbit/s", "gigabit": "gigabit"}.get(speed, f"{speed} Mbit/s")


def rail(profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Say how far the hub is, and who has nowhere to turn."""
    view = profile.view
    hub, basis = HUBS[view.hub].label, str(profile.edition.rail_basis)
    by_train = [row for row in place_lines(profile.answer, profile.ranks) if basis in row.basis]
    said = Table(
        f"Time to {hub}, and residents beyond {view.minutes} minutes.", ("Figure", "Value", "Beside it", "Rate"),
        tuple((row.label, row.value, row.beneath, row.rate) for row in by_train), widths=(2.4, 1.2, 2, 1.6),
        basis=(basis,))
    blocks: list[Block] = [Heading("Rail, and nowhere to turn"), said, _stations(profile)]
    others = [drawn for name, drawn in maps.items() if name != "people-in-gap"]
    return [*blocks, *(picture(drawn, _in_files(profile)) for drawn in others)]


def _stations(profile: PlaceProfile) -> Block:
    table = profile.stations
    if table.empty:
        return plain("No station is in this place, nor within 40 km of it without crossing the sea.")
    shown = table.head(LONGEST_TABLE)
    more = f" The first {len(shown)} of {len(table)}; all in tables/stations.csv." if len(shown) < len(table) else ""

    def whole(value: Any, unit: str = "") -> str:
        return "–" if pd.isna(value) else f"{value:,.0f}{unit}"

    rows = tuple(
        (f"{row['name']} ({row['crs']})" + ("" if row["inside"] else f", outside, {row['km']:.0f} km away"),
         whole(row["fastest"], " min"), whole(row["typical"], " min"), whole(row["changes"]), whole(row["departures"]))
        for row in shown.reset_index(names="crs").to_dict("records"))
    return Table(
        prose("caption", "stations", profile) + more,
        ("Station", "Fastest", "Typical", "Changes", "Departures"), rows, right=(1, 2, 3, 4),
        widths=(3, 1, 1, 1, 1), basis=(str(profile.edition.rail_basis),))


def inside(profile: PlaceProfile) -> list[Block]:
    """List the places inside: constituencies, wards, and the neighbourhoods that hold half of the gap."""
    kinds = [kind for kind in ("constituency", "ward") if kind in profile.inside and kind != need_kind(profile)]
    if profile.half_of_gap.empty or len(profile.place.lsoas) < 2:
        return []
    few = profile.half_of_gap.head(LONGEST_TABLE)
    more = (f" The first {len(few)} of {len(profile.half_of_gap):,}; all in tables/half-of-the-gap.csv."
            if len(few) < len(profile.half_of_gap) else "")
    table = Table(
        prose("caption", "half", profile) + more,
        ("Neighbourhood", "Locality", "Authority", "People in the gap", "Range", "Together so far"),
        tuple((str(row["name"]), str(row["msoa"]), str(row["authority"]), about(row["people"]),
               f"{about(row['low'])} to {about(row['high'])}", percent(row["cumulative"]))
              for row in few.to_dict("records")),
        right=(3, 4, 5), widths=(1.8, 2, 1.4, 1, 1.2, 1), basis=(str(profile.edition.broadband_basis),))
    return [Heading("The places inside"), *(places_table(profile, kind) for kind in kinds),
            plain(half_of_gap(profile.answer, profile.half_of_gap).replace(" %", "\u00a0%")), table]
