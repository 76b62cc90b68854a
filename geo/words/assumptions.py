"""What a view assumes otherwise than by default, in a few words each."""

from collections.abc import Mapping

from geo.core.choices import ACCESS, ALL_HUBS, CLOCKS, WORK
from geo.core.view import View
from geo.words.claim import sentence_case
from geo.words.definitions import short_speed

CHANGED = "Changed from the default:"


def changed(view: View) -> Mapping[str, str]:
    """Say what differs from the default: option → the default and what was chosen.

    >>> changed(View(speed="100", minutes=90))
    {'speed': 'Broadband below 30 Mbit/s → 100 Mbit/s', 'minutes': 'Longer than 120 → 90 minutes'}
    """
    usual = View()
    before, now = usual.options(), view.options()
    said = {
        "speed": f"broadband below {short_speed(usual.speed)} → {short_speed(view.speed)}",
        "hub": f"journey to {ALL_HUBS[usual.hub].label} → {ALL_HUBS[view.hub].label}",
        "minutes": f"longer than {usual.minutes} → {view.minutes} minutes",
        "clock": f"{CLOCKS[usual.clock].label} → {CLOCKS[view.clock].label.lower()}",
        "work": f"jobs by {WORK[usual.work].label} → {WORK[view.work].label}",
        "access": f"to the station {ACCESS[usual.access].label.lower()} → {ACCESS[view.access].label.lower()}",
    }
    return {option: sentence_case(words) for option, words in said.items() if before[option] != now[option]}
