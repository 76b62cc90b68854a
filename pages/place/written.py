"""The page of a place as HTML, kept: a link that goes round a county is written once."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from geo.core.view import View
from geo.maps.classes import Palette
from pages.place.editions import line_html
from pages.place.opening import answer_html, coverage_html, heading_html
from pages.place.sections import sections_html
from pages.shared.data import editions, per_edition, profile
from pages.shared.parts import place_address
from pages.shared.view_state import embedded


class Opening(NamedTuple):
    """What stands on the first screen."""

    heading: str
    answer: str


class Below(NamedTuple):
    """What stands below it: coverage over time, and each part's name in links, heading and HTML."""

    coverage: str
    sections: Sequence[tuple[str, str, str]]


def opening(view: View) -> Opening:
    """Write what a reader sees first, which is sent before the rest is worked out."""
    return _opening(view, embedded())


def below(view: View, palette: Palette) -> Below:
    """Write the rest, in the reader's colours."""
    return _below(view, palette, embedded(), tuple(each.id for each in editions()))


@per_edition(40)
def _opening(view: View, _inside: bool) -> Opening:     # links of an embedded page lead to embedded pages
    shown, find = profile(view), partial(place_address, view)
    return Opening(heading_html(shown, find), answer_html(shown, find))


@per_edition(40)
def _below(view: View, palette: Palette, _inside: bool, _served: tuple[str, ...]) -> Below:     # which are listed
    shown = profile(view)
    return Below(coverage_html(shown, palette) + line_html(shown, palette), sections_html(shown, palette))
