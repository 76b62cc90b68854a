"""The places most like a place, in words: how many of them stand better, each by name, and what likeness is."""

from collections.abc import Mapping
from typing import NamedTuple

from geo.core.cache import cached
from geo.core.choices import REGION, REGIONS
from geo.core.view import View
from geo.edition.places import OWN_AREA, Place
from geo.edition.store import Edition
from geo.figures.likeness import LEAST, Alike, alike
from geo.figures.profile import PlaceProfile
from geo.figures.ranks import is_ranked
from geo.words.claim import kind_label, rate, sentence_case
from geo.words.neighbours import outside, rate_there

MEANING = ("Places of the same kind are compared by six subjects that weigh alike: how rural they are, residents per "
           "hectare, occupations, ages, deprivation (IMD 2025) and minutes to a station. Broadband plays no part. The "
           "distance is 0 where two are alike in everything, and 1 where they differ by one standard deviation in "
           "one subject alone.")
"""What makes places alike, wherever a distance is shown."""

SIDE_BY_SIDE = "All side by side"
"""A link to the comparison with all of them."""

ADD = "Add one of those most like {name} (its distance in brackets):"
"""Before buttons that set a place beside another."""

EXAMPLES = REGIONS[REGION].alike
"""Places whose neighbours stand on the method page of the region that is built where none is named."""

EXAMPLES_HEADER = ("Place", "Most like it", "Middle of the others")

_FIRST = ("The first number is people in the gap of every 1,000 workers, in brackets its interval; the last is the "
          "distance.")
_UNKNOWN: Mapping[str, str] = {
    "rurality": "how rural it is is not known", "density": "residents per hectare are not known",
    "occupations": "occupations are not known", "age": "ages are not known", "deprivation": "deprivation is not known",
    "station": "it has no way to a station", "whole": "some of it lies beyond the edge of the map",
}


class AlikeWords(NamedTuple):
    """What is said of the places most like one: a heading, which is the finding where there is one, and texts."""

    heading: str
    text: str
    meaning: str
    places: tuple[tuple[str, str, str], ...]     # code, name, and what stands below the name
    basis: tuple[str, ...]


def why_none(found: Alike) -> str:
    """Say why no place is called like one; nothing where some are."""
    if not found.table.empty:
        return ""
    if found.lacking:
        return f"Not compared with others: {' and '.join(_UNKNOWN[subject] for subject in found.lacking)}."
    if not found.of:
        return f"A {kind_label(found.kind)} is like no one kind of place: ask for one of its parts."
    return (f"Too few to compare: {found.of} {kind_label(found.kind, found.of)} on the map, and {LEAST} are needed to "
            "say which are most alike.")


def middle(found: Alike) -> str:
    """Say what a usual distance is."""
    return (f"The middle one of all {found.of - 1:,} other {kind_label(found.kind, found.of)} is "
            f"{found.typical:.1f} from it.")


def alike_words(profile: PlaceProfile) -> AlikeWords | None:
    """Say how a place stands among those most like it; None for the region, partnerships, own areas."""
    found = profile.alike
    if found.kind in {"region", "partnership", OWN_AREA}:
        return None
    heading, none = "Most like it", why_none(found)
    if none:
        return AlikeWords(heading, none, "", (), ())
    compared = found.rate is not None and is_ranked(profile.edition, found.kind)
    far = "" if compared else "distance "
    places = tuple(
        (str(code), row["name"], " · ".join([rate_there(row)] * compared + [f"{far}{row['distance']:.1f}"]
                                            + [outside(profile.edition.region)] * row["neighbour"]))
        for code, row in found.table.to_dict("index").items())
    meaning = f"{MEANING} {middle(found)}"
    if not compared:
        return AlikeWords(heading, "Distance", meaning, places, ())
    lower = int((found.table["rate"] < found.rate).sum())
    finding = f"Worse than {'all' if lower == len(places) else lower or 'none'} of the {len(places)} most like it"
    return AlikeWords(
        finding, f"Per 1,000 workers ({rate(found.rate or 0)} here), and distance", f"{_FIRST} {meaning}", places,
        profile.answer["people_in_gap"].basis)


def add_words(found: Alike) -> dict[str, str]:
    """Name the places most like one where a tap sets them beside it: code → name with distance."""
    return {str(code): f"{row['name']} ({row['distance']:.1f})" for code, row in found.table.to_dict("index").items()}


def alike_heading(place: Place, found: Alike) -> str:
    """Head the table of the command line."""
    here = "nobody in work" if found.rate is None else f"{rate(found.rate)} per 1,000 workers in the gap"
    return f"Most like {place.name} ({kind_label(place.kind)}, {place.code}; {here}). {middle(found)}"


@cached(2)
def examples_caption(edition: Edition) -> str:
    """Say what the rows of `examples` are."""
    many = {3: "three", 5: "five"}.get(len(edition.region.alike), "some")
    return f"Most like {many} places, each with its distance; and how far the middle one of all others is"


def examples(edition: Edition) -> list[tuple[str, str, str]]:
    """Name the places most like some, with the distances, as the edition has them."""
    known = set(edition.places["code"])
    places = [edition.place(code) for code in edition.region.alike if code in known]
    found = [(place, alike(edition, View(region=edition.region.code), place)) for place in places]
    return [(f"{place.name} ({kind_label(place.kind)})",
             "; ".join(f"{row['name']} {row['distance']:.2f}" for row in like.table.to_dict("records")),
             sentence_case(why_none(like)) if like.typical is None else f"{like.typical:.2f}")
            for place, like in found]
