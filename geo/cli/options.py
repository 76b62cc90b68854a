"""What the commands share: the view and the edition that were asked for, and how an answer is printed."""

import json
import re
from argparse import Namespace
from typing import Any

from geo.answers.made import marked
from geo.core.errors import ViewError
from geo.core.untrusted import quoted
from geo.core.view import FIGURE_OPTIONS, MOST_MINUTES, View
from geo.edition.store import STARTER, Edition, load_edition
from geo.words.made import made_up


def view_of(options: Namespace, edition: Edition) -> View:
    """Read the view of an edition that was asked for."""
    values = {name: getattr(options, name) for name in FIGURE_OPTIONS}
    return View(**{**values, "minutes": whole(options.minutes, "minutes")}, region=edition.region.code)


def with_changes(view: View, options: Namespace, edition: Edition) -> View:
    """Add the changes of a what-if that were asked for to a view."""
    if options.to and not options.upgrade:
        raise ViewError(f"to {quoted(options.to)} without --upgrade: name the places to upgrade too")
    upgrade = edition.place(options.upgrade).code if options.upgrade else ""
    return view.replace(
        upgrade=upgrade, to=options.to or "", rail=_minutes(options.rail_minutes), line=options.line,
        stations=options.stations.upper().replace(",", ".").replace(" ", ""), close=options.close.upper(),
        add=options.add.upper())


def _minutes(text: str) -> int:
    """Read minutes with a sign, a hyphen or the sign of print."""
    plain = text.replace("−", "-")
    if not re.fullmatch(r"[+-]?\d{1,4}", plain, re.ASCII) or abs(int(plain)) > MOST_MINUTES:
        raise ViewError(f"rail-minutes {quoted(text, 40)}, which is not a whole number from -{MOST_MINUTES} to "
                        f"{MOST_MINUTES}")
    return int(plain)


def whole(text: str, name: str) -> int:
    """Read a whole number."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ViewError(f"{name} ‘{text[:40]}’, which is not a whole number, 0 or more")
    return int(text)


def decimal_number(text: str, name: str) -> float:
    """Read a number, such as pounds or a share."""
    if not re.fullmatch(r"\d{1,12}(\.\d{1,6})?|\.\d{1,6}", text, re.ASCII):
        raise ViewError(f"{name} ‘{text[:40]}’, which is not a number, 0 or more")
    return float(text)


def region_or(text: str | None, edition: Edition) -> str:
    """Take the place that was named, or the edition's region where none was."""
    return edition.region.code if text is None else text


def edition_of(options: Namespace, *, geometry: bool = False) -> Edition:
    """Load the edition that was named, else the starter edition."""
    return seen(options, load_edition(options.edition or STARTER, geometry=geometry))


def seen(options: Namespace, *editions: Edition) -> Edition:
    """Note whether what is answered from editions is made up, for `print_answer` to say; give the last of them."""
    options.made = " ".join(dict.fromkeys(filter(None, map(made_up, editions))))
    return editions[-1]


def print_answer(options: Namespace, answer: Any, *lines: str) -> None:
    """Print an answer as JSON where that is asked for, else as lines; first of all that it is made up, if it is."""
    made = getattr(options, "made", "")
    print(json.dumps(marked(answer, made), ensure_ascii=False, indent=1, allow_nan=False) if options.json else
          "\n".join([*[made] * bool(made), *lines]))
