"""The frame of every page: its title, the view in the sidebar and in the link, notices, and who published the data."""

from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from geo.core.errors import EditionError
from geo.words.made import made_up
from pages.contents import PAGES
from pages.shared.assumptions import show_assumptions
from pages.shared.at_once import turn
from pages.shared.data import edition
from pages.shared.link import not_in_edition, other_edition
from pages.shared.older import older_edition
from pages.shared.own_area import own_area_notice
from pages.shared.parts import copy_link, footer, notice, paragraph_html
from pages.shared.search import chosen_place, why_chosen
from pages.shared.sidebar import choose
from pages.shared.view_state import address, at_place, current_view, embedded, link_query, open_view, set_view

STATIC = Path(__file__).parents[1] / "static"

ABOUT = """
**Swathe** counts the people of {region} whose job is of the kind that can be done from home, and who live where
the broadband for it cannot be had by line; for many the nearest city is too far to travel to.

Every figure is made from open data. Those marked *estimated* or *indicative* are good for comparing places, not for
naming streets; the page *Method and data* says how they are made.
"""

inside = embedded()
offered = [st.Page(page.file, title=page.title, url_path=page.url_path, default=not page.url_path,
                   visibility="hidden" if page.hidden else "visible") for page in PAGES]
page = st.navigation(offered, position="hidden" if inside else "sidebar")
st.set_page_config(
    page_title=f"{page.title} · Swathe", page_icon=str(STATIC / "icon.png"), layout="wide",
)
st.html(STATIC / "swathe.css")
if not inside:
    st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "icon.png"))
try:
    view, notices = open_view(page.url_path)
except EditionError as error:
    notice(f"There is no data to show: {error}")
    st.stop()
served = edition()
st.set_page_config(menu_items={"about": ABOUT.format(region=served.region.spoken)})
chosen = chosen_place()
if chosen and page.url_path == "place":
    view = set_view(place=chosen.code)
elif chosen:
    there = next(offer for offer in offered if offer.url_path == "place")
    st.switch_page(there, query_params=link_query(at_place(view, chosen.code), served.id))
view = set_view(**({} if inside else choose(view)))
query = {**view.to_query(), "edition": served.id}
with st.container(key="share"):
    if inside:
        whole = escape(address(page.url_path or "./", query))
        st.html(f'<a class="whole" href="{whole}" target="_blank" rel="noopener">Open in Swathe</a>')
    else:
        copy_link(served.id)
older = older_edition(page.url_path or "./", view.to_query(), embedded=inside)
made = [made_up(served)] if served.made else []
for text in [*made, *notices, *other_edition(view), *older, *not_in_edition(view), *own_area_notice(view)]:
    notice(text)
show_assumptions(view)
why = why_chosen(view.place) if page.url_path == "place" else ""
if why:
    notice(why)
with turn():
    page.run()
here = st.context.url or page.url_path
printed = address(here if urlsplit(here).path else f"{here}/", {**current_view().to_query(), "edition": served.id})
st.html(paragraph_html(
    "Long tables and maps are printed only as far as they show on screen. The whole page:", printed, kind="printed"))
footer(served, sources=not inside)
