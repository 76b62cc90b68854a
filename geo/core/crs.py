"""The two coordinate systems: shapes are kept and measured on the British National Grid, and drawn by longitude."""

import geopandas as gpd

BRITISH_NATIONAL_GRID = "EPSG:27700"
"""Metres east and north."""

WGS84 = "EPSG:4326"
"""Degrees of longitude and latitude."""


def on_national_grid(shapes: gpd.GeoSeries | gpd.GeoDataFrame) -> bool:
    """Tell whether shapes are on the British National Grid; not when they do not say where they are."""
    return shapes.crs is not None and bool(shapes.crs == BRITISH_NATIONAL_GRID)


def require_national_grid(shapes: gpd.GeoSeries | gpd.GeoDataFrame, name: str = "shapes") -> None:
    """Raise a ValueError when shapes have another coordinate system or none: it is never converted unasked."""
    if not on_national_grid(shapes):
        has, wanted = shapes.crs or "no coordinate system", f"{BRITISH_NATIONAL_GRID} (British National Grid)"
        raise ValueError(f"{name}: {has}, expected {wanted}: reproject with to_crs")
