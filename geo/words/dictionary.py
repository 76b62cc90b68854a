"""The data dictionary: what every column of every table and list for programs is, made from the measure records."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from geo.core.choices import KINDS, REGION, REGIONS, SPEEDS, Region
from geo.core.measures import FIGURES, PLANNED_BUILD, STILL_STUCK, Measure
from geo.core.view import View
from geo.figures.changes import METHOD, REST
from geo.figures.place_json import rate_key
from geo.figures.swapped import PARTS
from geo.words.changes import CAUSES as CAUSE_WORDS
from geo.words.definitions import OPTIONS, definition, label, short_speed, worded
from geo.words.planned import STATUS_LABELS, STUCK_COLUMNS

Datatype = Literal["string", "integer", "number", "boolean", "object"]
"""What a column holds; an object is nested JSON, and stands in no table."""

Form = Literal["text", "count", "share", "rate", "minutes", "rank", "distance", "number"]
"""How its numbers are written for a reader: a share as per cent; a number is of another sort in every row."""

_DECIMALS: Mapping[str, int | None] = {"count": 2, "share": 6, "rate": 3, "minutes": 1, "distance": 3}
_FORMS: Mapping[str, Form] = {
    "share": "share", "per ": "rate", "minutes": "minutes", "rank": "rank", "decile": "rank", "score": "rate",
    "times": "rate"}
_UNITS = {"share": "share from 0 to 1", "minutes": "minutes", "rank": "rank, 1 is the worst"}


@dataclass(frozen=True)
class Column:
    """One column of a table, or one name in a row for programs."""

    name: str           # as it stands in the file
    label: str          # for a reader
    description: str    # one or two sentences
    datatype: Datatype = "string"
    unit: str = ""
    form: Form = "text"
    decimals: int | None = None     # that are kept; None for all, and for whole numbers and texts

    @property
    def is_numeric(self) -> bool:
        """Whether it holds numbers."""
        return self.datatype in {"integer", "number"}


def column(name: str, table: str = "", region: Region = REGIONS[REGION]) -> Column:
    """Describe a column; of some tables ("figures", or a sheet's "Who gains") a name means something of its own.

    An unknown name raises a KeyError.

    >>> column("premises_below_30_share").form, column("value", "Who gains").datatype
    ('share', 'string')
    """
    own = _IN_TABLES.get((re.sub(r"\W+", "-", table.lower()), name))
    found = own or _PLAIN.get(name) or next(filter(None, (find(name) for find in _PATTERNS)), None)
    if found is None:
        raise KeyError(f"{name!r} is in no data dictionary: describe it in geo/words/dictionary.py")
    return replace(found, description=found.description.replace("{region}", region.spoken))


def form_of(unit: str) -> Form:
    """Tell how a number of a unit is written, in a column whose rows are of several.

    >>> form_of("share of premises"), form_of("per 1,000 workers"), form_of("people")
    ('share', 'rate', 'count')
    """
    return next((form for start, form in _FORMS.items() if unit.startswith(start)), "count")


def columns(names: Iterable[str], table: str = "", region: Region = REGIONS[REGION]) -> list[Column]:
    """Describe columns, in their order."""
    return [column(name, table, region) for name in names]


def _text(name: str, named: str, said: str) -> Column:
    return Column(name, named, said)


def _truth(name: str, named: str, said: str) -> Column:
    return Column(name, named, said, "boolean")


def _whole(name: str, named: str, said: str, unit: str, form: Form = "count") -> Column:
    return Column(name, named, said, "integer", unit, form)


def _number(name: str, named: str, said: str, form: Form, unit: str = "") -> Column:
    return Column(name, named, said, "number", unit or _UNITS.get(form, ""), form, _DECIMALS.get(form))


def _by_name(*found: Column) -> dict[str, Column]:
    return {each.name: each for each in found}


_PEOPLE = "people"
_NINE_IN_TEN = "Nine of ten draws of what is not known lie between p05 and p95; empty where nothing is drawn."
_OF_THE_ODDS = "if people in such jobs were {} likely to have the poor line (odds {})."

_OPTIONS = _by_name(
    *(_text(name, OPTIONS[name], said) for name, said in (
        ("speed", f"Speed asked for: {', '.join(SPEEDS)} (Mbit/s)."), ("hub", "The city or town travelled to."),
        ("clock", "Whether journeys are counted on the train or from the door."),
        ("work", "Table of jobs that can be done from home."), ("access", "How people get to the station."))),
    _whole("minutes", OPTIONS["minutes"], "Limit of the journey asked for.", "minutes", "minutes"),
    _text("place_name", "Name given", "What its reader called places together."),
    _text("first", "Where to stop", "Of the list: halve, a number of premises, or pounds in all and for each."),
    _text("order", "Order", "By people, or by people per premises."),
    _whole("least", "Premises at least", "Premises below the speed that make a neighbourhood a candidate.", "premises"),
    _whole("fair", "In the most deprived fifth at least", "Per cent of the premises upgraded.", "per cent"),
    _whole("every", "In every authority at least", "Premises upgraded in every authority.", "premises"),
    _text("upgrade", "Upgraded", "Codes of the places that the what-if upgrades."),
    _text("to", "Upgraded to", "Speed that they are upgraded to; empty for the speed asked for."),
    _whole("rail", "Minutes on journeys", "Minutes that the what-if adds to journeys; fewer than 0 shorten them.",
           "minutes", "minutes"),
    _text("stations", "At stations", "CRS codes of the stations at which the what-if adds them."),
    _text("line", "On the line", "Line on which the what-if adds them."),
    _text("close", "Closed", "Stations between which the what-if closes the line."),
    _text("add", "Trains added", "Trains that the what-if adds."),
)

_PLACES = _by_name(
    _text("code", "Code", "Code of the Office for National Statistics; of places together, codes joined by +."),
    _text("name", "Name", "Name of the place."),
    _text("kind", "Kind of place", f"One of {', '.join(KINDS)}, partnership, own area or nation."),
    _text("within", "Within", "The larger place that it lies in."),
    _text("authority", "Local authority", "Local authority that it lies in, or authorities."),
    _text("locality", "Locality (MSOA)", "Locality (MSOA) that it lies in, by the House of Commons Library's name."),
    _text("note", "Note", "What must be known of the place found, such as its MP."),
    _truth("neighbour", "Neighbour", "Whether it lies outside {region}, and in none of its totals."),
    _truth("exact", "Exact", "Whether the text searched for is its name or code."),
    _truth("whole", "Whole", "Whether all of it lies inside; figures are of the part inside."),
    _truth("inside", "Inside", "Whether the station stands in the place."),
    _truth("deprived", "In the most deprived fifth",
           "Whether it is in England's most deprived fifth of neighbourhoods (IMD 2025, deciles 1 and 2)."),
    _whole("lsoas", "Neighbourhoods", "How many neighbourhoods (LSOA 2021) are counted.", "neighbourhoods"),
)

_SAID = _by_name(
    _text("view", "View", "Speed, hub, limit and clock asked for, and what else differs from the usual."),
    _text("against", "Compared with", "The earlier edition that this one is compared with, by its name."),
    _text("edition", "Edition", "All the data behind the figures, under a name that changes when any figure changes."),
    _text("basis", "Basis", "What the row's figures rest on: counted, estimated, measured, timetable or indicative."),
    _text("broadband_basis", "Broadband basis", "What figures of broadband rest on: estimated or measured."),
    _text("rail_basis", "Rail basis", "What rail times rest on: timetable or indicative."),
    _text("rail_day", "Day of the timetable", "Day whose trains are counted."),
    _text("day", "Day of the timetable", "Day whose trains are counted."),
    _text("unit", "Unit", "What the value is counted in."),
    _text("rate_unit", "Unit of the rate", "What the rate is of."),
    _text("measure", "Figure ranked", "Key of the figure that is ranked."),
    _text("figure", "Figure", "Key of the figure, with its speed where there is one for each."),
    _text("label", "Figure in words", "The figure in words."),
    _text("group", "Heading", "Heading that the figure stands under."),
    _text("tier", "Speed", f"Speed: {', '.join(SPEEDS)} (Mbit/s)."),
    _text("source", "Source", "Identifiers of the sources it was made from."),
    _text("vintage", "Vintage", "The day or year that the sources' figures are of."),
    _text("publisher", "Publisher", "Who publishes the source."), _text("title", "Title", "Title of the source."),
    _text("licence", "Licence", "Licence of the source."),
    _text("address", "Address", "Where the source is published."),
    _text("sha256", "Checksum (SHA-256)", "Of the file that was read."),
    _whole("rows", "Rows read", "Rows of the file that was read.", "rows"),
    _text("station", "Station code", "CRS code of the station."),
    Column("certainty", "How sure", "Interval of the value, of the rate and of the ranks (show --json: certainty).",
           "object"),
)

_NUMBERS = _by_name(
    _whole("rank", "Rank", "1 is the worst; those that tie share the best rank.", _UNITS["rank"], "rank"),
    _number("value", "Value", "The figure, in the unit beside it.", "number", "in the column unit"),
    _number("low", "Low", f"What it would be {_OF_THE_ODDS.format('less', 'halved')}", "count", _PEOPLE),
    _number("high", "High", f"What it would be {_OF_THE_ODDS.format('more', 'doubled')}", "count", _PEOPLE),
    _number("limit_low", "Least possible", "What the counts of jobs and of homes allow at least.", "count", _PEOPLE),
    _number("limit_high", "Most possible", "What the counts of jobs and of homes allow at most.", "count", _PEOPLE),
    _number("p05", "Between: low end (p05)", _NINE_IN_TEN, "count", _PEOPLE),
    _number("p95", "Between: high end (p95)", _NINE_IN_TEN, "count", _PEOPLE),
    _number("rate", "Rate", "A sum over a sum, in the unit beside it.", "number", "in the column rate_unit"),
    _number("rate_p05", "Rate between: low end (p05)", _NINE_IN_TEN, "number", "in the unit of the rate"),
    _number("rate_p95", "Rate between: high end (p95)", _NINE_IN_TEN, "number", "in the unit of the rate"),
    _number("share", "Share of premises without it", "Premises without the speed, of all.", "share"),
    _number("cumulative", "Share of the gap so far",
            "Of the place's people in the gap: those of the neighbourhoods down to this one.", "share"),
    _number("distance", "Distance", "0 where alike in everything, 1 for one standard deviation in one subject alone.",
            "distance", "standard deviations"),
    _number("optimality_gap", "Optimality gap", "By how much of its worth the best choice may be better; empty where "
            "the order alone is exact.", "share"),
    _number("km", "Kilometres", "By land from the middle postcode of the place; empty for stations inside it.",
            "distance", "km"),
    _text("table", "Table", "Table, or sheet, that the column stands in."),
    _text("column", "Column", "Name of the column, for programs."),
    _text("description", "What it is", "What the column holds."),
    _text("datatype", "Datatype", "string, integer, number or boolean (yes or no)."),
    _number("fastest", "Fastest journey", "Minutes of the fastest journey to the hub; empty where no train goes.",
            "minutes"),
    _number("typical", "Typical journey", "Minutes of the middle journey of the day to the hub; empty where no train "
            "goes.", "minutes"),
    _whole("changes", "Changes", "Changes of train on the fastest journey.", "changes"),
    _whole("departures", "Departures", "Journeys from 06:00 to 10:00.", "departures"),
    _whole("occupation", "Occupation group", "Major group of SOC 2020, 1 to 9.", "group", "rank"),
)

_PLAIN: Mapping[str, Column] = _OPTIONS | _PLACES | _SAID | _NUMBERS

_CHANGED_ENDS = {"p05": ", low end (p05)", "p95": ", high end (p95)"}


def _changed() -> Iterable[Column]:
    """Describe the columns of what changed between two editions, in figures of several sorts."""
    said = {
        "before": ("Before", "The figure in the earlier edition; empty where it has none."),
        "after": ("Now", "The figure in this edition; empty where it has none."),
        "change": ("Change", "By how much it grew since the earlier edition."),
        **{name: (f"Change{end}", _NINE_IN_TEN) for name, end in _CHANGED_ENDS.items()},
        **{part: (f"From {CAUSE_WORDS[part]}",
                  f"How much of the change comes from {CAUSE_WORDS[part]}; the causes sum to the change.")
           for part in PARTS},
        METHOD: ("From the method", "All of the change, where both editions were made from the very same files."),
        REST: ("Not told apart", "How much of the change is left over."),
    }
    for name, (named, meaning) in said.items():
        yield replace(_number(name, named, meaning, "count", "in the column unit"), decimals=6)
    yield _text("figure", "Figure", "Key of the figure, with the speed or hub that it is asked at.")


_IN_TABLES: Mapping[tuple[str, str], Column] = {
    ("where-first", "most_deprived_fifth"): replace(_PLACES["deprived"], name="most_deprived_fifth"),
    ("figures", "name"): _text("name", "Name", "Path of the figure in show --json; rank.KEY for a rank."),
    ("who-gains", "group"): _text(
        "group", "Divided by", "fifth (of deprivation), setting (rural or urban) or authority."),
    ("who-gains", "value"): _text(
        "value", "Group", "1 for England's most deprived fifth to 5; rural or urban; code of the authority."),
    ("who-gains", "name"): _text("name", "Name", "Name of the authority; empty for the others."),
    ("occupations", "name"): _text("name", "Occupation", "Name of the major group of SOC 2020."),
    ("occupations", "share"): _number("share", "Share that can be done from home",
                                      "Share of the occupation's jobs that can be done from home.", "share"),
    **{(table, "name"): _text("name", "Station", "Name of the station.") for table in ("stations", "stations-changed")},
    ("dictionary", "label"): _text("label", "Label", "Name of the column, for readers."),
    **{(table, "hub"): _text("hub", "Hub", "The city or town travelled to.")
       for table in ("stations", "stations-changed")},
    ("where-first", "premises"): _number(
        "premises", "Premises to upgrade",
        "Homes and businesses without the speed; without a gigabit those neither under contract nor planned.",
        "count", "premises"),
    **{("planned_build", name): _whole(name, said, f"{PLANNED_BUILD.definition} Those placed by postcode.", "premises")
       for name, said in STATUS_LABELS.items()},
    **{("planned_build", name): replace(_NUMBERS["low"], name=name, label=f"{STILL_STUCK.label}{end}",
                                        description=STILL_STUCK.definition)
       for name, end in zip(STUCK_COLUMNS.values(), ("", ", low end", ", high end"), strict=True)},
    ("contracts", "scheme"): _text("scheme", "Scheme", "subsidy (Project Gigabit) or vouchers (a voucher project)."),
    ("contracts", "contract"): _text("contract", "Contract", "Name of the contract or voucher project."),
    ("contracts", "supplier"): _text("supplier", "Supplier", "Who builds, as BDUK names them."),
    ("contracts", "date"): _text(
        "date", "Final date", "Day by which all of it is to be built; empty where none is given."),
    ("contracts", "premises"): _whole(
        "premises", "Premises", "Homes and businesses of the place that it covers and that have no gigabit yet.",
        "premises"),
    **{("changes", each.name): each for each in _changed()},
    ("speeds", "label"): _text("label", "Speed in words", "What the premises lack."),
    ("speeds", "estimate"): _number(
        "estimate", "People in the gap", "People in the gap at this speed.", "count", _PEOPLE),
    **{(table, name): replace(_NUMBERS[name], form="number", unit="in the column unit", decimals=None)
       for table in ("figures", "ranking", "side-by-side") for name in ("low", "high", "p05", "p95")},
    **{("what-changed", each.name): each for each in (
        _text("there", "Where it is", "Whether the place is in both editions, or in one alone: both, before, after."),
        _text("measure", "Figure", "What changed: a key of the data dictionary's figures."),
        _text("against", "Earlier edition", "Id of the edition that is compared with."),
        _text("option", "At", "The speed or the hub that the figure is at; empty for neither."),
        _number("before", "Before", "The figure by the earlier edition, in its own unit.", "number"),
        _number("after", "Now", "The figure by the later edition, in its own unit.", "number"),
        _number("change", "Change", "The later figure less the earlier one, in its own unit.", "number"),
        *(_number(name, heading, f"Where nine of ten draws of the change lie: the {end} end.", "number")
          for name, heading, end in (("p05", "From", "lower"), ("p95", "To", "upper"))),
        *(_number(name, heading, f"How much of the change comes from: {heading}; empty for nothing.", "number")
          for name, heading in CAUSE_WORDS.items()))},
}


def _said(measure: Measure, speed: str) -> str:
    """Say what a figure is, at any speed or at one."""
    return worded(measure.definition, View(speed=speed) if speed else None)


def figure_column(measure: Measure, name: str = "", speed: str = "") -> Column:
    """Describe a figure's count, or the figure itself where it has none."""
    at = f" ({short_speed(speed)})" if speed else ""
    said = _said(measure, speed)
    if measure.has_count:
        form: Form = "count"
    else:
        form = "minutes" if measure.summary == "minutes" else "share" if measure.percent else "number"
    unit = measure.unit if measure.has_count or not measure.percent else _UNITS["share"]
    if measure.published and "premises" not in measure.bases:
        return _whole(name, label(measure), said, unit, form)
    found = _number(name, f"{label(measure)}{at}", said, form, unit)
    return replace(found, decimals=3) if form == "number" else found


def rate_column(measure: Measure, name: str = "", speed: str = "") -> Column:
    """Describe a figure's rate."""
    is_share = measure.percent or bool(measure.place_rate)
    of = f" at {short_speed(speed)}" if speed else ""
    unit = measure.place_rate or measure.rate_unit
    if measure.summary == "minutes":
        return _whole(name, label(measure), definition(measure), "minutes", "minutes")
    return _number(name, f"{label(measure)}{of}, {unit}", f"{_said(measure, speed)} A sum over a sum.",
                   "share" if is_share else "rate", f"{unit}, 0 to 1" if is_share else unit)


# Names under which a figure stands in some tables, and what it is of.
_ALSO = {"people": "people_in_gap", "estimate": "people_in_gap", "below": "premises_below"}
_RATES_ALSO = {"per_1000": "people_in_gap", "share_below": "premises_below"}


def _of_a_measure(name: str) -> Column | None:
    """Find a figure by its key, a rate by its own."""
    key = _ALSO.get(name, name)
    if key in FIGURES:
        return figure_column(FIGURES[key], name)
    if name in _RATES_ALSO:
        return rate_column(FIGURES[_RATES_ALSO[name]], name)
    named = (measure for measure in FIGURES.values() if measure.rate_unit and rate_key(measure) == name)
    return next((rate_column(measure, name) for measure in named), None)


def _at_a_speed(name: str) -> Column | None:
    """Find a figure of one speed: premises_below_30, premises_below_30_share."""
    found = re.fullmatch(rf"(\w+?)_({'|'.join(SPEEDS)})(_share)?", name)
    if found is None or found[1] not in FIGURES or not FIGURES[found[1]].by_speed:
        return None
    return (rate_column if found[3] else figure_column)(FIGURES[found[1]], name, found[2])


_STATES = {"before": "before the what-if", "after": "after the what-if", "change": "change by the what-if",
           "p05": "change, low end (p05)", "p95": "change, high end (p95)"}


def _of_a_what_if(name: str) -> Column | None:
    """Find a figure before, after, and by how much it changes."""
    key, _, state = name.rpartition("_")
    if key not in FIGURES or state not in _STATES:
        return None
    measure, ends = FIGURES[key], f" {_NINE_IN_TEN}" * state.startswith("p")
    return _number(name, f"{label(measure)}, {_STATES[state]}", f"{definition(measure)}{ends}", "count", measure.unit)


_LISTED = {"premises": ("premises to upgrade", "premises"), "people": ("people who leave the gap", _PEOPLE)}
_END_LABELS = {"": "", "p05": ", low end (p05)", "p95": ", high end (p95)"}


def _of_a_station(name: str) -> Column | None:
    """Find what is told of a station's journeys in two editions: typical_before."""
    found = re.fullmatch("(average|typical|fastest|departures)_(before|after)", name)
    if found is None:
        return None
    when, edition = {"before": ("before", "the earlier edition"), "after": ("now", "this edition")}[found[2]]
    if found[1] == "average":
        return _number(name, f"Average journey, {when}", f"Minutes of the next journey to the hub at any moment from "
                       f"06:00 to 10:00, on average, in {edition}; empty where no train goes or it is not known.",
                       "minutes")
    told = _NUMBERS[found[1]]
    return replace(told, name=name, label=f"{told.label}, {when}", description=f"{told.description} In {edition}.")


def _of_a_list(name: str) -> Column | None:
    """Find a figure of where first: people_out_of_gap, and sums down the list."""
    if name == "people_out_of_gap":
        return _number(name, "People who leave the gap", "People in the gap who leave it with the upgrade.", "count",
                       _PEOPLE)
    found = re.fullmatch("cumulative_(premises|people)(?:_(p05|p95))?", name)
    if found is None:
        return None
    what, unit = _LISTED[found[1]]
    end = found[2] or ""
    said = f"Sum down the list, of {what}.{f' {_NINE_IN_TEN}' * bool(end)}"
    return _number(name, f"So far: {what}{_END_LABELS[end]}", said, "count", unit)


def _of_a_rank(name: str) -> Column | None:
    """Find a column that says how sure a rank is."""
    found = re.fullmatch("(count|rate)_rank_(p05|p95|worst_ten|worst_tenth)", name)
    if found is None:
        return None
    by = {"count": "by number", "rate": "by rate"}[found[1]]
    if found[2] in _END_LABELS:
        return _whole(name, f"Rank {by}{_END_LABELS[found[2]]}", _NINE_IN_TEN, _UNITS["rank"], "rank")
    worst = {"worst_ten": "ten", "worst_tenth": "tenth"}[found[2]]
    return _number(name, f"Among the worst {worst} {by}", f"Share of the draws in which it is among the worst {worst}.",
                   "share", "share of draws, 0 to 1")


def _of_a_kind(name: str) -> Column | None:
    """Find the place of a kind that something lies in: ward, ward_code."""
    kind = KINDS.get(name.removesuffix("_code"))
    if kind is None:
        return None
    named = kind.label[0].upper() + kind.label[1:]
    return (_text(name, f"{named}, code", f"Code of the {kind.label} that it lies in.") if name.endswith("_code") else
            _text(name, named, f"The {kind.label} that it lies in."))


_PATTERNS: tuple[Callable[[str], Column | None], ...] = (
    _of_a_measure, _at_a_speed, _of_a_what_if, _of_a_station, _of_a_list, _of_a_rank, _of_a_kind)
