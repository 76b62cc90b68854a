"""What a search says besides the places that it found."""

from geo.edition.search import Found


def what_was_found(found: Found) -> str:
    """Say what the list of places does not: that there is none, that the names are only near, where a postcode is."""
    if found.outside:
        return _outside(found)
    if not found.hits:
        return "No place, postcode or MP like that in the area that this edition covers."
    return "No place, postcode or MP of just that name. Nearest names:" if found.hits[0].nearest else ""


def _outside(found: Found) -> str:
    whole = " " in found.outside and found.outside[-2:].isalpha()
    if not whole:
        return f"No postcode of this edition begins with {found.outside}."
    if found.near_ours:
        return (f"{found.outside} is not among this edition’s postcodes: it may be outside the area, newer than the "
                "edition, or mistyped.")
    return f"{found.outside} is outside the area that this edition covers."
