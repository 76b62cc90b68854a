"""A pack's manifest: what was asked, what came out, the checksum of every file; and the README for people."""

import hashlib
import json
import re
import textwrap
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from geo.errors import PackError
from geo.figures.profile import PlaceProfile
from geo.pack.figures import headline_numbers
from geo.pack.request import LONGEST, Request
from geo.places import fold
from geo.sources.catalogue import read_attributions, read_catalogue
from geo.view import FIGURE_OPTIONS, View
from geo.words.claim import bases
from geo.words.notes import notes_in_words

__all__ = [
    "MANIFEST", "README", "link", "make_manifest", "manifest_bytes", "pack_name", "read_manifest", "readme_bytes",
    "view_name",
]

MANIFEST = "manifest.json"
README = "README.txt"

_FORMAT, _VERSION = "swathe-evidence-pack", 1
_LONGEST_NAME, _LONGEST_EDITION = 60, 80
_WIDTH = 78
_ADDRESSED_BY_NAME = ("speed", "hub", "minutes", "clock")


def link(profile: PlaceProfile) -> str:
    """Spell where the same view is seen in the app.

    Parameters
    ----------
    profile
        As `geo.figures.profile.place_profile` gives it.

    Returns
    -------
    str
        Path of the page and query, for example place?place=E07000047&edition=starter-0123456789ab.
    """
    return f"place?{urlencode({**profile.view.to_query(), 'edition': profile.edition.id})}"


def view_name(view: View) -> str:
    """Spell the options of a view as part of a file's name.

    Parameters
    ----------
    view
        Any.

    Returns
    -------
    str
        Speed, hub, minutes and clock; work and access only where they are not the usual ones. Views of other figures
        have other names.

    Examples
    --------
    >>> view_name(View()), view_name(View(speed="gigabit", access="walk"))
    ('30-london-120-train', 'gigabit-london-120-train-walk')
    """
    usual = View()
    rest = [name for name in FIGURE_OPTIONS if name not in _ADDRESSED_BY_NAME]
    unusual = [name for name in rest if getattr(view, name) != getattr(usual, name)]
    return "-".join(str(getattr(view, name)) for name in (*_ADDRESSED_BY_NAME, *unusual))


def pack_name(profile: PlaceProfile) -> str:
    """Name a pack's file so that every system takes it, and no two packs are called the same.

    Parameters
    ----------
    profile
        As `geo.figures.profile.place_profile` gives it.

    Returns
    -------
    str
        Place (at most 60 letters of its name, and its code: there are several wards called St Mary's; of a partnership
        the start of a hash of its codes), view, edition, .zip; letters, digits, hyphens and full stops alone.
    """
    place = profile.place
    name = _plain(fold(place.name))[:_LONGEST_NAME].strip("-")
    code = place.code if "+" not in place.code else hashlib.sha256(place.code.encode()).hexdigest()[:8]
    edition = _plain(profile.edition.id)[-_LONGEST_EDITION:].strip("-")
    return "-".join(part for part in (name, code, view_name(profile.view), edition) if part) + ".zip"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def make_manifest(request: Request, profile: PlaceProfile, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Say what a pack holds, so that anyone can check it.

    Parameters
    ----------
    request
        What was asked.
    figures
        As `geo.figures.profile.place_profile` gives them for the same view.
    files
        Path in the pack → content, all files but the manifest.

    Returns
    -------
    dict
        Plain JSON: format, version, place, view, title, author, note, edition (id, bases, vintages), sources, figures
        (name → number), files (path → sha256), link.

    Raises
    ------
    PackError
        When the figures are of another view, or there is a manifest among the files.
    """
    asked = profile.edition.place(request.view.place).code
    if request.view.options() != profile.view.options() or asked != profile.place.code:
        raise PackError("the figures are not those of the view asked for: collect them again")
    if MANIFEST in files:
        raise PackError(f"{MANIFEST} cannot hold its own checksum: leave it out of the files")
    return {
        "format": _FORMAT, "version": _VERSION,
        "place": profile.place.facts(), "view": profile.view.options(),
        "title": request.title, "author": request.author, "note": request.note,
        "edition": profile.edition.facts().as_json(),
        "sources": [dict(source) for source in profile.edition.manifest["sources"]],
        "figures": headline_numbers(profile),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "link": link(profile),
    }


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Write a manifest as a file.

    Parameters
    ----------
    manifest
        As `make_manifest` gives it.

    Returns
    -------
    bytes
        JSON with sorted keys, UTF-8.
    """
    text = json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def read_manifest(content: bytes) -> dict[str, Any]:
    """Read a manifest that somebody else may have written, and check that it is one.

    Parameters
    ----------
    content
        Hostile until checked.

    Returns
    -------
    dict
        As `make_manifest` gives it: every part there and of the right kind, the view one that can be asked, texts as
        `Request` takes them.

    Raises
    ------
    PackError
        When it is no manifest, or of another version.
    """
    try:
        found = json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise PackError(f"{MANIFEST} is damaged: it is nested too deep") from None
    except ValueError as error:     # bytes that are no text, text that is no JSON, numbers of a million digits
        raise PackError(f"{MANIFEST} is damaged: {_short(error)}") from error
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise PackError(f"{MANIFEST} is not the manifest of an evidence pack")
    if found.get("version") != _VERSION or isinstance(found["version"], bool):
        raise PackError(f"{MANIFEST} is of version {_short(found.get('version'))}; this program reads {_VERSION}")
    wrong = [name for name, right in _PARTS.items() if name not in found or not right(found[name])]
    if wrong or set(found) != {"format", "version", *_PARTS}:
        unknown = sorted(set(found) - {"format", "version", *_PARTS})
        raise PackError(f"{MANIFEST} is damaged: {_short(', '.join([*wrong, *unknown]))} cannot be as it stands there")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is there twice: readers differ in which of the two they believe."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _short(what: object) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in str(what))
    return printable if len(printable) <= 80 else f"{printable[:79]}…"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_place(part: object) -> bool:
    kinds = {"code": str, "name": str, "kind": str, "lsoas": int}
    if not isinstance(part, dict) or {name: type(value) for name, value in part.items()} != kinds:
        return False
    return _can_be_asked(place=part["code"])


def _is_view(part: object) -> bool:
    return isinstance(part, dict) and set(part) == set(FIGURE_OPTIONS) and _can_be_asked(**part)


def _can_be_asked(**options: Any) -> bool:
    try:
        View(**options)
    except ValueError:
        return False
    return True


def _is_edition(part: object) -> bool:
    if not isinstance(part, dict) or set(part) != {"id", "broadband_basis", "rail_basis", "vintages"}:
        return False
    texts = [value for name, value in part.items() if name != "vintages"]
    return all(map(_is_text, texts)) and isinstance(part["vintages"], dict)


def _is_figures(part: object) -> bool:
    return isinstance(part, dict) and all(value is None or _is_number(value) for value in part.values())


def _is_files(part: object) -> bool:
    return isinstance(part, dict) and all(
        isinstance(digest, str) and re.fullmatch(r"[0-9a-f]{64}", digest) for digest in part.values())


def _own_text(name: str) -> Callable[[object], bool]:
    def right(value: object) -> bool:
        try:
            return isinstance(value, str) and getattr(Request(View(), **{name: value}), name) == value
        except PackError:
            return False
    return right


def _is_sources(part: object) -> bool:
    return isinstance(part, list) and all(isinstance(source, dict) for source in part)


_PARTS: Mapping[str, Callable[[object], bool]] = {
    "place": _is_place, "view": _is_view, "edition": _is_edition, "sources": _is_sources, "figures": _is_figures,
    "files": _is_files, "link": _is_text, **{name: _own_text(name) for name in LONGEST},
}


def readme_bytes(profile: PlaceProfile, request: Request) -> bytes:
    """Tell a reader in plain words what is in a pack and how to check it.

    Parameters
    ----------
    profile
        As `geo.figures.profile.place_profile` gives it.
    request
        What was asked.

    Returns
    -------
    bytes
        Plain text, UTF-8, lines ended so that Windows shows them.
    """
    edition, place, view = profile.edition, profile.place, profile.view
    paragraphs = [
        request.title or f"Evidence pack: {place.name}", *([request.author] if request.author else []), "",
        f"Place: {place.name} ({place.code})", f"View: {view_name(view)}", f"Edition: {edition.id}",
        f"The same view in the app: {link(profile)}",
        *(["", "A word of the author's own:", *request.note.split("\n")] if request.note else []),
        "", "WHAT IS IN IT", *_CONTENTS,
        "", "HOW TO CHECK IT", *_HOW_TO_CHECK,
        "", "WHERE THE FIGURES COME FROM", *(f"{mark}: {said}" for mark, said in bases(profile.answer).items()),
        *notes_in_words(profile.answer),
        "", "SOURCES AND LICENCES",
        *(f"{source['title']}. {source['publisher']}, {source['vintage']}. {source['licence']}"
          for source in edition.manifest["sources"]),
        "", *_attributions(profile),
    ]
    lines = [line for text in paragraphs for line in textwrap.wrap(
        text, _WIDTH, break_long_words=False, break_on_hyphens=False, subsequent_indent="  ") or [""]]
    return "".join(f"{line}\r\n" for line in lines).encode()


_CONTENTS = (
    "report.pdf, report.docx: the report, to read, and to work into a paper of your own",
    "maps/: its maps, for print (PNG) and to scale (SVG)",
    "tables/: every figure as CSV, and all of them in one Excel workbook",
    "areas.gpkg: boundaries and figures for QGIS or ArcGIS, British National Grid",
    "manifest.json: what was asked, every headline figure, and the checksum of every file, for programs",
)
_HOW_TO_CHECK = (
    "With Swathe and the edition named above on your computer, run:",
    "python -m geo verify FILE.zip",
    ("It compares the checksum of every file, works every headline figure and every CSV out again from the edition, "
     "and names what was changed."),
)


def _attributions(profile: PlaceProfile) -> list[str]:
    """Sentences that the publishers of the edition's sources ask for."""
    catalogue, sentences = read_catalogue(), read_attributions()
    read = [catalogue[source["id"]] for source in profile.edition.manifest["sources"] if source["id"] in catalogue]
    return [sentences[key] for key in dict.fromkeys(key for source in read for key in source.attribution)]
