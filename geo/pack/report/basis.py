"""The chapters of a report that say what the figures rest on: definitions, limits, sources, assumptions, the check."""

from geo.core.rounding import about
from geo.figures.profile import PlaceProfile
from geo.pack.report.blocks import Block, Bullets, Heading, PageBreak, Table, plain
from geo.pack.report.prose import prose, prose_rows
from geo.sources.catalogue import read_attributions
from geo.words.method import method_sections, missing_table, national_sentences, sources_table, validation_sentences
from geo.words.notes import notes_in_words

_NOT_USED = "How not to use the figures"


def definitions(profile: PlaceProfile) -> list[Block]:
    """Define each figure, with its threshold and the reason for it."""
    return [Heading("What is counted, and why so"), Table(
        prose("caption", "definitions", profile), ("Figure", "Definition", "Threshold and reason"),
        prose_rows("definitions", profile, 3), widths=(1.2, 2.2, 2.8))]


def limits(profile: PlaceProfile) -> list[Block]:
    """Say how far off the figures may be, and what they are not for."""
    gap = profile.answer["people_in_gap"]
    low, high, least, most = (about(end or 0) for end in (gap.low, gap.high, gap.least, gap.most))
    unused = next(section.text for section in method_sections() if section.title == _NOT_USED)
    items = [" ".join(item.split()).replace("*", "") for item in f"\n{unused}".split("\n* ")[1:]]
    notes = tuple(notes_in_words(profile.answer))
    blocks: list[Block] = [
        Heading("How sure this is"),
        plain(prose("text", "range", profile, low=low, high=high, least=least, most=most)),
    ]
    tested = validation_sentences(profile.edition.manifest)
    if tested:
        blocks += [Heading("How good the estimate of broadband is", 2), *(plain(text) for text in tested)]
    blocks += [Heading("How good the shares of occupations are", 2),
               *(plain(text.replace(" %", "\u00a0%")) for text in national_sentences())]
    if notes:
        blocks += [Heading("What to know about these figures", 2), Bullets(notes)]
    return [*blocks, Heading(_NOT_USED, 2), Bullets(tuple(items))]


def sources(profile: PlaceProfile) -> list[Block]:
    """List the sources, with vintage, licence and the attributions that publishers ask for."""
    manifest = profile.edition.manifest
    rows = tuple((source["title"], source["publisher"], str(source["vintage"]), source["licence"])
                 for source in sources_table(manifest).to_dict("records"))
    lacking = tuple((str(lack["title"]), str(lack["without_it"]))
                    for lack in missing_table(manifest).to_dict("records"))
    blocks: list[Block] = [
        PageBreak(), Heading("Sources"),
        Table(prose("caption", "sources", profile),
              ("Source", "Publisher", "Vintage", "Licence"), rows, widths=(3, 2, 1.5, 1.3)),
    ]
    if lacking:
        blocks.append(Table("What it was made without.", ("Source", "What that costs"), lacking, widths=(2, 3)))
    return [*blocks, Heading("Attributions", 2), Bullets(tuple(read_attributions().values()))]


def assumptions(profile: PlaceProfile) -> list[Block]:
    """Log every assumption, where it comes from, and which way it pulls."""
    return [Heading("Assumptions"), Table(
        prose("caption", "assumptions", profile), ("Assumption", "From", "Which way it pulls"),
        prose_rows("assumptions", profile, 3), widths=(2.6, 2.2, 1.6))]


def check(profile: PlaceProfile) -> list[Block]:
    """Say how anyone can check the pack."""
    return [Heading("How to check this pack"), Bullets(tuple(row[0] for row in prose_rows("check", profile, 1)))]
