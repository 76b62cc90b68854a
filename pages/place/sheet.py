"""The sheet of a place for a meeting, made when it is asked for, one at a time."""

from functools import partial

import streamlit as st

from geo.core.view import View
from geo.figures.profile import PlaceProfile
from geo.pack.file.manifest import sheet_name
from geo.pack.request import Request
from pages.shared.data import carried, edition, per_edition
from pages.shared.operator import operator
from pages.shared.site import site


def offer_sheet(view: View, shown: PlaceProfile) -> None:
    """Offer the sheet as a file."""
    options = view.replace(against="").pack_options()      # a sheet says nothing of an earlier edition
    asked = Request(view.fresh().replace(**options, place=view.place), contact=operator().contact, site=site("place"))
    st.download_button("Sheet for a meeting (PDF)", carried(partial(_sheet, asked)),
                       sheet_name(shown), "application/pdf", key="sheet", on_click="ignore")


@per_edition(32)
def _sheet(asked: Request) -> bytes:
    from geo.pack.sheet import make_sheet  # noqa: PLC0415 - it draws: half a second and twenty megabytes until one asks

    return make_sheet(edition(), asked)[1]
