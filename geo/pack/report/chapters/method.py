"""How sure the figures are, in how many views the claims hold, and what is assumed."""

from geo.core.rounding import span
from geo.figures.profile import PlaceProfile
from geo.pack.report.blocks import Block, Bullets, Formula, Heading, Table, plain
from geo.pack.report.numbering import see
from geo.pack.report.prose import prose, prose_rows
from geo.words import evidence, robust
from geo.words import formulas as words
from geo.words.estimate import GAINS, GAINS_HEADER, gains, validation_sentences
from geo.words.method import method_sections, national_sentences
from geo.words.notes import notes_in_words
from geo.words.quality import CAPTION as QUALITY_CAPTION
from geo.words.quality import HEADER as QUALITY_HEADER
from geo.words.quality import HEADING as QUALITY
from geo.words.quality import quality_rows

_NOT_USED = "How not to use the figures"


def limits(profile: PlaceProfile) -> list[Block]:
    """Say how far off the figures may be, and what they are not for."""
    gap, manifest = profile.answer["people_in_gap"], profile.edition.manifest
    within, limits_ = span(gap.low or 0, gap.high or 0), span(gap.least or 0, gap.most or 0)
    unused = next(section.text for section in method_sections() if section.title == _NOT_USED)
    items = [" ".join(item.split()).replace("*", "") for item in f"\n{unused}".split("\n* ")[1:]]
    notes = tuple(notes_in_words(profile.answer))
    blocks: list[Block] = [
        Heading("How sure this is", key="sure"),
        plain(prose("text", "range", profile, range=within, limits=limits_)),
        *(plain(text) for text in evidence.independence_sentences(manifest)),
        Heading("Homes, not offices", 2), *(plain(text) for text in evidence.homes_sentences(manifest)),
        *_of_rows(evidence.HOMES_CAPTION, evidence.HOMES_HEADER, evidence.homes_rows(manifest)),
    ]
    tested = validation_sentences(manifest, profile.edition.region)
    if tested:
        blocks += [Heading("How good the estimate of broadband is", 2), *(plain(text) for text in tested)]
    blocks += _of_rows(GAINS, GAINS_HEADER, gains(manifest))
    blocks += [Heading("How good the shares of occupations are", 2),
               *(plain(text.replace(" %", "\u00a0%"))
                 for text in (*national_sentences(), *evidence.census_day_sentences(manifest, profile.edition.region))),
               *_of_rows(evidence.did_caption(profile.edition.region), evidence.DID_HEADER,
                         evidence.did_rows(manifest))]
    if notes:
        blocks += [Heading("What to know about these figures", 2), Bullets(notes)]
    return [*blocks, Heading(_NOT_USED, 2), Bullets(tuple(items))]


def _of_rows(caption: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[Block]:
    """Table what the method says; nothing where the edition does not know it."""
    if not rows:
        return []
    return [Table(f"{caption}.", header, tuple(rows), right=tuple(range(1, len(header))),
                  widths=(2.6, *[1.0] * (len(header) - 1)))]


def views(profile: PlaceProfile) -> list[Block]:
    """Say in how many views the claims are true, and name those where one is not."""
    held = robust.claims_held(profile)
    region = profile.edition.region
    if not held:
        return [Heading(robust.HEADING), plain(robust.none_holds(profile.place, region)),
                plain(robust.about_views(region), "small")]
    rows = tuple((line.claim, " ".join([line.held, *[f"({line.left_out} left out)"] * bool(line.left_out)]),
                  "; ".join([*(words for _, words in line.fails), *[line.more] * bool(line.more)])) for line in held)
    return [Heading(robust.HEADING), Table(robust.about_views(region), robust.HEADER, rows, widths=(2, 1.5, 3))]


def formulas() -> list[Block]:
    """Show the formulas of the figures."""
    shown = [block for one in words.FORMULAS for block in (plain(one.words, "small"), Formula(*one))]
    return [Heading(words.HEADING), plain(words.LETTERS), *shown]


def quality(profile: PlaceProfile) -> list[Block]:
    """Answer what official statistics are asked about their quality."""
    rows = quality_rows(profile.edition, {key: see(key) for key in ("sure", "assumptions", "sources", "check")})
    return [Heading(QUALITY), Table(QUALITY_CAPTION, QUALITY_HEADER, rows, widths=(1, 5))]


def assumptions(profile: PlaceProfile) -> list[Block]:
    """Log every assumption, where it comes from, and which way it pulls."""
    return [Heading("Assumptions", key="assumptions"), Table(
        prose("caption", "assumptions", profile), ("Assumption", "From", "Which way it pulls"),
        prose_rows("assumptions", profile, 3), widths=(2.6, 2.2, 1.6))]
