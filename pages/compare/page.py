"""Compare: up to six places side by side with every figure, and a ranking of any kind of place to take away."""

from functools import partial

import streamlit as st

from geo.core.choices import KINDS
from geo.core.errors import PlaceError
from geo.core.measures import MEASURES
from geo.core.view import BESIDE_AT_MOST, View
from geo.figures.place import resolve_basis
from geo.figures.ranking import authority_types
from geo.words.certainty import how_sure_ranks, told_apart
from geo.words.claim import bases, sentence_case, spoken_name
from geo.words.comparison import comparison_claim, ranked_kind, ranking_caption, ranking_columns, ranking_title
from geo.words.definitions import basis_meaning
from geo.words.intervals import covers
from geo.words.likeness import ADD, MEANING
from geo.words.notes import BASIS_NOTES, notes_in_words
from pages.compare import data
from pages.compare.charts import interval_spec
from pages.compare.tables import bases_html, comparison_html
from pages.shared import parts
from pages.shared.data import edition, figure_options, place_of
from pages.shared.headings import HEADINGS
from pages.shared.link import beside_codes
from pages.shared.map_widget.widget import theme_palette
from pages.shared.menu import labeller, place_labels
from pages.shared.sidebar import choose_measure
from pages.shared.view_state import current_view, first_view, set_view


def choose_beside(view: View) -> View:
    """Let the reader choose the places to set beside the one in the sidebar."""
    began = beside_codes(first_view())
    others = (code for code in place_labels() if code != view.region)
    offered = list(dict.fromkeys([*began, *beside_codes(view), *others]))
    picked = st.multiselect(
        f"Compare {spoken_name(place_of(view).name)} with", offered, began, key="beside",
        format_func=labeller(view), max_selections=BESIDE_AT_MOST,
        placeholder="Type a few letters of a place",
        help=f"Up to {BESIDE_AT_MOST} more places of any kind. The first place is the one chosen under ‘Place’; "
             f"{edition().region.spoken} always stands last.")
    view = set_view(beside=".".join(picked))
    offer_like(view)
    return view


def offer_like(view: View) -> None:
    """Offer those most like the view's place, to be set beside it by one press."""
    found = data.like_it(view)
    if not found:
        return
    with st.container(key="alike", horizontal=True, gap="xsmall"):
        st.html(parts.meaning_html(ADD.format(name=spoken_name(place_of(view).name)), MEANING), width="content")
        for code, words in found.items():
            st.button(words, key=f"like_{code}", on_click=_add_beside, args=(code,))


def _add_beside(code: str) -> None:
    st.session_state["beside"] = [*st.session_state["beside"], code]


def side_by_side(view: View) -> list[str]:
    """Show the places with every figure; return their codes."""
    codes, chosen = data.compared(view)
    answers, rows = data.comparison(view, codes)
    explained = bases(answers[0])
    names = [answer.place.name for answer in answers]
    with top:
        parts.page_heading(
            HEADINGS["compare"](view), parts.claim_html(comparison_claim(answers, view.region, place_of(view).code)),
            parts.badges_html(explained))
    if not chosen:
        parts.small("To start with, these are the three authorities where most people are in the gap. Choose your own "
                    "above.")
    st.vega_lite_chart(
        spec=interval_spec(figure_options(view).replace(name=view.name), tuple(codes), theme_palette()),
        width="stretch", key="intervals",
        alt="People in the gap per 1,000 workers in each place, and between what it lies; the table has the same "
            "figures.")
    parts.small(f"The dot is the estimate, the bar what it lies between. {covers(edition())}")
    if alike := told_apart(data.alike(view, codes)):
        parts.small(alike)
    st.html(comparison_html("Every figure; a rate is one total divided by another", names, rows, view))
    st.html(bases_html(rows, answers[0].edition, explained))
    for name, answer in zip(names, answers, strict=True):
        notes = notes_in_words(answer, without=BASIS_NOTES)
        if notes:
            parts.small(parts.Html(f"<strong>{parts.as_html(name)}</strong>:"), *notes)
    parts.downloads("this table", "comparison", ("swathe", "compare", *codes[:-1]),
                    partial(data.comparison_csv, view, codes), partial(data.comparison_xlsx, view, codes))
    return codes


def choose_ranking(view: View) -> View:
    """Let the reader choose what is ranked."""
    left, middle, right = st.columns(3)
    began = first_view()
    together = [view.place] if place_of(view).parts else []
    larger = list(dict.fromkeys([began.within, "all", *together, *data.larger_places(), view.within]))
    kinds = list(edition().kinds())
    with left:
        kind = st.selectbox("Rank", kinds, key="ranked", index=kinds.index(began.ranked),
                            format_func=lambda kind: sentence_case(KINDS[kind].plural))
    with middle:
        show = choose_measure("By")
    with right:
        within = st.selectbox("Within", larger, key="within", format_func=labeller(view))
    view = set_view(ranked=kind, show=show, within=within)
    if MEASURES[view.show].has_count:
        view = set_view(per=st.segmented_control(
            "Worst by", ["count", "rate"], default=view.per, key="per", required=True,
            format_func=lambda per: "number" if per == "count" else MEASURES[view.show].rate_unit))
    types = ["all", *authority_types(edition())]
    if view.ranked == "authority" and len(types) > 2:
        view = set_view(like=st.segmented_control(
            "Like with like", types, default=view.like, key="like", required=True,
            format_func=lambda like: sentence_case(ranked_kind("authority", like).plural)))
    return view


def show_ranking(view: View, codes: list[str]) -> None:
    """Show the ranking and offer it as files."""
    try:
        ranked = data.ranked_places(view)
    except PlaceError as error:
        parts.notice(f"{error}.")
        return
    measure = MEASURES[view.show]
    table = ranking_columns(ranked, view, codes, data.ranked_certainty(view))
    st.dataframe(table, hide_index=True, height=460, alt=ranking_title(view.ranked, measure, view.like),
                 placeholder="–", column_config=parts.column_formats(table, {"Rank": 50}))
    published = bool(edition().places_of(view.ranked)["premises_published"].any())
    basis = resolve_basis(measure.bases, edition(), published=published)
    parts.small(parts.marks_html(basis), *(basis_meaning(name, edition().facts()) for name in basis))
    parts.small(ranking_caption(view.ranked, measure, len(ranked), labeller(view)(view.within),
                                how_sure_ranks(edition(), measure), view.like))
    stem = ("swathe", view.show, view.ranked, *[view.within] * (view.within != view.region),
            *[view.like] * (view.ranked == "authority" and view.like != "all"))
    parts.downloads("the ranking", "ranking", stem, partial(data.ranking_csv, view), partial(data.ranking_xlsx, view))


top = st.container()
view = choose_beside(current_view())
codes = side_by_side(view)
st.header("Ranking")
show_ranking(choose_ranking(view), codes)
