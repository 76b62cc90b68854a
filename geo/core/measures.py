"""What every figure IS: one record each, which rankings, maps, pages, packs, the glossary and the help all read.

To add a figure, add its record (and, where it is no column of the edition yet, the column): docs/contributing.md.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from geo.core.cache import forget

Summary = Literal["sum", "share", "mean", "median", "minutes"]
"""How a place's figure comes from its neighbourhoods."""


@dataclass(frozen=True)
class Basis:
    """What a figure rests on.

    Attributes
    ----------
    mark
        A word or two, to stand beside a figure.
    name
        The same where there is room: whose count, of when.
    meaning
        One sentence; {timetable} stands for the timetable's name.
    """

    mark: str
    name: str
    meaning: str


_OFFICIAL = "Taken from an official source as published."

BASES: Mapping[str, Basis] = MappingProxyType({
    "census": Basis("census", "Census 2021", "Counted by the census of 21 March 2021."),
    "jobs": Basis("census and survey", "census occupations × national shares",
                  "Counts of occupations (census) times each one's share of jobs that can be done from home."),
    "published": Basis("Ofcom’s count", "Ofcom’s count", "Counted by Ofcom for the whole of this place."),
    "estimated": Basis("estimated", "estimated",
                       "Broadband is counted by Ofcom for each authority and constituency; how it is spread over the "
                       "neighbourhoods inside them is estimated."),
    "measured": Basis("measured", "measured", "Broadband is counted from Ofcom's figures for each output area."),
    "indicative": Basis("indicative", "indicative",
                        "Rail times come from a pattern timetable compiled by hand, not from an official feed: minutes "
                        "may be out."),
    "timetable": Basis("timetable", "timetable", "Rail times come from the {timetable}."),
    "walk": Basis("worked out", "straight lines × 1.3", "Worked out from the position of postcodes and stations."),
    "coast": Basis("worked out", "ONS boundaries, within 1 km of the sea",
                   "Worked out from the outlines of neighbourhoods, clipped to the coast."),
    "bduk": Basis("BDUK’s count", "BDUK’s count", "Counted from Building Digital UK's list of premises in its plans."),
    "imd": Basis("official", "English Indices of Deprivation 2025", _OFFICIAL),
    "rural": Basis("official", "ONS classification, 2021", _OFFICIAL),
    "official": Basis("official", "official", _OFFICIAL),
})
"""What a figure may rest on; which broadband and rail rest on is a fact of the edition."""


@dataclass(frozen=True)
class Scale:
    """The classes of a figure on a map, the same whatever speed, hub or threshold is chosen.

    Attributes
    ----------
    breaks
        Lower bounds of classes 1 to 6, in the figure's unit; class 0 lies below the first.
    heading
        Of the legend, where label and unit do not say it.
    labels
        What each class is called, where that says more than its two bounds.
    """

    breaks: tuple[float, ...]
    heading: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure.

    Texts may hold {speed}, {cannot} (be had by line), {limit}, {hub} and {work}: what the reader chose, or plain words
    where nothing is chosen.

    Attributes
    ----------
    key
        As written in links, on the command line and in JSON.
    label
        Plain words, for a menu, a column or a card.
    row_label
        In the table of a place, where the reader's choices are known; the label where empty.
    share_label
        Whose share it is, where it stands as a rate alone; the label where empty.
    definition
        One sentence that says what it is.
    details
        What must be known besides, where a reader looks it up; may be empty.
    term
        Its entry in the glossary; empty for words that need none.
    heading
        The heading it stands under.
    unit
        What is counted, or of value; "" where there is a rate alone.
    rate_unit
        Of the rate: "per 1,000 workers", "share of …" (0 to 1), or that of the value; "" where there is none.
    per
        What the quotient of the sums is multiplied by: 1,000 for rates per 1,000.
    percent
        Whether the rate is a share of 0 to 1, shown as per cent.
    place_rate
        Of the rate in a place's own table, where that is a share and the ranking's is per 1,000.
    rate_key
        Of the rate in JSON; made of key and unit where empty.
    summary
        How a place's figure comes from its neighbourhoods.
    numerator, denominator
        Columns of `geo.figures.areas.area_figures` it is a sum of, and divided by; "" for none, "*" for all
        places ranked. {speed} and {end} (estimate, low, high, limit_low, limit_high) stand for the tier and the end.
    by_speed
        Whether there is one for every speed.
    has_range
        Whether it has low and high.
    published
        Whether its counts are published as they are, so that none of their digits is dropped.
    bases
        Keys of `BASES`, or "broadband", "premises" and "rail", which the edition answers.
    sources
        Ids of the sources it needs besides those that broadband and rail bring.
    options
        Options of a view that it depends on.
    worst_high
        Whether more of it is worse.
    by_authority
        Whether it is published by authority alone, so that every place inside one shows the authority's.
    context
        Whether it is shown beside the figures, made from one source alone, and in none of them.
    lacking
        What stands where there is none, for context.
    scale
        Classes on a map; None where places are not shown or ranked by it.
    """

    key: str
    label: str
    definition: str = ""
    row_label: str = ""
    share_label: str = ""
    details: str = ""
    term: str = ""
    heading: str = ""
    unit: str = ""
    rate_unit: str = ""
    per: int = 1
    percent: bool = False
    place_rate: str = ""
    rate_key: str = ""
    summary: Summary = "sum"
    numerator: str = ""
    denominator: str = ""
    by_speed: bool = False
    has_range: bool = False
    published: bool = False
    bases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    worst_high: bool = True
    by_authority: bool = False
    context: bool = False
    lacking: str = "no figure published"
    scale: Scale | None = None

    @property
    def has_count(self) -> bool:
        """Whether there is a count besides the rate."""
        return self.summary == "sum" and bool(self.unit)

    @property
    def by_rail(self) -> bool:
        """Whether the hub matters to it."""
        return "hub" in self.options

    def column(self, speed: str, end: str = "estimate") -> str:
        """Name the column that it is a sum of, at one speed."""
        return self.numerator.format(speed=speed, end=end)

    def rate(self, count: float, total: float) -> float | None:
        """Divide two sums; None where there is nothing to divide by, or a sum is not known."""
        return None if not total or math.isnan(count) or math.isnan(total) else float(self.per * count / total)


_PEOPLE = (2, 10, 25, 50, 100, 200)
_MINUTES = (60, 90, 120, 150, 180, 240)
_LINE, _WAY = ("speed", "work"), ("hub", "minutes", "clock", "access")
_HOMES, _JOBS = ("census-residents",), ("census-occupations",)
_GAPS = (*_JOBS, "ofcom-national")
_GAP, _LIVES, _RAIL, _PREMISES = "In the gap: {speed_label}", "Who lives here", "Rail to {hub}", "Homes and businesses"

_RECORDS = (
    Measure(
        key="people_in_gap", label="People in the gap", term="People in the gap", heading=_GAP,
        definition="Residents in jobs of the kind that can be done from home who live where {cannot}.",
        details="An estimate with a range.",
        unit="people", rate_unit="per 1,000 workers", per=1000, numerator="people_in_gap_{speed}_{end}",
        denominator="workers", by_speed=True, has_range=True, bases=("broadband",), sources=_GAPS, options=_LINE,
        scale=Scale(_PEOPLE)),
    Measure(
        key="nowhere_to_turn", label="Nowhere to turn", row_label="Nowhere to turn: also {limit}",
        term="Nowhere to turn", heading=_GAP,
        definition="People in the gap who also live {limit}.",
        unit="people", rate_unit="per 1,000 workers", per=1000, numerator="nowhere_to_turn_{end}",
        denominator="workers", has_range=True, bases=("broadband", "rail"), sources=_GAPS, options=(*_LINE, *_WAY),
        scale=Scale(_PEOPLE)),
    Measure(
        key="premises_below", label="Premises in the gap", row_label="Homes and businesses without {speed}",
        term="Premises in the gap", heading=_PREMISES,
        definition="Homes and businesses that cannot get {speed} (Ofcom).",
        unit="premises", rate_unit="share of premises", percent=True, numerator="premises_below_{speed}",
        denominator="premises", by_speed=True, published=True, bases=("premises",), options=("speed",),
        scale=Scale((0.005, 0.02, 0.05, 0.1, 0.25, 0.5))),
    Measure(
        key="remote_capable", label="People whose job can be done from home",
        row_label="In jobs that can be done from home ({work})",
        share_label="Workers whose job can be done from home", heading=_LIVES,
        definition="Residents in work by nine groups of occupation, each times the share of it whose job can be done "
                   "from home.",
        unit="people", rate_unit="per 1,000 workers", per=1000, place_rate="share of workers",
        rate_key="remote_capable_share", numerator="remote_capable", denominator="workers", bases=("jobs",),
        sources=_JOBS, options=("work",), scale=Scale((300, 350, 400, 450, 500, 550))),
    Measure(
        key="cut_off_by_rail", label="Cut off by rail", row_label="Cut off by rail: {limit}",
        share_label="Residents cut off by rail", term="Cut off by rail", heading=_RAIL,
        definition="Residents who live {limit}, or who have no rail at all.",
        unit="residents", rate_unit="share of residents", percent=True, numerator="cut_off_by_rail",
        denominator="residents", bases=("rail",), sources=_HOMES, options=_WAY,
        scale=Scale((0.01, 0.2, 0.4, 0.6, 0.8, 0.99))),
    Measure(
        key="residents", label="Residents", heading=_LIVES, definition="Usual residents, Census 2021.",
        unit="residents", rate_unit="share of all residents ranked", percent=True, numerator="residents",
        denominator="*", published=True, bases=("census",), sources=_HOMES,
        scale=Scale((1000, 1400, 1600, 1800, 2000, 2500))),
    Measure(
        key="door_to_hub_minutes", label="Door to {hub}, median", row_label="Door to {hub}, median resident",
        heading=_RAIL, definition="Minutes from the door to {hub} for the median resident.",
        unit="minutes", rate_unit="minutes", rate_key="door_minutes", summary="minutes", bases=("rail",),
        sources=_HOMES, options=("hub", "access"), scale=Scale(_MINUTES, "Minutes from door to hub, median")),
    Measure(
        key="train_to_hub_minutes", label="Train to {hub}, median", row_label="Train to {hub}, median resident",
        heading=_RAIL, definition="Minutes on the train to {hub}, changes included, for the median resident.",
        unit="minutes", rate_unit="minutes", rate_key="train_minutes", summary="minutes", bases=("rail",),
        sources=_HOMES, options=("hub", "access"), scale=Scale(_MINUTES, "Minutes by train to the hub, median")),
    Measure(
        key="within_30_min_walk_of_station", label="Within 30 minutes' walk of a station",
        row_label="Within 30 minutes’ walk of a station", share_label="Residents within 30 minutes’ walk of a station",
        heading=_RAIL,
        definition="Residents within 30 minutes’ walk of a station with trains, in a straight line times 1.3.",
        unit="residents", rate_unit="share of residents", percent=True, rate_key="within_30_min_walk_of_station",
        summary="share", numerator="within_walk", denominator="residents", worst_high=False, bases=("walk",),
        sources=(*_HOMES, "stations", "postcodes"), scale=Scale((0.05, 0.2, 0.4, 0.6, 0.8, 0.95))),
    Measure(
        key="imd_decile", label="Deprivation (IMD decile)", term="IMD decile",
        definition="Index of Multiple Deprivation 2025: 1 is the most deprived tenth of England's neighbourhoods, 10 "
                   "the least.",
        details="For a larger place: the decile of the neighbourhood that its median resident lives in.",
        unit="decile", rate_unit="decile of England, 1 is the most deprived tenth", summary="median",
        numerator="imd_decile", denominator="residents", worst_high=False, bases=("official",), sources=("imd",),
        context=True, scale=Scale(
            (2, 3, 4, 5, 7, 9), "Decile of deprivation in England (IMD 2025), of the median resident",
            ("1, most deprived", "2", "3", "4", "5 or 6", "7 or 8", "9 or 10, least deprived"))),
    Measure(
        key="connectivity_score", label="DfT connectivity score", term="DfT connectivity score",
        definition="The Department for Transport's score, up to 100, of how easily jobs, shops, schools and other "
                   "services can be reached.",
        details="For a larger place: the mean of its residents.",
        unit="score", rate_unit="score, 100 is the best connected", summary="mean", numerator="connectivity_score",
        denominator="residents", worst_high=False, bases=("official",), sources=("connectivity",), context=True,
        scale=Scale((20, 30, 40, 50, 60, 70), "DfT connectivity score (100 is the best connected), mean of residents")),
    Measure(
        key="mobile_4g", label="4G indoors from all four networks",
        share_label="Premises with 4G indoors from all four networks",
        definition="Ofcom publishes this by council: every place inside one council shows the council’s figure.",
        unit="premises", rate_unit="share of premises", percent=True, summary="mean", numerator="mobile_4g",
        denominator="premises", worst_high=False, bases=("official",), sources=("ofcom-mobile",), context=True,
        by_authority=True,
        scale=Scale((0.65, 0.7, 0.75, 0.8, 0.9, 0.95))),
    Measure(
        key="rural", label="Living in a rural area", row_label="In rural areas", share_label="Residents in rural areas",
        heading=_LIVES,
        definition="Residents of neighbourhoods that the Office for National Statistics classes as rural.",
        unit="residents", rate_unit="share of residents", percent=True, summary="share", numerator="rural",
        denominator="residents", bases=("rural",), sources=("lookup-rural-urban", *_HOMES), context=True,
        scale=Scale((0.01, 0.2, 0.4, 0.6, 0.8, 0.99))),
    Measure(
        key="coastal", label="Living on the coast", row_label="On the coast", share_label="Residents on the coast",
        term="On the coast", heading=_LIVES,
        definition="Residents of neighbourhoods that come within a kilometre of the open sea.",
        details="Harbours and estuaries behind a mouth of less than two kilometres are not open sea, and a border on "
                "land is no coast.",
        unit="residents", rate_unit="share of residents", percent=True, summary="share", numerator="coastal",
        denominator="residents", bases=("coast",), sources=("boundaries-lsoa", *_HOMES), context=True,
        lacking="not in this edition", scale=Scale((0.01, 0.2, 0.4, 0.6, 0.8, 0.99))),
    Measure(
        key="households", label="Households", heading=_LIVES, definition="Households, Census 2021.",
        unit="households", numerator="households", published=True, bases=("census",), sources=("census-households",)),
    Measure(
        key="workers", label="Residents in work", heading=_LIVES,
        definition="Residents of 16 and over in employment, Census 2021.",
        unit="people", numerator="workers", published=True, bases=("census",), sources=_JOBS),
    Measure(
        key="works_from_home", label="Worked at home on census day",
        row_label="Worked at home on census day, in lockdown",
        share_label="Workers who worked at home on census day 2021, in lockdown", heading=_LIVES,
        definition="Residents in work who worked mainly at or from home on census day, in lockdown: context only.",
        unit="people", rate_unit="share of workers", percent=True, numerator="works_from_home", denominator="workers",
        published=True, bases=("census",), sources=("census-travel",)),
    Measure(
        key="most_deprived_fifth", label="In England’s most deprived fifth of neighbourhoods",
        share_label="Residents in England’s most deprived fifth", heading=_LIVES,
        definition="Residents of neighbourhoods of IMD deciles 1 and 2.",
        rate_unit="share of residents", percent=True, summary="share", numerator="most_deprived_fifth",
        denominator="residents", bases=("imd",), sources=("imd", *_HOMES)),
    Measure(
        key="no_car", label="With no car or van", share_label="Households with no car or van", heading=_LIVES,
        definition="Households without a car or van, Census 2021.",
        rate_unit="share of households", percent=True, summary="share", numerator="no_car_households",
        denominator="car_households", bases=("census",), sources=("census-cars",)),
    Measure(
        key="borderline", label="Borderline", row_label="Within 10 minutes of that limit", term="Borderline",
        heading=_RAIL,
        definition="Residents within 10 minutes of that limit: a small change of the timetable would move them across "
                   "it.",
        unit="residents", numerator="borderline", bases=("rail",), sources=_HOMES, options=_WAY),
    Measure(
        key="premises", label="All premises", term="Premises", heading=_PREMISES,
        definition="Homes and businesses that can have a line of their own, as Ofcom counts them.",
        unit="premises", numerator="premises", published=True, bases=("premises",)),
    Measure(
        key="gigabit_newest", label="Gigabit coverage, newest release",
        share_label="Premises that can get a gigabit, newest release",
        definition="Homes and businesses that can get a gigabit, from a newer release than the counts. It is kept by "
                   "council: every place inside one council shows the council’s figure.",
        unit="premises", rate_unit="share of premises", percent=True, summary="mean", numerator="gigabit_newest",
        denominator="premises", worst_high=False, bases=("official",), sources=("coverage-by-area",), context=True,
        by_authority=True, scale=Scale((0.6, 0.7, 0.75, 0.8, 0.85, 0.9))),
    Measure(
        key="claimants", label="Claimants", share_label="Residents aged 16 to 64 who claim",
        definition="People who claim benefits principally because they are out of work, as a share of residents aged "
                   "16 to 64. Published by council: every place inside one council shows the council’s figure.",
        details="For a larger place: the mean of its residents.",
        unit="residents aged 16 to 64", rate_unit="share of residents aged 16 to 64", percent=True, summary="mean",
        numerator="claimants", denominator="residents", bases=("official",), sources=("claimants",), context=True,
        by_authority=True, scale=Scale((0.02, 0.0225, 0.025, 0.03, 0.035, 0.04))),
    Measure(
        key="businesses", label="Active businesses",
        definition="Active businesses (enterprises) for every 1,000 residents of the Census 2021. Published by "
                   "council: every place inside one council shows the council’s figure.",
        unit="businesses", rate_unit="per 1,000 residents", summary="mean", numerator="businesses_per_1000",
        denominator="residents", worst_high=False, bases=("official",), sources=("businesses", *_HOMES), context=True,
        by_authority=True, scale=Scale((30, 35, 40, 45, 50, 60))),
    Measure(
        key="aged_65_and_over", label="Aged 65 and over", share_label="Residents aged 65 and over", heading=_LIVES,
        definition="Residents aged 65 and over, Census 2021.",
        unit="residents", rate_unit="share of residents", percent=True, summary="share", numerator="aged_65_over",
        denominator="aged_all", bases=("census",), sources=("census-age",), context=True,
        scale=Scale((0.08, 0.15, 0.2, 0.25, 0.3, 0.35))),
    # New figures stand above this line.
)

LIMITS = Measure(
    key="people_in_gap.limits", label="Least and most possible", heading=_GAP, unit="people",
    definition="What the counts of jobs and of homes in each neighbourhood allow at all.", bases=("broadband",))
"""Of the people in the gap, beside their range."""

_FIGURES = {record.key: record for record in _RECORDS}
_MEASURES = {key: record for key, record in _FIGURES.items() if record.scale}

FIGURES: Mapping[str, Measure] = MappingProxyType(_FIGURES)
"""Every figure there is."""

MEASURES: Mapping[str, Measure] = MappingProxyType(_MEASURES)
"""Those that places are shown and ranked by, in the order of menus."""

PLANNED_BUILD = Measure(
    key="planned_build", label="Built, contracted and planned", unit="premises", bases=("bduk",),
    definition="Homes and businesses that BDUK recognises, by whether they can have a gigabit now, are under contract, "
               "planned by an operator, under review, or not planned at all.",
    published=True, sources=("planned-build",))
STILL_STUCK = Measure(
    key="still_stuck", label="Still stuck", unit="people", bases=("bduk", "jobs"),
    definition="Residents in jobs of the kind that can be done from home who live where no gigabit is built, under "
               "contract, planned or under review.",
    has_range=True, sources=("planned-build", *_GAPS), options=("work",))
"""Of a place, where the edition was built with BDUK's premises; not among the figures, since most are not."""


@contextmanager
def registered(record: Measure) -> Iterator[None]:
    """Add a figure for a while, as a new record above would for good."""
    tables = [_FIGURES, _MEASURES] if record.scale else [_FIGURES]
    for table in tables:
        table[record.key] = record
    forget()
    try:
        yield
    finally:
        for table in tables:
            del table[record.key]
        forget()


def in_order(first: Sequence[str], leave_out: Collection[str] = ()) -> list[Measure]:
    """List the figures of a place: the first by name, then all others that are not left out."""
    others = [key for key, record in FIGURES.items() if not record.context and key not in {*first, *leave_out}]
    return [FIGURES[key] for key in (*first, *others)]
