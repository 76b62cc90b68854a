"""A pack's manifest: what was asked, what came out, and the checksum of every file."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from geo.core.errors import PackError
from geo.core.untrusted import printable
from geo.core.view import FIGURE_OPTIONS, PACK_OPTIONS, WHAT_IF_OPTIONS, View
from geo.edition.identity import MADE
from geo.edition.own_place import place_of_lsoas
from geo.edition.places import OWN_AREA, Place
from geo.edition.spelling import fold
from geo.edition.store import Edition
from geo.figures.profile import PlaceProfile
from geo.pack.request import Request

MANIFEST = "manifest.json"

_FORMAT, _VERSION = "swathe-evidence-pack", 1
_LONGEST_NAME, _LONGEST_EDITION, _HASH = 60, 80, 12
_LATER = ("contact", "date", "site")

ASKED_TEXTS = ("title", "author", "note", *_LATER)
"""What is asked of a pack besides the view: fields of `Request`."""

_MAY_LACK = (*_LATER, "against")
"""Parts that packs of the same version may lack: none had them at first."""

_ALWAYS_NAMED = ("speed", "hub", "minutes", "clock")


def link(profile: PlaceProfile) -> str:
    """Say where the same view is seen in the app: place?place=E07000047&edition=starter-0123456789ab.

    Of an own area the options alone: no link carries it.
    """
    return f"place?{urlencode({**profile.view.to_query(), 'edition': profile.edition.id})}"


def view_name(view: View) -> str:
    """Put the options of a view into part of a file's name; views of other figures have other names.

    >>> view_name(View()), view_name(View(speed="gigabit", access="walk"))
    ('30-london-120-train', 'gigabit-london-120-train-walk')
    """
    usual, options = View().options(), view.options()
    return "-".join([*(str(value) for name, value in options.items() if name in _ALWAYS_NAMED or value != usual[name]),
                     *_terms_name(view), *_changes_name(view), *_against_name(view)])


def _terms_name(view: View) -> list[str]:
    """Name the terms of where first, where it was asked for: first-halve, first-5000000-2000-rate-fair20."""
    if not view.first:
        return []
    numbers = (f"{name}{getattr(view, name)}" for name in ("least", "fair", "every")
               if getattr(view, name) != getattr(View(), name))
    return ["first", view.first.replace("/", "-"), *[view.order] * (view.order != View().order), *numbers]


def _changes_name(view: View) -> list[str]:
    """Name a what-if, where there is one, by a hash of its terms: what-if-1f0c33b2."""
    if not view.asks_what_if:
        return []
    changed = [f"{name}={getattr(view, name)}" for name in WHAT_IF_OPTIONS if getattr(view, name)]
    return ["what-if", hashlib.sha256("&".join(changed).encode()).hexdigest()[:8]]


def _against_name(view: View) -> list[str]:
    """Name the edition compared with, where there is one, by the hash that ends its id: against-0123456789ab."""
    return [f"against-{view.against[-_HASH:].strip('-')}"] if view.against else []


def pack_name(profile: PlaceProfile) -> str:
    """Name a pack's file so that every system takes it, and no two packs are called the same.

    A place's code goes with its name, as there are several wards called St Mary's; for a partnership it is the start of
    a hash of its codes.
    """
    place = profile.place
    terms = [*_terms_name(profile.view), *_changes_name(profile.view), *_against_name(profile.view)]
    longest = _LONGEST_NAME - len("-".join(terms))     # at most 102 letters: 255 are all
    name = _plain(fold(place.name))[:max(longest, 0)].strip("-")
    code = place.code if "+" not in place.code else hashlib.sha256(place.code.encode()).hexdigest()[:8]
    edition = _plain(profile.edition.id)[-_LONGEST_EDITION:].strip("-")
    return "-".join(part for part in (name, code, view_name(profile.view), edition) if part) + ".zip"


def sheet_name(profile: PlaceProfile) -> str:
    """Name a sheet's file as a pack is named."""
    return pack_name(profile).removesuffix(".zip") + "-sheet.pdf"


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")


def make_manifest(request: Request, profile: PlaceProfile, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Say as plain JSON what a pack holds, from what was asked, its figures, and all files but the manifest."""
    asked = profile.edition.place(request.view.place).code
    if request.view.pack_options() != profile.view.pack_options() or asked != profile.place.code:
        raise PackError("the figures are not those of the view asked for: collect them again")
    if MANIFEST in files:
        raise PackError(f"{MANIFEST} cannot hold its own checksum: leave it out of the files")
    return {
        "format": _FORMAT, "version": _VERSION,
        "place": {**profile.place.facts(), **(
            {"codes": profile.place.lsoas.tolist()} if profile.place.kind == OWN_AREA else {})},
        "view": profile.view.pack_options(),
        **asked_texts(request),
        "edition": profile.edition.facts().as_json(),
        **({"against": profile.earlier.facts().as_json()} if profile.earlier else {}),
        "sources": [dict(source) for source in profile.edition.manifest["sources"]],
        "figures": profile.headline_numbers,
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "link": link(profile),
    }


def asked_texts(request: Request) -> dict[str, str]:
    """Give all that was asked besides the view; parts that packs had not from the start only where they were."""
    texts = {name: getattr(request, name) for name in ASKED_TEXTS}
    return {name: text for name, text in texts.items() if text or name not in _LATER}


def request_of(manifest: Mapping[str, Any], edition: Edition) -> Request:
    """Read what was asked of a pack from its manifest."""
    view = View(**manifest["view"], place=place_asked(manifest, edition).code)
    return Request(view, **{name: manifest[name] for name in ASKED_TEXTS if name in manifest})


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Write a manifest as a file: JSON with sorted keys, UTF-8."""
    text = json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return f"{text}\n".encode()


def read_manifest(content: bytes) -> dict[str, Any]:
    """Read a manifest that somebody else may have written; a PackError says what in it cannot be.

    Every part is there and of the right kind, the view is one that can be asked, and texts are as `Request` takes them.
    """
    found = read_json(content)
    if not isinstance(found, dict) or found.get("format") != _FORMAT:
        raise PackError(f"{MANIFEST} is not the manifest of an evidence pack")
    if found.get("version") != _VERSION or isinstance(found["version"], bool):
        raise PackError(f"{MANIFEST} is of version {printable(found.get('version'))}; this program reads {_VERSION}")
    wrong = [name for name, is_right in _PARTS.items()
             if not (is_right(found[name]) if name in found else name in _MAY_LACK)]
    wrong += sorted(found.keys() - _PARTS.keys() - {"format", "version"})
    if wrong:
        raise PackError(f"{MANIFEST} is damaged: {printable(', '.join(wrong))} cannot be as it stands there")
    return found


def read_json(content: bytes) -> Any:
    """Read a manifest's JSON strictly; a PackError says why it is none."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (RecursionError, ValueError) as error:   # bytes that are no text, text that is no JSON, numbers without end
        raise PackError(f"{MANIFEST} is damaged: {printable(error)}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is there twice: readers differ in which of the two they believe."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands there twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _has(part: object, **kinds: type) -> bool:
    """Whether a part holds values of these kinds under these names, and nothing else."""
    return isinstance(part, dict) and {name: type(value) for name, value in part.items()} == kinds


def _is_edition(part: object) -> bool:
    made = {MADE: str} if isinstance(part, dict) and MADE in part else {}
    return _has(part, id=str, broadband_basis=str, rail_basis=str, vintages=dict, **made)


def _accepts(make: Callable[..., object], options: Mapping[str, Any]) -> bool:
    """Whether a View or Request can be made of options, and takes them as they are."""
    try:
        made = make(**options)
    except (TypeError, ValueError):
        return False
    return all(getattr(made, name) == value for name, value in options.items())


def _is_view(part: object) -> bool:
    """Whether a part holds the options that a pack is made by, and nothing else."""
    return (isinstance(part, dict) and {*FIGURE_OPTIONS} <= part.keys() <= {*FIGURE_OPTIONS, *PACK_OPTIONS}
            and _accepts(View, part) and View(**part).pack_options() == part)


def _is_place(part: object) -> bool:
    own = {"codes": list} if isinstance(part, dict) and "codes" in part else {}
    return isinstance(part, dict) and _has(part, code=str, name=str, kind=str, lsoas=int, **own) and _accepts(
        View, {"place": part["code"]}) and all(isinstance(code, str) for code in part.get("codes", ()))


def place_asked(manifest: Mapping[str, Any], edition: Edition) -> Place:
    """Find the place that a pack is about; an own area is made again, and its code known as long as it is kept."""
    said = manifest["place"]
    return place_of_lsoas(edition, said["codes"]) if "codes" in said else edition.place(said["code"])


def _is_own_text(name: str, text: object) -> bool:
    return _accepts(Request, {"view": View(), name: text})


MANIFEST_PARTS: Mapping[str, str] = {
    "format": "swathe-evidence-pack", "version": "of this format, a whole number",
    "place": "code, name, kind, lsoas (how many); codes of them where it is an area of the reader's own",
    "view": "speed, hub, minutes, clock, work, access; name where the reader gave a partnership one; of a pack with "
            "where first its terms: first, order, least, fair, every; of one with a what-if its terms: upgrade, to, "
            "rail, stations, line, close, add; of one with what changed the id of the earlier edition: against; "
            "region, where it is not the one that is built by default",
    "title": "of the report, as its author asked; may be empty", "author": "organisation; may be empty",
    "note": "words of the author's own; may be empty", "contact": "whom to write to; not there where nobody is named",
    "date": "of the report, where it is not the day that the edition was built",
    "site": "address of the app that the report's link leads to, where one was given",
    "edition": "id, broadband_basis, rail_basis, vintages; made, what of it is made up, where anything is",
    "against": "the same of the earlier edition that it is compared with; not there where it is compared with none",
    "sources": "every file that the edition was made from, with publisher, licence, vintage, address and sha256",
    "figures": "every headline figure: its path in show --json, rank.MEASURE, where_first.NAME or what_if.NAME (a "
               "change), to a number or null",
    "files": "path of every other file of the pack to its sha256", "link": "page and query of the same view in the app",
}
"""What a manifest holds."""

# Part of a manifest → whether it can be as it was found.
_PARTS: Mapping[str, Callable[[Any], bool]] = {
    "place": _is_place,
    "view": _is_view,
    **dict.fromkeys(("edition", "against"), _is_edition),
    "sources": lambda part: isinstance(part, list) and all(isinstance(source, dict) for source in part),
    "figures": lambda part: isinstance(part, dict) and all(
        value is None or (type(value) in {int, float} and abs(value) < 1e15) for value in part.values()),
    "files": lambda part: isinstance(part, dict) and all(
        re.fullmatch("[0-9a-f]{64}", str(digest)) for digest in part.values()),
    "link": lambda part: isinstance(part, str),
    **{name: partial(_is_own_text, name) for name in ASKED_TEXTS},
}
