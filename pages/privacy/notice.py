"""The text of the page on privacy and cookies."""

from pathlib import Path

from geo.core.choices import REGION, REGIONS, Region
from pages.shared.filled_text import filled
from pages.shared.operator import Operator

TITLE = "Privacy and cookies"
FILE = Path(__file__).parents[2] / "docs" / "privacy.md"


def notice(operator: Operator, region: Region = REGIONS[REGION]) -> str:
    """Fill the notice, as Markdown without its title."""
    return filled(FILE, operator, region)
