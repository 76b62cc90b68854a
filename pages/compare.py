"""Compare: up to six places side by side with every figure, and a ranking of any kind of place to take away."""

from collections.abc import Callable, Mapping
from functools import partial
from html import escape

import streamlit as st

from geo.core.measures import MEASURES
from geo.downloads import CSV_TYPE, XLSX_TYPE, file_name
from geo.errors import PlaceError
from geo.figures.place import resolve_basis
from geo.view import BESIDE_AT_MOST, View
from geo.vocabulary import KINDS, REGION
from geo.words.claim import bases, sentence_case, spoken_name
from geo.words.definitions import BEST_FIT, UNSURE_RANKS, basis_meaning, label
from geo.words.notes import BASIS_NOTES, notes_in_words
from pages.parts.compare_charts import range_chart
from pages.parts.compare_data import compared, comparison, comparison_file, larger_places, ranked_places, ranking_file
from pages.parts.compare_tables import bases_html, comparison_html
from pages.parts.compare_words import claim, ranking_columns
from pages.parts.data import edition, place, summary
from pages.parts.furniture import badges_html, claim_html, marks_html, notice, small
from pages.parts.sidebar import place_labels
from pages.parts.state import current_view, set_view
from pages.shared.map_widget import theme_palette

FILES = {".csv": ("CSV", CSV_TYPE), ".xlsx": ("Excel (XLSX)", XLSX_TYPE)}


def place_label(code: str) -> str:
    """Name a place in a menu."""
    return "South West and its neighbours" if code == "all" else place_labels().get(code) or place(code).name


def plural(kind: str) -> str:
    """Name a kind of place at the start of a line; abbreviations keep their letters."""
    return sentence_case(KINDS[kind].plural)


def choose_beside(view: View) -> View:
    """Let the reader choose the places to set beside the one in the sidebar."""
    chosen = [code for code in view.beside.split(".") if code]
    offered = list(dict.fromkeys([*chosen, *(code for code in place_labels() if code != REGION)]))
    picked = st.multiselect(
        f"Set beside {spoken_name(place(view.place).name)}", offered, key="beside", format_func=place_label,
        max_selections=BESIDE_AT_MOST, placeholder="Type a few letters of a place",
        help=f"Up to {BESIDE_AT_MOST} more places of any kind. The first place is the one chosen under ‘Place’; "
             "the South West always stands last.")
    return set_view(beside=".".join(picked))


def downloads(what: str, stem: tuple[str, ...], make: Mapping[str, Callable[[], bytes]], key: str) -> None:
    """Offer a table as files."""
    with st.container(horizontal=True):
        for suffix, (name, mime) in FILES.items():
            st.download_button(
                f"Download {what} as {name}", make[suffix], file_name(*stem, suffix=suffix), mime,
                key=f"{key}{suffix}", on_click="ignore")


def side_by_side(view: View) -> list[str]:
    """Show the places with every figure; return their codes."""
    codes, chosen = compared(view)
    answers = [summary(view.replace(place=code)) for code in codes]
    rows, names = comparison(view, codes), [answer.place.name for answer in answers]
    with opening:
        st.html(f'<div class="opening"><h1>Places side by side</h1>{claim_html(claim(answers, REGION))}'
                f"{badges_html(bases(answers[0]))}</div>")
    if not chosen:
        small("To start with, these are the three authorities where most people are in the gap. Choose your own above.")
    st.altair_chart(
        range_chart(rows[0], names, theme_palette()), width="stretch", key="ranges",
        alt="People in the gap per 1,000 workers in each place, with the range; the table has the same figures.")
    small("The dot is the estimate, the bar its range: what it would be if, inside neighbourhoods, jobs that can be "
          "done from home and poor lines went apart or together.")
    st.html(comparison_html("Every figure; rates are sums over sums", names, rows, view))
    st.html(bases_html(rows, answers[0].edition))
    said = [notes_in_words(answer, without=BASIS_NOTES) for answer in answers]
    st.html("".join(f'<p class="small"><strong>{escape(name)}</strong>: {escape(" ".join(notes))}</p>'
                    for name, notes in zip(names, said, strict=True) if notes))
    stem = ("swathe", "compare", *codes[:-1])
    make = {suffix: partial(comparison_file, view, codes, suffix) for suffix in FILES}
    downloads("this table", stem, make, "comparison")
    return codes


def choose_ranking(view: View) -> View:
    """Let the reader choose what is ranked."""
    kind, measure, inside = st.columns(3)
    within = ["all", *larger_places()]
    if view.within not in within:
        within = [view.within, *within]
    view = set_view(
        ranked=kind.selectbox("Rank", list(KINDS), key="ranked", format_func=plural),
        show=measure.selectbox("By", list(MEASURES), key="show", format_func=lambda key: label(MEASURES[key])),
        within=inside.selectbox("Within", within, key="within", format_func=place_label),
    )
    if MEASURES[view.show].has_count:
        if "per" not in st.session_state:
            st.session_state["per"] = view.per
        view = set_view(per=st.segmented_control(
            "Worst by", ["count", "rate"], key="per", required=True,
            format_func=lambda per: "number" if per == "count" else MEASURES[view.show].rate_unit))
    return view


def show_ranking(view: View, codes: list[str]) -> None:
    """Show the ranking and offer it as files."""
    try:
        ranked = ranked_places(view)
    except PlaceError as error:
        notice(f"{error}.")
        return
    chosen = MEASURES[view.show]
    table = ranking_columns(ranked, view.show, codes)
    formats = {"Int64": "localized", "float64": "%.1f"}
    columns = {str(name): st.column_config.NumberColumn(format=formats[str(column.dtype)])
               for name, column in table.items() if str(column.dtype) in formats}
    published = bool(edition().places_of(view.ranked)["premises_published"].any())
    basis = resolve_basis(chosen.bases, edition(), published=published)
    meaning = " ".join(basis_meaning(name, edition().facts()) for name in basis)
    said = f"{plural(view.ranked)} by {label(chosen).lower()}, worst first"
    st.dataframe(table, hide_index=True, height=460, alt=said, column_config={
        "Rank": st.column_config.NumberColumn(width=50), "Place": st.column_config.TextColumn(width=180), **columns},
        placeholder="–")
    st.html(f'<p class="small">{marks_html(basis)} {escape(meaning)}</p>')
    rate = f"the {chosen.rate_unit}" if chosen.percent else chosen.rate_unit
    unit = f"{chosen.unit}; the rate is {rate}" if chosen.has_count else chosen.rate_unit
    small(f"{said}: {len(ranked):,} wholly inside {place_label(view.within)}, in {unit}. Places that tie share the "
          f"best rank. {UNSURE_RANKS}{f' {BEST_FIT}' if view.ranked == 'constituency' else ''}")
    stem = ("swathe", view.show, view.ranked, *([] if view.within == REGION else [view.within]))
    downloads("the ranking", stem, {suffix: partial(ranking_file, view, suffix) for suffix in FILES}, "ranking")


opening = st.container()
view = choose_beside(current_view())
codes = side_by_side(view)
st.header("Ranking")
show_ranking(choose_ranking(view), codes)
