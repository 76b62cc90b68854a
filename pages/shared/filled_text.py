"""Texts of docs/ that are pages of the app too, filled from the operator's settings; what is not set is said there."""

import re
from pathlib import Path

from geo.core.choices import REGION, REGIONS, Region
from geo.words.claim import full_name
from pages.shared.operator import Operator, target_of

NAME, CONTACT, OFFICER, KEPT = (
    "[name of organisation]", "[contact]", "[data protection officer]", "[how long the log is kept]")
"""What stands in a text for the operator's settings."""

NO_NAME = "somebody who has not set a name (`SWATHE_OPERATOR`)"
NO_CONTACT = "whoever sent you the link: where to write to is not set (`SWATHE_CONTACT`)"
NO_OFFICER = "none is set (`SWATHE_DPO`)"
NOT_SAID = "kept for a time that is not set (`SWATHE_LOG_DAYS`): ask"


def filled(file: Path, operator: Operator, region: Region) -> str:
    """Fill a text, as Markdown without its title; it is written of the region that is built where none is named."""
    _, _, text = file.read_text(encoding="utf-8").partition("\n")
    for gap, said in ((NAME, _as_text(operator.name) or NO_NAME), (CONTACT, _link(operator.contact) or NO_CONTACT),
                      (OFFICER, _link(operator.officer) or NO_OFFICER), (KEPT, _kept(operator.log_days))):
        text = text.replace(gap, said)
    return text.replace(full_name(REGIONS[REGION]), full_name(region))


def _link(contact: str) -> str:
    return f"[{_as_text(contact)}]({target_of(contact)})" if contact else ""


def _kept(days: int | None) -> str:
    if days is None:
        return NOT_SAID
    return f"kept for {days} day{'' if days == 1 else 's'}" if days else "not kept"


def _as_text(text: str) -> str:
    """Write a text so that nothing in it is Markdown."""
    return re.sub(r"([^\w\s])", r"\\\1", text)
