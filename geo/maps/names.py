"""The names on a web map: which there are, and from which zoom there is room for each beside the larger ones."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.core.crs import BRITISH_NATIONAL_GRID, WGS84
from geo.maps.geojson import DECIMALS, map_file

ZOOMS = np.arange(5.0, 15.5, 0.5)
"""The steps of zoom at which names may appear; what has appeared stays when one goes nearer."""

AUTHORITY, LOCALITY, STATION = "a", "l", "s"

# From how many bus stops a locality is named, at which zoom: a few cities on a map of the region, hamlets close in.
_EARLIEST = ((600, 5.0), (250, 5.5), (100, 6.5), (40, 8.0), (15, 9.5), (5, 10.0), (2, 10.5), (0, 11.0))
_SUBURB_LATER = 1.0
_AUTHORITIES_SEEN = (7.5, 10.5)      # between the zooms at which several are seen, and at which one fills the map
_STATIONS_FROM = 11.5
# Room that a name takes, in pixels: so much a letter in the widest of the usual fonts, and some air.
_LETTER, _CAPITAL, _LINE, _AIR = 7.2, 9.5, 15.0, 8.0
_BELOW_DOT = 12.0
_TILE = 512      # pixels that the world is wide at zoom 0


def locality_sizes(localities: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """Count the bus stops of each locality with those of its suburbs in the same authority: what there is of its size.

    No count of people is published for these names; some towns have all their stops in their suburbs.
    """
    authority = localities["area"].map(areas["authority"])
    suburbs = localities["stops"].groupby([localities["parent"], authority]).sum()
    towns = pd.MultiIndex.from_arrays([localities["name"], authority])
    return localities["stops"] + suburbs.reindex(towns, fill_value=0).to_numpy()


def map_names(
    localities: pd.DataFrame, areas: pd.DataFrame, authorities: gpd.GeoDataFrame, stations: pd.DataFrame,
) -> pd.DataFrame:
    """List the names of a map, the most important first, with where each stands and the zoom it is seen from.

    Columns name, kind, easting, northing (EPSG:27700), longitude, latitude and zoom. An authority called as its town,
    or a station called as a locality, is not named twice. What finds no room at any zoom is left out.
    """
    wanted = pd.concat([_locality_names(localities, areas), _authority_names(authorities, set(localities["name"])),
                        _station_names(stations, set(localities["name"]))])
    # A city before an authority, an authority before the towns in it.
    wanted = wanted.sort_values(["earliest", "size", "name"], ascending=[True, False, True], ignore_index=True)
    points = gpd.GeoSeries(
        gpd.points_from_xy(wanted["easting"], wanted["northing"]), crs=BRITISH_NATIONAL_GRID).to_crs(WGS84)
    named = wanted.assign(longitude=points.x.round(DECIMALS), latitude=points.y.round(DECIMALS))
    return named.assign(zoom=_first_zooms(named)).dropna(subset="zoom")[
        ["name", "kind", "easting", "northing", "longitude", "latitude", "zoom"]].reset_index(drop=True)


def _locality_names(localities: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    sizes = locality_sizes(localities, areas)
    earliest = np.select([sizes >= size for size, _ in _EARLIEST], [zoom for _, zoom in _EARLIEST])
    return localities[["name", "easting", "northing"]].assign(
        kind=LOCALITY, size=sizes, earliest=earliest + _SUBURB_LATER * (localities["parent"] != ""), until=np.inf)


def _authority_names(authorities: gpd.GeoDataFrame, towns: set[str]) -> pd.DataFrame:
    names = authorities["name"].str.replace(r", (?:City|County) of$", "", regex=True)
    shown = authorities[~names.isin(towns)]
    middles = [shapely.get_point(shapely.maximum_inscribed_circle(shape, tolerance=500.0), 0)
               for shape in shown.geometry]
    return pd.DataFrame({
        "name": names.loc[shown.index].str.upper(), "easting": [point.x for point in middles],
        "northing": [point.y for point in middles], "kind": AUTHORITY, "size": shown.geometry.area,
        "earliest": _AUTHORITIES_SEEN[0], "until": _AUTHORITIES_SEEN[1]})


def _station_names(stations: pd.DataFrame, towns: set[str]) -> pd.DataFrame:
    shown = stations.loc[stations["served"] & ~stations["name"].isin(towns), ["name", "easting", "northing"]]
    return shown.assign(kind=STATION, size=0, earliest=_STATIONS_FROM, until=np.inf)


def _first_zooms(named: pd.DataFrame) -> np.ndarray:
    """Find from which zoom each name is seen: none lies over another, and none goes when one looks nearer."""
    letters = named["name"].str.len() * np.where(named["kind"] == AUTHORITY, _CAPITAL, _LETTER)
    wide, high = ((letters + _AIR) / 2).to_numpy(), (_LINE + _AIR / 2) / 2
    across = ((named["longitude"] + 180) / 360 * _TILE).to_numpy()
    up = (np.arctanh(np.sin(np.radians(named["latitude"]))) / (2 * np.pi) * _TILE).to_numpy()
    below = np.where(named["kind"] == STATION, _BELOW_DOT, 0)
    earliest, until = named["earliest"].to_numpy(), named["until"].to_numpy()
    first = np.full(len(named), np.nan)
    for zoom in ZOOMS:
        x, y = across * 2**zoom, up * 2**zoom - below
        seen = np.flatnonzero((earliest <= zoom) & (zoom < until))
        boxes = shapely.box(x[seen] - wide[seen], y[seen] - high, x[seen] + wide[seen], y[seen] + high)
        one, other = seen[shapely.STRtree(boxes).query(boxes, predicate="intersects")]
        touching = pd.Series(other[one != other]).groupby(one[one != other])
        neighbours = {name: there.to_numpy() for name, there in touching}
        for name in seen[np.isnan(first[seen])]:
            if np.isnan(first[neighbours.get(name, [])]).all():
                first[name] = zoom
    return first


def names_file(named: pd.DataFrame) -> bytes:
    """Write names for the browser, in columns: a third of what a feature for each name takes."""
    points = shapely.multipoints(named[["longitude", "latitude"]].to_numpy())
    columns = {"names": [named["name"].tolist()], "kinds": "".join(named["kind"]), "zooms": [named["zoom"].tolist()]}
    return map_file([shapely.to_geojson(points)], pd.DataFrame(columns))
