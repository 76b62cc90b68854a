"""The command diff: what changed between two editions."""

from argparse import Namespace

from geo.answers.changes import EditionChanges, edition_changes
from geo.cli.options import print_answer, seen, view_of
from geo.cli.text_tables import table
from geo.edition.store import load_edition
from geo.figures.changes import same_inputs, source_changes
from geo.words.changes import (
    FIGURES_HEADER,
    HOW_TOLD_APART,
    JOURNEYS_COUNTED,
    SOURCES_HEADER,
    STATIONS_HEADER,
    about_grounds,
    figure_rows,
    lacking,
    named_apart,
    place_row,
    places_header,
    slower,
    source_rows,
    sources_caption,
    station_rows,
    stations_caption,
    summary_lines,
)
from geo.words.definitions import rail_words

_STATIONS = 20


def diff(options: Namespace) -> None:
    """Print what changed between two editions, place by place."""
    before, after = (load_edition(folder, geometry=False) for folder in (options.before, options.after))
    seen(options, before, after)
    if before.manifest["built_at"] > after.manifest["built_at"] and not options.json:
        print("The first edition was built after the second: changes are told from the first to the second.\n")
    found = edition_changes(before, after, view_of(options, after), options.by)
    print_answer(options, found.as_json(), *_text(found))


def _text(found: EditionChanges) -> list[str]:
    before, after, view = found.before, found.after, found.view
    lines = [f"From {before.id} to {after.id}, by {found.by}",
             *(f"  {each.id}: broadband {each.broadband_basis}, rail {rail_words(each.rail_basis, each.rail_source)}"
               for each in (before, after))]
    if before.id == after.id:
        return [*lines, "Both are the same edition: nothing changed."]
    names = named_apart(before, after)
    lines += [*about_grounds(before, after), "", sources_caption(same_inputs(before, after))]
    files = source_rows(source_changes(before, after))
    lines += [table([SOURCES_HEADER, *files], left=3)] * bool(files)
    lines += lacking(before, after)
    lines += ["", *summary_lines(found.places, found.region, view, names)]
    if found.region.figures:
        lines += ["", table([FIGURES_HEADER, *figure_rows(found.region, view)], left=1)]
    if found.places:
        lines += ["", table([places_header(view), *(place_row(place, view) for place in found.places)], left=1)]
    lines += ["", f"Have our trains become slower? {slower(found.region, view, before, after)} {JOURNEYS_COUNTED}"]
    if len(found.stations):
        lines += ["", stations_caption(view.hub, len(found.stations), _STATIONS),
                  table([STATIONS_HEADER, *station_rows(found.stations.head(_STATIONS))])]
    return [*lines, "", HOW_TOLD_APART]


