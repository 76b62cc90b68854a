"""The commands that answer with figures of the edition."""

from argparse import Namespace

from geo.answers.place import place_answer
from geo.answers.places import places_answer, search_answer
from geo.answers.ranking import RankAsked, rank_places
from geo.cli.options import edition_of, print_answer, region_or, view_of, whole
from geo.cli.text_tables import journey_text, like_text, rank_text, robust_text, search_text, show_text
from geo.core.choices import ALL_HUBS, SPEEDS
from geo.core.errors import PlaceError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.figures.journeys import journey
from geo.figures.likeness import alike, alike_rows
from geo.figures.robust import robust as views_held
from geo.words.certainty import how_sure_ranks
from geo.words.comparison import ranked_kind
from geo.words.context import about_place
from geo.words.definitions import BEST_FIT, label, rail_words
from geo.words.intervals import covers
from geo.words.likeness import MEANING, alike_heading, why_none
from geo.words.planned import about_planned
from geo.words.robust import about_views
from geo.words.search import what_was_found


def show(options: Namespace) -> None:
    """Print every figure for a place."""
    edition = edition_of(options)
    view = view_of(options, edition)
    answer, sure, said = place_answer(edition, view.replace(place=edition.place(options.place).code))
    print_answer(options, said, show_text(answer, sure.ranks), covers(edition),
                 *about_planned(edition, view.work, answer.place), *about_place(edition, answer.place))


def search(options: Namespace) -> None:
    """Print the places that a text may mean, best first."""
    edition = edition_of(options)
    found, rows = search_answer(edition, options.text)
    lacking = [] if len(edition.localities) else ["Towns and villages by name are not in this edition."]
    print_answer(options, rows, search_text(rows, what_was_found(found)), *lacking)


def places(options: Namespace) -> None:
    """Print the places of a kind, by name."""
    edition = edition_of(options)
    rows = places_answer(edition, options.kind, region_or(options.within, edition))
    print_answer(options, rows, *(f"{row['code']}  {row['name']}, {row['within']}" for row in rows))


def rank(options: Namespace) -> None:
    """Print a ranking, worst first."""
    edition = edition_of(options)
    view = view_of(options, edition)
    ranked = rank_places(edition, view, RankAsked(
        options.by, region_or(options.within, edition), options.measure, options.per, options.like,
        whole(options.top, "top")))
    measure, speed = MEASURES[options.measure], SPEEDS[view.speed].label
    seen = f"{speed}; {ALL_HUBS[view.hub].label}, {view.minutes} minutes ({view.clock})" if measure.by_rail else speed
    based = rail_words(edition.rail_basis, edition.rail_source)
    heading = (
        f"{label(measure)} by {ranked_kind(options.by, options.like).label}, {len(ranked.shown):,} of {ranked.of:,}, "
        f"worst first. {seen}. Edition {edition.id} [broadband {edition.broadband_basis}, rail {based}]")
    print_answer(options, ranked.as_json(edition), rank_text(ranked.shown, options, ranked.sure, heading),
                 *[BEST_FIT] * (options.by == "constituency"), how_sure_ranks(edition, measure))


def like(options: Namespace) -> None:
    """Print the places most like one."""
    top, edition = whole(options.top, "top"), edition_of(options)
    view = view_of(options, edition)
    here = edition.place(options.place)
    found = alike(edition, view, here, top or len(edition.places))
    if found.table.empty:
        raise PlaceError(f"{here.name}: {why_none(found)}")
    print_answer(options, alike_rows(found, edition), like_text(found, alike_heading(here, found)), MEANING)


def robust(options: Namespace) -> None:
    """Print in how many views the claims about a place hold."""
    edition = edition_of(options)
    view = view_of(options, edition)
    here = edition.place(options.place)
    found = views_held(edition, view, here)
    print_answer(options, [row._asdict() for row in found], robust_text(here, view, found), about_views(edition.region))


def rail(options: Namespace) -> None:
    """Print a station's journey to a hub."""
    edition = edition_of(options)
    answer = journey(edition, options.station, View(hub=options.hub, region=edition.region.code).hub)
    print_answer(options, answer.as_json(), journey_text(answer))
