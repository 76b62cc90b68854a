"""The claim of each page in a view: what stands at its head, in its quotation, and on the card of its link."""

from collections.abc import Callable, Mapping

from geo.core.view import View
from geo.figures import reach
from geo.words.changes import headline as changed
from geo.words.changes import named_apart
from geo.words.claim import headline
from geo.words.comparison import comparison_claim
from geo.words.priorities import what_would_halve
from geo.words.rail import rail_claim
from pages.changes.data import in_order, place_changes, to_compare_with, usual_against
from pages.compare.data import compared
from pages.shared.data import edition, place_of, profile, summary


def _rail(view: View) -> tuple[str, ...]:
    served, here = edition(), place_of(view)
    now = reach.residents_within(served, view, here.lsoas, [view.minutes]).iloc[0]
    without = reach.residents_without_rail(served, view, here.lsoas)
    answer = summary(view)
    return rail_claim(here.name, view, now, without, int(answer["residents"].count), answer["cut_off_by_rail"])


def _compare(view: View) -> tuple[str, ...]:
    codes, _ = compared(view)
    return comparison_claim([summary(view.replace(place=code)) for code in codes], view.region, place_of(view).code)


def _what_to_do(view: View) -> tuple[str, ...]:
    return what_would_halve(place_of(view), view, profile(view).halving)


def _changes(view: View) -> tuple[str, ...]:
    offered = to_compare_with()
    against = view.against if view.against in {each.id for each in offered} else (
        usual_against(offered) if offered else "")
    both = in_order(against) if against else None
    found = place_changes(view, against) if both else None
    return tuple(changed(found[0], view, named_apart(*both))) if both and found else tuple(headline(summary(view)))


# The pages whose claim is one of their own.
_CLAIMS: Mapping[str, Callable[[View], tuple[str, ...]]] = {
    "rail": _rail, "compare": _compare, "what_to_do": _what_to_do, "changes": _changes}


def claim(page: str, view: View) -> tuple[str, ...]:
    """Say the claim of a page (its address), every second piece of which is strong."""
    return _CLAIMS[page](view) if page in _CLAIMS else tuple(headline(summary(view)))
