"""The chapters of a report on the place as a whole: the claim, every figure, who is affected, what is there already."""


import pandas as pd

from geo.pack.figures import PackFigures
from geo.pack.report.blocks import Block, Card, Cards, Heading, Paragraph, Table, plain
from geo.pack.request import Request
from geo.profile import comfort_shares, context, no_car_share
from geo.text import about, percent
from geo.vocabulary import SPEEDS
from geo.words.claim import bases, broadband_basis, carried, four_figures, headline, other_speeds, spoken_name
from geo.words.place import Row, beside_rows, comfort, place_rows, speed_rows, without
from geo.words.ranks import how_sure, rank_lines

__all__ = ["already_there", "claim", "every_figure", "who"]

CARD_RANKS = ("people_in_gap", "nowhere_to_turn", "premises_below", "cut_off_by_rail")
_WHAT_TO_REBUILD = {
    "estimated": "Broadband inside authorities and constituencies is ESTIMATED: this edition was built without "
                 "Ofcom's file of output areas (Connected Nations, fixed coverage). Rebuild from that file before a "
                 "submission: premises are then counted in each neighbourhood.",
    "indicative": "Rail times are INDICATIVE: they come from a pattern timetable compiled by hand. Rebuild with an "
                  "official timetable feed (GTFS) before a submission.",
}


def claim(request: Request, figures: PackFigures) -> list[Block]:
    """Say the claim on one page: count, range, rank, comparators, date, and what to rebuild before a submission.

    Parameters
    ----------
    request
        The author's words.
    figures
        Of the place.

    Returns
    -------
    list of Block
        Without a heading for the claim itself: it opens the report.
    """
    answer, ranks, code = figures.answer, figures.ranks, figures.place.code
    cards = tuple(
        Card(figure.label, figure.value, (*figure.notes, *rank_lines(ranks, code, measure)), figure.basis)
        for figure, measure in zip(four_figures(answer), CARD_RANKS, strict=True))
    blocks: list[Block] = [
        Heading("The claim"), Paragraph(headline(answer), "claim"), plain(other_speeds(answer)), Cards(cards),
        plain(_beside_sentence(figures)), plain(how_sure(figures.place, ranks), "small"),
        plain(_made(figures), "small"),
    ]
    if request.note:
        blocks.append(Heading(f"A word from {request.author or 'the author'}", 2))
        blocks += [plain(line) for line in request.note.split("\n") if line]
        blocks.append(plain("The words above are the author's own; no figure was taken from them.", "small"))
    rebuild = [_WHAT_TO_REBUILD[basis] for basis in bases(answer) if basis in _WHAT_TO_REBUILD]
    if rebuild:
        blocks.append(Heading("Before this is submitted", 2))
        blocks += [plain(text, "mark") for text in rebuild]
    return blocks


def _beside_sentence(figures: PackFigures) -> str:
    """Set the rate beside those of the larger places and the share beside England's."""
    rate = "people_in_gap_per_1000_workers"
    said = [f"{answer['rates'][rate]:,.1f} in {spoken_name(answer['place']['name'])}"
            for answer in (figures.answer, *figures.beside) if answer["rates"][rate] is not None]
    speed = figures.view.speed
    shares = [(spoken_name(answer["place"]["name"]), answer["rates"]["premises_below_share"][speed])
              for answer in (figures.answer, *figures.beside)]
    shares += [(name, rates["premises_below_share"][speed]) for name, rates in figures.answer["comparators"].items()
               if set(rates) == {"premises_below_share"} and speed in rates["premises_below_share"]]
    spelled = ", ".join(f"{percent(share)} in {name}" for name, share in shares if share is not None)
    people = figures.edition.broadband_basis
    premises = broadband_basis(figures.answer, published=isinstance(figures.answer["premises"], int))
    counted = "Ofcom’s own counts" if premises == "published" else f"{premises}; of larger places Ofcom’s own counts"
    rates = f"Of every 1,000 residents in work, in the gap ({people}): {', '.join(said)}."
    return (f"{rates} {without(speed)} ({counted}): {spelled}.".replace(" %", "\u00a0%"))


def _made(figures: PackFigures) -> str:
    edition = figures.edition
    built = pd.Timestamp(str(edition.manifest["built_at"]))
    return (f"Figures of edition {edition.id}, built on {built.day} {built:%B %Y} from the sources listed at the end; "
            "their vintages stand there.")


def every_figure(figures: PackFigures) -> list[Block]:
    """Table every figure of the place, with range, rate, rank and basis, and beside other places.

    Parameters
    ----------
    figures
        Of the place.

    Returns
    -------
    list of Block
        The chapter.
    """
    rows = place_rows(figures.answer, figures.ranks, no_car_share(figures.edition, figures.place.lsoas))
    table = context([figures.answer, *figures.beside])
    names = {answer["place"]["code"]: answer["place"]["name"] for answer in (figures.answer, *figures.beside)}
    beside = Table(
        "Beside other places: rates and shares, each a sum over a sum. A dash: not in this edition, which knows of "
        "England only broadband.",
        ("", *(names.get(column, column) for column in table.columns)),
        tuple((f"{label} [{', '.join(basis)}]" if basis else label, *cells)
              for label, basis, cells in beside_rows(table, figures.answer)),
        right=tuple(range(1, len(table.columns) + 1)), widths=(2.6, *[1.0] * len(table.columns)))
    return [Heading(f"Every figure for {spoken_name(figures.place.name)}"), _facts(rows), beside]


def _facts(rows: list[Row]) -> Table:
    ranked = any(row.ranks for row in rows)
    return Table(
        f"Every figure, with its range or what stands beside it, its rate, {'its rank, ' * ranked}and its basis.",
        ("Figure", "Value", "Range", "Rate", *["Rank"] * ranked, "Basis"),
        tuple((row.label, row.value, row.beneath, row.rate, *["; ".join(row.ranks)] * ranked, " and ".join(row.basis))
              for row in rows),
        widths=(2.4, 1.3, 1.7, 1.5, *[1.6] * ranked, 1.2))


def who(figures: PackFigures) -> list[Block]:
    """Say who is affected: occupations, deprivation, cars, rurality.

    Parameters
    ----------
    figures
        Of the place.

    Returns
    -------
    list of Block
        The chapter.
    """
    answer, lsoas, speed = figures.answer, figures.place.lsoas, figures.view.speed
    jobs = figures.occupations
    shares = comfort_shares(figures.edition, figures.areas, lsoas, speed)
    rows = tuple((str(row["name"]), f"{row['workers']:,.0f}", percent(row["share"]), about(row["remote_capable"]))
                 for row in jobs.to_dict("records"))
    table = Table(
        "Residents in work by occupation (Census 2021), the share of each whose job can be done from home (a national "
        "share), and the product.",
        ("Occupation", "Residents in work", "Can be done from home", "Residents in such jobs, about"),
        (*rows, ("All occupations", f"{answer['workers']:,}",
                 percent(answer["rates"]["remote_capable_share"]), about(answer["remote_capable"]))),
        right=(1, 2, 3), widths=(3, 1.2, 1.2, 1.3), basis=("census and national shares",))
    return [Heading("Who is affected"), table, Heading("Is this area really comfortable?", 2),
            *(plain(text.replace(" %", "\u00a0%")) for text in comfort(answer, shares)),
            plain(f"Shares of the people in the gap are {figures.edition.broadband_basis}; those of residents and "
                  "households are from the Census of 21 March 2021, the English Indices of Deprivation 2025 and the "
                  "ONS rural–urban classification.", "small")]


def already_there(figures: PackFigures) -> list[Block]:
    """Say what can be had already at each speed, and that plans are not counted.

    Parameters
    ----------
    figures
        Of the place.

    Returns
    -------
    list of Block
        The chapter.
    """
    answer = figures.answer
    shares = answer["rates"]["premises_below_share"]
    published = broadband_basis(answer, published=isinstance(answer["premises"], int))
    rows = tuple(
        (speed, percent(None if shares[key] is None else 1 - shares[key]), count, share, people, ends)
        for key, (speed, count, share, people, ends) in zip(SPEEDS, speed_rows(answer), strict=True))
    return [
        Heading("What is there already"),
        plain(f"A reader may ask what people can have today. At each speed, the table gives the share of homes and "
              f"businesses that have it, those that do not, and the people in the gap. The question of this report "
              f"is {carried(figures.view.speed)}; the strict test and the target of public policy stand beside."),
        Table("Homes and businesses with and without each speed, and people in the gap with their range.",
              ("Speed", "Have it", "Without it", "Share", "People in the gap", "Range"), rows, right=(1, 2, 3, 4, 5),
              widths=(2.6, 1, 1.2, 1, 1.3, 1.6),
              basis=tuple(dict.fromkeys((published, str(figures.edition.broadband_basis))))),
        Heading("What is planned", 2),
        plain("Builds that are planned or contracted (Project Gigabit, operators' own programmes) are not in these "
              "figures: no open file of them is at hand, and they are left out rather than guessed. A planned build "
              "would lower the figures where it is made."),
    ]
