"""The two coordinate systems: shapes are kept and measured on the British National Grid, and drawn by longitude."""

import geopandas as gpd

__all__ = ["BRITISH_NATIONAL_GRID", "WGS84", "on_national_grid", "require_national_grid"]

BRITISH_NATIONAL_GRID = "EPSG:27700"
"""Metres east and north."""

WGS84 = "EPSG:4326"
"""Degrees of longitude and latitude."""


def on_national_grid(shapes: gpd.GeoSeries | gpd.GeoDataFrame) -> bool:
    """Tell whether shapes are on the British National Grid.

    Parameters
    ----------
    shapes
        The shapes.

    Returns
    -------
    bool
        False too when they do not say where they are.
    """
    return shapes.crs is not None and bool(shapes.crs == BRITISH_NATIONAL_GRID)


def require_national_grid(shapes: gpd.GeoSeries | gpd.GeoDataFrame, name: str = "shapes") -> None:
    """Make sure that shapes are on the British National Grid.

    Parameters
    ----------
    shapes
        The shapes.
    name
        What they are, for the error.

    Raises
    ------
    ValueError
        When they have no coordinate system or another one: it is refused, never converted unasked.
    """
    if not on_national_grid(shapes):
        has, wanted = shapes.crs or "no coordinate system", f"{BRITISH_NATIONAL_GRID} (British National Grid)"
        raise ValueError(f"{name}: {has}, expected {wanted}: reproject with to_crs")
