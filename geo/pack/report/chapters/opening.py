"""The chapter of the claim: ratio, count, range, rank, comparators, date, and what a sceptic asks."""

from collections.abc import Iterable

from geo.core.measures import BASES, FIGURES
from geo.core.rounding import decimal, percent
from geo.figures.profile import PlaceProfile
from geo.pack.report.blocks import Block, Card, Cards, Heading, Paragraph, plain
from geo.pack.report.prose import prose
from geo.pack.request import Request
from geo.words.beside_claim import HEADING, basis_words, beside_claim
from geo.words.claim import bases, cards, headline, other_speeds, spoken_name
from geo.words.context import about_place
from geo.words.cover import built_on, day
from geo.words.definitions import row_label
from geo.words.intervals import covers
from geo.words.ranks import how_sure, rank_lines


def claim(request: Request, profile: PlaceProfile) -> list[Block]:
    """Say the claim: ratio, count, range, rank, comparators, date, what to rebuild, and what a sceptic asks."""
    answer, ranks, kind = profile.answer, profile.rank_certainty, profile.place.kind
    figures = tuple(Card(card.label, card.value, (*card.notes, *rank_lines(ranks, kind, card.key)),
                         marks(card.basis)) for card in cards(answer))
    blocks: list[Block] = [
        Heading("The claim"), *(plain(said) for said in about_place(profile.edition, profile.place)),
        Paragraph(headline(answer), "claim"), plain(other_speeds(answer)), Cards(figures),
        plain(_beside_sentence(profile)), plain(f"{covers(profile.edition)} {how_sure(profile)}", "small"),
        plain(_made(profile), "small"),
    ]
    if request.note:
        blocks.append(Heading(f"Note from {request.author or 'the author'}", 2))
        blocks += [plain(line) for line in request.note.split("\n") if line]
        blocks.append(plain(prose("text", "author", profile), "small"))
    rebuild = [prose("rebuild", basis, profile) for basis in bases(answer) if basis in {"estimated", "indicative"}]
    if rebuild:
        blocks.append(Heading("Before this is submitted", 2))
        blocks += [plain(text, "mark") for text in rebuild]
    return [*blocks, Heading(HEADING, 2), *(
        Paragraph(("", f"{item.heading}. ", f"{item.text} ({basis_words(item)})"), "small")
        for item in beside_claim(answer))]


def marks(basis: Iterable[str]) -> tuple[str, ...]:
    """Mark what figures rest on."""
    return tuple(BASES[name].mark for name in basis)


def _beside_sentence(profile: PlaceProfile) -> str:
    """Set the rate beside those of the larger places and the share beside England's."""
    named = {spoken_name(answer.place.name): answer.figures for answer in (profile.answer, *profile.larger)}
    said = [f"{decimal(gap.rate)} in {name}" for name, known in {**named, **profile.answer.nations}.items()
            if (gap := known.get("people_in_gap")) is not None and gap.rate is not None]
    shares = {name: known["premises_below"].rate for name, known in {**named, **profile.answer.nations}.items()
              if "premises_below" in known}
    spelled = ", ".join(f"{percent(share)} in {name}" for name, share in shares.items() if share is not None)
    people, (premises,) = profile.edition.broadband_basis, profile.answer["premises_below"].basis
    counted = "Ofcom’s counts" if premises == "published" else f"{premises}; of larger places Ofcom’s counts"
    rates = f"Of every 1,000 residents in work, in the gap ({people}): {', '.join(said)}."
    without = row_label(FIGURES["premises_below"], profile.view)
    return f"{rates} {without} ({counted}): {spelled}.".replace(" %", "\u00a0%")


def _made(profile: PlaceProfile) -> str:
    edition = profile.edition
    return (f"Figures of edition {edition.id}, built on {day(built_on(edition))} from the sources named at the end. "
            f"{bases(profile.answer).get('timetable', '')}".rstrip())
