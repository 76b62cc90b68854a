"""The pages of the app, in the order of the navigation."""

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page: its title, and its address after the app's own, which is its folder's name too."""

    title: str
    url_path: str
    hidden: bool = False     # from the navigation; links lead to it

    @property
    def file(self) -> Path:
        """The script that shows it."""
        return _HERE / (self.url_path or "overview") / "page.py"


PAGES = (
    Page("Overview", ""),     # the app's own address
    Page("Explore", "explore"),
    Page("Place", "place"),
    Page("Compare", "compare"),
    Page("Rail", "rail"),
    Page("What to do", "what_to_do"),
    Page("Evidence", "evidence"),
    Page("Doubts and answers", "doubts"),
    Page("Method and data", "method"),
    Page("What changed", "changes", hidden=True),
    Page("Check a quote", "quote", hidden=True),
    Page("Accessibility statement", "accessibility", hidden=True),
    Page("Privacy and cookies", "privacy", hidden=True),
    # New pages stand above this line.
)
