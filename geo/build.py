"""The build: publishers' files → layers → one edition, whole or not at all."""

from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from tqdm import tqdm

from geo import __version__
from geo.boundaries import area_km2, assign_points, dissolve, generalise
from geo.broadband import estimated
from geo.edition import refuse_to_overwrite, save_edition
from geo.errors import SwatheError
from geo.inputs import Inputs, Joined, join, read_inputs
from geo.people import read_capability
from geo.places import place_table
from geo.rail.door_to_door import door_to_hub, walk_share
from geo.rail.network import Connections, connections_on, reference_day
from geo.rail.overland import Overland
from geo.rail.scan import journeys
from geo.schema import AREAS, MOBILE_COLUMNS, OFCOM_COLUMNS
from geo.sources.catalogue import TIMETABLE, find_files, read_catalogue, sha256_of
from geo.sources.feed import Feed
from geo.sources.gtfs import read_gtfs
from geo.vocabulary import DATA, HUBS, KINDS, SPEEDS

__all__ = ["build_edition"]

PATTERN_TIMETABLE = DATA / "timetable" / "gtfs"
STEPS = 28
NEAR_THE_AREA = 1000.0
"""Metres; stations on piers stand just off the mapped area."""


def build_edition(source: Path, out: Path, name: str) -> dict[str, Any]:
    """Read a folder of publishers' files and write the edition they make.

    Parameters
    ----------
    source
        Folder of their files, in any subfolder.
    out
        Where the edition goes; an edition that stands there is replaced.
    name
        First part of its id: lower-case letters, digits and dashes.

    Returns
    -------
    dict
        The manifest as written.

    Raises
    ------
    SwatheError
        When files are missing, cannot be used, or disagree; nothing is written then.
    """
    if not name or not set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") or name.startswith("-"):
        raise SwatheError(f"name ‘{name[:40]}’: an edition's name has lower-case letters, digits and dashes")
    refuse_to_overwrite(out)
    found = find_files(source)
    with tqdm(total=STEPS, unit="step", disable=None, bar_format="{l_bar}{bar:30}| {desc}") as bar:

        def step(words: str) -> None:
            bar.set_description_str(words, refresh=True)
            bar.update(1)

        inputs = read_inputs(found, step)
        step("joining")
        joined = join(inputs)
        step("choosing a timetable")
        feed, feed_row, network = _timetable(found.get(TIMETABLE, []), inputs, joined)
        tables, facts = _tables(inputs, joined, network, step)
        step("writing")
        manifest = _manifest(inputs, feed, feed_row, network.day, facts)
        written = save_edition(out, name, tables, manifest)
        bar.update(bar.total - bar.n)
    return written


def _tables(
    inputs: Inputs, joined: Joined, network: Connections, step: Any,
) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Compute every layer."""
    areas = joined.areas.assign(area_km2=area_km2(joined.boundaries).round(6))
    step("placing postcodes in areas")
    postcodes, unplaced = _postcodes(inputs.tables["postcodes"], joined)
    step("estimating broadband")
    broadband = estimated(areas, joined.authorities, joined.constituencies)
    step("scanning the timetable")
    times = journeys(network, {hub.key: hub.stations for hub in HUBS.values()})
    stations = _stations(inputs.tables["stations"], network, joined.boundaries)
    step("timing every door to every hub")
    doors = postcodes.assign(urban=postcodes["area"].map(areas["urban"]))
    ground = Overland(joined.boundaries.geometry, doors)
    reach = door_to_hub(doors, inputs.tables["stations"], times, ground)
    walk = walk_share(doors, inputs.tables["stations"], times, ground)
    step("generalising boundaries")
    outlines = generalise(joined.boundaries[["geometry"]])
    premises = broadband.premises.drop(columns="broadband_basis").round(4)
    areas = areas.assign(**premises, postcodes=doors["area"].value_counts(), walk_share=walk.round(6))
    step("dissolving boundaries")
    places = _places(areas, outlines, joined, inputs.tables.get("ofcom-mobile"))
    return {
        "areas": gpd.GeoDataFrame(areas[list(AREAS.columns)], geometry=outlines.geometry, crs=outlines.crs),
        "places": places, "stations": stations, "journeys": times.round({"fastest": 4, "typical": 4}),
        "postcodes": postcodes, "reach": _reach(reach, areas.index),
    }, {
        "validation": _records(broadband.validation), "unplaced": unplaced,
        "stand_ins": postcodes.loc[postcodes["postcode"] == "", "area"].tolist(),
    }


def _postcodes(positions: pd.DataFrame, joined: Joined) -> tuple[pd.DataFrame, int]:
    """Give every postcode of the mapped area its LSOA, and count those beyond it.

    An LSOA without any postcode (its postcode area is not in the file) is measured from one point inside it, kept as a
    postcode without a name.
    """
    # Beyond a border on land, postcodes belong to places that are not mapped; on piers and quays, to the nearest LSOA.
    ours = positions["authority"].isin(joined.areas["authority"].unique())
    area = assign_points(positions, joined.boundaries, may_be_near=ours)
    inside = positions[area.notna()].assign(area=area.dropna())
    table = inside[["postcode", "easting", "northing", "area"]]
    lacking = joined.boundaries.index.difference(table["area"])
    points = joined.boundaries.loc[lacking].geometry.representative_point()
    stand_ins = pd.DataFrame({"postcode": "", "easting": points.x, "northing": points.y, "area": lacking})
    table = pd.concat([table, stand_ins]).round().astype({"easting": "int64", "northing": "int64"})
    return table.sort_values(["area", "postcode"], ignore_index=True), int(area.isna().sum())


def _timetable(
    candidates: list[Path], inputs: Inputs, joined: Joined,
) -> tuple[Feed, dict[str, Any], Connections]:
    """Of the feeds at hand take the one with trains at most stations of the mapped area, else the pattern timetable."""
    near = _near(inputs.tables["stations"], joined.boundaries)
    choices = []
    for path in candidates or [PATTERN_TIMETABLE]:
        feed = read_gtfs(path)
        network = connections_on(feed, reference_day(feed))
        served = len(set(network.stations) & set(near))
        choices.append((served, path, feed, network))
    served, path, feed, network = max(choices, key=lambda choice: (choice[0], str(choice[1])))
    if not served:
        raise SwatheError(f"{path} has no train at any station of the mapped area: give a feed that covers it")
    source = read_catalogue()[TIMETABLE]
    others = [f"{other.name} ({count} stations)" for count, other, _, _ in choices if other != path]
    row = {
        "id": TIMETABLE, "title": source.title, "publisher": feed.publisher or "a publisher without a name",
        "version": feed.version, "licence": source.licence, "vintage": feed.version or network.day.isoformat(),
        "address": source.address, "file": path.name, "sha256": sha256_of(path), "rows": len(feed.stop_times),
        "stations_served": served, "not_used": others, "left_out": list(feed.notes),
    }
    return feed, row, network


def _near(stations: gpd.GeoDataFrame, boundaries: gpd.GeoDataFrame) -> pd.Index:
    """Stations in, or within a kilometre of, the mapped area."""
    found, _ = boundaries.sindex.query(stations.geometry, predicate="dwithin", distance=NEAR_THE_AREA)
    return stations.index[np.unique(found)]


def _stations(stations: gpd.GeoDataFrame, network: Connections, boundaries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Stations of the mapped area and all that the timetable serves."""
    near = _near(stations, boundaries)
    kept = stations[stations.index.isin(near) | stations.index.isin(network.stations)].sort_index()
    return pd.DataFrame({
        "name": kept["name"], "easting": kept.geometry.x.round(1), "northing": kept.geometry.y.round(1),
        "served": kept.index.isin(network.stations), "inside": kept.index.isin(near),
    }, index=kept.index)


def _places(
    areas: pd.DataFrame, outlines: gpd.GeoDataFrame, joined: Joined, mobile: pd.DataFrame | None,
) -> gpd.GeoDataFrame:
    """List every place with its outline and, where Ofcom publishes them, its own figures."""
    places = place_table(areas, dict(joined.names))
    shapes = {kind: dissolve(outlines, areas[kind]) for kind in KINDS if kind != "lsoa"}
    geometry = [shapes[kind].geometry.get(code) if kind in shapes else None
                for kind, code in zip(places["kind"], places["code"], strict=True)]
    counts = pd.concat({"authority": joined.authorities, "constituency": joined.constituencies})
    keys = pd.MultiIndex.from_frame(places[["kind", "code"]])
    # Constituencies outside the South West do not nest in the mapped authorities: theirs are not among the counts.
    for column, name in zip(OFCOM_COLUMNS, ("premises", *(f"below_{speed}" for speed in SPEEDS)), strict=True):
        places[column] = counts[name].reindex(keys).to_numpy(dtype=float)
    authorities = places["code"].where(places["kind"] == "authority")
    for column in MOBILE_COLUMNS:
        places[column] = np.nan if mobile is None else authorities.map(mobile[column]).astype("float64").round(4)
    return gpd.GeoDataFrame(places, geometry=gpd.GeoSeries(geometry, crs=outlines.crs))


def _reach(reach: pd.DataFrame, codes: pd.Index) -> pd.DataFrame:
    """Store areas by row number, in an order that packs well."""
    numbers = pd.Series(np.arange(len(codes), dtype="int16"), codes)
    table = reach.assign(area=reach["area"].map(numbers).astype("int16"))
    table = table.sort_values(["hub", "clock", "access", "area", "minutes"], ignore_index=True)
    return table.astype({"minutes": "int16", "postcodes": "int16"})


def _records(validation: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Spell the validation of the estimate as plain rows."""
    if validation is None:
        return []
    records: list[dict[str, Any]] = validation.round(4).reset_index().to_dict("records")
    return records


def _manifest(
    inputs: Inputs, feed: Feed, feed_row: dict[str, Any], day: date, facts: dict[str, Any],
) -> dict[str, Any]:
    national = inputs.tables.get("ofcom-national")
    rows = [*inputs.sources, feed_row]
    capability = read_capability()
    return {
        "code_version": __version__,
        "broadband_basis": "estimated",
        "rail_basis": "indicative" if feed.is_pattern else "timetable",
        "rail_day": day.isoformat(),
        "vintages": {row["id"]: row["vintage"] for row in rows},
        "sources": rows,
        "missing": inputs.missing,
        "postcodes_outside": facts["unplaced"],
        "areas_without_postcode": facts["stand_ins"],
        "capability": {work: {str(group): float(share) for group, share in capability[work].items()}
                       for work in ("ons-2020", "dingel-neiman")},
        "national": {} if national is None else {
            "England": {column: int(count) for column, count in national.loc["England"].items()}},
        "broadband_validation": facts["validation"],
    }
