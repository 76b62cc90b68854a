"""A pack's tables: tidy, for spreadsheets and programs; each row says what it is and where it comes from."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo.core.choices import ALL_HUBS, KINDS, SPEEDS, Region
from geo.core.measures import BASES, FIGURES
from geo.edition.places import Place
from geo.edition.store import Edition
from geo.figures.aggregate import place_values
from geo.figures.intervals import Interval
from geo.figures.place import Figure, resolve_basis
from geo.figures.place_json import NamedFigure, rate_key
from geo.figures.planned import contracts_of, planned_areas
from geo.figures.profile import PlaceProfile
from geo.figures.side_by_side import Row, rates_and_minutes
from geo.figures.what_if import area_changes, who_gains
from geo.layers.planned_build import STATUSES
from geo.pack.changed_tables import CHANGES, STATIONS, changed_tables
from geo.pack.csvw import METADATA, csvw, csvw_bytes, csvw_group, source_notes
from geo.pack.file.manifest import link, pack_name, view_name
from geo.pack.spreadsheets import about, changes_table, gains_table, priorities_table
from geo.pack.tidy import DICTIONARY, csv_bytes, dictionary_table, tidy
from geo.pack.workbook import xlsx_bytes
from geo.sources.catalogue import AUTHORITIES, CONSTITUENCIES, LOCALITIES, OUTPUT_AREA_LOOKUP, OUTPUT_AREAS
from geo.words.dictionary import columns
from geo.words.planned import STUCK_COLUMNS

# Columns that together tell the rows of a table apart.
_KEYS = {"figures": ("name",), "speeds": ("tier",), "occupations": ("occupation",), "stations": ("station",),
         "beside": ("code", "name"), "who-gains": ("group", "value"), "sources": ("source", "sha256"),
         "contracts": ("scheme", "contract", "supplier", "date"), CHANGES: ("figure",), STATIONS: ("station",),
         DICTIONARY: ("table", "column")}
_BY_CODE = ("code",)

# Sources that a basis brings.
_COUNTS = (OUTPUT_AREAS, OUTPUT_AREA_LOOKUP, AUTHORITIES, CONSTITUENCIES)
_BROUGHT = {
    "broadband": _COUNTS, "premises": _COUNTS,
    "rail": ("timetable", "stations", "postcodes"),
}

_PREMISES_COUNTED = f"premises {BASES['published'].name}"

_ESTIMATE = ("connectivity", "census-households", LOCALITIES)

_CONTENTS = {
    "figures": "Every headline figure of the place: name, value, the numbers between which it lies nine times in ten "
               "(p05 and p95; empty where nothing is drawn), unit, basis, sources and their vintages. Not rounded.",
    "speeds": "Premises without each speed, and the people in the gap there, with range and limits.",
    "beside": "The place beside its authority, county, {region}, and England where figures are published. "
              "Minutes are left empty where the median resident has no rail, other figures where none are published.",
    "half-of-the-gap": "The fewest neighbourhoods that together hold half of the people in the gap.",
    "where-first": "Neighbourhoods to upgrade first, in their order, on the terms that were asked for: premises, "
                   "people who leave the gap, and the sums so far with the numbers between which they lie.",
    "what-if": "Neighbourhoods in which the what-if that was asked for changes anything: before, after, and the "
               "change.",
    "who-gains": "The same by deprivation, rural and urban, and authority: before, after, and the change with the "
                 "numbers between which it lies.",
    "planned_build": "Neighbourhoods with the homes and businesses that BDUK recognises and that could be placed, by "
                     "what is built, contracted and planned, and the people still stuck.",
    "contracts": "Contracts and voucher projects that cover homes and businesses here without a gigabit, with supplier "
                 "and date.",
    "occupations": "Workers by occupation, and the share of each whose job can be done from home.",
    "stations": "Its stations and their journeys to the hub; where it has none with trains, the nearest.",
    CHANGES: "Every figure of the place that changed since the earlier edition: before, after, the change with the "
             "numbers between which it lies nine times in ten, and how much of it comes from each cause. The causes "
             "sum to the change; no rows where nothing changed, or the earlier edition has not the place.",
    STATIONS: "Stations of the place whose journeys to the hub changed since the earlier edition, before and after.",
    "sources": "Every file that the edition was made from, with its checksum.",
    DICTIONARY: "What every column of every table is: label, meaning, datatype and unit.",
}


def pack_tables(profile: PlaceProfile) -> dict[str, pd.DataFrame]:
    """Lay a pack's figures out as tables."""
    tables = {
        "figures": figures_table(profile.edition, profile.place, profile.headline_figures),
        "speeds": _speeds(profile), "beside": _beside(profile),
        **{f"inside-{kind}": _inside(profile, kind) for kind in profile.inside},
        "half-of-the-gap": _half(profile), **_first(profile), **_what_if(profile),
        **_planned(profile), "occupations": _occupations(profile),
        "stations": _stations(profile), **changed_tables(profile),
    }
    stamped = {
        stem: tidy(table.assign(view=view_name(profile.view), edition=profile.edition.id), stem)
        for stem, table in tables.items()
    }
    whole = {**stamped, "sources": _sources(profile.edition)}
    return {**whole, DICTIONARY: dictionary_table(whole, profile.edition.region)}


def table_files(profile: PlaceProfile) -> dict[str, bytes]:
    """Write a pack's tables as files: CSV with what their columns are, and a workbook."""
    tables = pack_tables(profile)
    place, title = profile.place, f"Swathe: evidence pack, {profile.place.name}"
    said = about(profile.edition, profile.view, title, [("Place", f"{place.name} ({place.code})")], link(profile))
    book = f"tables/{pack_name(profile).removesuffix('.zip')}.xlsx"
    sheets = {stem: table for stem, table in tables.items() if stem != DICTIONARY}
    return {
        **{f"tables/{stem}.csv": csv_bytes(table) for stem, table in tables.items()},
        f"tables/{METADATA}": csvw_bytes(_metadata(profile, tables, title)),
        book: xlsx_bytes(said, sheets, {stem: _holds(stem, profile.edition.region) for stem in sheets}),
    }


def _metadata(profile: PlaceProfile, tables: Mapping[str, pd.DataFrame], title: str) -> dict[str, Any]:
    """Describe the columns of all tables to programs."""
    region = profile.edition.region
    return csvw_group([
        csvw(f"{stem}.csv", columns(table, stem, region), title=stem, description=_holds(stem, region),
             key=_KEYS.get(stem, _BY_CODE))
        for stem, table in tables.items()], source_notes(profile.edition, title))


def _holds(stem: str, region: Region) -> str:
    if stem in _CONTENTS:
        return _CONTENTS[stem].replace("{region}", region.spoken)
    kind = KINDS[stem.removeprefix("inside-")]
    return f"The place divided by {kind.plural}. Figures are of the part inside; ‘whole’ says whether it is all."


def _yes(truths: pd.Series) -> pd.Series:
    return truths.map({True: "yes", False: "no"})


def _basis(edition: Edition, published: bool, rail: bool = True) -> str:
    """Mark a row that holds figures of several bases."""
    counted = _PREMISES_COUNTED if published else f"premises {edition.broadband_basis}"
    marks = [counted, f"people {edition.broadband_basis}"]
    return "; ".join([*marks, f"rail {edition.rail_basis}"] if rail else marks)


def figures_table(edition: Edition, place: Place, figures: Iterable[NamedFigure]) -> pd.DataFrame:
    """Lay named figures of a place out, a row each, with unit, basis and sources."""
    rows = []
    for figure in figures:
        published = place.premises_published and not figure.in_part
        basis = resolve_basis(figure.measure.bases, edition, published=published)
        listed = _read_sources(edition, figure, basis)
        rows.append({
            "name": figure.name, "value": figure.value, **_ends(figure.interval), "unit": figure.unit,
            "source": "; ".join(listed),
            "vintage": "; ".join(listed.values()), "basis": "; ".join(BASES[name].name for name in basis),
        })
    return pd.DataFrame(rows).astype(dict.fromkeys(("value", *Interval._fields), "float64"))


def _ends(found: Interval | None) -> dict[str, float | None]:
    return dict.fromkeys(Interval._fields) if found is None else found._asdict()


def _read_sources(edition: Edition, figure: NamedFigure, basis: tuple[str, ...]) -> dict[str, str]:
    """Name the sources of a figure that the edition was made from, with their vintages."""
    measure = figure.measure
    wanted = [*measure.sources, *figure.sources]
    if figure.is_rate and measure.denominator in FIGURES:
        wanted += FIGURES[measure.denominator].sources
    for name in measure.bases:
        wanted += _BROUGHT.get(name, ())
        wanted += _ESTIMATE if name in {"broadband", "premises"} and "estimated" in basis else ()
    vintages = {source["id"]: str(source["vintage"]) for source in edition.manifest["sources"]}
    return {name: vintages[name] for name in wanted if name in vintages}


def _planned(profile: PlaceProfile) -> dict[str, pd.DataFrame]:
    """Table what is planned, neighbourhood by neighbourhood, and the contracts; nothing where that is not known."""
    edition, place = profile.edition, profile.place
    if profile.answer.planned is None:
        return {}
    counts = planned_areas(edition, profile.view.work).loc[place.lsoas].rename(columns=STUCK_COLUMNS)
    named = edition.areas.loc[place.lsoas, ["name"]].join(counts.astype(dict.fromkeys(STATUSES, "int64")))
    return {"planned_build": named.rename_axis("code").reset_index(), "contracts": contracts_of(edition, place)}


def _speeds(profile: PlaceProfile) -> pd.DataFrame:
    answer, rows = profile.answer, []
    for speed, choice in SPEEDS.items():
        below, gap = answer.at("premises_below", speed), answer.at("people_in_gap", speed)
        rows.append({
            "tier": speed, "label": choice.label, "premises": answer["premises"].value, "premises_below": below.value,
            "share": below.rate, "estimate": gap.value, "low": gap.low, "high": gap.high, "limit_low": gap.least,
            "limit_high": gap.most, **_ends(gap.interval),
            "basis": _basis(profile.edition, profile.place.premises_published, rail=False)})
    return pd.DataFrame(rows).astype(dict.fromkeys(("share", *Interval._fields), "float64"))


def _beside(profile: PlaceProfile) -> pd.DataFrame:
    answers = (profile.answer, *profile.larger)
    rows, nations = rates_and_minutes(answers)
    places = [{"code": answer.place.code, "name": answer.place.name, "kind": answer.place.kind} for answer in answers]
    columns = {_column(row): [_number(figure) for figure in row.figures] for row in rows}
    basis = [_basis(profile.edition, answer.place.premises_published) for answer in answers]
    return pd.DataFrame([*places, *({"code": "", "name": name, "kind": "nation"} for name in nations)]).assign(
        **{name: pd.Series(values, dtype="float64") for name, values in columns.items()},
        basis=[*basis, *[_PREMISES_COUNTED] * len(nations)])


def _column(row: Row) -> str:
    return f"{row.measure.key}_{row.speed}_share" if row.speed else rate_key(row.measure)


def _number(figure: Figure | None) -> float | None:
    if figure is None:
        return None
    minutes = figure.measure.summary == "minutes"
    return figure.value if minutes else figure.share if figure.measure.place_rate else figure.rate


def _inside(profile: PlaceProfile, kind: str) -> pd.DataFrame:
    table, counts = profile.inside[kind].copy(), ["premises", "premises_below"]
    known = profile.edition.places_of(kind)["premises_published"].loc[table["code"]]
    published = table["whole"].astype(bool) & known.to_numpy()
    table[counts] = table[counts].mask(published, table[counts].round())    # as published: whole numbers
    basis = published.map(lambda own: _basis(profile.edition, own))
    keys = profile.edition.membership(kind)
    mapped = mapped_values(profile, keys[keys.index.isin(profile.place.lsoas)])
    return table.assign(**mapped.loc[table["code"]].reset_index(drop=True), whole=_yes(table["whole"]), basis=basis)


def mapped_values(profile: PlaceProfile, keys: pd.Series) -> pd.DataFrame:
    """Give what the maps show besides people in the gap, for groups of LSOAs: index group, a column a figure."""
    return pd.DataFrame({
        rate_key(FIGURES[key]): place_values(profile.edition, profile.view, FIGURES[key], keys)["rate"]
        for key in ("nowhere_to_turn", "train_to_hub_minutes", "door_to_hub_minutes")})


def _half(profile: PlaceProfile) -> pd.DataFrame:
    table = profile.half_of_gap.rename_axis("code").reset_index()
    columns = ["code", "name", "msoa", "authority", "people", "low", "high", "p05", "p95", "cumulative"]
    return table[columns].assign(basis=f"people {profile.edition.broadband_basis}")


def _first(profile: PlaceProfile) -> dict[str, pd.DataFrame]:
    """Where first, where that was asked for."""
    return {} if profile.first is None else {"where-first": priorities_table(profile.edition, profile.first)}


def _what_if(profile: PlaceProfile) -> dict[str, pd.DataFrame]:
    """Where a what-if changes anything, and for whom, where one was asked for."""
    if profile.what_if is None:
        return {}
    edition, view, found = profile.edition, profile.view, profile.what_if
    return {"what-if": changes_table(edition, area_changes(edition, view, found)),
            "who-gains": gains_table(edition, who_gains(edition, view, found))}


def _occupations(profile: PlaceProfile) -> pd.DataFrame:
    table = profile.occupations.rename_axis("occupation").reset_index().assign(basis=BASES["jobs"].name)
    return table.astype({"workers": "int64"})


def _stations(profile: PlaceProfile) -> pd.DataFrame:
    table = profile.stations.rename_axis("station").reset_index()
    return table.assign(inside=_yes(table["inside"]), hub=ALL_HUBS[profile.view.hub].label,
                        basis=f"rail {profile.edition.rail_basis}")


def _sources(edition: Edition) -> pd.DataFrame:
    columns = ["id", "publisher", "title", "vintage", "licence", "address", "sha256", "rows"]
    rows = [{name: source[name] for name in columns} for source in edition.manifest["sources"]]
    return pd.DataFrame(rows, columns=columns).rename(columns={"id": "source"}).assign(edition=edition.id)
