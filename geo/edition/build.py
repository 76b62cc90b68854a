"""The build: publishers' files → layers → one edition, whole or not at all."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from tqdm import tqdm

from geo import __version__
from geo.core.choices import ENGLAND, KINDS, REGION, REGIONS, SPEEDS
from geo.core.errors import SwatheError
from geo.core.spread import IN_TURN, InTurn
from geo.edition.agreement.checks import warnings_of
from geo.edition.agreement.facts import Facts
from geo.edition.broadband import EditionBroadband, edition_broadband
from geo.edition.identity import MADE
from geo.edition.inputs import Inputs, Joined, SourceRow, join, read_inputs
from geo.edition.manifest import METHOD, SCHEMA
from geo.edition.places import place_table
from geo.edition.reach_table import kept_detours, reach_table, station_points
from geo.edition.schema import AREAS, MOBILE_COLUMNS, OFCOM_COLUMNS
from geo.edition.store import at_work, refuse_to_overwrite, save_edition
from geo.edition.timetable import choose_timetable
from geo.layers.boundaries import area_km2, assign_points, dissolve, generalise, merged
from geo.layers.coast import coastal
from geo.layers.evidence import evidence
from geo.layers.homes import england_homes, homes_factor
from geo.layers.named_localities import localities
from geo.layers.occupations import CAPABILITY_TABLES, read_capability, read_england_workers, remote_capable
from geo.layers.planned_build import by_area, contracts, placed, unplaced_by_authority
from geo.layers.railways import map_lines
from geo.rail.connection_scan import journeys
from geo.rail.connections import Connections, taken_apart
from geo.rail.land_mask import NO_LAND_BEYOND, read_land_beyond
from geo.rail.land_routes import Ground
from geo.rail.stations import stations_called_at
from geo.rail.travel_times import time_doors_by
from geo.sources.catalogue import LOCALITIES, PLANNED, POSTCODE_LINES, TIMETABLE
from geo.sources.downloads import find_files
from geo.sources.ofcom import NO_DECENT_LINE
from geo.sources.timetable import Feed

STEPS_AFTER_READING = 13
"""Of the progress bar, besides one a file."""

AROUND = 50_000.0
"""Metres around the mapped area in which it counts whether there is land: further than people go to a station."""

LEAST_SERVED = 0.5
"""Share of the mapped stations at which the project's own timetable must have trains: 0.98 in the South West."""

NEAR_THE_AREA = 1000.0
"""Metres; stations on piers stand just off the mapped area."""


def build_edition(  # noqa: PLR0913 - what is asked for by name
    source: Path, out: Path, name: str, *, area: str = REGION, accept_partial: bool = False,
    judge: Callable[[Path], None] | None = None, spread: InTurn = IN_TURN,
) -> dict[str, Any]:
    """Read a folder of publishers' files and write the edition they make.

    Parameters
    ----------
    source
        Folder of their files, in any subfolder.
    out
        Where the edition goes; an edition that stands there is replaced.
    name
        First part of its id: lower-case letters, digits and dashes. Of an edition of made-up files it begins with
        made-, whatever is asked: no table or file name of it goes without.
    area
        Code of the region that the edition is of: a key of `geo.core.choices.REGIONS`.
    accept_partial
        Whether a slice of a timetable will do where there is no whole one.
    judge
        As for `geo.edition.store.save_edition`.
    spread
        Who does what is the same for many tenths, postcodes or files; the edition is the same, to the byte.

    Returns
    -------
    dict
        The manifest as written.

    Raises
    ------
    SwatheError
        When files are missing, cannot be used, or contradict each other; nothing is written then.
    """
    if not re.fullmatch("[a-z0-9][a-z0-9-]*", name):
        raise SwatheError(f"name ‘{name[:40]}’: an edition's name has lower-case letters, digits and dashes")
    refuse_to_overwrite(out)
    with at_work(out):
        return _built(
            source, out, name, area=area, accept_partial=accept_partial, judge=judge, spread=spread)


def _built(  # noqa: PLR0913 - as it was asked for
    source: Path, out: Path, name: str, *, area: str, accept_partial: bool, judge: Callable[[Path], None] | None,
    spread: InTurn,
) -> dict[str, Any]:
    downloads = find_files(source)
    found = downloads.files
    steps = len(found.keys() - {TIMETABLE}) + STEPS_AFTER_READING
    with tqdm(total=steps, unit="step", disable=None, bar_format="{l_bar}{bar:30}| {desc}") as bar:

        def step(words: str) -> None:
            bar.set_description_str(words, refresh=True)
            bar.update(1)

        inputs = read_inputs(found, step, spread)
        step("joining")
        joined = join(inputs, area)
        step("choosing a timetable")
        stations_of = partial(_stations_of, inputs)
        feed, feed_row, trains = choose_timetable(
            found.get(TIMETABLE, []), lambda feed: nearby(stations_of(feed), joined.boundaries),
            datetime.now(UTC).date(), accept_partial=accept_partial)
        if feed.is_pattern and area != REGION:
            require_trains(nearby(stations_of(feed), joined.boundaries), trains.stations, area)
        step("placing postcodes in areas")
        placed, land = placed_postcodes(inputs.tables["postcodes"], joined), merged(joined.boundaries)
        step("checking that the files agree")
        warnings = warnings_of(Facts(
            inputs.tables, joined.areas, joined.boundaries, land, placed, feed, trains, REGIONS[area]))
        beyond = land_beyond(inputs, joined, area)
        ground = _Ground(land, placed, stations_of(feed), area, beyond)
        layers = _layers(inputs, joined, ground, trains, _Work(step, spread))
        step("writing")
        manifest = {**_manifest(inputs, feed, feed_row, trains.day, layers), "not_used": downloads.not_used,
                    **({"warnings": warnings} if warnings else {}),
                    **({MADE: downloads.made} if downloads.made else {})}
        called = name if name.startswith("made-") or not downloads.made else f"made-{name}"
        written = save_edition(out, called, layers.tables, manifest, judge)
        bar.update(bar.total - bar.n)
    return written


@dataclass(frozen=True)
class _Layers:
    """The tables of an edition, and what its manifest says of how they were made."""

    tables: dict[str, pd.DataFrame]
    broadband: EditionBroadband
    unplaced: int
    stand_ins: list[str]
    planned_unplaced: Mapping[str, int] | None


@dataclass(frozen=True)
class _Ground:
    """The mapped area in one shape, every postcode with its LSOA, the stations of the country, and the region."""

    land: gpd.GeoSeries
    placed: pd.DataFrame
    stations: gpd.GeoDataFrame
    area: str
    beyond: gpd.GeoSeries       # land that is not mapped; empty where nothing is known of it


@dataclass(frozen=True)
class _Work:
    """Who is told of each step, and who does what can be spread."""

    step: Callable[[str], None]
    spread: InTurn


def _layers(inputs: Inputs, joined: Joined, ground: _Ground, trains: Connections, work: _Work) -> _Layers:
    step = work.step
    areas = joined.areas.assign(area_km2=area_km2(joined.boundaries).round(6))
    postcodes, unplaced = _postcodes(ground.placed, joined.boundaries)
    broadband = edition_broadband(inputs, joined, areas, step, work.spread)
    step("scanning the timetable")
    hubs = REGIONS[ground.area].hubs
    times = journeys(trains, {hub.key: hub.stations for hub in hubs.values()})
    stations = _stations(ground.stations, trains, joined.boundaries)
    step("timing every door to every hub")
    doors = postcodes.assign(urban=postcodes["area"].map(areas["urban"]))
    land = ground.land
    doors_timed = time_doors_by(
        work.spread, doors, station_points(stations), times, Ground(land, ground.beyond, doors), [*hubs])
    step("finding the coast")
    # Where nothing is known of the land around, a border on land cannot be told from the coast.
    coast = coastal(joined.boundaries, land, ground.beyond) if len(ground.beyond) else np.nan
    areas = areas.assign(coastal=pd.Series(coast, areas.index, dtype="float64"))
    planned = placed(inputs.tables[PLANNED], ground.placed, areas) if PLANNED in inputs.tables else None
    if planned is not None:
        areas = areas.assign(**by_area(planned, areas["authority"]).add_prefix("bduk_"))
    step("generalising boundaries")
    outlines = generalise(joined.boundaries[["geometry"]])
    areas = areas.assign(**broadband.premises.round(4), postcodes=doors["area"].value_counts(),
                         walk_share=doors_timed.walk_share().round(6))
    step("dissolving boundaries")
    places = _places(areas, outlines, joined, inputs.tables.get("ofcom-mobile"), inputs.tables.get("members"))
    tables = {
        "areas": gpd.GeoDataFrame(areas[list(AREAS.columns)], geometry=outlines.geometry, crs=outlines.crs),
        "places": places, "stations": stations, "journeys": times.round({"fastest": 4, "typical": 4}),
        "postcodes": postcodes, "reach": reach_table(doors_timed, areas.index), "detours": kept_detours(doors_timed),
    }
    tables["connections"], tables["changes"] = taken_apart(trains)
    tables |= _optional_tables(inputs, areas, outlines, postcodes, ground.area)
    if "stops" in inputs.tables:
        step("placing towns and villages")
        tables["localities"] = localities(inputs.tables["stops"], areas, joined.boundaries)
    if planned is not None:
        tables["contracts"] = contracts(planned)
    stand_ins = postcodes.loc[postcodes["postcode"] == "", "area"].tolist()
    return _Layers(tables, broadband, unplaced, stand_ins, None if planned is None else unplaced_by_authority(planned))


def require_trains(mapped: pd.Index, served: Collection[str], area: str) -> None:
    """Refuse the project's own timetable where it is not of the area: nobody would seem to have a train.

    Parameters
    ----------
    mapped
        CRS codes of the stations of the area.
    served
        Those that the timetable has trains at.
    area
        A key of `geo.core.choices.REGIONS`.

    Raises
    ------
    SwatheError
        When it has trains at fewer than half of the stations.
    """
    reached = int(mapped.isin([*served]).sum())
    if reached < LEAST_SERVED * len(mapped):
        raise SwatheError(f"the project's own timetable has trains at {reached:,} of the {len(mapped):,} stations of "
                          f"{REGIONS[area].spoken} and its neighbours: give a timetable (GTFS or CIF)")


def land_beyond(inputs: Inputs, joined: Joined, area: str) -> gpd.GeoSeries:
    """Find the land around the mapped area: as it was drawn for this project, else the other areas of the same file."""
    if area == REGION:
        return read_land_beyond()
    others = gpd.GeoDataFrame(inputs.tables["boundaries-lsoa"].drop(index=joined.boundaries.index))
    west, south, east, north = joined.boundaries.total_bounds
    near = others.cx[west - AROUND:east + AROUND, south - AROUND:north + AROUND]
    return merged(near) if len(near) else NO_LAND_BEYOND


def placed_postcodes(positions: pd.DataFrame, joined: Joined) -> pd.DataFrame:
    """Give every postcode its LSOA (`area`), missing beyond the mapped area."""
    # Beyond a border on land, postcodes belong to places that are not mapped; on piers and quays, to the nearest LSOA.
    ours = positions["authority"].isin(joined.areas["authority"].unique())
    return positions.assign(area=assign_points(positions, joined.boundaries, may_be_near=ours))


def _postcodes(placed: pd.DataFrame, boundaries: gpd.GeoDataFrame) -> tuple[pd.DataFrame, int]:
    """Return the postcodes of the mapped area with their LSOAs, and count those beyond it.

    An LSOA without any postcode (its postcode area is not in the file) is measured from one point inside it, kept as a
    postcode without a name.
    """
    outside = placed["area"].isna()
    table = placed.loc[~outside, ["postcode", "easting", "northing", "area"]]
    lacking = boundaries.index.difference(table["area"])
    points = boundaries.loc[lacking].geometry.representative_point()
    stand_ins = pd.DataFrame({"postcode": "", "easting": points.x, "northing": points.y, "area": lacking})
    table = pd.concat([table, stand_ins]).round().astype({"easting": "int64", "northing": "int64"})
    return table.sort_values(["area", "postcode"], ignore_index=True), int(outside.sum())


def _stations_of(inputs: Inputs, feed: Feed) -> gpd.GeoDataFrame:
    """Return the list of stations that was given; without one, the stations of a timetable."""
    if "stations" in inputs.tables:
        return gpd.GeoDataFrame(inputs.tables["stations"])
    return stations_called_at(feed, inputs.tables.get("stops"))


def nearby(stations: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Index:
    """Stations in, or within a kilometre of, the mapped area."""
    found, _ = boundaries.sindex.query(stations.geometry, predicate="dwithin", distance=NEAR_THE_AREA)
    return stations.index[np.unique(found)]


def _stations(stations: gpd.GeoDataFrame, trains: Connections, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Stations of the mapped area and all that the timetable serves."""
    near = nearby(stations, boundaries)
    shown = stations[stations.index.isin([*near, *trains.stations])].sort_index()
    return pd.DataFrame({
        "name": shown["name"], "easting": shown.geometry.x.round(1), "northing": shown.geometry.y.round(1),
        "served": shown.index.isin(trains.stations), "inside": shown.index.isin(near),
    }, index=shown.index)


def _places(
    areas: pd.DataFrame, outlines: gpd.GeoDataFrame, joined: Joined, mobile: pd.DataFrame | None,
    members: pd.DataFrame | None,
) -> gpd.GeoDataFrame:
    """List every place with its outline, its MP and, where Ofcom publishes them, its own figures."""
    places = place_table(areas, dict(joined.names))
    shapes = {kind: dissolve(outlines, areas[kind]) for kind in KINDS if kind != "lsoa"}
    geometry = [shapes[kind].geometry.get(code) if kind in shapes else None
                for kind, code in zip(places["kind"], places["code"], strict=True)]
    counts = pd.concat({"authority": joined.authorities, "constituency": joined.constituencies})
    keys = pd.MultiIndex.from_frame(places[["kind", "code"]])
    # Constituencies outside the region do not nest in the mapped authorities: theirs are not among the counts.
    for column, name in zip(OFCOM_COLUMNS, ("premises", *(f"below_{speed}" for speed in SPEEDS)), strict=True):
        places[column] = counts[name].reindex(keys).to_numpy(dtype=float)
    for column in ("mp", "mp_party"):
        places[column] = "" if members is None else places["code"].map(members[column]).fillna("")
    authorities = places["code"].where(places["kind"] == "authority")
    for column in MOBILE_COLUMNS:
        places[column] = np.nan if mobile is None else authorities.map(mobile[column]).astype("float64").round(4)
    return gpd.GeoDataFrame(places, geometry=gpd.GeoSeries(geometry, crs=outlines.crs))


def _optional_tables(
    inputs: Inputs, areas: pd.DataFrame, outlines: gpd.GeoDataFrame, postcodes: pd.DataFrame, area: str,
) -> dict[str, pd.DataFrame]:
    """Keep the series of mapped authorities, regions and England; lines by postcode; railway lines."""
    found: dict[str, pd.DataFrame] = {}
    series = [inputs.tables[key] for key in ("coverage-by-area", "claimants", "businesses") if key in inputs.tables]
    if series:
        table = pd.concat(series)
        regions = REGIONS if area == ENGLAND else [area]
        kept = table["code"].isin([*areas["authority"].unique(), *regions, ENGLAND])
        found["context"] = table[kept].sort_values(["code", "series", "date"], ignore_index=True)
    if POSTCODE_LINES in inputs.tables:
        lines = inputs.tables[POSTCODE_LINES]
        found["postcode_lines"] = lines[lines.index.isin(postcodes["postcode"])].reset_index()
    if "railway-lines" in inputs.tables:
        lines = gpd.GeoDataFrame(inputs.tables["railway-lines"])
        found["lines"] = map_lines(lines, outlines.geometry)
    return found


def _manifest(inputs: Inputs, feed: Feed, feed_row: SourceRow, day: date, layers: _Layers) -> dict[str, Any]:
    national = inputs.tables.get("ofcom-national")
    rows = [*inputs.sources, feed_row]
    capability = read_capability()
    areas = layers.tables["areas"]
    capable = remote_capable(areas, capability[CAPABILITY_TABLES[0]])
    return {
        "schema": SCHEMA, "method": METHOD, "code_version": __version__,
        "rail_basis": "indicative" if feed.is_pattern else "timetable",
        "rail_day": day.isoformat(),
        "vintages": {row.id: row.vintage for row in rows},
        "sources": [row.as_json() for row in rows],
        "missing": [{"id": source.id, "title": source.title, "without_it": source.without_it}
                    for source in inputs.missing],
        "postcodes_outside": layers.unplaced,
        "areas_without_postcode": layers.stand_ins,
        "capability": {work: {str(group): float(share) for group, share in capability[work].items()}
                       for work in CAPABILITY_TABLES},
        "national": {} if national is None else {
            "England": {column: int(count) for column, count in national.loc["England", "All", "Total"].items()
                        if column != NO_DECENT_LINE}},
        "homes_factor": {} if national is None else homes_factor(national).round(6).to_dict("index"),
        "england": {} if national is None else {
            "workers": {str(group): int(count) for group, count in read_england_workers().items()},
            "homes_without": england_homes(national).round(8).to_dict()},
        **layers.broadband.said,
        **({} if layers.planned_unplaced is None else {"planned_build": {"unplaced": dict(layers.planned_unplaced)}}),
        "evidence": evidence(areas, capable, inputs.tables.get(LOCALITIES)),
    }
