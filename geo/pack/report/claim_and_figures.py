"""The chapters of a report on the place as a whole: the claim, every figure, who is affected, what is there already."""

import pandas as pd

from geo.core.choices import SPEEDS
from geo.core.rounding import about, percent
from geo.figures.profile import PlaceProfile
from geo.figures.side_by_side import rates_and_minutes
from geo.pack.report.blocks import Block, Card, Cards, Heading, Paragraph, Table, plain
from geo.pack.report.prose import prose
from geo.pack.request import Request
from geo.words.claim import bases, cards, headline, other_speeds, spoken_name
from geo.words.place import (
    Line,
    chosen_label,
    hardship,
    place_lines,
    premises_without,
    rate_cells,
    speed_lines,
)
from geo.words.ranks import how_sure, rank_lines


def claim(request: Request, profile: PlaceProfile) -> list[Block]:
    """Say the claim on one page: count, range, rank, comparators, date, and what to rebuild before a submission."""
    answer, ranks, code = profile.answer, profile.ranks, profile.place.code
    figures = tuple(Card(card.label, card.value, (*card.notes, *rank_lines(ranks, code, card.key)), card.basis)
                    for card in cards(answer))
    blocks: list[Block] = [
        Heading("The claim"), Paragraph(headline(answer), "claim"), plain(other_speeds(answer)), Cards(figures),
        plain(_beside_sentence(profile)), plain(how_sure(profile.place, ranks), "small"),
        plain(_made(profile), "small"),
    ]
    if request.note:
        blocks.append(Heading(f"A word from {request.author or 'the author'}", 2))
        blocks += [plain(line) for line in request.note.split("\n") if line]
        blocks.append(plain(prose("text", "author", profile), "small"))
    rebuild = [prose("rebuild", basis, profile) for basis in bases(answer) if basis in {"estimated", "indicative"}]
    if rebuild:
        blocks.append(Heading("Before this is submitted", 2))
        blocks += [plain(text, "mark") for text in rebuild]
    return blocks


def _beside_sentence(profile: PlaceProfile) -> str:
    """Set the rate beside those of the larger places and the share beside England's."""
    named = {spoken_name(answer.place.name): answer.figures for answer in (profile.answer, *profile.larger)}
    said = [f"{gap.rate:,.1f} in {name}" for name, known in named.items()
            if (gap := known["people_in_gap"]).rate is not None]
    shares = {name: known["premises_below"].rate for name, known in {**named, **profile.answer.nations}.items()
              if "premises_below" in known}
    spelled = ", ".join(f"{percent(share)} in {name}" for name, share in shares.items() if share is not None)
    people, (premises,) = profile.edition.broadband_basis, profile.answer["premises_below"].basis
    counted = "Ofcom’s own counts" if premises == "published" else f"{premises}; of larger places Ofcom’s own counts"
    rates = f"Of every 1,000 residents in work, in the gap ({people}): {', '.join(said)}."
    return (f"{rates} {premises_without(profile.view.speed)} ({counted}): {spelled}.".replace(" %", "\u00a0%"))


def _made(profile: PlaceProfile) -> str:
    edition = profile.edition
    built = pd.Timestamp(str(edition.manifest["built_at"]))
    return (f"Figures of edition {edition.id}, built on {built.day} {built:%B %Y} from the sources listed at the end; "
            f"their vintages stand there. {bases(profile.answer).get('timetable', '')}".rstrip())


def every_figure(profile: PlaceProfile) -> list[Block]:
    """Table every figure of the place, with range, rate, rank and basis, and beside other places."""
    answers = (profile.answer, *profile.larger)
    rows, nations = rates_and_minutes(answers)
    names = [*(answer.place.name for answer in answers), *nations]
    beside = Table(
        prose("caption", "beside", profile), ("", *names),
        tuple((f"{chosen_label(label, chosen)} [{', '.join(basis)}]" if basis else chosen_label(label, chosen), *cells)
              for label, chosen, basis, cells in rate_cells(rows, profile.answer)),
        right=tuple(range(1, len(names) + 1)), widths=(2.6, *[1.0] * len(names)))
    every = _facts(place_lines(profile.answer, profile.ranks))
    return [Heading(f"Every figure for {spoken_name(profile.place.name)}"), every, beside]


def _facts(rows: list[Line]) -> Table:
    ranked = any(row.ranks for row in rows)
    return Table(
        f"Every figure, with its range or what stands beside it, its rate, {'its rank, ' * ranked}and its basis.",
        ("Figure", "Value", "Range", "Rate", *["Rank"] * ranked, "Basis"),
        tuple((row.label, row.value, row.beneath, row.rate, *["; ".join(row.ranks)] * ranked, " and ".join(row.basis))
              for row in rows),
        widths=(2.4, 1.3, 1.7, 1.5, *[1.6] * ranked, 1.2))


def who(profile: PlaceProfile) -> list[Block]:
    """Say who is affected: occupations, deprivation, cars, rurality."""
    answer, jobs, capable = profile.answer, profile.occupations, profile.answer["remote_capable"]
    rows = tuple((str(row["name"]), f"{row['workers']:,.0f}", percent(row["share"]), about(row["remote_capable"]))
                 for row in jobs.to_dict("records"))
    table = Table(
        prose("caption", "occupations", profile),
        ("Occupation", "Residents in work", "Can be done from home", "Residents in such jobs, about"),
        (*rows, ("All occupations", f"{answer['workers'].value:,}", percent(capable.share), about(capable.count))),
        right=(1, 2, 3), widths=(3, 1.2, 1.2, 1.3), basis=("census and national shares",))
    return [Heading("Who is affected"), table, Heading("Is this area really comfortable?", 2),
            *(plain(text.replace(" %", "\u00a0%")) for text in hardship(answer, profile.hardship)),
            plain(prose("text", "hardship", profile), "small")]


def already_there(profile: PlaceProfile) -> list[Block]:
    """Say what can be had already at each speed, and that plans are not counted."""
    answer, rows = profile.answer, []
    for key, (speed, count, share, people, ends) in zip(SPEEDS, speed_lines(answer), strict=True):
        without = answer.at("premises_below", key).rate
        have = percent(None if without is None else 1 - without)
        rows.append((chosen_label(speed, key == profile.view.speed), have, count, share, people, ends))
    (published,) = answer["premises"].basis
    return [
        Heading("What is there already"),
        plain(prose("text", "have_it", profile)),
        Table(prose("caption", "speeds", profile),
              ("Speed", "Have it", "Without it", "Share", "People in the gap", "Range"), tuple(rows),
              right=(1, 2, 3, 4, 5),
              widths=(2.6, 1, 1.2, 1, 1.3, 1.6),
              basis=tuple(dict.fromkeys((published, str(profile.edition.broadband_basis))))),
        Heading("What is planned", 2),
        plain(prose("text", "planned", profile)),
    ]
