"""What is said of an area of the reader's own: how well neighbourhoods stand for it, and where it is held."""

from geo.core.rounding import percent
from geo.edition.own_place import OwnPlace

PRIVATE = ("The file is read in this server’s memory and then dropped; only the list of neighbourhoods is held, for "
           "this visit. Nothing of it is written to disk or to a log. Postcodes may be personal: give no more than "
           "you need.")
NO_LINK = ("You are looking at your own area. It is held for this visit alone: no link carries it, nor do the links "
           "on these pages. Move between pages by their list.")


def captured(found: OwnPlace) -> str:
    """Say how well neighbourhoods stand for the area."""
    count, inside = len(found.place.lsoas), f"{percent(found.inside / found.postcodes)} of their postcodes"
    of = "1 neighbourhood stands" if count == 1 else f"{count:,} neighbourhoods stand"
    missed = "" if not found.missed else (
        f"; {found.missed:,} more postcodes of the area lie in neighbourhoods that are mostly outside it")
    unknown = "" if not found.unknown else f" {found.unknown:,} postcodes of the list are not in this edition."
    return f"{of} for it: {inside} ({found.inside:,} of {found.postcodes:,}) lie in the area{missed}.{unknown}"
