"""What a search says besides the places that it found."""

from geo.core.rounding import percent
from geo.edition.postcode_lines import PostcodeLines
from geo.edition.search import Found
from geo.words.definitions import month, short_speed


def what_was_found(found: Found) -> str:
    """Say what the list of places does not: that there is none, that the names are only near, where a postcode is."""
    if found.outside:
        return _outside(found)
    if not found.hits:
        return "No place, postcode or MP like that in the area that this edition covers."
    if found.lines is not None:
        return lines_of_postcode(found.lines)
    return "No place, postcode or MP of just that name. Nearest names:" if found.hits[0].nearest else ""


def lines_of_postcode(lines: PostcodeLines) -> str:
    """Say what Ofcom says of one postcode: the share of premises that cannot get each of three speeds.

    >>> lines_of_postcode(PostcodeLines("EX39 6BG", {"10": 0.0, "gigabit": 1.0}, 16, "2025-07"))
    'EX39 6BG, of 16 homes and businesses: 0.0 % cannot get 10 Mbit/s, 100.0 % gigabit (Ofcom, July 2025).'
    """
    count = "" if lines.premises is None else f" of {lines.premises:,} homes and businesses:"
    shares = [(short_speed(speed), percent(lines.without[speed])) for speed in ("10", "30", "gigabit")
              if speed in lines.without]
    (first, share), *others = shares
    more = "".join(f", {each} {speed}" for speed, each in others)
    of = "" if count else " of its homes and businesses"
    return (f"{lines.postcode}{',' if count else ':'}{count} {share}{of} cannot get {first}{more} "
            f"(Ofcom, {month(lines.vintage)}).")


def _outside(found: Found) -> str:
    whole = " " in found.outside and found.outside[-2:].isalpha()
    if not whole:
        return f"No postcode of this edition begins with {found.outside}."
    if found.near_ours:
        return (f"{found.outside} is not among this edition’s postcodes: it may be outside the area, newer than the "
                "edition, or mistyped.")
    return f"{found.outside} is outside the area that this edition covers."
