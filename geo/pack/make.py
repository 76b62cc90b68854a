"""A pack from a view: every file of it, in memory, the same bytes for the same inputs."""

from collections.abc import Callable

from geo.edition import Edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.archive import zip_bytes
from geo.pack.manifest import MANIFEST, README, make_manifest, manifest_bytes, pack_name, readme_bytes
from geo.pack.maps import draw_maps
from geo.pack.pdf import page_count, pdf_bytes
from geo.pack.report import brief, report
from geo.pack.request import Request
from geo.pack.spatial import gpkg_bytes
from geo.pack.tables import table_files
from geo.pack.word import docx_bytes

__all__ = ["STEPS", "brief_name", "make_brief", "make_pack"]

STEPS = ("figures", "maps", "report.pdf", "report.docx", "tables", "areas.gpkg", "the archive")
"""What is made, in order; told to whoever waits."""

ROOMS = (1.0, 0.85, 0.7, 0.55)
"""Shares of the usual room, tried in turn, that the map and table of a brief take."""

BRIEF_PAGES = 2


def _silent(step: str) -> None:
    """Tell nobody."""


def make_pack(edition: Edition, request: Request, tell: Callable[[str], None] = _silent) -> tuple[str, bytes]:
    """Make an evidence pack.

    Parameters
    ----------
    edition
        With geometry.
    request
        What is asked.
    tell
        Called with each of `STEPS` before it begins.

    Returns
    -------
    name : str
        Of the file: place, view and edition.
    content : bytes
        The ZIP; the same inputs give the same bytes.

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    PackError
        When a text cannot be set.
    """
    steps = iter(STEPS)
    tell(next(steps))
    profile = place_profile(edition, request.view)
    tell(next(steps))
    maps = draw_maps(profile)
    document = report(request, profile, maps)
    tell(next(steps))
    files = {"report.pdf": pdf_bytes(document)}
    tell(next(steps))
    files["report.docx"] = docx_bytes(document)
    for name, drawn in maps.items():
        files |= {f"maps/{name}.png": drawn.png, f"maps/{name}.svg": drawn.svg}
    tell(next(steps))
    files |= table_files(profile)
    tell(next(steps))
    files["areas.gpkg"] = gpkg_bytes(profile)
    tell(next(steps))
    files[README] = readme_bytes(profile, request)
    manifest = make_manifest(request, profile, files)
    return pack_name(profile), zip_bytes({**files, MANIFEST: manifest_bytes(manifest)})


def make_brief(edition: Edition, request: Request) -> tuple[str, bytes]:
    """Make a brief of two pages (more only where the author's own words fill them).

    Parameters
    ----------
    edition
        With geometry.
    request
        What is asked.

    Returns
    -------
    name : str
        Of the file.
    content : bytes
        A PDF; the same inputs give the same bytes.

    Raises
    ------
    PlaceError
        When the place is not in the edition.
    PackError
        When a text cannot be set.
    """
    profile = place_profile(edition, request.view)
    maps = draw_maps(profile, ("people-in-gap",), svg=False)
    made = (brief(request, profile, maps, room) for room in ROOMS)
    document = next((short for short in made if page_count(short) <= BRIEF_PAGES), None)
    return brief_name(profile), pdf_bytes(document or brief(request, profile, maps, ROOMS[-1]))


def brief_name(profile: PlaceProfile) -> str:
    """Name a brief's file.

    Parameters
    ----------
    figures
        Of its place.

    Returns
    -------
    str
        As a pack is named.
    """
    return pack_name(profile).removesuffix(".zip") + "-brief.pdf"
