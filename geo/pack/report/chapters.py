"""The chapters of a report, in their order: what each says, as blocks."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo.core.choices import HUBS, KINDS, SPEEDS
from geo.core.measures import BASES, FIGURES
from geo.core.priority_terms import terms_of
from geo.core.rounding import about, decimal, percent
from geo.figures.profile import PlaceProfile
from geo.figures.side_by_side import rates_and_minutes
from geo.figures.what_if import who_gains
from geo.pack.maps.compose import DrawnMap
from geo.pack.report.blocks import Block, Bullets, Card, Cards, Heading, PageBreak, Paragraph, Picture, Table, plain
from geo.pack.report.prose import prose, prose_rows
from geo.pack.request import Request
from geo.sources.licences import credit_sentences, without_share_alike
from geo.words import evidence, priorities, robust
from geo.words import place as words
from geo.words import what_if as changes
from geo.words.beside_claim import HEADING, basis_words, beside_claim
from geo.words.claim import bases, cards, headline, other_speeds, sentence_case, spoken_name
from geo.words.context import about_place
from geo.words.definitions import label, row_label, short_speed
from geo.words.estimate import GAINS, GAINS_HEADER, gains, validation_sentences
from geo.words.intervals import covers, figure_cell, in_brackets, interval_cell
from geo.words.method import method_sections, missing_table, national_sentences, sources_table
from geo.words.notes import notes_in_words
from geo.words.ranks import how_sure, rank_lines

LONGEST_TABLE = 20
"""Rows of a table in the report; the files have all."""

FIRST_ROWS = 12
"""Neighbourhoods of where first in the report."""

_NEED_KINDS = {"region": "authority", "county": "authority", "lep": "authority", "constituency": "ward",
               "district": "ward", "msoa": "lsoa"}
_NOT_USED = "How not to use the figures"


def claim(request: Request, profile: PlaceProfile) -> list[Block]:
    """Say the claim: ratio, count, range, rank, comparators, date, what to rebuild, and what a sceptic asks."""
    answer, ranks, kind = profile.answer, profile.rank_certainty, profile.place.kind
    figures = tuple(Card(card.label, card.value, (*card.notes, *rank_lines(ranks, kind, card.key)),
                         _marks(card.basis)) for card in cards(answer))
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


def _marks(basis: Iterable[str]) -> tuple[str, ...]:
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
    built = pd.Timestamp(str(edition.manifest["built_at"]))
    return (f"Figures of edition {edition.id}, built on {built.day} {built:%B %Y} from the sources named at the end. "
            f"{bases(profile.answer).get('timetable', '')}".rstrip())


def need_kind(profile: PlaceProfile) -> str | None:
    """Choose the kind of place that the need is tabled by."""
    wanted = _NEED_KINDS.get(profile.place.kind, "authority" if "authority" in profile.inside else "ward")
    return next((kind for kind in (wanted, "ward", "msoa", "lsoa") if kind in profile.inside), None)


def need(profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Show where the need is: the map, and the same figures as a ranked table."""
    kind = need_kind(profile)
    drawn = picture(maps["people-in-gap"], _in_files(profile))
    blocks: list[Block] = [Heading("Where the need is"), drawn]
    if kind is None:
        return [*blocks, plain("This is a single neighbourhood: there is nothing to rank inside it.")]
    return [*blocks, places_table(profile, kind)]


def picture(drawn: DrawnMap, beside: str = "") -> Picture:
    """Place a map."""
    caption = f"{drawn.title}. {beside}".strip()
    return Picture(drawn.name, drawn.png, drawn.width, drawn.alt, caption, drawn.basis)


def _in_files(profile: PlaceProfile) -> str:
    where = "tables/inside-lsoa.csv and areas.gpkg" if "lsoa" in profile.inside else "areas.gpkg"
    return f"The figures of every neighbourhood stand in {where}."


def table_title(kind: str) -> str:
    """Name a table of the places of one kind."""
    return f"People in the gap by {KINDS[kind].label}, most first"


def places_table(profile: PlaceProfile, kind: str) -> Table:
    """Table the places of one kind, those with most people in the gap first."""
    table = profile.inside[kind]
    shown, partly = table.head(LONGEST_TABLE), bool((~table["whole"]).any())
    basis = (str(profile.edition.broadband_basis),)
    caption = table_title(kind)
    if len(shown) < len(table):
        caption += f": the first {len(shown)} of {len(table):,}; all stand in tables/inside-{kind}.csv"
    caption += ". Part: only what lies inside is counted" if partly else ""
    rows = tuple(
        (f"{row['name']} (part)" if not row["whole"] else str(row["name"]), f"{row['residents']:,.0f}",
         _count(row["people_in_gap"]), interval_cell(row),
         "–" if pd.isna(row["per_1000"]) else decimal(row["per_1000"]), percent(row["share_below"]),
         _count(row["nowhere_to_turn"]))
        for row in shown.to_dict("records"))
    return Table(
        f"{caption}.",
        (sentence_case(KINDS[kind].label), "Residents", "People in the gap", "Between", "Per 1,000 workers",
         f"Premises without {short_speed(profile.view.speed)}", label(FIGURES["nowhere_to_turn"])),
        rows, right=(1, 2, 3, 4, 5, 6), widths=(3.2, 1.2, 1.2, 1.7, 1.1, 1.3, 1.2), basis=basis)


def _count(people: float) -> str:
    return "fewer than 1" if 0 < people < 0.5 else about(people)


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


def rail(profile: PlaceProfile, maps: Mapping[str, DrawnMap]) -> list[Block]:
    """Say how far the hub is, and who has nowhere to turn."""
    view = profile.view
    hub, basis = HUBS[view.hub].label, str(profile.edition.rail_basis)
    by_train = [row for row in words.place_lines(profile.answer, profile.rank_certainty) if basis in row.basis]
    said = Table(
        f"Time to {hub}, and residents beyond {view.minutes} minutes.", ("Figure", "Value", "Beside it", "Rate"),
        tuple((row.label, row.value, row.beneath, row.rate) for row in by_train), widths=(2.4, 1.2, 2, 1.6),
        basis=(basis,))
    blocks: list[Block] = [Heading("Rail, and nowhere to turn"), said, _stations(profile)]
    others = [drawn for name, drawn in maps.items() if name != "people-in-gap"]
    return [*blocks, *(picture(drawn, _in_files(profile)) for drawn in others)]


def _stations(profile: PlaceProfile) -> Block:
    table = profile.stations
    if table.empty:
        return plain("No station is in this place, nor within 40 km of it without crossing the sea.")
    shown, more = _first(table, "stations")

    def whole(value: Any, unit: str = "") -> str:
        return "–" if pd.isna(value) else f"{value:,.0f}{unit}"

    rows = tuple(
        (f"{row['name']} ({row['crs']})" + ("" if row["inside"] else f", outside, {row['km']:.0f} km by land"),
         whole(row["fastest"], " min"), whole(row["typical"], " min"), whole(row["changes"]), whole(row["departures"]))
        for row in shown.reset_index(names="crs").to_dict("records"))
    return Table(
        prose("caption", "stations", profile) + more,
        ("Station", "Fastest", "Typical", "Changes", "Departures"), rows, right=(1, 2, 3, 4),
        widths=(3, 1, 1, 1, 1), basis=(str(profile.edition.rail_basis),))


def inside(profile: PlaceProfile) -> list[Block]:
    """List the places inside: constituencies, wards, and the neighbourhoods that hold half of the gap."""
    kinds = [kind for kind in ("constituency", "ward") if kind in profile.inside and kind != need_kind(profile)]
    if profile.half_of_gap.empty or len(profile.place.lsoas) < 2:
        return []
    few, more = _first(profile.half_of_gap, "half-of-the-gap")
    table = Table(
        prose("caption", "half", profile) + more,
        ("Neighbourhood", "Locality", "Authority", "People in the gap", "Between", "Together so far"),
        tuple((str(row["name"]), str(row["msoa"]), str(row["authority"]), _count(row["people"]),
               interval_cell(row), percent(row["cumulative"]))
              for row in few.to_dict("records")),
        right=(3, 4, 5), widths=(1.8, 2, 1.4, 1, 1.2, 1), basis=(str(profile.edition.broadband_basis),))
    return [Heading("The places inside"), *(places_table(profile, kind) for kind in kinds),
            plain(words.half_of_gap(profile.answer, profile.half_of_gap).replace(" %", "\u00a0%")), table]


def where_first(profile: PlaceProfile) -> list[Block]:
    """List the neighbourhoods to upgrade first, on the terms that were asked for; nothing where none were."""
    found, terms, place, view = profile.first, terms_of(profile.view), profile.place, profile.view
    if found is None:
        return []
    why = priorities.why_none(place, view, terms, found, smaller=priorities.SMALLER)
    blocks: list[Block] = [Heading(priorities.HEADING), *([plain(f"{sentence_case(why)}.", "mark")] if why else [])]
    if found.table.empty:
        return blocks
    rows = tuple(
        (str(row["name"]), str(row["locality"]), profile.edition.names("authority")[row["authority"]],
         _count(row["premises"]), _count(row["people_out_of_gap"]), _count(row["cumulative_premises"]),
         _count(row["cumulative_people"]), priorities.so_far(row, "people"))
        for row in found.table.head(FIRST_ROWS).to_dict("records"))
    said = (priorities.what_it_takes(place, view, found), priorities.how_chosen(terms, found),
            priorities.capped(profile.edition, place, terms, found), priorities.budget_words(view),
            f"{priorities.MEANING} {priorities.TWO_ORDERS}")
    return [*blocks, *(plain(text.replace(" %", "\u00a0%")) for text in said if text), Table(
        priorities.pack_caption(found, len(rows)), priorities.PACK_HEADER, rows, right=(3, 4, 5, 6, 7),
        widths=(1.7, 1.9, 1.4, 1, 1, 1.1, 1, 1.2), basis=(str(profile.edition.broadband_basis),))]


def what_if(profile: PlaceProfile) -> list[Block]:
    """Say what the what-if that was asked for does, and for whom; nothing where none was."""
    found, edition, view = profile.what_if, profile.edition, profile.view
    if found is None:
        return []
    rows = tuple(tuple(cell if isinstance(cell, str) else ", ".join(cell) for cell in row)
                 for row in changes.gains_rows(who_gains(edition, view, found)))
    said = "".join(changes.what_it_does(edition, view, found))
    return [Heading(changes.HEADING), plain(said), *map(plain, changes.beside_the_change(view, found)),
            plain(changes.MEANING), Table(
                changes.GAINS, changes.GAINS_HEADER, rows, right=(1, 2, 3), widths=(2, 1, 2, 2),
                basis=(str(edition.broadband_basis), *[str(edition.rail_basis)] * found.terms.changes_rail))]


def _first(table: pd.DataFrame, file: str) -> tuple[pd.DataFrame, str]:
    """Return the rows of a table that the report has room for, and where all of them are."""
    shown = table.head(LONGEST_TABLE)
    return shown, f" The first {len(shown)} of {len(table):,}; all in tables/{file}.csv." * (len(shown) < len(table))


def already_there(profile: PlaceProfile) -> list[Block]:
    """Say what can be had already at each speed, and that plans are not counted."""
    answer, rows = profile.answer, []
    for key, (speed, count, share, people, _) in zip(SPEEDS, words.speed_lines(answer), strict=True):
        without = answer.at("premises_below", key).rate
        have = percent(None if without is None else 1 - without)
        rows.append((words.chosen_label(speed, key == profile.view.speed), have, count, share, people,
                     figure_cell(answer.at("people_in_gap", key))))
    (published,) = answer["premises"].basis
    return [
        Heading("What is already available"),
        plain(prose("text", "have_it", profile)),
        Table(prose("caption", "speeds", profile),
              ("Speed", "Can get it", "Cannot get it", "Share", "People in the gap", "Between"), tuple(rows),
              right=(1, 2, 3, 4, 5),
              widths=(2.6, 1, 1.2, 1, 1.3, 1.6),
              basis=_marks(dict.fromkeys((published, str(profile.edition.broadband_basis))))),
        Heading("What is planned", 2),
        plain(prose("text", "planned", profile)),
    ]


def limits(profile: PlaceProfile) -> list[Block]:
    """Say how far off the figures may be, and what they are not for."""
    gap, manifest = profile.answer["people_in_gap"], profile.edition.manifest
    low, high, least, most = (about(end or 0) for end in (gap.low, gap.high, gap.least, gap.most))
    unused = next(section.text for section in method_sections() if section.title == _NOT_USED)
    items = [" ".join(item.split()).replace("*", "") for item in f"\n{unused}".split("\n* ")[1:]]
    notes = tuple(notes_in_words(profile.answer))
    blocks: list[Block] = [
        Heading("How sure this is"),
        plain(prose("text", "range", profile, low=low, high=high, least=least, most=most)),
        *(plain(text) for text in evidence.independence_sentences(manifest)),
        Heading("Homes, not offices", 2), *(plain(text) for text in evidence.homes_sentences(manifest)),
        *_of_rows(evidence.HOMES_CAPTION, evidence.HOMES_HEADER, evidence.homes_rows(manifest)),
    ]
    tested = validation_sentences(manifest)
    if tested:
        blocks += [Heading("How good the estimate of broadband is", 2), *(plain(text) for text in tested)]
    blocks += _of_rows(GAINS, GAINS_HEADER, gains(manifest))
    blocks += [Heading("How good the shares of occupations are", 2),
               *(plain(text.replace(" %", "\u00a0%"))
                 for text in (*national_sentences(), *evidence.census_day_sentences(manifest))),
               *_of_rows(evidence.DID_CAPTION, evidence.DID_HEADER, evidence.did_rows(manifest))]
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
    if not held:
        return [Heading(robust.HEADING), plain(robust.none_holds(profile.place)), plain(robust.about_views(), "small")]
    rows = tuple((line.claim, " ".join([line.held, *[f"({line.left_out} left out)"] * bool(line.left_out)]),
                  "; ".join([*(words for _, words in line.fails), *[line.more] * bool(line.more)])) for line in held)
    return [Heading(robust.HEADING), Table(robust.about_views(), robust.HEADER, rows, widths=(2, 1.5, 3))]


def assumptions(profile: PlaceProfile) -> list[Block]:
    """Log every assumption, where it comes from, and which way it pulls."""
    return [Heading("Assumptions"), Table(
        prose("caption", "assumptions", profile), ("Assumption", "From", "Which way it pulls"),
        prose_rows("assumptions", profile, 3), widths=(2.6, 2.2, 1.6))]


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
    credits_ = credit_sentences(without_share_alike(manifest["sources"]))
    return [*blocks, Heading("Attributions", 2), Bullets(tuple(credits_))]


def check(profile: PlaceProfile) -> list[Block]:
    """Say how anyone can check the pack."""
    return [Heading("How to check this pack"), Bullets(tuple(row[0] for row in prose_rows("check", profile, 1)))]
