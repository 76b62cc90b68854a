"""Everything the build reads, each by its own reader, then checked against one another by their codes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.core.choices import REGION, REGIONS
from geo.core.errors import SourceError, SwatheError
from geo.core.spread import IN_TURN, InTurn
from geo.core.untrusted import printable
from geo.edition.authorities import read_authorities, read_group_names
from geo.edition.schema import OPTIONAL_COLUMNS
from geo.layers.constituencies import largest_overlap
from geo.layers.former_districts import former_districts
from geo.layers.measured_localities import superfast_not_taken
from geo.sources.archives import on_disk
from geo.sources.catalogue import (
    LOCALITIES,
    MSOA_NAMES,
    OUTPUT_AREA_LOOKUP,
    OUTPUT_AREAS,
    TIMETABLE,
    Source,
    read_catalogue,
    sha256_of,
)
from geo.sources.wording import some

LSOA_TABLES = (
    "lookup-lsoa-msoa", "lookup-rural-urban", "census-residents", "census-households", "census-occupations",
    "connectivity",
)

@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """One file that was read, as the manifest lists it."""

    id: str
    title: str
    publisher: str
    version: str | None = None    # of a timetable alone, as the last four
    licence: str
    vintage: str
    address: str
    file: str
    sha256: str
    rows: int
    stations_served: int | None = None
    not_used: list[str] | None = None
    left_out: list[str] | None = None
    warnings: list[str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what there is of it, in order."""
        return {key: value for key, value in asdict(self).items() if value is not None}


def source_row(source: Source, paths: Sequence[Path], rows: int) -> SourceRow:
    """List what was read of a source: of several files their names, and one checksum of them all."""
    files = sorted(dict.fromkeys(map(on_disk, paths)))
    return SourceRow(
        id=source.id, title=source.title, publisher=source.publisher, licence=source.licence,
        vintage=source.vintage_of(*paths), address=source.address,
        file=printable(", ".join(file.name for file in files), 200), sha256=sha256_of(*files), rows=rows)


@dataclass(frozen=True)
class Inputs:
    """The publishers' tables as read, and where each came from."""

    tables: Mapping[str, pd.DataFrame]    # by source id
    sources: list[SourceRow]
    missing: list[Source]


@dataclass(frozen=True)
class Joined:
    """Tables of the mapped area, one row per LSOA, in one order."""

    areas: pd.DataFrame
    """Index LSOA code, sorted: the hierarchy, people, deprivation and connectivity (columns of
    `geo.edition.schema.AREAS` as far as they do not come from a layer)."""
    boundaries: gpd.GeoDataFrame          # same index; full detail, EPSG:27700
    names: Mapping[str, pd.Series]        # kind of place → names by code
    authorities: pd.DataFrame             # Ofcom's counts of those of the mapped area
    constituencies: pd.DataFrame
    localities: pd.DataFrame | None       # broadband by MSOA, of those of the mapped area; None without the workbook


def read_inputs(
    found: Mapping[str, list[Path]], step: Callable[[str], None], spread: InTurn = IN_TURN,
) -> Inputs:
    """Read every file that was found but the timetable; what is wrong with any of them is raised at once.

    Parameters
    ----------
    found
        The files of `geo.sources.downloads.find_files`.
    step
        Called with a few words before each file.
    spread
        Who reads the files of a source that comes in several.

    Raises
    ------
    SwatheError
        When any file cannot be used.
    """
    tables, rows, problems = {}, [], []
    catalogue = read_catalogue()
    for key in [key for key in catalogue if key in found and key != TIMETABLE]:
        paths = found[key] if catalogue[key].several else found[key][:1]
        step(f"reading {paths[0].name}")
        try:
            tables[key] = catalogue[key].read(*paths, spread=spread)
            rows.append(source_row(catalogue[key], paths, tables[key].attrs.get("rows", len(tables[key]))))
        except SourceError as error:
            problems.append(str(error))
    if problems:
        raise SwatheError("; ".join(problems))
    return Inputs(tables, rows, [source for source in catalogue.values() if source.id not in found])


def join(inputs: Inputs, area: str = REGION) -> Joined:
    """Join the tables of the mapped area, and check that they are about the same places.

    A full national download is cut to the authorities of the area (`geo.edition.authorities`).

    Parameters
    ----------
    inputs
        As read.
    area
        A key of `geo.core.choices.REGIONS`.

    Returns
    -------
    Joined
        Every LSOA of the mapped area, each once.

    Raises
    ------
    SwatheError
        When files disagree about which LSOAs, authorities or constituencies there are; all of it at once.
    """
    tables = inputs.tables
    known, wards = read_authorities(area), tables["lookup-ward"]
    groups = known[known.index.isin([*wards["authority"].unique(), *tables["ofcom-authority"].index])]
    wards = wards[wards["authority"].isin(groups.index)].sort_index()
    if wards.empty:
        raise SwatheError(f"‘{read_catalogue()['lookup-ward'].title}’ has no authority that can be mapped, such as "
                          f"{known['name'].iloc[0]}: use a lookup of all England and Wales")
    if groups["neighbour"].all():
        raise SwatheError(f"‘{read_catalogue()['lookup-ward'].title}’ has no authority of {REGIONS[area].spoken}, only "
                          f"neighbours such as {groups['name'].iloc[0]}: use a lookup of all England and Wales")
    outlines = tables["boundaries-lsoa"]
    fits = largest_overlap(gpd.GeoDataFrame(outlines.loc[outlines.index.intersection(wards.index)]),
                           gpd.GeoDataFrame(tables["boundaries-constituency"]))
    problems = _disagreements(tables, wards, groups, fits)
    if problems:
        raise SwatheError("; ".join(problems))
    former = _former_districts(tables, wards, known)
    areas = _areas(tables, wards, groups, fits).assign(district=former["district"].reindex(wards.index, fill_value=""))
    boundaries = outlines.loc[areas.index]
    inside = areas[~areas["neighbour"]]
    districts = former.drop_duplicates("district").set_index("district")["district_name"]
    names = {**_names(tables, areas, groups, area), "district": districts}
    return Joined(
        areas.assign(name=boundaries["name"]), boundaries, names,
        tables["ofcom-authority"].loc[areas["authority"].unique()],
        tables["ofcom-constituency"].loc[inside["constituency"].unique()], measured_localities(tables, areas["msoa"]))


def measured_localities(tables: Mapping[str, pd.DataFrame], msoa: pd.Series) -> pd.DataFrame | None:
    """Keep the measured localities of the mapped area, of which some may be missing; None without the source.

    A SwatheError where none of the mapped area is there.
    """
    if LOCALITIES not in tables:
        return None
    measured = tables[LOCALITIES].drop(columns="msoa_name", errors="ignore")
    ours = measured.loc[measured.index.isin(msoa)]
    if ours.empty:
        raise SwatheError(f"‘{read_catalogue()[LOCALITIES].title}’ has no locality (MSOA 2021) of the mapped area: use "
                          "the release for the same areas")
    return ours


def _disagreements(
    tables: Mapping[str, pd.DataFrame], wards: pd.DataFrame, groups: pd.DataFrame, fits: pd.DataFrame,
) -> list[str]:
    catalogue = read_catalogue()
    west = wards.index[~wards["authority"].map(groups["neighbour"])].intersection(fits.index)
    optional = [key for key in OPTIONAL_COLUMNS if key in tables and key != LOCALITIES]
    of_lsoas = ("boundaries-lsoa", *LSOA_TABLES, *optional)
    needs = [
        (groups.index, pd.Index(wards["authority"].unique()), "lookup-ward", "authorities"),
        *((wards.index, tables[key].index, key, "LSOAs") for key in of_lsoas),
        (wards.index.intersection(tables["boundaries-lsoa"].index), fits.index, "boundaries-constituency", "LSOAs"),
        (groups.index, tables["ofcom-authority"].index, "ofcom-authority", "authorities"),
        (pd.Index(fits.loc[west, "constituency"].unique()), tables["ofcom-constituency"].index, "ofcom-constituency",
         "constituencies"),
        *_optional_needs(tables, wards.index, fits),
    ]
    return [*(f"‘{catalogue[key].title}’ lacks {len(lacking):,} {what} of the mapped area, such as "
              f"{', '.join(lacking[:3])}: use the release for the same areas"
              for need, have, key, what in needs if len(lacking := need.difference(have))),
            *_uncounted(tables, wards.index)]


def _uncounted(tables: Mapping[str, pd.DataFrame], codes: pd.Index) -> list[str]:
    """Say which LSOAs no output area was counted in: nothing at all is known of those."""
    if OUTPUT_AREAS not in tables:
        return []
    lookup = tables[OUTPUT_AREA_LOOKUP]["lsoa"]
    known = codes.intersection(lookup)
    lacking = known.difference(lookup[lookup.index.isin(tables[OUTPUT_AREAS].index)])
    problem = (f"‘{read_catalogue()[OUTPUT_AREAS].title}’ has no output area in {len(lacking):,} LSOAs of the mapped "
               f"area ({some(lacking)}): use Ofcom's whole file for the output areas of 2021, or take it away and "
               "broadband is estimated")
    return [problem] if len(lacking) else []


def _optional_needs(
    tables: Mapping[str, pd.DataFrame], codes: pd.Index, fits: pd.DataFrame,
) -> list[tuple[pd.Index, pd.Index, str, str]]:
    """List what must be in the files that the build can do without, where they are there."""
    needs = []
    if MSOA_NAMES in tables:
        mapped = pd.Index(tables["lookup-lsoa-msoa"].reindex(codes)["msoa"].dropna().unique())
        needs.append((mapped, tables[MSOA_NAMES].index, MSOA_NAMES, "localities (MSOAs)"))
    if OUTPUT_AREAS in tables:
        needs.append((codes, pd.Index(tables[OUTPUT_AREA_LOOKUP]["lsoa"].unique()), OUTPUT_AREA_LOOKUP, "LSOAs"))
    if "members" in tables:
        needs.append((pd.Index(fits["constituency"].unique()), tables["members"].index, "members", "constituencies"))
    if "lookup-lsoa-2011" in tables:
        changes = tables["lookup-lsoa-2011"]
        needs.append((codes, changes.index, "lookup-lsoa-2011", "LSOAs"))
        if "lookup-district-2018" in tables:
            before = pd.Index(changes.loc[changes.index.isin(codes), "lsoa_2011"].unique())
            needs.append((before, tables["lookup-district-2018"].index, "lookup-district-2018", "LSOAs of 2011"))
    return needs


def _former_districts(
    tables: Mapping[str, pd.DataFrame], wards: pd.DataFrame, groups: pd.DataFrame,
) -> pd.DataFrame:
    """Former districts by LSOA of the mapped area; none without both lookups."""
    if not {"lookup-lsoa-2011", "lookup-district-2018"} <= set(tables):
        return pd.DataFrame({"district": [], "district_name": []}, dtype="str")
    changes = tables["lookup-lsoa-2011"]
    return former_districts(changes[changes.index.isin(wards.index)], tables["lookup-district-2018"], groups)


def _areas(
    tables: Mapping[str, pd.DataFrame], wards: pd.DataFrame, groups: pd.DataFrame, fits: pd.DataFrame,
) -> pd.DataFrame:
    codes = wards.index
    of_authority = groups.loc[wards["authority"]].set_axis(codes)
    areas = pd.DataFrame({
        "msoa": tables["lookup-lsoa-msoa"].loc[codes, "msoa"], **wards[["ward", "authority"]],
        **of_authority[["county", "lep", "neighbour"]], "constituency": fits["constituency"],
        "constituency_overlap": fits["overlap_share"], "urban": tables["lookup-rural-urban"].loc[codes, "urban"],
        # A region is shown only where all of it is mapped: neighbours are not the whole of theirs.
        "region": of_authority["region"].where(~of_authority["neighbour"], ""),
    })
    for key in ("census-residents", "census-households", "census-occupations", "connectivity"):
        areas = areas.join(tables[key].loc[codes].drop(columns="lsoa_name", errors="ignore"))
    for key, columns in OPTIONAL_COLUMNS.items():
        table = tables.get(key, pd.DataFrame(index=codes, columns=list(columns)))
        if key == LOCALITIES and key in tables:
            table = superfast_not_taken(table).reindex(areas["msoa"]).set_axis(codes).to_frame()
        areas = areas.join(table.loc[codes, list(columns)].astype("float64"))
    return areas


def _names(
    tables: Mapping[str, pd.DataFrame], areas: pd.DataFrame, groups: pd.DataFrame, area: str,
) -> Mapping[str, pd.Series]:
    """Names by code for every kind of place that is larger than an LSOA."""
    wards = tables["lookup-ward"].loc[areas.index].drop_duplicates("ward").set_index("ward")
    msoas = tables["lookup-lsoa-msoa"].loc[areas.index].drop_duplicates("msoa").set_index("msoa")["msoa_ons_name"]
    known = tables[MSOA_NAMES]["msoa_name"].reindex(msoas.index) if MSOA_NAMES in tables else msoas
    names = {"ward": wards["ward_name"], "msoa": known}
    names["constituency"] = tables["boundaries-constituency"]["name"]
    names["authority"] = groups["name"]
    for kind in ("county", "lep"):
        names[kind] = groups.drop_duplicates(kind).set_index(kind)[f"{kind}_name"]
    names["region"] = read_group_names(area)
    return names
