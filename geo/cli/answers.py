"""The commands show, rank and rail."""

from argparse import Namespace

from geo.cli.options import edition_of, print_answer, view_of, whole
from geo.cli.text_tables import journey_text, rank_text, search_text, show_text
from geo.core.choices import HUBS, KINDS, SPEEDS
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.search import search as find_places
from geo.edition.search import search_row
from geo.figures import place, ranking
from geo.figures.journeys import journey
from geo.figures.place_json import place_json
from geo.words.context import about_place
from geo.words.definitions import BEST_FIT, UNSURE_RANKS, label
from geo.words.notes import notes_in_words
from geo.words.search import what_was_found


def show(options: Namespace) -> None:
    """Print every figure for a place."""
    view, edition = view_of(options), edition_of(options)
    answer = place.show(edition, view.replace(place=edition.place(options.place).code))
    print_answer(options, place_json(answer, notes_in_words(answer)), show_text(answer),
                 *about_place(edition, answer.place))


def search(options: Namespace) -> None:
    """Print the places that a text may mean, best first."""
    edition = edition_of(options)
    found = find_places(edition, options.text)
    rows = [search_row(edition, hit) for hit in found.hits]
    lacking = [] if len(edition.localities) else ["Towns and villages by name are not in this edition."]
    print_answer(options, rows, search_text(rows, what_was_found(found)), *lacking)


def rank(options: Namespace) -> None:
    """Print a ranking, worst first."""
    view, top, edition = view_of(options), whole(options.top, "top"), edition_of(options)
    ranked = ranking.rank(edition, view, by=options.by, within=options.within, measure=options.measure, per=options.per)
    shown = ranked if top == 0 else ranked.head(top)
    measure, speed = MEASURES[options.measure], SPEEDS[view.speed].label
    seen = f"{speed}; {HUBS[view.hub].label}, {view.minutes} minutes ({view.clock})" if measure.by_rail else speed
    heading = (
        f"{label(measure)} by {KINDS[options.by].label}, {len(shown):,} of {len(ranked):,}, worst first. {seen}. "
        f"Edition {edition.id} [broadband {edition.broadband_basis}, rail {edition.rail_basis}]")
    print_answer(options, ranking.rank_rows(shown, edition), rank_text(shown, options.measure, heading),
                 *[BEST_FIT] * (options.by == "constituency"), UNSURE_RANKS)


def rail(options: Namespace) -> None:
    """Print a station's journey to a hub."""
    answer = journey(edition_of(options), options.station, View(hub=options.hub).hub)
    print_answer(options, answer.as_json(), journey_text(answer))
