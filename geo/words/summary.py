"""A place on one page: three findings, chosen by written rules, the places with most people, and what to ask for."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from geo.core.choices import KINDS
from geo.core.measures import FIGURES, MEASURES
from geo.core.rounding import percent
from geo.figures.certainty import RankCertainty
from geo.figures.intervals import Interval
from geo.figures.profile import PlaceProfile
from geo.words.ask import asks
from geo.words.certainty import IN_BANDS, band, ordinal
from geo.words.claim import cut_off, headline, kind_label, number, sentence_case, spoken_name
from geo.words.definitions import distance, label
from geo.words.intervals import in_brackets, interval, is_told
from geo.words.place import half_of_gap

HEADING, WHERE, ASK = "Summary", "Where most of them live", "What to ask for"

RANKED = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail", "train_to_hub_minutes")
"""Measures whose rank may be a finding, those that come first before others as striking."""

NAMED = 3
_STRIKING = 4
"""A rank is worth telling in the worst quarter."""

_BANDS = {"worst twentieth": 20, "worst tenth": 10, "worst quarter": 4}


class _Rank(NamedTuple):
    share: float    # of the places ranked, up to the last rank that it may have
    certain: bool
    text: str


def findings(profile: PlaceProfile) -> tuple[str, str, str]:
    """Say three things of a place: the claim, its most striking rank, and its trains.

    Of the ranks that lie in the worst quarter for sure it is the nearest to the worst, one that is certain before one
    that is not; where there is none, how few neighbourhoods hold half of the gap stands instead.
    """
    return "".join(headline(profile.answer)), _rank(profile), _trains(profile)


def _rank(profile: PlaceProfile) -> str:
    found = sorted((rank for rank in _ranks(profile) if rank.share * _STRIKING <= 1),
                   key=lambda rank: (not rank.certain, rank.share))
    return found[0].text if found else half_of_gap(profile.answer, profile.half_of_gap)


def _ranks(profile: PlaceProfile) -> Iterator[_Rank]:
    for key in RANKED:
        ranks = profile.rank_certainty.get(key)
        if ranks is None:
            continue
        measure = MEASURES[key]
        named = label(measure, profile.view)
        rate = named if not measure.has_count else (
            f"share of {measure.rate_unit.removeprefix('share of ')}: {named[0].lower()}{named[1:]}" if measure.percent
            else f"{named[0].lower()}{named[1:]} {measure.rate_unit}")
        for rank, by in ((ranks.count, f"number: {named[0].lower()}{named[1:]}"), (ranks.rate, rate)):
            if rank is not None:
                yield _told(profile, rank, ranks.of, by)


def _told(profile: PlaceProfile, rank: RankCertainty, of: int, by: str) -> _Rank:
    name, kind = sentence_case(spoken_name(profile.place.name)), profile.place.kind
    among = f"of {profile.edition.region.spoken}’s {of:,} {kind_label(kind, of)}"
    if kind in IN_BANDS:
        part = band(rank, of)
        return _Rank(1 / _BANDS[part] if part in _BANDS else 1.0, part in _BANDS,
                     f"{name} is among the {part} {among} by {by}.")
    if rank.p05 == rank.p95:
        where = "worst" if rank.p05 == 1 else f"{ordinal(rank.p05)} worst"
        return _Rank(rank.p95 / of, True, f"{name} is {where} {among} by {by}, in at least nine draws of ten.")
    ends = f"between {ordinal(rank.p05)} and {ordinal(rank.p95)} worst"
    return _Rank(rank.p95 / of, False, f"{name} is {ends} {among} by {by}.")


def _trains(profile: PlaceProfile) -> str:
    """Say how many live too far from the hub by train."""
    far, limit = profile.answer["cut_off_by_rail"], distance(profile.view)
    if not far.count:
        return f"No resident of {spoken_name(profile.place.name)} lives {limit}."
    return (f"{sentence_case(cut_off(profile.answer))}{in_brackets(far)} residents, {percent(far.rate)}, live {limit}.")


def most_people(profile: PlaceProfile, kind: str) -> str:
    """Name the places of a kind with most people in the gap; nothing where nobody is in it."""
    table = profile.inside[kind]
    named = [f"{row['name']} ({number(row['people_in_gap'])}{_between(row)})"
             for row in table.head(NAMED).to_dict("records") if row["people_in_gap"] >= 0.5]
    if not named:
        return ""
    which = kind_label(kind) if len(named) == 1 else KINDS[kind].plural
    return f"The {which} with most {label(FIGURES['people_in_gap']).lower()}: {'; '.join(named)}."


def _between(row: Mapping[Any, Any]) -> str:
    if pd.isna(row["p05"]):
        return ""
    found = Interval(float(row["p05"]), float(row["p95"]))
    return f", {interval(found)}" if is_told(found) else ""


def ask(profile: PlaceProfile) -> tuple[str, ...]:
    """Say what to ask for, and of whom, for lines: a paragraph each."""
    said = []
    for item in asks(profile):
        if item.topic != "Trains":
            named = " and ".join(name for _, name in item.places)
            said.append(f"{named}{', ' * bool(named)}{item.text}" if named else item.text)
    return tuple(said)
