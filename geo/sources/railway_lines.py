"""Reader of railway lines (Raileasy Ltd, GeoJSON): they are drawn on maps, and nothing is worked out from them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.core.crs import BRITISH_NATIONAL_GRID
from geo.sources.boundary_files import project_shapes, read_features, shapes_of
from geo.sources.tables import Problems
from geo.sources.wording import UNEDITED, some


def read_railway_lines(path: Path) -> gpd.GeoDataFrame:
    """Read railway lines.

    Returns
    -------
    geopandas.GeoDataFrame
        RangeIndex; line (number of the feature in the file, from 1) and geometry: lines, EPSG:27700, coordinates to the
        centimetre.

    Raises
    ------
    MissingSourceError, SourceError
        When it is missing or no whole GeoJSON, in another coordinate system than it says, or a feature is no line.
    """
    features, crs = read_features(path)
    problems, shapes, number = Problems(path), shapes_of(features), np.arange(1, len(features) + 1)
    kinds = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
    bad = number[~np.isin(shapely.get_type_id(shapes), kinds) | shapely.is_empty(shapes)]
    if len(bad):
        problems.add(f"feature {some(bad)}: no line, expected one or more for each feature: {UNEDITED}")
    problems.raise_if_any()
    return gpd.GeoDataFrame({"line": number}, geometry=project_shapes(path, shapes, crs), crs=BRITISH_NATIONAL_GRID)
