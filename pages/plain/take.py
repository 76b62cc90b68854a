"""Files of exactly what a page shows: its map as a picture, and its areas as tables and as a GeoPackage."""

from collections.abc import Callable, Mapping

import pandas as pd
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from geo.core.choices import KINDS
from geo.core.errors import SwatheError
from geo.core.measures import MEASURES
from geo.core.view import View
from geo.maps.card import SheetTexts, map_sheet
from geo.maps.classes import LIGHT, legend
from geo.pack.map_table import map_gpkg, map_table
from geo.pack.spreadsheets import CSV_TYPE, XLSX_TYPE, file_name, ranking_about
from geo.pack.tidy import csv_bytes
from geo.pack.workbook import xlsx_bytes
from geo.words.context import meaning
from geo.words.definitions import label, legend_heading
from geo.words.quotation import map_sources
from pages.compare.data import compared, comparison_csv, comparison_xlsx
from pages.contents import PAGES
from pages.explore.map import place_picture
from pages.shared.data import asked_for, edition, figure_options, per_edition, place_of
from pages.shared.link import named_edition, other_edition, read_link
from pages.shared.map_files import map_classes, map_picture
from pages.shared.map_widget.legend import neighbours, outline_credit
from pages.shared.per_minute import PerMinute, client_of
from pages.shared.workers import together

TAKE = "/take"
FILES: Mapping[str, str] = {
    "map.png": "Map (PNG)", "table.csv": "Table (CSV)", "table.xlsx": "Table (Excel)",
    "areas.gpkg": "Areas (GeoPackage)"}
"""Name of a file → what it is called."""

FILES_A_MINUTE = 12
"""Different files that one client may ask for: to make one takes the processor."""

TAKEN = PerMinute(FILES_A_MINUTE, kind="files", notes=together())
_WITHOUT_MAP = ("evidence", "doubts", "method", "accessibility", "privacy", "quote")


def takes(page: str, name: str) -> bool:
    """Tell whether a page shows what a file holds."""
    if page == "compare":
        return name.startswith("table.")
    return page not in _WITHOUT_MAP and name in FILES


def _shown(page: str, view: View) -> View:
    """Keep of a view what the map of a page shows: all but Explore's are of neighbourhoods."""
    by = view.by if page == "explore" else "lsoa"
    return figure_options(view).replace(place=view.place, show=view.show, by=by)


def _title(shown: View) -> str:
    return f"{label(MEASURES[shown.show], shown)} by {KINDS[shown.by].label}: {place_of(shown).name}"


def _picture(page: str, view: View) -> bytes:
    shown = _shown(page, view)
    classes = map_classes(shown, shown.by)
    drawn = map_picture(shown, LIGHT) if shown.by == "lsoa" else place_picture(shown, LIGHT)
    source = (f"Swathe, {map_sources(edition(), MEASURES[shown.show])}; edition {edition().id}. "
              f"{neighbours(classes)}{outline_credit()}")
    return map_sheet(SheetTexts(_title(shown), meaning(edition(), shown), legend_heading(MEASURES[shown.show]), source),
                     drawn, legend(shown.show, LIGHT, classes, shown.by), LIGHT)


def _csv(page: str, view: View) -> bytes:
    return comparison_csv(view, compared(view)[0]) if page == "compare" else csv_bytes(_table(_shown(page, view)))


def _xlsx(page: str, view: View) -> bytes:
    if page == "compare":
        return comparison_xlsx(view, compared(view)[0])
    shown = _shown(page, view)
    about = ranking_about(edition(), shown, by=shown.by, within=shown.place, measure=shown.show, per="count")
    return xlsx_bytes(about, {"Ranking": _table(shown)}, {"Ranking": f"{_title(shown)}: what the map shows."})


def _gpkg(page: str, view: View) -> bytes:
    shown = _shown(page, view)
    return map_gpkg(edition(), shown, _title(shown))


@per_edition(4)
def _table(view: View) -> pd.DataFrame:
    return map_table(edition(), view)


_WRITERS: Mapping[str, tuple[Callable[[str, View], bytes], str]] = {
    "map.png": (_picture, "image/png"), "table.csv": (_csv, CSV_TYPE), "table.xlsx": (_xlsx, XLSX_TYPE),
    "areas.gpkg": (_gpkg, "application/geopackage+sqlite3"),
}


def take_route(request: Request) -> Response:
    """Answer with a file of what a page shows in the view of the query."""
    name, asked = request.path_params["name"], dict(request.query_params)
    page = asked.pop("page", "")
    if name not in _WRITERS or not takes(page, name) or page not in {offered.url_path for offered in PAGES}:
        return PlainTextResponse("There is no such file.", 404, {"Cache-Control": "no-store"})
    write, kind = _WRITERS[name]
    try:
        with asked_for(named_edition(asked)) as served:
            view, _ = read_link(asked)
            client = client_of(request)
            wait = TAKEN.seconds_to_wait(client, (page, name, view)) if client else 0
            if wait:
                told = f"{FILES_A_MINUTE} files were asked for within a minute; ask again in {wait} seconds"
                return PlainTextResponse(told, 429, {"Cache-Control": "no-store", "Retry-After": str(wait)})
            written = write(page, view)
            other = bool(other_edition(view))
    except SwatheError as error:
        return PlainTextResponse(f"This file cannot be made: {error}", 503, {"Cache-Control": "no-store"})
    stem, _, suffix = name.partition(".")
    called = file_name("swathe", view.show if stem != "table" or page != "compare" else "side-by-side", view.place,
                       view.speed, served.id, suffix=f".{suffix}")
    kept = "no-store" if other else "private, max-age=600"
    return Response(written, 200, {
        "Content-Disposition": f'attachment; filename="{called}"', "Cache-Control": kept}, kind)
