"""A pack's tables: tidy, for spreadsheets and programs; each row says what it is and where it comes from."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from geo.downloads import about_rows, csv_bytes, xlsx_bytes
from geo.edition import Edition
from geo.pack.figures import PackFigures, headline_figures
from geo.pack.file.manifest import pack_name, view_name
from geo.profile import context
from geo.vocabulary import HUBS, KINDS, SPEEDS

__all__ = ["inside_basis", "pack_tables", "table_files"]

_DECIMALS = 6
"""Kept of figures that are sums (headline figures keep all): enough to add parts up, fewer than computers differ in."""

_HOMES, _JOBS = ("census-residents",), ("census-occupations",)
_STATIONS = ("stations", "postcodes")
_TRAINS = ("timetable", *_STATIONS)
_PUBLISHED = ("ofcom-authority", "ofcom-constituency")
_ESTIMATE = ("connectivity", "census-households")


class _Subject(NamedTuple):
    """What a figure counts: its unit, the marks of its basis, the sources besides those that a mark brings."""

    unit: str
    marks: tuple[str, ...]
    sources: tuple[str, ...]


_SUBJECTS: Mapping[str, _Subject] = {
    "residents": _Subject("residents", ("census",), _HOMES),
    "households": _Subject("households", ("census",), ("census-households",)),
    "workers": _Subject("people", ("census",), _JOBS),
    "remote_capable": _Subject("people", ("jobs",), _JOBS),
    "works_from_home": _Subject("people", ("census",), ("census-travel",)),
    "premises": _Subject("premises", ("premises",), ()),
    "premises_below": _Subject("premises", ("premises",), ()),
    "people_in_gap": _Subject("people", ("broadband",), _JOBS),
    "people_in_gap_by_speed": _Subject("people", ("broadband",), _JOBS),
    "nowhere_to_turn": _Subject("people", ("broadband", "rail"), _JOBS),
    "cut_off_by_rail": _Subject("residents", ("rail",), _HOMES),
    "borderline": _Subject("residents", ("rail",), _HOMES),
    "door_to_hub_minutes": _Subject("minutes", ("rail",), _HOMES),
    "train_to_hub_minutes": _Subject("minutes", ("rail",), _HOMES),
    "within_30_min_walk_of_station": _Subject("share of residents", ("walk",), (*_HOMES, *_STATIONS)),
    "imd": _Subject("share of residents", ("imd",), ("imd", *_HOMES)),
    "rural_share": _Subject("share of residents", ("rural",), ("lookup-rural-urban", *_HOMES)),
    "people_in_gap_per_1000_workers": _Subject("per 1,000 workers", ("broadband",), _JOBS),
    "nowhere_to_turn_per_1000_workers": _Subject("per 1,000 workers", ("broadband", "rail"), _JOBS),
    "remote_capable_share": _Subject("share of workers", ("jobs",), _JOBS),
    "works_from_home_share": _Subject("share of workers", ("census",), (*_JOBS, "census-travel")),
    "premises_below_share": _Subject("share of premises", ("premises",), ()),
    "cut_off_by_rail_share": _Subject("share of residents", ("rail",), _HOMES),
    "most_deprived_fifth_share": _Subject("share of residents", ("imd",), ("imd", *_HOMES)),
}
"""By the first part of a headline figure's name; a figure that is not here cannot go into a pack."""

_WORDS = {
    "census": "Census 2021", "jobs": "census occupations × national shares", "walk": "straight lines × 1.3",
    "imd": "English Indices of Deprivation 2025", "rural": "ONS classification, 2021",
}

_CONTENTS = {
    "figures": "Every headline figure of the place: name, value, unit, basis, sources and their vintages. Not rounded.",
    "speeds": "Premises without each speed, and the people in the gap there, with range and limits.",
    "beside": "The place beside its authority, county, the South West, and England where figures are published. "
              "Minutes are left empty where the median resident has no rail, other figures where none are published.",
    "half-of-the-gap": "The fewest neighbourhoods that together hold half of the people in the gap.",
    "occupations": "Workers by occupation, and the share of each whose job can be done from home.",
    "stations": "Its stations and their journeys to the hub; where it has none with trains, the nearest.",
    "sources": "Every file that the edition was made from, with its checksum.",
}


def pack_tables(figures: PackFigures) -> dict[str, pd.DataFrame]:
    """Lay a pack's figures out as tables.

    Parameters
    ----------
    figures
        As `geo.pack.figures.collect` gives them.

    Returns
    -------
    dict of str to pandas.DataFrame
        Stem of the file → RangeIndex and one row per observation: figures, speeds, beside, inside-{kind} for every
        kind inside, half-of-the-gap, occupations, stations, sources. All but the last end with the columns basis, view
        and edition.
    """
    tables = {
        "figures": _figures(figures), "speeds": _speeds(figures), "beside": _beside(figures),
        **{f"inside-{kind}": _inside(figures, kind) for kind in figures.inside},
        "half-of-the-gap": _half(figures), "occupations": _occupations(figures), "stations": _stations(figures),
    }
    stamped = {
        stem: _rounded(stem, table).assign(view=view_name(figures.view), edition=figures.edition.id)
        for stem, table in tables.items()
    }
    return {**stamped, "sources": _sources(figures.edition)}


def table_files(figures: PackFigures) -> dict[str, bytes]:
    """Write a pack's tables as files.

    Parameters
    ----------
    figures
        As `geo.pack.figures.collect` gives them.

    Returns
    -------
    dict of str to bytes
        Path in the pack → content: one CSV a table, and one XLSX with all of them after a sheet of contents.
    """
    tables = pack_tables(figures)
    place = figures.place
    facts = [("Place", f"{place.name} ({place.code})"), *((f"Sheet ‘{stem}’", _holds(stem)) for stem in tables)]
    about = about_rows(figures.edition, figures.view, f"Swathe: evidence pack, {place.name}", facts)
    book = f"tables/{pack_name(figures).removesuffix('.zip')}.xlsx"
    return {
        **{f"tables/{stem}.csv": csv_bytes(table) for stem, table in tables.items()},
        book: xlsx_bytes(about, tables),
    }


def inside_basis(figures: PackFigures, kind: str) -> pd.Series:
    """Say where the figures of each place inside come from.

    Parameters
    ----------
    figures
        As `geo.pack.figures.collect` gives them.
    kind
        A key of `figures.inside`.

    Returns
    -------
    pandas.Series
        Texts, index as the table of that kind.
    """
    table = figures.inside[kind]
    return _published(figures, kind, table).map(lambda published: _basis(figures.edition, published))


def _holds(stem: str) -> str:
    if stem in _CONTENTS:
        return _CONTENTS[stem]
    kind = KINDS[stem.removeprefix("inside-")]
    return f"The place divided by {kind.plural}. Figures are of the part inside; ‘whole’ says whether it is all."


def _rounded(stem: str, table: pd.DataFrame) -> pd.DataFrame:
    # Figures that a check recomputes keep every digit.
    return table if stem == "figures" else table.round(_DECIMALS)


def _yes(truths: pd.Series) -> pd.Series:
    return truths.map({True: "yes", False: "no"})


def _basis(edition: Edition, published: bool, rail: bool = True) -> str:
    """Mark a row that holds figures of several bases."""
    marks = [f"premises {'published' if published else edition.broadband_basis}", f"people {edition.broadband_basis}"]
    return "; ".join([*marks, f"rail {edition.rail_basis}"] if rail else marks)


def _is_published(answer: Mapping[str, object]) -> bool:
    """Whether Ofcom publishes the place's premises: then `show` gives whole numbers."""
    return isinstance(answer["premises"], int)


def _figures(figures: PackFigures) -> pd.DataFrame:
    rows = []
    for name, value in headline_figures(figures).items():
        unit, marks, sources = _described(name)
        listed = _read_sources(figures, marks, sources)
        rows.append({
            "name": name, "value": value, "unit": unit, "source": "; ".join(listed),
            "vintage": "; ".join(listed.values()), "basis": "; ".join(_spelled(figures, mark) for mark in marks),
        })
    return pd.DataFrame(rows).astype({"value": "float64"})


def _described(name: str) -> _Subject:
    """Find what a headline figure is, by its name."""
    ranked = name.startswith("rank.")
    subject = name.removeprefix("rates.").removeprefix("rank.").split(".")[0]
    if not ranked:
        return _SUBJECTS[subject]
    unit = "places ranked" if name.endswith(".of") else "rank, 1 is the worst"
    return _SUBJECTS[subject.removesuffix("_rate")]._replace(unit=unit)


def _spelled(figures: PackFigures, mark: str) -> str:
    if mark == "rail":
        return figures.edition.rail_basis
    if mark == "premises" and _is_published(figures.answer):
        return "published"
    return figures.edition.broadband_basis if mark in {"premises", "broadband"} else _WORDS[mark]


def _read_sources(figures: PackFigures, marks: tuple[str, ...], sources: tuple[str, ...]) -> dict[str, str]:
    """Name the sources of a figure that the edition was made from, with their vintages."""
    wanted = list(sources)
    if {"premises", "broadband"} & set(marks):
        wanted += _PUBLISHED
        if "estimated" in {_spelled(figures, mark) for mark in marks}:
            wanted += _ESTIMATE
    if "rail" in marks:
        wanted += _TRAINS
    vintages = {source["id"]: str(source["vintage"]) for source in figures.edition.manifest["sources"]}
    return {name: vintages[name] for name in wanted if name in vintages}


def _speeds(figures: PackFigures) -> pd.DataFrame:
    answer = figures.answer
    shares, gaps = answer["rates"]["premises_below_share"], answer["people_in_gap_by_speed"]
    return pd.DataFrame([
        {"tier": speed, "label": choice.label, "premises": answer["premises"],
         "premises_below": answer["premises_below"][speed], "share": shares[speed], **gaps[speed],
         "basis": _basis(figures.edition, _is_published(answer), rail=False)}
        for speed, choice in SPEEDS.items()
    ]).astype({"share": "float64"})


def _beside(figures: PackFigures) -> pd.DataFrame:
    answers = {answer["place"]["code"]: answer for answer in (figures.answer, *figures.beside)}
    table = context(list(answers.values())).replace(np.inf, np.nan).T
    table.columns = [f"{name}_share" if name.startswith("premises_below_") else name for name in table.columns]
    rows = [answers.get(str(column)) for column in table.index]
    table.insert(0, "code", [row["place"]["code"] if row else "" for row in rows])
    table.insert(1, "name", [row["place"]["name"] if row else str(column)
                             for row, column in zip(rows, table.index, strict=True)])
    table.insert(2, "kind", [row["place"]["kind"] if row else "nation" for row in rows])
    basis = [_basis(figures.edition, _is_published(row)) if row else "premises published" for row in rows]
    return table.reset_index(drop=True).assign(basis=basis)


def _inside(figures: PackFigures, kind: str) -> pd.DataFrame:
    table, counts = figures.inside[kind].copy(), ["premises", "premises_below"]
    published = _published(figures, kind, table)
    table[counts] = table[counts].mask(published, table[counts].round())    # as published: whole numbers
    people = table[["residents", "workers"]].round().astype("int64")
    return table.assign(**people, whole=_yes(table["whole"]), basis=inside_basis(figures, kind))


def _published(figures: PackFigures, kind: str, table: pd.DataFrame) -> pd.Series:
    """Whether Ofcom publishes the premises of each place: of whole authorities and South West constituencies."""
    if not (KINDS[kind].whole_authorities or kind == "constituency"):
        return pd.Series(False, table.index)
    exact = [figures.edition.place(code).exact_premises for code in table["code"]]
    return table["whole"].astype(bool) & pd.Series(exact, table.index, dtype=bool)


def _half(figures: PackFigures) -> pd.DataFrame:
    table = figures.half.rename_axis("code").reset_index()
    columns = ["code", "name", "msoa", "authority", "people", "low", "high", "cumulative"]
    return table[columns].assign(basis=f"people {figures.edition.broadband_basis}")


def _occupations(figures: PackFigures) -> pd.DataFrame:
    table = figures.occupations.rename_axis("occupation").reset_index().assign(basis=_WORDS["jobs"])
    return table.astype({"workers": "int64"})


def _stations(figures: PackFigures) -> pd.DataFrame:
    table = figures.stations.rename_axis("station").reset_index()
    return table.assign(inside=_yes(table["inside"]), hub=HUBS[figures.view.hub].label,
                        basis=f"rail {figures.edition.rail_basis}")


def _sources(edition: Edition) -> pd.DataFrame:
    columns = ["publisher", "title", "vintage", "licence", "address", "sha256", "rows"]
    rows = [{"source": source["id"], **{name: source[name] for name in columns}}
            for source in edition.manifest["sources"]]
    return pd.DataFrame(rows, columns=["source", *columns]).assign(edition=edition.id)
