"""From degrees to the British National Grid, to the same centimetre on every machine."""

import numpy as np
import numpy.typing as npt
import pyproj

# The published seven-parameter shift between WGS 84 and OSGB36, good to about 2 m and the same on every machine.
# pyproj would choose Ordnance Survey's finer grid where somebody has installed it: figures would differ by machine.
WGS84_TO_GRID = (
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=WGS84 +step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 "
    "+rz=0.842 +s=-20.489 +convention=position_vector +step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)


def to_grid(longitude: npt.ArrayLike, latitude: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Project WGS 84 (degrees) to the British National Grid.

    Returns
    -------
    numpy.ndarray
        Shape (n, 2): easting and northing in metres, EPSG:27700, within about 2 m of Ordnance Survey's own.

    Examples
    --------
    >>> to_grid([-4.0], [50.7]).round().astype(int).tolist()
    [[258856, 90837]]
    """
    return np.column_stack(pyproj.Transformer.from_pipeline(WGS84_TO_GRID).transform(longitude, latitude))


def from_grid(metres: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Turn the British National Grid into WGS 84, as `to_grid` does the other way.

    Parameters
    ----------
    metres
        Shape (n, 2): easting and northing, EPSG:27700; NaN where there is none.

    Returns
    -------
    tuple
        Longitude and latitude (degrees), NaN where there is none.

    Examples
    --------
    >>> [value.round(3).item() for value in from_grid(np.array([[258856.0, 90837.0]]))]
    [-4.0, 50.7]
    """
    degrees = np.full(metres.shape, np.nan)
    there = np.isfinite(metres).all(axis=1)
    transformer = pyproj.Transformer.from_pipeline(WGS84_TO_GRID)
    degrees[there] = np.column_stack(transformer.transform(*metres[there].T, direction="INVERSE"))
    return degrees[:, 0], degrees[:, 1]
