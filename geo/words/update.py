"""What `geo update` says: what changed between the edition served and the new one, and why it is refused."""

from collections.abc import Sequence
from pathlib import Path

from geo.core.choices import ALL_HUBS
from geo.core.measures import MEASURES
from geo.figures.jumps import MINUTES, MOST_MINUTES, MOST_SHARE, Comparison, Jump

MOST_TOLD = 20
NOT_REPLACED, NOT_ADDED = "the edition was not replaced", "no edition was added"


def changed(comparison: Comparison) -> list[str]:
    """Say what moved: every figure that moved too far, and how many moved less."""
    far = [jump for jump in comparison.jumps if jump.too_far]
    less = len(comparison.jumps) - len(far)
    more = [f"and {len(far) - MOST_TOLD:,} more that moved too far"] if len(far) > MOST_TOLD else []
    return [
        *(f"no longer there: {title}" for title in comparison.lost),
        *(f"{what} stands on weaker ground than before" for what in comparison.bases),
        *map(moved, far[:MOST_TOLD]), *more,
        *([f"{less:,} figures of authorities moved, none of them by more than {_limits()}"] if less else []),
        *([] if comparison.jumps or comparison.lost or comparison.bases else ["no figure of any authority changed"]),
    ]


def moved(jump: Jump) -> str:
    """Say how one figure moved."""
    if jump.measure in MINUTES:
        label = MEASURES[jump.measure].label.format(hub=ALL_HUBS[jump.option].label)
        return f"{jump.name}: {label}: {_minutes(jump.before)}, now {_minutes(jump.after)}"
    label = f"{MEASURES[jump.measure].label} at {jump.option}"
    share = ""
    if jump.before and jump.after is not None:
        share = f" ({jump.after / jump.before - 1:+.0%})".replace("-", "−")
    return f"{jump.name}: {label}: {_count(jump.before)}, now {_count(jump.after)}{share}"


def refusal(comparison: Comparison, refused: str = NOT_REPLACED) -> str:
    """Say in a line why the new edition does not take the old one's place."""
    far = [jump for jump in comparison.jumps if jump.too_far]
    places, lost = list(dict.fromkeys(jump.name for jump in far)), comparison.lost
    figures = f"{_number(len(far), 'figure')} of {_number(len(places), 'authority', 'authorities')}"
    reasons = [words for holds, words in (
        (far, f"{figures} moved by more than {_limits()} ({_some(places)})"),
        (lost, f"{_number(len(lost), 'source')} no longer there ({_some(lost)})"),
    ) if holds] + [f"{what} stands on weaker ground" for what in comparison.bases]
    return f"{refused}: {'; '.join(reasons)}; look at what changed, and add --accept if it is right"


def not_comparable(problem: str, refused: str = NOT_REPLACED) -> str:
    """Say that the edition in place cannot be compared with."""
    return (f"{refused}: the one in place cannot be compared with the new one ({problem}); add --accept to take the "
            "new one all the same")


def unsound(problems: Sequence[str], refused: str = NOT_REPLACED) -> str:
    """Say that the new edition does not hold."""
    return f"{refused}, the new one does not hold: {'; '.join(problems)}"


def nothing_new(identity: str) -> str:
    """Say that a build gave the figures that are there already."""
    return f"{NOT_ADDED}: no figure differs from those of {identity}"


def replaced(folder: Path, identity: str) -> str:
    """Say that the new edition is in place."""
    return f"{identity} is now in {folder}"


def _limits() -> str:
    return f"{MOST_SHARE:.0%} or {MOST_MINUTES:.0f} minutes"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _count(value: float | None) -> str:
    return "none" if value is None else f"{value:,.0f}"


def _minutes(value: float | None) -> str:
    return "no rail" if value is None else f"{value:.0f} minutes"
