"""What stands at the head of each page: in the app, and before its scripts have come."""

from collections.abc import Callable, Mapping

from geo.core.choices import ALL_HUBS
from geo.core.view import View
from geo.words import doubts, quote
from geo.words.claim import spoken_name
from pages.accessibility import statement
from pages.privacy import notice
from pages.shared.data import place_of

HEADINGS: Mapping[str, Callable[[View], str]] = {
    "": lambda _: "Who could work from home, but can’t?",
    "explore": lambda _: "Explore the map",
    "place": lambda view: place_of(view).name,
    "compare": lambda _: "Places side by side",
    "rail": lambda view: f"How far is {ALL_HUBS[view.hub].label} by rail?",
    "changes": lambda view: f"What changed in {spoken_name(place_of(view).name)}?",
    "what_to_do": lambda view: f"What to do in {spoken_name(place_of(view).name)}",
    "evidence": lambda _: "Evidence pack",
    "doubts": lambda _: doubts.TITLE,
    "quote": lambda _: quote.TITLE,
    "method": lambda _: "Method and data",
    "accessibility": lambda _: statement.TITLE,
    "privacy": lambda _: notice.TITLE,
}
"""The page's address → its heading in a view."""
