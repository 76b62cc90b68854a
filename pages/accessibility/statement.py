"""The text of the accessibility statement, filled from the operator's settings."""

import re
from pathlib import Path

from pages.shared.operator import Operator

TITLE = "Accessibility statement"
FILE = Path(__file__).parents[2] / "docs" / "accessibility.md"
NAME, CONTACT = "[name of organisation]", "[contact]"
"""What stands in the text for the operator's settings."""

NO_NAME = "somebody who has not set a name (`SWATHE_OPERATOR`)"
NO_CONTACT = "whoever sent you the link: where to write to is not set (`SWATHE_CONTACT`)"


def statement(operator: Operator) -> str:
    """Fill the statement, as Markdown without its title."""
    _, _, text = FILE.read_text(encoding="utf-8").partition("\n")
    contact = f"[{_as_text(operator.contact)}]({operator.link})" if operator.contact else NO_CONTACT
    return text.replace(NAME, _as_text(operator.name) if operator.name else NO_NAME).replace(CONTACT, contact)


def _as_text(text: str) -> str:
    """Write a text so that nothing in it is Markdown."""
    return re.sub(r"([^\w\s])", r"\\\1", text)
