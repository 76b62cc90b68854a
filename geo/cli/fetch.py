"""The command fetch, and what update shares with it."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from geo.cli.options import print_answer
from geo.core.errors import CheckError, SwatheError
from geo.core.untrusted import quoted
from geo.sources.catalogue import Source
from geo.sources.fetch.plan import Plan, plan
from geo.sources.fetch.run import Outcome, fetch_all
from geo.sources.fetch.web import Patience
from geo.words.fetch import costs, fetched, not_had, only_by_hand, planned

LONGEST_TIMEOUT = 3600


def fetch(options: Namespace) -> None:
    """Fetch publishers' files."""
    asked = planned_by(options)
    if options.dry_run:
        print_answer(
            options, [_row(each, options.into) for each in asked.wanted],
            *(planned(each, options.into) for each in asked.wanted), *left_by_hand(asked, options.into))
        return
    outcomes = fetch_all(asked.wanted, options.into, patience_of(options))
    print_answer(options, [outcome_row(each, options.into) for each in outcomes],
                 *told(outcomes, options.into), *left_by_hand(asked, options.into))
    if lacking := not_had(outcomes):
        raise CheckError(lacking)


def planned_by(options: Namespace) -> Plan:
    """Work out what the options ask for."""
    only = [each.strip() for group in options.only for each in group.split(",")]
    return plan([*options.sources, *only], _addresses(options.address), options.from_mirror)


def patience_of(options: Namespace) -> Patience:
    """Read how long is waited."""
    try:
        seconds = float(options.timeout)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_TIMEOUT:
        raise SwatheError(f"timeout {quoted(options.timeout, 40)}, which is not a number of seconds up to "
                          f"{LONGEST_TIMEOUT:,}")
    return Patience(seconds)


def told(outcomes: Sequence[Outcome], folder: Path) -> list[str]:
    """Say what became of every file, what did not work out last."""
    return [fetched(outcome, folder) for outcome in sorted(outcomes, key=lambda each: each.state == "failed")]


def outcome_row(outcome: Outcome, folder: Path) -> dict[str, Any]:
    """Return what became of a file, for programs."""
    return {**_row(outcome.wanted, folder), "state": outcome.state, "reason": outcome.reason, "bytes": outcome.bytes,
            "sha256": outcome.sha256}


def _row(wanted: Any, folder: Path) -> dict[str, Any]:
    return {"id": wanted.id, "file": wanted.name, "address": wanted.shown,
            "sources": [source.id for source in wanted.sources], "there": (folder / wanted.name).is_file(),
            "required": any(source.required for source in wanted.sources), "without_it": costs(wanted.sources)}


def _addresses(given: Sequence[str]) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in given]
    if bad := [each for (key, _, address), each in zip(pairs, given, strict=True) if not key or not address]:
        raise SwatheError(f"address {quoted(bad[0].partition('=')[0])}: write it as SOURCE=URL")
    return {key: address for key, _, address in pairs}


def left_by_hand(asked: Plan, folder: Path) -> list[str]:
    """Say what has to be got by hand, but for what lies there already."""
    there = [path.name.lower() for path in folder.rglob("*")] if folder.is_dir() else []
    return [only_by_hand(source, folder) for source in asked.by_hand if not _is_there(source, there)]


def _is_there(source: Source, names: Sequence[str]) -> bool:
    return any(fnmatch(name, pattern.lower()) for name in names for pattern in source.files)
