"""What a program asks for: the parameters of a link, checked strictly; everything wrong is told at once."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from geo.answers.ranking import RankAsked
from geo.core.errors import PlaceError, SwatheError
from geo.core.mended_link import separated, spellings
from geo.core.untrusted import quoted
from geo.core.view import View, names_own_area
from geo.edition.search import LONGEST
from geo.edition.store import Edition
from pages.shared.data import editions

FORMATS: Mapping[str, str] = {
    "json": "application/json", "csv": "text/csv", "csvw": "application/csvm+json", "json-stat": "application/json",
}
"""Ways in which an answer is written → its media type."""

OWN_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "places": ("kind",), "show": (), "rank": ("by", "measure", "per", "top"), "search": ("q",),
    "diff": ("by",),
}
"""What each address takes besides the parameters of a link."""

_MOST_TOP = 100_000


class AskedWronglyError(ValueError):
    """What a program asked for cannot be; `problems` says all that is wrong, `status` of what kind it is."""

    def __init__(self, problems: list[str], status: int = 400) -> None:
        super().__init__("; ".join(problems))
        self.problems, self.status = problems, status


@dataclass(frozen=True)
class Asked:
    """A view, the parameters that are not a view's, and how the answer is written."""

    view: View
    own: Mapping[str, str]
    format: str


def read(edition: Edition, name: str, query: Mapping[str, str], accept: str = "") -> Asked:
    """Read what is asked of one address; an AskedWronglyError says what is wrong with it."""
    said = separated(query)
    own = {key: said.pop(key).strip() for key in OWN_PARAMETERS[name] if key in said}
    written = said.pop("format", "") or _accepted(accept)
    problems = [] if written in FORMATS else [f"format {quoted(written, 40)}, which is not one of {', '.join(FORMATS)}"]
    if written == "json-stat" and name != "rank":
        problems.append("json-stat is of rankings: ask /api/v1/rank for it, or another format here")
    places = {}
    for option in ("place", "within"):
        if option in said:
            try:
                places[option] = _place(edition, said.pop(option), everywhere=option == "within")
            except SwatheError as error:
                problems.append(f"{option}: {error}")
    view, notices = View.from_query(said, edition.region.code)
    problems += [notice.removeprefix("The link has ").partition("; ")[0] for notice in notices]
    if view.hub not in edition.region.hubs:
        problems.append(f"hub {quoted(view.hub, 40)}, which is not one of {', '.join(edition.region.hubs)}")
    if problems:
        raise AskedWronglyError(problems)
    if view.edition not in {"", edition.id}:
        served = ", ".join(one.id for one in editions())
        raise AskedWronglyError([f"edition {view.edition} is not served here, but {served}"], 404)
    return Asked(view.replace(**places), own, written)


def _accepted(accept: str) -> str:
    """Choose the first format that a program says it accepts; JSON where it accepts anything."""
    kinds = {FORMATS[name]: name for name in ("json", "csv", "csvw")}
    accepted = (part.partition(";")[0].strip() for part in accept.split(","))
    return next((kinds[kind] for kind in accepted if kind in kinds), "json")


def _place(edition: Edition, text: str, *, everywhere: bool) -> str:
    """Find the code of a place by its code or name; an area of somebody's own is nobody else's."""
    if names_own_area(text.upper()):
        raise PlaceError("an area of somebody’s own cannot be asked for")
    if everywhere and text.strip().lower() == "all":
        return "all"
    for spelled in dict.fromkeys((text, *spellings(text))):
        with suppress(PlaceError):
            return edition.place(spelled).code
    return edition.place(text).code     # says what is wrong with it


def rank_asked(asked: Asked) -> RankAsked:
    """Read what is ranked: by the words of the command line, else by those of a link."""
    own, view = asked.own, asked.view
    top = own.get("top", "10")
    if not (top.isascii() and top.isdigit() and int(top[:9]) <= _MOST_TOP):
        raise AskedWronglyError([f"top {quoted(top, 40)}, which is not a whole number, 0 (for all) or more"])
    return RankAsked(own.get("by", view.ranked), view.within, own.get("measure", view.show), own.get("per") or None,
                     view.like, int(top))


def text_asked(asked: Asked) -> str:
    """Read what is searched for."""
    text = asked.own.get("q", "").strip()
    if not text or len(text) > LONGEST:
        raise AskedWronglyError([f"q, which is to be a name, a code or a postcode of at most {LONGEST} letters"])
    return text
