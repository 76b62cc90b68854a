"""What a browser draws a map from, and where a map looks."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.choices import KINDS, SPEEDS
from geo.core.crs import WGS84, require_national_grid

DECIMALS = 4
"""Of degrees in the map file: about ten metres, a tenth of what boundaries were generalised by; neighbours round alike,
so shared edges stay shared."""

MAIN = 0.96
"""Share of a place's area, and of its residents, that a map of it always holds."""

NEAR = 0.05
"""How far beyond those, in widths of them, any other part of the place is held too."""

FAR = 300
"""Metres by which shapes seen from far off are generalised: a pixel of a map of the region, or less."""

NOT_COUNTED = " (neighbour, not counted)"
NO_FIGURE = "–"


def geometry_texts(geometry: gpd.GeoSeries) -> list[str]:
    """Write shapes as GeoJSON geometries."""
    require_national_grid(geometry)
    degrees = shapely.transform(geometry.to_crs(WGS84).to_numpy(), lambda points: np.round(points, DECIMALS))
    return [str(text) for text in shapely.to_geojson(degrees)]


def far_off(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Generalise shapes that share edges, and go on sharing them, for a map of the region."""
    require_national_grid(geometry)
    return geometry.simplify_coverage(FAR)


def facts_file(properties: pd.DataFrame) -> bytes:
    """Write what is known of each shape, in the order of the map file."""
    return json.dumps(_rows(properties), ensure_ascii=False, separators=(",", ":")).encode()


def _rows(properties: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()}
            for row in properties.astype(object).where(properties.notna(), None).to_dict(orient="records")]


def map_file(shapes: Sequence[str], properties: pd.DataFrame) -> bytes:
    """Write the file that the browser draws a map from."""
    features = [
        '{"type":"Feature","properties":' + json.dumps({"i": index, **row}, ensure_ascii=False, separators=(",", ":"))
        + ',"geometry":' + shape + "}"
        for index, (shape, row) in enumerate(zip(shapes, _rows(properties), strict=True))
    ]
    return ('{"type":"FeatureCollection","features":[' + ",".join(features) + "]}").encode()


def content_hash(content: bytes) -> str:
    """Name a file by what is in it, so that a browser may keep it for ever."""
    return hashlib.sha256(content).hexdigest()[:16]


def area_properties(
    areas: pd.DataFrame, places: pd.DataFrame, figures: pd.DataFrame, minutes: pd.Series,
    context: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Collect what a reader sees on pointing at an area: as `place_properties`, but c is the LSOA, a its council."""
    names = {kind: places[places["kind"] == kind].set_index("code")["name"] for kind in ("msoa", "authority")}
    own = pd.DataFrame({
        "n": areas["msoa"].map(names["msoa"]),
        "c": areas["name"],
        "a": areas["authority"].map(names["authority"]) + np.where(areas["neighbour"], NOT_COUNTED, ""),
    }, index=areas.index)
    # Without rates: they cost a tenth of the file, and both numbers they are made of are there.
    return own.join(_tooltip_figures(figures, minutes, context, rates=False))


def place_properties(
    places: pd.DataFrame, keys: pd.Series, figures: pd.DataFrame, minutes: pd.Series,
    context: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Collect what a reader sees on pointing at a place larger than an LSOA, under names of one letter.

    n (name), c (kind, and the authority or authorities it lies in), r (people whose job can be done from home),
    d_{speed} (people in the gap), p_{speed} (the same per 1,000 workers), b_{speed} (per cent of premises below),
    t (minutes); with `context` m (decile of deprivation), k (connectivity score), g (per cent of premises with 4G
    indoors), v (with a gigabit), l (per cent claimants), e (businesses per 1,000 residents), o (per cent aged 65 and
    over), u and s (per cent rural, on the coast). "under 1" where a figure rounds to nothing and is not nothing.
    """
    table = places.set_index("code")
    inside = np.where(table["within"] == table["name"], "", ", " + table["within"])
    kind = table["kind"].map({key: kind.label for key, kind in KINDS.items()})
    own = pd.DataFrame({"n": table["name"], "c": kind + inside + np.where(table["neighbour"], NOT_COUNTED, "")})
    sums = figures.loc[keys.index].groupby(keys.to_numpy()).sum().reindex(own.index)
    return own.join(_tooltip_figures(sums, minutes, context))


def _tooltip_figures(
    figures: pd.DataFrame, minutes: pd.Series, context: pd.DataFrame | None, *, rates: bool = True,
) -> pd.DataFrame:
    spoken = minutes.reindex(figures.index)
    columns: dict[str, pd.Series] = {
        "r": _whole(figures["remote_capable"]),
        "t": spoken.map(lambda value: "no rail" if pd.isna(value) else f"{value:.0f} minutes"),
    }
    for speed in SPEEDS:
        gap = figures[f"people_in_gap_{speed}_estimate"]
        columns[f"d_{speed}"] = _whole(gap)
        if rates:
            columns[f"p_{speed}"] = _one_decimal(1000 * gap / figures["workers"])
        share = figures[f"premises_below_{speed}"] / figures["premises"]
        columns[f"b_{speed}"] = _one_decimal(100 * share.where(figures["premises"] > 0, 0.0))
    if context is not None:
        known = context.reindex(figures.index)
        columns["m"] = _spoken(known["imd_decile"])
        columns["k"] = _one_decimal(known["connectivity_score"])
        columns["g"] = _one_decimal(100 * known["mobile_4g"])
        for name, key in (("v", "gigabit_newest"), ("l", "claimants")):
            columns[name] = _one_decimal(100 * known[key])
        columns["e"] = _one_decimal(known["businesses"])
        columns["u"] = _spoken(100 * known["rural"])
        columns["o"] = _spoken(100 * known["aged_65_and_over"])
        columns["s"] = _spoken(100 * known["coastal"])
    return pd.DataFrame(columns, index=figures.index)


def _spoken(numbers: pd.Series) -> pd.Series:
    return numbers.map(lambda value: NO_FIGURE if pd.isna(value) else f"{value:.0f}")


def _one_decimal(numbers: pd.Series) -> pd.Series:
    return numbers.map(lambda value: NO_FIGURE if pd.isna(value) else f"{value:,.1f}")


def _whole(counts: pd.Series) -> pd.Series:
    return counts.map(lambda value: "under 1" if 0 < value < 1 else f"{value:,.0f}")


def outline_file(outlines: gpd.GeoSeries) -> bytes:
    """Write boundaries as a sparse file of lines, to be drawn over the areas."""
    return line_file(outlines.boundary)


def line_file(lines: gpd.GeoSeries) -> bytes:
    """Write lines as one shape, to be drawn over the areas."""
    merged = gpd.GeoSeries([shapely.line_merge(shapely.union_all(lines.to_numpy()))], crs=lines.crs)
    return map_file(geometry_texts(merged), pd.DataFrame(index=range(1)))


def main_bounds(areas: gpd.GeoSeries, residents: pd.Series) -> tuple[float, float, float, float]:
    """Find the rectangle of a place without what lies far off: Torridge without Lundy, St Ives without Scilly.

    It holds the fewest parts that are nearly all of its area, the fewest in which nearly all of its residents live, and
    whatever touches their rectangle or nearly does.
    """
    parts = shapely.get_parts(areas.union_all(method="coverage"))
    at_home, part = shapely.STRtree(parts).query(areas.representative_point(), predicate="within")
    people = np.bincount(part, residents.to_numpy()[at_home], len(parts))
    main = _most(shapely.area(parts)) | _most(people)
    west, south, east, north = shapely.total_bounds(parts[main])
    far = NEAR * max(east - west, north - south)
    near = shapely.intersects(parts, shapely.box(west - far, south - far, east + far, north + far))
    return tuple(shapely.total_bounds(parts[near]).tolist())


def _most(weights: np.ndarray) -> np.ndarray:
    """Pick the fewest that hold nearly all of a sum."""
    order = np.argsort(-weights, kind="stable")
    picked = np.zeros(len(weights), dtype=bool)
    picked[order[:np.searchsorted(np.cumsum(weights[order]), MAIN * weights.sum()) + 1]] = True
    return picked
