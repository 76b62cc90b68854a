"""What is said of an area of the reader's own: how well neighbourhoods stand for it, and where it is held."""

from geo.core.rounding import percent
from geo.edition.own_place import OwnPlace
from geo.edition.postcode_lines import ListedLines
from geo.words.definitions import month, short_speed

PRIVATE = ("The file is read in this server’s memory and then dropped; only the list of neighbourhoods is held, for "
           "this visit. Nothing of it is written to disk or to a log. Postcodes may be personal: give no more than "
           "you need.")
NO_LINK = ("You are looking at your own area. It is held for this visit alone: no link carries it, nor do the links "
           "on these pages. Move between pages by their list.")

LOST = ("An area of a reader’s own was shown here. It was held for one visit, which is over, and no link carries it. "
        "If it was yours, bring its file along again: ‘Your own area’, in the sidebar.")


def captured(found: OwnPlace) -> str:
    """Say how well neighbourhoods stand for the area."""
    count, inside = len(found.place.lsoas), f"{percent(found.inside / found.postcodes)} of their postcodes"
    of = "1 neighbourhood stands" if count == 1 else f"{count:,} neighbourhoods stand"
    missed = "" if not found.missed else (
        f"; {found.missed:,} more postcodes of the area lie in neighbourhoods that are mostly outside it")
    unknown = "" if not found.unknown else f" {found.unknown:,} postcodes of the list are not in this edition."
    lines = "" if found.lines is None else f" {listed(found.lines)}"
    return f"{of} for it: {inside} ({found.inside:,} of {found.postcodes:,}) lie in the area{missed}.{unknown}{lines}"


def listed(lines: ListedLines) -> str:
    """Say what Ofcom says of a list's postcodes: percentages, which cannot be added up without counts.

    >>> listed(ListedLines(40, {"30": 12, "gigabit": 30}, {"30": 3, "gigabit": 21}, "2025-07"))[-62:]
    'that cannot get 30 Mbit/s, 3 no others; gigabit: 30 and 21.'
    """
    first, *others = [speed for speed in ("30", "gigabit") if speed in lines.some]
    more = "".join(f"; {short_speed(speed)}: {lines.some[speed]:,} and {lines.all[speed]:,}" for speed in others)
    return (f"Of {lines.known:,} postcodes that Ofcom’s file has ({month(lines.vintage)}), {lines.some[first]:,} hold "
            f"homes or businesses that cannot get {short_speed(first)}, {lines.all[first]:,} no others{more}.")
