"""What is said of editions: which one is seen where a newer one is served."""

from datetime import date

from geo.edition.at_hand import EditionAtHand
from geo.edition.store import Edition
from geo.words.cover import built_on, day

NEWEST = "See the same in the newest edition."


def seeing_older(shown: Edition, newest: EditionAtHand) -> str:
    """Say that an edition is not the newest one."""
    ours, theirs = _told_apart(built_on(shown), newest.built_at.date())
    return f"You are seeing the figures of the edition of {ours} ({shown.id}). A newer one is here, of {theirs}."


def _told_apart(ours: date, theirs: date) -> tuple[str, str]:
    """Name two days by their months, where these differ."""
    if (ours.year, ours.month) != (theirs.year, theirs.month):
        return f"{ours:%B %Y}", f"{theirs:%B %Y}"
    return day(ours), day(theirs)
