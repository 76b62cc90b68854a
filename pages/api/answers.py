"""What each address answers: the command line's own JSON, or the same as a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from geo.answers.changes import edition_changes, place_changes
from geo.answers.place import place_answer
from geo.answers.places import places_answer, search_answer
from geo.answers.ranking import rank_places
from geo.core.measures import MEASURES
from geo.edition.store import Edition
from geo.figures.place_json import named_figures
from geo.pack.file.manifest import view_name
from geo.pack.spreadsheets import ranking_table
from geo.pack.tables import figures_table
from geo.words.definitions import label
from pages.api.parameters import Asked, AskedWronglyError, rank_asked, text_asked
from pages.shared.data import editions
from pages.shared.shelf import edition_by_id


@dataclass(frozen=True)
class Answer:
    """An answer as plain JSON, and a way to write it as a table."""

    plain: Any
    tabled: Callable[[], pd.DataFrame]
    label: str
    key: tuple[str, ...]     # columns that tell the rows of the table apart
    table_name: str = ""     # in the data dictionary

    @cached_property
    def table(self) -> pd.DataFrame:
        """The same as a table."""
        return self.tabled()


def show(edition: Edition, asked: Asked) -> Answer:
    """Answer with every figure of a place."""
    answer, _, plain = place_answer(edition, asked.view)
    return Answer(
        plain, lambda: figures_table(edition, answer.place, named_figures(answer)).assign(
            view=view_name(asked.view), edition=edition.id), f"Figures of {answer.place.name}", ("name",), "figures")


def rank(edition: Edition, asked: Asked) -> Answer:
    """Answer with a ranking."""
    wanted = rank_asked(asked)
    found = rank_places(edition, asked.view, wanted)
    return Answer(
        found.as_json(edition), lambda: ranking_table(
            edition, asked.view, found.shown, by=wanted.by, measure=wanted.measure, sure=found.sure),
        f"{label(MEASURES[wanted.measure])}, worst first", ("code",), "ranking")


def search(edition: Edition, asked: Asked) -> Answer:
    """Answer with the places that a text may mean."""
    _, rows = search_answer(edition, text_asked(asked))
    return _rows(rows, ["code", "name", "kind", "authority", "note", "exact"], "Places found")


def places(edition: Edition, asked: Asked) -> Answer:
    """Answer with all places of a kind."""
    if "kind" not in asked.own:
        raise AskedWronglyError([f"kind is missing: one of {', '.join(edition.kinds())}"])
    rows = places_answer(edition, asked.own["kind"], asked.view.within)
    return _rows(rows, ["code", "name", "kind", "within", "neighbour", "edition"], "Places")


def diff(edition: Edition, asked: Asked) -> Answer:
    """Answer with what changed since another edition: in places of a kind, or in the one that is named."""
    earlier = _compared_with(edition, asked.view.against)
    found = (edition_changes(earlier, edition, asked.view, asked.own.get("by", asked.view.ranked))
             if asked.view.place == asked.view.region else place_changes(earlier, edition, asked.view))
    return Answer(found.as_json(), lambda: found.as_table, f"What changed from {earlier.id} to {edition.id}",
                  ("code", "measure", "option"), "what-changed")


def _compared_with(edition: Edition, name: str) -> Edition:
    """Find the edition that is compared with."""
    others = ", ".join(one.id for one in editions() if one.id != edition.id) or "no other edition is served here"
    if not name:
        raise AskedWronglyError([f"against is missing, the edition to compare with: {others}"])
    found = edition if name == edition.id else edition_by_id(name)
    if found is None:
        raise AskedWronglyError([f"against {name}, which is not served here: {others}"], 404)
    return found


def _rows(rows: list[dict[str, Any]], columns: list[str], said: str) -> Answer:
    def tabled() -> pd.DataFrame:
        table = pd.DataFrame(rows, columns=columns)
        truths = {name: values.map({True: "yes", False: "no"}) for name, values in table.items()
                  if str(name) in {"exact", "neighbour"}}
        return table.assign(**truths)

    return Answer(rows, tabled, said, ("code",))


ANSWERS: Mapping[str, Callable[[Edition, Asked], Answer]] = {
    "places": places, "show": show, "rank": rank, "search": search, "diff": diff}
"""What stands at /api/v1/NAME."""
