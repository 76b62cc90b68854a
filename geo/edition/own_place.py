"""An area of the reader's own, as a place: the LSOAs most of whose postcodes lie in it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import shapely

from geo.core.errors import PlaceError, UploadError
from geo.core.untrusted import quoted
from geo.edition.places import OWN_AREA, Place, hold
from geo.edition.postcode_lines import ListedLines, listed_lines
from geo.edition.store import Edition
from geo.sources.own_boundary import OwnFile
from geo.sources.wording import some

NAME = "Uploaded area"
"""Until its reader gives it one."""


@dataclass(frozen=True)
class OwnPlace:
    """An own area and how well its neighbourhoods stand for it.

    Attributes
    ----------
    place
        Of kind `geo.edition.places.OWN_AREA`.
    inside
        Postcodes of its LSOAs that lie in the area.
    postcodes
        All postcodes of its LSOAs.
    missed
        Postcodes in the area whose LSOA is none of its own.
    unknown
        Postcodes of a list that the edition does not have.
    lines
        What Ofcom says of a list's postcodes; None where the edition does not hold it, and for other areas.
    """

    place: Place
    inside: int
    postcodes: int
    missed: int
    unknown: int = 0
    lines: ListedLines | None = None


def own_place(edition: Edition, found: OwnFile) -> OwnPlace:
    """Make a place of a file that was read.

    Parameters
    ----------
    edition
        The edition served.
    found
        A boundary, or a list of codes or postcodes. An LSOA belongs to the place when at least half of its postcodes
        lie in the boundary, or stand in the list; of codes each is a place's, all of whose LSOAs belong to it.

    Returns
    -------
    OwnPlace
        Whose place must be kept by whoever asked: `Edition.place` knows it by its code only so long.

    Raises
    ------
    UploadError
        When there is no such LSOA, or a code is none of the edition's.
    """
    if found.codes:
        lsoas = _lsoas_of(edition, found.codes)
        count = int(edition.postcodes["area"].isin(lsoas).sum())
        return OwnPlace(place_of_lsoas(edition, lsoas), count, count, 0)
    table = edition.postcodes
    if found.shape is not None:
        shapely.prepare(found.shape)
        inside = pd.Series(shapely.contains_xy(found.shape, table["easting"], table["northing"]), table.index)
        unknown = 0
    else:
        inside = table["postcode"].str.replace(" ", "").isin(found.postcodes)
        unknown = len(found.postcodes) - int(inside.sum())
    if not inside.any():
        what = "in this area" if found.shape is not None else "in this list"
        raise UploadError(f"there is no postcode of {edition.region.with_neighbours('or')} {what}")
    share = inside.groupby(table["area"]).mean()
    lsoas = share.index[share >= 0.5]
    if not len(lsoas):
        raise UploadError(f"no neighbourhood has half of its postcodes here: of the nearest, {share.idxmax()}, "
                          f"{100 * share.max():.0f} % are; give a larger area")
    own = table["area"].isin(lsoas)
    place = place_of_lsoas(edition, lsoas)
    return OwnPlace(place, int((inside & own).sum()), int(own.sum()), int((inside & ~own).sum()), unknown,
                    listed_lines(edition, found.postcodes))


def _lsoas_of(edition: Edition, codes: Iterable[str]) -> pd.Index:
    """List the LSOAs of places by their codes."""
    found, bad = [], []
    wanted = pd.Index(list(codes))
    known = wanted.isin(edition.areas.index)
    for code in wanted[~known]:
        try:
            found.append(edition.place(code).lsoas)
        except PlaceError:
            bad.append(code)
    if bad:
        raise UploadError(f"{some(map(quoted, bad))}: no place of this edition has such a code, {len(bad):,} of "
                          f"{len(wanted):,}; codes are those of 2021 (LSOAs) and 2024")
    lsoas = wanted[known]
    for more in found:
        lsoas = lsoas.union(more)
    return lsoas


def place_of_lsoas(edition: Edition, lsoas: Iterable[str]) -> Place:
    """Make a place of LSOAs, called by a code that depends on them alone.

    Parameters
    ----------
    edition
        The edition served.
    lsoas
        Codes of the edition's LSOAs.

    Returns
    -------
    Place
        Whose code `Edition.place` knows as long as it is kept.

    Raises
    ------
    PlaceError
        When a code is none of the edition's.
    """
    codes = pd.Index(sorted(set(lsoas)), name="code")
    if not len(codes) or not codes.isin(edition.areas.index).all():
        raise PlaceError("an area of neighbourhoods that are not in this edition")
    code = f"OWN{hashlib.sha256('+'.join(codes).encode()).hexdigest()[:16].upper()}"
    return hold(Place(code, NAME, OWN_AREA, codes, bool(edition.areas.loc[codes, "neighbour"].any()), False))
