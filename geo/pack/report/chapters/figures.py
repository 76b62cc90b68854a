"""What is counted, every figure, who is affected, and what is available already."""

from geo.core.choices import SPEEDS
from geo.core.measures import PLANNED_BUILD
from geo.core.rounding import about, percent
from geo.figures.planned import contracts_of
from geo.figures.profile import PlaceProfile
from geo.figures.side_by_side import rates_and_minutes
from geo.pack.report.blocks import Block, Heading, Table, plain
from geo.pack.report.chapters.opening import marks
from geo.pack.report.prose import prose, prose_rows
from geo.words import place as words
from geo.words.claim import spoken_name
from geo.words.definitions import speed_name
from geo.words.intervals import figure_cell, in_brackets
from geo.words.planned import (
    CONTRACTS_HEADER,
    COUNTERFACTUAL,
    STATUS_HEADER,
    STATUSES,
    about_planned,
    contract_rows,
    contracts_caption,
    status_rows,
)

CONTRACT_ROWS = 12
"""Contracts that the report has room for; the files have all."""


def definitions(profile: PlaceProfile) -> list[Block]:
    """Define each figure, with its threshold and the reason for it."""
    return [Heading("What is counted, and why so"), Table(
        prose("caption", "definitions", profile), ("Figure", "Definition", "Threshold and reason"),
        prose_rows("definitions", profile, 3), widths=(1.2, 2.2, 2.8))]


def every_figure(profile: PlaceProfile) -> list[Block]:
    """Table every figure of the place, with range, rate, rank and basis, and beside other places."""
    answers = (profile.answer, *profile.larger)
    rows, nations = rates_and_minutes(answers)
    names = [*(answer.place.name for answer in answers), *nations]
    beside = Table(
        prose("caption", "beside", profile), ("", *names),
        tuple((words.chosen_label(name, chosen) + (f" [{', '.join(basis)}]" if basis else ""), *cells)
              for name, chosen, basis, cells in words.rate_cells(rows, profile.answer)),
        right=tuple(range(1, len(names) + 1)), widths=(2.6, *[1.0] * len(names)))
    every = _facts(words.place_lines(profile.answer, profile.rank_certainty))
    return [Heading(f"Every figure for {spoken_name(profile.place.name)}"), every, beside]


def _facts(rows: list[words.Line]) -> Table:
    ranked = any(row.ranks for row in rows)
    return Table(
        f"Every figure, with its interval and what stands beside it, its rate, {'its rank, ' * ranked}and its basis.",
        ("Figure", "Value", "Beside it", "Rate", *["Rank"] * ranked, "Basis"),
        tuple((row.label, row.value, row.beneath, row.rate, *["; ".join(row.ranks)] * ranked, " and ".join(row.basis))
              for row in rows),
        widths=(2.4, 1.3, 1.7, 1.5, *[1.6] * ranked, 1.2))


def who(profile: PlaceProfile) -> list[Block]:
    """Say who is affected: occupations, deprivation, cars, rurality, the coast."""
    answer, jobs, capable = profile.answer, profile.occupations, profile.answer["remote_capable"]
    rows = tuple((str(row["name"]), f"{row['workers']:,.0f}", percent(row["share"]), about(row["remote_capable"]))
                 for row in jobs.to_dict("records"))
    table = Table(
        prose("caption", "occupations", profile),
        ("Occupation", "Residents in work", "Can be done from home", "Residents in such jobs, about"),
        (*rows, ("All occupations", f"{answer['workers'].value:,}", percent(capable.share),
                f"{about(capable.count)}{in_brackets(capable)}")),
        right=(1, 2, 3), widths=(3, 1.2, 1.2, 1.3), basis=("census and national shares",))
    return [Heading("Who is affected"), table, Heading("Is this area really comfortable?", 2),
            *(plain(text.replace(" %", "\u00a0%")) for text in words.hardship(answer, profile.hardship)),
            plain(prose("text", "hardship", profile), "small")]


def planned(profile: PlaceProfile) -> list[Block]:
    """Say what would come anyway (the counterfactual): what is contracted and planned, by status and by contract."""
    edition, place, found = profile.edition, profile.place, profile.answer.planned
    said = about_planned(edition, profile.view.work, place)
    blocks: list[Block] = [Heading(COUNTERFACTUAL), plain(prose("text", "planned", profile))]
    if found is None:
        return [*blocks, *map(plain, said)]
    listed = contracts_of(edition, place)
    statuses = Table(
        STATUSES, STATUS_HEADER, status_rows(found), right=(1, 2), widths=(3, 1.2, 1),
        basis=marks(PLANNED_BUILD.bases), key="planned")
    contracts = Table(
        contracts_caption(listed, CONTRACT_ROWS), CONTRACTS_HEADER, contract_rows(listed.head(CONTRACT_ROWS)),
        right=(2,), widths=(3, 2, 1.2, 1.3), basis=marks(PLANNED_BUILD.bases), key="contracts")
    return [*blocks, *(plain(text.replace(" %", "\u00a0%")) for text in said), statuses,
            *[contracts] * (not listed.empty)]


def already_there(profile: PlaceProfile) -> list[Block]:
    """Say what can be had already at each speed."""
    answer, rows = profile.answer, []
    for key, (_, count, share, people, _) in zip(SPEEDS, words.speed_lines(answer), strict=True):
        without = answer.at("premises_below", key).rate
        have = percent(None if without is None else 1 - without)
        rows.append((words.chosen_label(speed_name(key), key == profile.view.speed), have, count, share, people,
                     figure_cell(answer.at("people_in_gap", key))))
    (published,) = answer["premises"].basis
    return [
        Heading("What is already available"),
        plain(prose("text", "have_it", profile)),
        Table(prose("caption", "speeds", profile),
              ("Speed", "Can get it", "Cannot get it", "Share", "People in the gap", "Between"), tuple(rows),
              right=(1, 2, 3, 4, 5),
              widths=(2.6, 1, 1.2, 1, 1.3, 1.6),
              basis=marks(dict.fromkeys((published, str(profile.edition.broadband_basis))))),
    ]
