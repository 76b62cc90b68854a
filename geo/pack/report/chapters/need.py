"""Where the need is: the map, the places inside, and how few neighbourhoods hold half of it."""

from collections.abc import Mapping

import pandas as pd

from geo.core.choices import KINDS
from geo.core.measures import FIGURES
from geo.core.rounding import about, decimal, percent
from geo.figures.profile import PlaceProfile
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Heading, Picture, Table, plain
from geo.pack.report.numbering import see
from geo.pack.report.prose import prose
from geo.words import place as words
from geo.words.claim import sentence_case
from geo.words.definitions import label, short_speed
from geo.words.intervals import interval_cell

LONGEST_TABLE = 20
"""Rows of a table in the report; the files have all."""

_NEED_KINDS = {"region": "authority", "county": "authority", "lep": "authority", "constituency": "ward",
               "district": "ward", "msoa": "lsoa"}


def need_kind(profile: PlaceProfile) -> str | None:
    """Choose the kind of place that the need is tabled by."""
    wanted = _NEED_KINDS.get(profile.place.kind, "authority" if "authority" in profile.inside else "ward")
    return next((kind for kind in (wanted, "ward", "msoa", "lsoa") if kind in profile.inside), None)


def need(profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Show where the need is: the map, and the same figures as a ranked table."""
    kind = need_kind(profile)
    drawn = picture(maps["people-in-gap"], in_files(profile))
    heading, figure = Heading("Where the need is"), see("people-in-gap")
    if kind is None:
        return [heading, plain(f"A single neighbourhood ({figure}): there is nothing to rank inside it."), drawn]
    said = (f"{figure} colours every neighbourhood; {see(f'by-{kind}')} has its {KINDS[kind].plural}, those with most "
            "people in the gap first.")
    return [heading, plain(said), drawn, places_table(profile, kind)]


def picture(drawn: DrawnMap, beside: str = "") -> Picture:
    """Place a map."""
    caption = f"{drawn.title}. {beside}".strip()
    return Picture(drawn.name, drawn.png, drawn.width, drawn.alt, caption, drawn.basis, key=drawn.name)


def in_files(profile: PlaceProfile) -> str:
    """Name the files that hold the figures of the maps."""
    where = "tables/inside-lsoa.csv and areas.gpkg" if "lsoa" in profile.inside else "areas.gpkg"
    return f"The figures of every neighbourhood stand in {where}."


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
         count(row["people_in_gap"]), interval_cell(row),
         "–" if pd.isna(row["per_1000"]) else decimal(row["per_1000"]), percent(row["share_below"]),
         count(row["nowhere_to_turn"]))
        for row in shown.to_dict("records"))
    return Table(
        f"{caption}.",
        (sentence_case(KINDS[kind].label), "Residents", "People in the gap", "Between", "Per 1,000 workers",
         f"Premises without {short_speed(profile.view.speed)}", label(FIGURES["nowhere_to_turn"])),
        rows, right=(1, 2, 3, 4, 5, 6), widths=(3.2, 1.2, 1.2, 1.7, 1.1, 1.3, 1.2), basis=basis, key=f"by-{kind}")


def count(people: float) -> str:
    """Write a count of people or premises in a table."""
    return "fewer than 1" if 0 < people < 0.5 else about(people)


def inside(profile: PlaceProfile) -> list[Block]:
    """List the places inside: constituencies, wards, and the neighbourhoods that hold half of the gap."""
    kinds = [kind for kind in ("constituency", "ward") if kind in profile.inside and kind != need_kind(profile)]
    if profile.half_of_gap.empty or len(profile.place.lsoas) < 2:
        return []
    few, more = first_rows(profile.half_of_gap, "half-of-the-gap")
    table = Table(
        prose("caption", "half", profile) + more,
        ("Neighbourhood", "Locality", "Authority", "People in the gap", "Between", "Together so far"),
        tuple((str(row["name"]), str(row["msoa"]), str(row["authority"]), count(row["people"]),
               interval_cell(row), percent(row["cumulative"]))
              for row in few.to_dict("records")),
        right=(3, 4, 5), widths=(1.8, 2, 1.4, 1, 1.2, 1), basis=(str(profile.edition.broadband_basis),))
    return [Heading("The places inside"), *(places_table(profile, kind) for kind in kinds),
            plain(words.half_of_gap(profile.answer, profile.half_of_gap).replace(" %", "\u00a0%")), table]


def first_rows(table: pd.DataFrame, file: str) -> tuple[pd.DataFrame, str]:
    """Return the rows of a table that the report has room for, and where all of them are."""
    shown = table.head(LONGEST_TABLE)
    return shown, f" The first {len(shown)} of {len(table):,}; all in tables/{file}.csv." * (len(shown) < len(table))
