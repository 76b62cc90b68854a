"""The chapters of a report that say what the figures rest on: definitions, limits, sources, assumptions, the check."""

from geo.core.measures import FIGURES
from geo.core.rounding import about
from geo.documentation import method_sections, missing_table, national_sentences, sources_table, validation_sentences
from geo.figures.profile import PlaceProfile
from geo.gap import BORDERLINE_MINUTES
from geo.pack.file.manifest import link
from geo.pack.report.blocks import Block, Bullets, Heading, PageBreak, Table, plain
from geo.sources.catalogue import read_attributions
from geo.vocabulary import ACCESS, CLOCKS, HUBS, SPEEDS, WORK
from geo.words.definitions import definition, duration
from geo.words.notes import notes_in_words

__all__ = ["assumptions", "check", "definitions", "limits", "sources"]

_WHY_SPEED = {
    "uso": "It is the legal minimum: who has less has a right to ask for more.",
    "10": "It is the strict test: ministers have said that 10 Mbit/s is enough to work from home.",
    "30": "It is what public policy has called superfast, and what a household with two at work and video needs.",
    "100": "It is what most homes in England can have.",
    "300": "It is what Ofcom calls ultrafast.",
    "gigabit": "It is the target of public policy.",
}
_NOT_USED = "How not to use the figures"


def definitions(profile: PlaceProfile) -> list[Block]:
    """Define each figure, with its threshold and the reason for it."""
    view = profile.view
    hub, far = HUBS[view.hub].label, duration(view.minutes)
    rows = (
        ("Could work from home", ("Residents in work by nine groups of occupation, each times the share of it "
                                  "whose job can be done from home."),
         (f"Shares: {WORK[view.work].label}. {WORK[view.work].meaning} Census day fell in a lockdown, so who worked at "
         "home on it is context and in no estimate.")),
        ("Premises in the gap", definition(FIGURES["premises_below"], view),
         f"{SPEEDS[view.speed].meaning} {_WHY_SPEED[view.speed]}"),
        ("People in the gap", ("In each neighbourhood, the people who could work from home times the share of "
                               "premises in the gap; added up."),
         ("Counts people, not a score. The strict test (10 Mbit/s) and the target of policy (gigabit) always stand "
         "beside it.")),
        ("Nowhere to turn", f"Of them, those who also live more than {far} from {hub}.",
         f"{CLOCKS[view.clock].meaning} Beyond that limit, travelling to work there on most days is no way out."),
        ("Cut off by rail", "Residents beyond the same limit, or without any rail.",
         (f"{ACCESS[view.access].meaning} Those within {BORDERLINE_MINUTES} minutes of the limit are told beside it: a "
         "threshold makes cliffs.")),
        ("Rates", "A sum over a sum: per 1,000 residents in work, or per cent.",
         "A mean of percentages would count a hamlet like a town."),
    )
    return [
        Heading("What is counted, and why so"),
        Table("Definitions and thresholds, with the reason for each.", ("Figure", "Definition", "Threshold and reason"),
              rows, widths=(1.2, 2.2, 2.8)),
    ]


def limits(profile: PlaceProfile) -> list[Block]:
    """Say how far off the figures may be, and what they are not for."""
    gap = profile.answer["people_in_gap"]
    low, high, least, most = (about(end or 0) for end in (gap.low, gap.high, gap.least, gap.most))
    unused = next(section.text for section in method_sections() if section.title == _NOT_USED)
    items = [" ".join(item.split()).replace("*", "") for item in f"\n{unused}".split("\n* ")[1:]]
    notes = tuple(notes_in_words(profile.answer))
    blocks: list[Block] = [
        Heading("How sure this is"),
        plain(f"Multiplying assumes that, inside one neighbourhood, having such a job and having a poor line have "
              f"nothing to do with one another. The range of people in the gap, {low} to {high}, is what the count "
              f"would be if people who could work from home were less likely (odds halved) or more likely (odds "
              f"doubled) to have the poor line. What the counts allow at all is {least} to {most}."),
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
        Table("What the edition was made from; addresses and checksums stand in tables/sources.csv.",
              ("Source", "Publisher", "Vintage", "Licence"), rows, widths=(3, 2, 1.5, 1.3)),
    ]
    if lacking:
        blocks.append(Table("What it was made without.", ("Source", "What that costs"), lacking, widths=(2, 3)))
    return [*blocks, Heading("Attributions", 2), Bullets(tuple(read_attributions().values()))]


def assumptions(profile: PlaceProfile) -> list[Block]:
    """Log every assumption, where it comes from, and which way it pulls."""
    edition, view = profile.edition, profile.view
    rows = [
        ("Jobs and lines have nothing to do with one another inside a neighbourhood",
         "Nobody was asked; the range tells what halved or doubled odds would do",
         "Either way; told by the range"),
        (f"Shares of occupations: {WORK[view.work].label}", "National table, applied to local occupations",
         "Too low for elementary occupations, whose share is 0"),
        ("Workers of Census 2021", "21 March 2021, in lockdown", "People on furlough are counted as in work"),
        ("A premises in Ofcom's count is as likely to be a home as any other", "Ofcom does not divide them here",
         "Unknown"),
        ("Premises that Ofcom could not match to a line have the speed", "They stay in the denominator alone",
         "Lowers the gap"),
    ]
    if edition.broadband_basis == "estimated":
        rows.append((("Broadband inside authorities and constituencies follows the indicator of digital connectivity "
                     "and the density of households"),
                     "Fitted on authorities, then scaled until all of Ofcom’s counts are met",
                     "Either way; tested against constituencies"))
    if edition.rail_basis == "indicative":
        rows.append(("Trains run as the pattern timetable says",
                     "Its own: run times ± 4 to 7 minutes on main lines", "Either way; told by ‘borderline’"))
    rows += [
        ("To the station: straight line × 1.3; on foot 4.8 km/h; by car 25 or 40 km/h and 5 minutes to park",
         ACCESS[view.access].meaning, "Short by winding roads, long by straight ones"),
        ("5 minutes to board", "Set", "Either way, by minutes"),
        ("Residents are spread evenly over the postcodes of a neighbourhood", "No finer open count is used",
         "Either way, inside a neighbourhood"),
    ]
    return [Heading("Assumptions"),
            Table("Every assumption, where it comes from, and which way it pulls the figures.",
                  ("Assumption", "From", "Which way it pulls"), tuple(rows), widths=(2.6, 2.2, 1.6))]


def check(profile: PlaceProfile) -> list[Block]:
    """Say how anyone can check the pack."""
    return [
        Heading("How to check this pack"),
        Bullets((
            (f"The figures are those of edition {profile.edition.id}. The file manifest.json beside this report holds "
            "every one of them, the view, each source with its checksum, and the checksum of each file of the pack."),
            ("With Swathe and that edition, python -m geo verify FILE.zip works every figure out again and says which "
            "hold; a changed file, a changed figure and another edition are told apart."),
            f"On the command line, python -m geo show {profile.place.code} gives the same figures.",
            f"In the app, this address, put after that of the app, shows the same: {link(profile)}",
            ("Each table of this report, whole, is in the folder tables; each map in the folder maps; the areas with "
            "their figures in areas.gpkg, for QGIS or ArcGIS."),
        )),
    ]
