"""The commands show, rank and rail."""

from argparse import Namespace

from geo.cli.options import edition_of, print_answer, view_of, whole
from geo.cli.text_tables import journey_text, like_text, rank_text, robust_text, search_text, show_text
from geo.core.choices import HUBS, SPEEDS
from geo.core.errors import PlaceError, ViewError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.search import search as find_places
from geo.edition.search import search_row
from geo.figures import place, ranking
from geo.figures.certainty import certainty, certainty_rows, place_certainty
from geo.figures.draws import is_drawn
from geo.figures.journeys import journey
from geo.figures.likeness import alike, alike_rows
from geo.figures.place_json import place_json
from geo.figures.robust import robust as views_held
from geo.words.certainty import how_sure_ranks
from geo.words.comparison import ranked_kind
from geo.words.context import about_place
from geo.words.definitions import BEST_FIT, label, rail_words
from geo.words.intervals import covers
from geo.words.likeness import MEANING, alike_heading, why_none
from geo.words.notes import notes_in_words
from geo.words.robust import about_views
from geo.words.search import what_was_found


def show(options: Namespace) -> None:
    """Print every figure for a place."""
    view, edition = view_of(options), edition_of(options)
    answer = place.show(edition, view.replace(place=edition.place(options.place).code))
    sure = certainty(edition, view, answer.place)
    print_answer(options, place_json(answer, sure, notes_in_words(answer)), show_text(answer, sure.ranks),
                 covers(edition), *about_place(edition, answer.place))


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
    asked = {"within": options.within, "measure": options.measure, "per": options.per}
    alone = options.like != "all"
    if alone and options.by != "authority":
        raise ViewError(f"like ‘{options.like}’, which is a type of local authority: use --by authority")
    ranked = (ranking.rank_like_with_like(edition, view, like=options.like, **asked) if alone else
              ranking.rank(edition, view, by=options.by, **asked))
    shown = ranked if top == 0 else ranked.head(top)
    measure, speed = MEASURES[options.measure], SPEEDS[view.speed].label
    sure = (place_certainty(edition, view, measure, by=options.by, within=options.within, like=options.like)
            if is_drawn(edition, measure) else None)
    seen = f"{speed}; {HUBS[view.hub].label}, {view.minutes} minutes ({view.clock})" if measure.by_rail else speed
    based = rail_words(edition.rail_basis, edition.rail_source)
    heading = (
        f"{label(measure)} by {ranked_kind(options.by, options.like).label}, {len(shown):,} of {len(ranked):,}, worst "
        f"first. {seen}. Edition {edition.id} [broadband {edition.broadband_basis}, rail {based}]")
    rows = ranking.rank_rows(shown, edition, {} if sure is None else certainty_rows(sure))
    print_answer(options, rows, rank_text(shown, options, sure, heading),
                 *[BEST_FIT] * (options.by == "constituency"), how_sure_ranks(edition, measure))


def like(options: Namespace) -> None:
    """Print the places most like one."""
    view, top, edition = view_of(options), whole(options.top, "top"), edition_of(options)
    here = edition.place(options.place)
    found = alike(edition, view, here, top or len(edition.places))
    if found.table.empty:
        raise PlaceError(f"{here.name}: {why_none(found)}")
    print_answer(options, alike_rows(found, edition), like_text(found, alike_heading(here, found)), MEANING)


def robust(options: Namespace) -> None:
    """Print in how many views the claims about a place hold."""
    view, edition = view_of(options), edition_of(options)
    here = edition.place(options.place)
    found = views_held(edition, view, here)
    print_answer(options, [row._asdict() for row in found], robust_text(here, view, found), about_views())


def rail(options: Namespace) -> None:
    """Print a station's journey to a hub."""
    answer = journey(edition_of(options), options.station, View(hub=options.hub).hub)
    print_answer(options, answer.as_json(), journey_text(answer))
