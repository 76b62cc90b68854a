"""The chapters of a report on where the need is: the maps, the places inside, rail and nowhere to turn."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.pack.figures import PackFigures
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Heading, PageBreak, Picture, Table, plain
from geo.text import about, percent
from geo.vocabulary import HUBS, KINDS
from geo.words.place import half, place_rows

__all__ = ["inside", "need", "need_kind", "picture", "places_table", "rail", "table_title"]

LONGEST_TABLE = 20
"""Rows of a table in the report; the files have all."""

_NEED_KINDS = {"region": "authority", "county": "authority", "lep": "authority", "constituency": "ward", "msoa": "lsoa"}


def picture(drawn: DrawnMap, beside: str = "") -> Picture:
    """Place a map.

    Parameters
    ----------
    drawn
        As `geo.pack.maps.compose.draw_maps` gives it.
    beside
        A sentence that says where the same figures stand.

    Returns
    -------
    Picture
        A block; basis and attribution stand on the map itself.
    """
    told = f"{drawn.title}. {beside}".strip()
    return Picture(drawn.name, drawn.png, drawn.width, drawn.alt, told, drawn.basis)


def _in_files(figures: PackFigures) -> str:
    where = "tables/inside-lsoa.csv and areas.gpkg" if "lsoa" in figures.inside else "areas.gpkg"
    return f"The figures of every neighbourhood stand in {where}."


def need_kind(figures: PackFigures) -> str | None:
    """Choose the kind of place that the need is tabled by.

    Parameters
    ----------
    figures
        Of the place.

    Returns
    -------
    str or None
        A key of `figures.inside`; None where it is a single neighbourhood.
    """
    wanted = _NEED_KINDS.get(figures.place.kind, "authority" if "authority" in figures.inside else "ward")
    return next((kind for kind in (wanted, "ward", "msoa", "lsoa") if kind in figures.inside), None)


def need(figures: PackFigures, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Show where the need is: the map, and the same figures as a ranked table.

    Parameters
    ----------
    figures
        Of the place.
    maps
        As drawn.

    Returns
    -------
    list of Block
        The chapter.
    """
    kind = need_kind(figures)
    drawn = picture(maps["people-in-gap"], _in_files(figures))
    blocks: list[Block] = [PageBreak(), Heading("Where the need is"), drawn]
    if kind is None:
        return [*blocks, plain("This is a single neighbourhood: there is nothing to rank inside it.")]
    return [*blocks, places_table(figures, kind)]


def table_title(kind: str) -> str:
    """Name a table of the places of one kind.

    Parameters
    ----------
    kind
        A key of `KINDS`.

    Returns
    -------
    str
        Without a full stop.
    """
    return f"People in the gap by {KINDS[kind].label}, most first"


def places_table(figures: PackFigures, kind: str) -> Table:
    """Table the places of one kind, those with most people in the gap first.

    Parameters
    ----------
    figures
        Of the place.
    kind
        A key of `figures.inside`.

    Returns
    -------
    Table
        At most `LONGEST_TABLE` rows, and a caption that says how many there are.
    """
    table = figures.inside[kind]
    shown, partly = table.head(LONGEST_TABLE), bool((~table["whole"]).any())
    basis = (str(figures.edition.broadband_basis),)
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
        f"{caption}.", (_capital(KINDS[kind].label), "Residents", "People in the gap", "Range", "Per 1,000 workers",
                        f"Premises without {_short(figures.view.speed)}", "Nowhere to turn"),
        rows, right=(1, 2, 3, 4, 5, 6), widths=(3.2, 1.2, 1.2, 1.7, 1.1, 1.3, 1.2), basis=basis)


def _count(people: float) -> str:
    return "fewer than 1" if 0 < people < 0.5 else about(people)


def _known(share: float) -> float | None:
    return None if pd.isna(share) else float(share)


def _short(speed: str) -> str:
    return {"uso": "10/1 Mbit/s", "gigabit": "gigabit"}.get(speed, f"{speed} Mbit/s")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def rail(figures: PackFigures, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Say how far the hub is, and who has nowhere to turn.

    Parameters
    ----------
    figures
        Of the place.
    maps
        As drawn.

    Returns
    -------
    list of Block
        The chapter.
    """
    answer, view = figures.answer, figures.view
    hub, basis = HUBS[view.hub].label, str(figures.edition.rail_basis)
    by_train = [row for row in place_rows(answer, figures.ranks, None) if basis in row.basis]
    said = Table(
        f"Time to {hub}, and residents beyond {view.minutes} minutes.", ("Figure", "Value", "Beside it", "Rate"),
        tuple((row.label, row.value, row.beneath, row.rate) for row in by_train), widths=(2.4, 1.2, 2, 1.6),
        basis=(basis,))
    blocks: list[Block] = [Heading("Rail, and nowhere to turn"), said, _stations(figures)]
    others = [drawn for name, drawn in maps.items() if name != "people-in-gap"]
    return [*blocks, *(picture(drawn, _in_files(figures)) for drawn in others)]


def _stations(figures: PackFigures) -> Block:
    table, hub = figures.stations, HUBS[figures.view.hub].label
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
        f"Stations, and trains to {hub} between 06:00 and 10:00 on a weekday. A dash: no train there then.{more}",
        ("Station", "Fastest", "Typical", "Changes", "Departures"), rows, right=(1, 2, 3, 4),
        widths=(3, 1, 1, 1, 1), basis=(str(figures.edition.rail_basis),))


def inside(figures: PackFigures) -> list[Block]:
    """List the places inside: constituencies, wards, and the neighbourhoods that hold half of the gap.

    Parameters
    ----------
    figures
        Of the place.

    Returns
    -------
    list of Block
        The chapter; empty for a single neighbourhood.
    """
    kinds = [kind for kind in ("constituency", "ward") if kind in figures.inside and kind != need_kind(figures)]
    if figures.half.empty or len(figures.place.lsoas) < 2:
        return []
    few = figures.half.head(LONGEST_TABLE)
    more = (f" The first {len(few)} of {len(figures.half):,}; all in tables/half-of-the-gap.csv."
            if len(few) < len(figures.half) else "")
    table = Table(
        f"The fewest neighbourhoods that together hold half of the people in the gap, most first. Where two are close, "
        f"their order is not sure.{more}",
        ("Neighbourhood", "Locality", "Authority", "People in the gap", "Range", "Together so far"),
        tuple((str(row["name"]), str(row["msoa"]), str(row["authority"]), about(row["people"]),
               f"{about(row['low'])} to {about(row['high'])}", percent(row["cumulative"]))
              for row in few.to_dict("records")),
        right=(3, 4, 5), widths=(1.8, 2, 1.4, 1, 1.2, 1), basis=(str(figures.edition.broadband_basis),))
    return [Heading("The places inside"), *(places_table(figures, kind) for kind in kinds),
            plain(half(figures.answer, figures.half).replace(" %", "\u00a0%")), table]
