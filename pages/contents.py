"""The pages of the app, in the order of the navigation."""

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """A page: its title, its address after the app's own, and the script that shows it."""

    title: str
    url_path: str
    file: Path


PAGES = (
    Page("Overview", "", _HERE / "overview" / "page.py"),
    Page("Explore", "explore", _HERE / "explore" / "page.py"),
    Page("Place", "place", _HERE / "place" / "page.py"),
    Page("Compare", "compare", _HERE / "compare" / "page.py"),
    Page("Rail", "rail", _HERE / "rail" / "page.py"),
    Page("Evidence", "evidence", _HERE / "evidence" / "page.py"),
    Page("Method and data", "method", _HERE / "method" / "page.py"),
)
