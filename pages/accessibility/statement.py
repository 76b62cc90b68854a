"""The text of the accessibility statement."""

from pathlib import Path

from geo.core.choices import REGION, REGIONS, Region
from pages.shared.filled_text import filled
from pages.shared.operator import Operator

TITLE = "Accessibility statement"
FILE = Path(__file__).parents[2] / "docs" / "accessibility.md"


def statement(operator: Operator, region: Region = REGIONS[REGION]) -> str:
    """Fill the statement, as Markdown without its title."""
    return filled(FILE, operator, region)
