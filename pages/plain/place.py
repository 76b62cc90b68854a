"""A place's plain page: its opening as in the app, the map, and links to the places round it and inside it."""

from geo.core.cache import cached
from geo.core.view import View
from geo.figures.profile import INSIDE, PlaceProfile, overlapping, parents
from geo.words.beside_claim import HEADING, beside_claim
from geo.words.claim import bases, cards, headline, kind_label, other_speeds, sentence_case
from geo.words.context import about_place
from geo.words.notes import BASIS_NOTES, notes_in_words
from geo.words.ranks import how_sure, rank_lines
from pages.plain.document import app_link, document, map_html, notices_html, plain_link, search_form
from pages.shared import parts
from pages.shared.data import edition, profile

MOST = 150
"""Places inside of one kind that are listed; of more, those of larger kinds lead there."""


@cached(64)
def place_page(view: View, notices: tuple[str, ...]) -> str:
    """Write the page of the view's place."""
    shown = profile(view)
    claim = "".join(headline(shown.answer))
    body = (f"{notices_html(notices)}{search_form(view)}{_opening(view, shown)}"
            f'<p>{app_link(view, "All figures, the moving map and charts: open in the app")}</p>'
            f"{map_html(view)}{_places_inside(view, shown)}{_notes(shown)}")
    return document(shown.place.name, claim, body, base="../")


def _opening(view: View, shown: PlaceProfile) -> str:
    """Name the place, what it is part of, the claim, and the four figures with their ranks."""
    answer, here = shown.answer, shown.place
    lsoas = "1 neighbourhood (LSOA)" if len(here.lsoas) == 1 else f"{len(here.lsoas):,} neighbourhoods (LSOAs)"
    larger = [f"{plain_link(view, row['code'], row['name'])} ({parts.as_html(kind_label(row['kind']))})"
              for row in parents(edition(), here).to_dict("records")]
    return "".join([
        f'<div class="opening"><h1>{parts.as_html(here.name)}</h1>',
        parts.paragraph_html(f"{sentence_case(kind_label(here.kind))} · {here.code} · {lsoas}"),
        parts.list_html(["Part of:", *larger], "links", "Part of") if larger else "",
        *(parts.paragraph_html(said) for said in about_place(edition(), here)),
        parts.claim_html(headline(answer)), parts.paragraph_html(other_speeds(answer), kind="beside"),
        parts.badges_html(bases(answer)), "</div>",
        parts.cards_html(card._replace(notes=(*card.notes, *rank_lines(shown.ranks, here.code, card.key)))
                         for card in cards(answer)),
        parts.beside_html(HEADING, beside_claim(answer)), parts.paragraph_html(how_sure(here, shown.ranks))])


def _places_inside(view: View, shown: PlaceProfile) -> str:
    """Link to the places that it is made of, that lie inside, or that it overlaps."""
    here = shown.place
    larger = set(parents(edition(), here)["code"])
    lists = {"Made of": [plain_link(view, part.code, part.name) for part in here.parts]}
    for kind in INSIDE:
        table = overlapping(edition(), here, kind)
        if len(table) <= MOST:
            lists[sentence_case(kind_label(kind, 2))] = [
                plain_link(view, row["code"], row["name"]) + ("" if row["whole"] else " (part)")
                for row in table[~table["code"].isin(larger)].to_dict("records")]
    found = "".join(f"<h3>{parts.as_html(name)}</h3>{parts.list_html(links, 'links', name)}"
                    for name, links in lists.items() if links)
    return f"<h2>Places inside</h2>{found}" if found else ""


def _notes(shown: PlaceProfile) -> str:
    said = notes_in_words(shown.answer, without=BASIS_NOTES)     # those are said by the marks above
    return f"<h2>What to know about these figures</h2>{''.join(map(parts.paragraph_html, said))}" if said else ""
