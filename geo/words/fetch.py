"""What `geo fetch` says: what came, what did not, what that costs, and how it is got by hand."""

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from geo.sources.catalogue import Source
from geo.sources.fetch.plan import Wanted
from geo.sources.fetch.run import Outcome


def planned(wanted: Wanted, folder: Path) -> str:
    """Say what would be fetched."""
    there = " (there is one already, which is kept if it has not changed)" if (folder / wanted.name).is_file() else ""
    return f"{wanted.name}, from {wanted.shown}{there}"


def fetched(outcome: Outcome, folder: Path) -> str:
    """Say what became of one file."""
    wanted = outcome.wanted
    if outcome.state == "fetched":
        return f"{wanted.name}: fetched, {size(outcome.bytes)}"
    if outcome.state == "unchanged":
        return f"{wanted.name}: there already, and has not changed"
    if outcome.state == "skipped":
        return f"{wanted.name}: left out, {outcome.reason}"
    return (f"{wanted.name}: MISSING, from {urlsplit(wanted.shown).netloc}: {outcome.reason}; "
            f"{_left(wanted, folder)}; {by_hand(wanted.sources[0], folder, wanted.name)}")


def _left(wanted: Wanted, folder: Path) -> str:
    """Say what is left without a file."""
    if (folder / wanted.name).is_file():
        return "the one that is there stays"
    return f"without it: {costs(wanted.sources)}"


def costs(sources: Iterable[Source]) -> str:
    """Say what the absence of sources costs."""
    return "; ".join(source.without_it for source in sources)


def by_hand(source: Source, folder: Path, name: str = "") -> str:
    """Say how a file is got without this program; a name of its own is given where it matters."""
    called = f"as {name} " if name else ""
    return f"by hand: open {source.address} in a browser, and save the file {called}in {folder}"


def only_by_hand(source: Source, folder: Path) -> str:
    """Say of a source which its publisher gives to nobody but a person at a browser, what to do."""
    need = "needed" if source.required else "optional"
    return f"{source.title} ({source.id}, {need}): {by_hand(source, folder)}; without it: {source.without_it}"


def not_had(outcomes: Iterable[Outcome]) -> str:
    """Sum up what could not be had, "" where all could."""
    failed = [outcome.wanted.name for outcome in outcomes if outcome.state == "failed"]
    files = "1 file" if len(failed) == 1 else f"{len(failed)} files"
    return f"{files} could not be had: {', '.join(failed)}" if failed else ""


def size(count: int) -> str:
    """Say how large a file is."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count:,} bytes"
