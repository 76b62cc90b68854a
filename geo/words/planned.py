"""How it is said what is built, contracted and planned by itself, and how many people are still stuck after it."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from geo.core.measures import STILL_STUCK
from geo.core.rounding import percent, span
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.planned import SPEED, PlannedBuild, contracts_of, has_plans, planned_build
from geo.sources.catalogue import PLANNED, read_catalogue
from geo.words.claim import people
from geo.words.definitions import month

HEADING = "What is contracted and planned"
COUNTERFACTUAL = "What would come anyway"
"""Of a report's chapter."""

STATUS_HEADER = ("Homes and businesses", "Count", "Share")
STATUSES = "Homes and businesses that BDUK recognises, by what is built, contracted and planned there."
CONTRACTS_HEADER = ("Contract", "Supplier", "Premises", "By")

STATUS_LABELS = {
    "gigabit_now": "Can have a gigabit now", "contracted": "Under contract",
    "commercial": "Planned by an operator", "under_review": "Under review", "not_planned": "Not planned",
    "unplaced": "Not placed in a neighbourhood",
}
"""What each of BDUK's counts is called."""

STUCK_COLUMNS = {"people": "still_stuck", "low": "still_stuck_low", "high": "still_stuck_high"}
"""What a table calls the people still stuck, and the ends of their range."""

ONLY_GIGABIT = "Plans are of gigabit lines: at other speeds nothing is taken off the gap for them."

_NAMED = 3
"""Contracts that a sentence names."""


def how_to_get_it() -> str:
    """Say how an edition comes to know what is planned."""
    source = read_catalogue()[PLANNED]
    return (f"To have it, download ‘premises in BDUK plans’ for the region ({source.address}), put it in the folder of "
            "downloads as it is, and build the edition again.")


def absent(edition: Edition) -> str:
    """Say that what is planned is not known, and what to do about it."""
    if has_plans(edition):
        return ("BDUK's list of premises, as this edition has it, does not cover all of this place: what is under "
                f"contract or planned here is not known, and nothing is taken off. {how_to_get_it()}")
    return ("What is under contract or planned is not in this edition: it was built without BDUK's list of premises, "
            f"and nothing is taken off the gap for it. {how_to_get_it()}")


def left_out(edition: Edition, speed: str) -> str:
    """Say what a list of where first leaves out."""
    if not has_plans(edition):
        return "What is under contract or planned is not in this edition: nothing is left out of the list for it."
    if speed != SPEED:
        return f"Nothing is left out of the list for what is under contract or planned. {ONLY_GIGABIT}"
    return (f"Homes and businesses under contract, or planned by an operator, are left out ({dated(edition)}), and "
            "people in proportion.")


def dated(edition: Edition) -> str:
    """Say whose list it is, and of when."""
    return f"Building Digital UK, {month(edition.manifest['vintages'][PLANNED])}"


def counted(planned: PlannedBuild) -> str:
    """Say how many premises have what status."""
    lost = (f" Another {planned.unplaced:,} could not be placed: their postcode is not in Code-Point Open, or lies in "
            "another council.") if planned.unplaced else ""
    return (f"Of {planned.placed:,} homes and businesses that BDUK recognises here, {planned.gigabit_now:,} can have a "
            f"gigabit now, {planned.contracted:,} are under contract, {planned.commercial:,} are planned by an "
            f"operator, {planned.under_review:,} are under review, and for {planned.not_planned:,} "
            f"({percent(planned.not_planned / planned.placed if planned.placed else None)}) nothing is planned.{lost}")


def stuck(planned: PlannedBuild) -> str:
    """Say how many people are still stuck."""
    return (f"{STILL_STUCK.label} after that: {people(planned.people)} ({span(planned.low, planned.high)}). "
            f"{STILL_STUCK.definition} {ONLY_GIGABIT}")


def about_planned(edition: Edition, work: str, place: Place) -> list[str]:
    """Say what is contracted and planned in a place, and who is still stuck; or that it is not known."""
    planned = planned_build(edition, work, place)
    if planned is None:
        return [absent(edition)]
    return [f"{counted(planned)} ({dated(edition)}.)", *contract_sentences(edition, place), stuck(planned)]


def contract_sentences(edition: Edition, place: Place) -> Iterator[str]:
    """Name the contracts of a place with their premises and dates, or say that there is none."""
    listed = contracts_of(edition, place)
    if listed.empty:
        yield "No contract and no voucher project covers premises here that have no gigabit yet."
        return
    said = "; ".join(contract_words(row) for _, row in listed.head(_NAMED).iterrows())
    more = len(listed) - _NAMED
    rest = f"; and {more} more with {listed['premises'].iloc[_NAMED:].sum():,} premises" if more > 0 else ""
    yield f"Under contract, and not built yet: {said}{rest}."


def status_rows(planned: PlannedBuild) -> tuple[tuple[str, ...], ...]:
    """Write premises by status as a table: the label, how many, and their share of those placed."""
    counts = {status: getattr(planned, status) for status in STATUS_LABELS}
    return tuple((label, f"{counts[status]:,}", "" if status == "unplaced" or not planned.placed else
                  percent(counts[status] / planned.placed)) for status, label in STATUS_LABELS.items())


def contract_rows(listed: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    """Write contracts as a table."""
    return tuple((row["contract"] or "without a name", row["supplier"] or "not named", f"{row['premises']:,}",
                  date_words(row["date"]).removeprefix("by ")) for row in listed.to_dict("records"))


def contracts_caption(listed: pd.DataFrame, few: int) -> str:
    """Caption the contracts of a place, of which the first few are shown."""
    more = f" The first {few} of {len(listed):,}; all in tables/contracts.csv." if few < len(listed) else ""
    return f"Contracts and voucher projects that cover premises here without a gigabit, most premises first.{more}"


def contracts_known(edition: Edition, work: str, place: Place) -> str:
    """Say in a sentence which contract covers a place, or that none does, and for how many nothing is planned."""
    planned = planned_build(edition, work, place)
    if planned is None:
        return "No contract is in these data yet."
    listed = contracts_of(edition, place)
    plans = f"BDUK's list of gigabit lines ({month(edition.manifest['vintages'][PLANNED])})"
    rest = (f"for {premises(planned.not_planned)} nothing is planned" if planned.not_planned else
            "there is none for which nothing is planned")
    if listed.empty:
        return f"No contract covers it: by {plans} {rest}."
    more = len(listed) - 1
    others = f", and {more} more {'covers' if more == 1 else 'cover'} {premises(listed['premises'].iloc[1:].sum())}"
    return f"By {plans}: {contract_words(listed.iloc[0])}{others if more else ''}; {rest}."


def premises(count: int) -> str:
    """Say how many homes and businesses, counted one by one."""
    return f"{count:,} home or business" if count == 1 else f"{count:,} homes and businesses"


def contract_words(row: pd.Series) -> str:
    """Name one contract: what it is, who builds, for how many, and by when."""
    kind = "voucher project" if row["scheme"] == "vouchers" else "contract"
    name = f"{kind} ‘{row['contract']}’" if row["contract"] else f"a {kind} without a name"
    builder = f" ({row['supplier']})" if row["supplier"] else ""
    return f"{name}{builder}, {premises(row['premises'])}, {date_words(row['date'])}"


def date_words(day: str) -> str:
    """Say until when a contract is to be built."""
    if not day:
        return "no final date given"
    when = date.fromisoformat(day)
    return f"by {when.day} {when:%B %Y}"
