"""A pack from a view: every file of it, in memory, the same bytes for the same inputs."""

from collections.abc import Callable

from geo.core.errors import PackError
from geo.edition.store import Edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.file.archive import zip_bytes
from geo.pack.file.manifest import MANIFEST, make_manifest, manifest_bytes, pack_name
from geo.pack.file.readme import README, readme_bytes
from geo.pack.geopackage import gpkg_bytes
from geo.pack.maps.compose import draw_maps
from geo.pack.report.compose import BRIEF_ROWS, brief, report
from geo.pack.report.docx import docx_bytes
from geo.pack.report.pdf import page_count, pdf_bytes
from geo.pack.request import Request
from geo.pack.tables import table_files

STEPS = ("figures", "maps", "report.pdf", "report.docx", "tables", "areas.gpkg", "the archive")
"""What is made, in order."""

_BRIEF_PAGES = 2


def make_pack(
    edition: Edition, request: Request, on_step: Callable[[str], None] | None = None, earlier: Edition | None = None,
) -> tuple[str, bytes]:
    """Make an evidence pack, from an edition with geometry: its file's name, and the ZIP.

    Each of `STEPS` is announced before it begins. `earlier` is the edition, with geometry, that the view's `against`
    names. A PlaceError says that the place is not in the edition, a PackError that a text cannot be set, or that the
    earlier edition is not the one that is asked for.
    """
    _check_earlier(edition, request.view.against, earlier)
    announce = on_step or (lambda _: None)
    announce("figures")
    profile = place_profile(edition, request.view, earlier)
    announce("maps")
    maps = draw_maps(profile)
    document = report(request, profile, maps)
    announce("report.pdf")
    files = {"report.pdf": pdf_bytes(document)}
    announce("report.docx")
    files["report.docx"] = docx_bytes(document)
    for name, drawn in maps.items():
        files |= {f"maps/{name}.png": drawn.png, f"maps/{name}.svg": drawn.svg}
    announce("tables")
    files |= table_files(profile)
    announce("areas.gpkg")
    files["areas.gpkg"] = gpkg_bytes(profile)
    announce("the archive")
    files[README] = readme_bytes(profile, request)
    files[MANIFEST] = manifest_bytes(make_manifest(request, profile, files))
    return pack_name(profile), zip_bytes(files)


def _check_earlier(edition: Edition, against: str, earlier: Edition | None) -> None:
    """Refuse to say what changed since another edition than the one asked for, or since the very same."""
    given = "" if earlier is None else earlier.id
    if given != against:
        raise PackError(f"the pack is to be compared with {against or 'no edition'}, and is given "
                        f"{given or 'no earlier edition'}: give the one that it is to be compared with")
    if against == edition.id:
        raise PackError(f"both editions are {against}: compare with an earlier one")


def make_brief(edition: Edition, request: Request) -> tuple[str, bytes]:
    """Make a brief of two pages (more only where the author's own words fill them): its file's name, and the PDF."""
    profile = place_profile(edition, request.view)
    maps = draw_maps(profile, ("people-in-gap",), svg=False, small=True)
    for rows in range(BRIEF_ROWS, -1, -1):
        document = brief(request, profile, maps, rows)
        if page_count(document) <= _BRIEF_PAGES:
            break
    return brief_name(profile), pdf_bytes(document)


def brief_name(profile: PlaceProfile) -> str:
    """Name a brief's file as a pack is named."""
    return pack_name(profile).removesuffix(".zip") + "-brief.pdf"
