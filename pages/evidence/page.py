"""Evidence: an annex for a bid, made from the view; its first page as a preview, and the pack to be downloaded."""

from html import escape
from secrets import token_hex
from shlex import quote

import streamlit as st

from geo.core.choices import ALL_HUBS, CLOCKS
from geo.core.errors import SwatheError
from geo.core.view import View, names_own_area
from geo.pack.request import LONGEST, Request, verify_command
from geo.words import what_if
from geo.words.claim import bases, headline, spoken_name
from geo.words.cover import built_on
from geo.words.definitions import short_speed
from geo.words.editions import say_changes
from geo.words.intervals import covers
from geo.words.priorities import in_pack
from pages.evidence.data import PackMade, comparable, first_page, pack
from pages.shared.at_once import turn_let_go
from pages.shared.data import edition, place_of, summary
from pages.shared.headings import HEADINGS
from pages.shared.map_widget.bundle import MAP_FOLDER
from pages.shared.operator import operator
from pages.shared.parts import Html, badges_html, claim_html, notice, page_heading, place_link, small, terms_html
from pages.shared.pictures import show_picture
from pages.shared.site import site
from pages.shared.view_state import current_view

CONTENTS = (
    ("report.pdf", "the report: claim, maps, tables, definitions, limits, sources; screen readers can read it"),
    ("report.docx", "the same, to be edited in Word"),
    ("maps", "each map as PNG (300 dpi) and SVG"),
    ("tables", "every table as CSV, and all of them in one Excel workbook"),
    ("areas.gpkg", "the areas with their figures, for QGIS or ArcGIS"),
    ("manifest.json", "every figure, source and checksum, so that anyone can check the pack"),
)
MADE = "pack_made"


def asked() -> Request | None:
    """Read what the reader wrote; what cannot be shown gets a sentence."""
    title = st.text_input("Title of the report", key="pack_title", max_chars=LONGEST["title"],
                          placeholder="By default it names the place")
    author = st.text_input("Your organisation", key="pack_author", max_chars=LONGEST["author"])
    contact = st.text_input("Whom to write to about it", operator().contact, key="pack_contact",
                            max_chars=LONGEST["contact"])
    day = st.date_input("Date of the report", built_on(edition()), key="pack_date", format="DD/MM/YYYY")
    note = st.text_area("Your own note (optional)", key="pack_note", max_chars=LONGEST["note"], height=120)
    other = comparable(view)
    compares = other is not None and st.checkbox(
        say_changes(edition(), other), value=view.against == other.id, key=f"pack_against_{other.id}")
    try:
        options = view.replace(against=other.id if other is not None and compares else "").pack_options()
        return Request(view.fresh().replace(**options, place=view.place), title, author, note,
                       contact, "" if day == built_on(edition()) else f"{day:%Y-%m-%d}", site("evidence"))
    except SwatheError as error:
        notice(f"This cannot be set: {error}.")
        return None


def offered(request: Request) -> PackMade | None:
    """Give the pack that was made for exactly this request and edition."""
    made = st.session_state.get(MADE)
    return made if isinstance(made, PackMade) and (made.request, made.edition) == (request, edition().id) else None


def client() -> str:
    """Tell who asks for a pack: an address, or this visit alone where there is none, as on this machine."""
    return str(st.context.ip_address or st.session_state.setdefault("pack_client", token_hex(8)))


def make(request: Request) -> None:
    """Make the pack on a press, with progress, and offer it."""
    made = offered(request)
    if made is None and st.button("Make the pack", key="pack_make"):
        bar = st.progress(0.0, "Waiting to start …")

        def on_step(share: float, step: str) -> None:
            bar.progress(share, f"Making {step} …")

        try:
            with turn_let_go():
                made = pack(request, on_step, client())
        except SwatheError as error:
            notice(f"The pack cannot be made: {error}.")
        else:
            st.session_state[MADE] = made
            st.rerun()
        bar.empty()
    if made is not None:
        st.download_button(
            f"Download the pack ({len(made.content) / 1e6:.1f} MB)", made.content, made.name, "application/zip",
            key="pack_download", on_click="ignore")
        st.html(f'<p class="small" role="status">Ready: <code>{escape(made.name)}</code></p>')


def options_typed(view: View) -> str:
    """Write what of the view differs from the default as the command takes it."""
    called = {"every": "every-authority", "rail": "rail-minutes"}
    options = view.pack_options() | ({"against": "FOLDER"} if view.against else {})    # where it lies is not known here
    changed = {name: value for name, value in options.items() if value != getattr(view.fresh(), name)}
    return "".join(f" --{called.get(name, name)} {quote(str(value))}" for name, value in changed.items())


view = current_view()
answer, here = summary(view), place_of(view)
page_heading(HEADINGS["evidence"](view), claim_html(headline(answer)), badges_html(bases(answer)))
left, right = st.columns([1, 1], gap="large")
with left:
    st.header("For your bid")
    small(f"The pack is about {spoken_name(here.name)}: broadband below {short_speed(view.speed)}, more than "
          f"{view.minutes} minutes from {ALL_HUBS[view.hub].label} ({CLOCKS[view.clock].label.lower()}). Choose "
          "another place or other limits in the sidebar. What you write here goes only into the pack, not into the "
          "link.")
    small(*[what_if.in_pack(edition(), view)] * view.asks_what_if,
          in_pack(view), Html(f"{place_link(view, view.place, 'What to do', 'what_to_do')}."))
    request = asked()
    if request is not None:
        make(request)
with right:
    st.header("The first page")
    if request is not None:
        show_picture(first_page(request), f"First page of the report, a summary. {''.join(headline(answer))} Findings, "
                                          "places and what to ask for follow.", MAP_FOLDER, private=True)

st.header("What the pack holds")
st.html(terms_html(CONTENTS))
st.header("Anyone can check it")
packed = view.replace(against="") if request is None else request.view
same = "" if names_own_area(view.place) else (
    f"`python -m geo pack {view.place}{options_typed(packed)} --out FILE.zip` makes the same pack, and ")
st.markdown(
    "The same view of the same edition gives the same pack, byte for byte. "
    f"`{verify_command(packed)}` works every figure out again and says which hold: a changed file, a changed "
    f"figure and another edition are told apart. On the command line, {same}"
    "`python -m geo pack --every constituency --out FOLDER` makes a brief of two pages for every constituency.")
small(covers(edition()))
