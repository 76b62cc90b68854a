"""An edition: the joined dataset in one folder, identified by its figures, written whole or not at all."""

import errno
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from geo.core.cache import cached
from geo.core.choices import DATA, KINDS, SPEEDS, Region
from geo.core.errors import AtWorkError, EditionError, SwatheError, ViewError
from geo.core.locks import alone
from geo.core.untrusted import quoted
from geo.edition.exchange import ASIDE, put_in_place
from geo.edition.facts import EditionFacts, RailSource
from geo.edition.identity import FACTS_HASH, MADE, content_hash, facts_hash
from geo.edition.licences import LICENCES, licences_text
from geo.edition.manifest import MANIFEST, read_manifest
from geo.edition.places import Gazetteer, Place, apart_codes, premises_published
from geo.edition.region import region_of
from geo.edition.schema import OPTIONAL_TABLES, READ_LATER, SCHEMAS, problems_in
from geo.edition.tables import as_written, tables_of, without_geometry
from geo.layers.homes import NO_FACTOR
from geo.rail.travel_times import ANY_HUB
from geo.sources.catalogue import TIMETABLE, sha256_of

STARTER = DATA / "starter"
"""The embedded edition."""

_WRITTEN = pd.StringDtype("pyarrow", na_value=np.nan)

FULL = (errno.ENOSPC, errno.EDQUOT)
STALE = 3600
"""Seconds after which what a build of an earlier version left beside its edition is nobody's."""
BUILDING = "new-"
"""In the name of the hidden folder that a build writes into."""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition, read-only: everything a figure is made from. Two are the same when they are one object.

    The tables have the columns of `geo.edition.schema`.
    """

    areas: pd.DataFrame
    """One row per LSOA 2021, index code, sorted; with geometry (EPSG:27700, generalised) when it was asked for."""
    places: pd.DataFrame
    """Every place of every kind, with geometry likewise (missing for kind "lsoa": it stands in `areas`)."""
    stations: pd.DataFrame
    journeys: pd.DataFrame
    postcodes: pd.DataFrame
    reach_table: pa.Table
    """How far postcodes are: columns hub, clock, access, area (row number in `areas`), minutes (whole, rounded up),
    postcodes (count)."""
    manifest: Mapping[str, Any]
    """Identity, sources, bases, what was missing."""
    context: pd.DataFrame
    """Series by authority, of the region and of England; empty in an edition without them."""
    lines: pd.DataFrame
    """Railway lines, with geometry likewise; empty in an edition without them."""
    folder: Path
    """Where it was read from."""
    original: "Edition | None" = None
    """The edition that this one is a what-if of (`geo.figures.scenario`)."""
    later: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    """Tables that were read when they were first asked for; shared with what is made of the edition."""

    @property
    def id(self) -> str:
        """Name and content hash; it changes when any figure changes, and only then."""
        return str(self.manifest["id"])

    @cached_property
    def localities(self) -> pd.DataFrame:
        """Towns, villages and hamlets by name."""
        return self._read_later("localities")

    @cached_property
    def connections(self) -> pd.DataFrame:
        """The trains of the day that journeys are of."""
        return self._read_later("connections")

    @cached_property
    def changes(self) -> pd.DataFrame:
        """How passengers change between them."""
        return self._read_later("changes")

    @cached_property
    def detours(self) -> pd.DataFrame:
        """Ways from postcodes to stations that go round the water."""
        return self._read_later("detours")

    @cached_property
    def contracts(self) -> pd.DataFrame:
        """Premises that are under contract, by LSOA."""
        return self._read_later("contracts")

    @cached_property
    def postcode_lines(self) -> pd.DataFrame:
        """Ofcom's shares of premises without each speed, index postcode."""
        return self._read_later("postcode_lines").set_index("postcode")

    @cached_property
    def outlines(self) -> gpd.GeoDataFrame:
        """Generalised outlines of the LSOAs, index code, EPSG:27700, also where tables were read without them."""
        if isinstance(self.areas, gpd.GeoDataFrame):
            return self.areas[["geometry"]]
        return gpd.GeoDataFrame(_read_now(self, "areas", geometry=True)[["geometry"]])

    def _read_later(self, name: str) -> pd.DataFrame:
        """Read a table that an edition may lack; then it has no rows."""
        if name not in self.later:
            self.later[name] = _read_now(self, name, geometry=False)
        return self.later[name]

    @property
    def broadband_basis(self) -> str:
        """Whether premises below a speed are "measured" or "estimated" per LSOA."""
        return str(self.manifest["broadband_basis"])

    @cached_property
    def counts_apart(self) -> frozenset[str]:
        """Codes of authorities and constituencies of which Ofcom's own counts are not the sums of their LSOAs."""
        return frozenset(self.manifest.get("counts_apart", ()))

    @property
    def counts_homes(self) -> bool:
        """Whether people in the gap go by the lines of homes; in an edition made without Ofcom's counts, by all."""
        return bool(self.manifest.get("homes_factor"))

    @property
    def rail_basis(self) -> str:
        """Whether journeys come from an official "timetable" or are "indicative"."""
        return str(self.manifest["rail_basis"])

    @property
    def rail_source(self) -> RailSource:
        """The timetable that journeys come from, whatever their basis."""
        row: Mapping[str, Any] = next((row for row in self.manifest["sources"] if row["id"] == TIMETABLE), {})
        return RailSource(str(row.get("publisher", "")), str(row.get("version", row.get("vintage", ""))),
                          str(self.manifest["rail_day"]))

    def facts(self) -> EditionFacts:
        """Return what every answer says of its edition."""
        return EditionFacts(self.id, self.broadband_basis, self.rail_basis, dict(self.manifest["vintages"]),
                            self.rail_source, self.region, self.made)

    @property
    def made(self) -> str:
        """What of it is made up, as the folder that it was built from says; "" of a true one."""
        return str(self.manifest.get(MADE, ""))

    @cached_property
    def region(self) -> Region:
        """The region that the edition is of (England, where all regions are), with the hubs that it was built for."""
        region, built = region_of(self.areas), set(self.reach_table["hub"].combine_chunks().dictionary.to_pylist())
        hubs = {key: hub for key, hub in region.hubs.items() if key in built}
        return region if len(hubs) == len(region.hubs) else replace(region, hubs=hubs)

    def capability(self, work: str) -> pd.Series:
        """Return the capability table of "ons-2020" or "dingel-neiman": shares by SOC 2020 major group, 1 to 9."""
        return pd.Series(self.manifest["capability"][work], dtype="float64").rename(int).sort_index()

    def homes_factor(self, speed: str) -> Mapping[str, float]:
        """Return how much less often homes lack a speed than all premises, "rural" and "urban"; 1 if not known."""
        known: Mapping[str, Mapping[str, float]] = self.manifest.get("homes_factor", {})
        return {**NO_FACTOR, **known.get(speed, {})}

    def has_clock(self, clock: str) -> bool:
        """Tell whether journeys were counted by a clock: editions of earlier versions know "train" and "door" alone."""
        return bool(self.reach_table["clock"].combine_chunks().dictionary.index(clock).as_py() >= 0)

    def national_shares(self) -> dict[str, dict[str, float]]:
        """Return Ofcom's shares of premises by nation, then by speed, for the speeds that are published."""
        return {
            nation: {speed: counts[f"below_{speed}"] / counts["premises"] for speed in SPEEDS
                     if counts.get(f"below_{speed}") is not None}
            for nation, counts in self.manifest["national"].items()
        }

    @cached(16)
    def reach(self, hub: str, clock: str, access: str) -> pd.DataFrame:
        """Return how many of each LSOA's postcodes are how far from a hub, under a view's options.

        Returns
        -------
        pandas.DataFrame
            Columns area (LSOA code, categorical), minutes (whole, rounded up; `geo.core.choices.NO_RAIL` for none),
            postcodes (count, int64). Do not change it: it is shared.

        Raises
        ------
        ViewError
            When the edition was built without that hub.
        """
        if hub != ANY_HUB and hub not in self.region.hubs:
            raise ViewError(f"hub {quoted(hub, 40)}, which this edition was built without: it has "
                            f"{', '.join(self.region.hubs)}")
        wanted = np.ones(len(self.reach_table), dtype=bool)
        for column, value in (("hub", hub), ("clock", clock), ("access", access)):
            values = self.reach_table[column].combine_chunks()
            wanted &= values.indices.to_numpy() == values.dictionary.index(value).as_py()
        chosen = {name: self.reach_table[name].to_numpy()[wanted] for name in ("area", "minutes", "postcodes")}
        return pd.DataFrame({
            "area": pd.Categorical.from_codes(chosen["area"], categories=self.areas.index),
            "minutes": chosen["minutes"].astype("int64"), "postcodes": chosen["postcodes"].astype("int64"),
        })

    @cached(256)
    def place(self, text: str) -> Place:
        """Find the one place that a text means, as `geo.edition.places.Gazetteer` does, or raise a PlaceError."""
        return self._gazetteer.find(text)

    @cached_property
    def _gazetteer(self) -> Gazetteer:
        """Find places by their names."""
        return Gazetteer(self.areas, self.places, self.counts_apart)

    @cached(16)
    def membership(self, kind: str) -> pd.Series:
        """Return the code of the place of a kind (of `geo.core.choices.KINDS`) by LSOA, without those that lie in none.

        Do not change it: it is shared.
        """
        areas = self.areas
        return pd.Series(areas.index, areas.index) if kind == "lsoa" else areas.loc[areas[kind] != "", kind]

    @cached(16)
    def places_of(self, kind: str) -> pd.DataFrame:
        """List the places of one kind (of `geo.core.choices.KINDS`).

        Returns
        -------
        pandas.DataFrame
            Index code; the other columns of `places` without boundaries, which are slow to copy, and
            premises_published (bool, as `geo.edition.places.premises_published`). Do not change it: it is shared.
        """
        facts = [column for column in self.places.columns if column != "geometry"]
        table = pd.DataFrame(self.places.loc[self.places["kind"] == kind, facts]).set_index("code")
        published = [premises_published(kind, neighbour=bool(neighbour)) for neighbour in table["neighbour"]]
        apart = apart_codes(self.areas, kind, self.counts_apart)
        return table.assign(premises_published=pd.Series(published, table.index, dtype=bool) & ~table.index.isin(apart))

    @cached(2)
    def kinds(self) -> tuple[str, ...]:
        """List the kinds of place that there are any of, in the order of `geo.core.choices.KINDS`."""
        there = set(self.places["kind"])
        return tuple(kind for kind in KINDS if kind in there)

    def names(self, kind: str) -> pd.Series:
        """Return the names of the places of one kind, by code."""
        return self.places_of(kind)["name"]


def save_edition(
    folder: Path, name: str, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any],
    judge: Callable[[Path], None] | None = None,
) -> dict[str, Any]:
    """Write an edition whole or not at all.

    Parameters
    ----------
    folder
        Where it will stand; an edition that stands there is replaced at the last moment.
    name
        First part of its id.
    tables
        "areas" and "places" (GeoDataFrames, EPSG:27700), "stations", "journeys", "postcodes", "reach", and of
        `geo.edition.schema.OPTIONAL_TABLES` those there are.
    manifest
        All of it but id, name, built_at, files and what guards them.
    judge
        Given the folder of the edition as written, before it is put in its place; where it raises, nothing is replaced.

    Returns
    -------
    dict
        The manifest as written.

    Raises
    ------
    EditionError
        When a table breaks the schema, the folder is something else than an edition, or it cannot be written.
    """
    refuse_to_overwrite(folder)
    try:
        with at_work(folder):
            return _save(folder.resolve(), name, tables, manifest, judge)
    except SwatheError:     # of which some are OSErrors too
        raise
    except OSError as error:
        raise _unwritable(folder, error) from error


def _save(
    folder: Path, name: str, tables: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any],
    judge: Callable[[Path], None] | None,
) -> dict[str, Any]:
    plain = {key: without_geometry(table) for key, table in tables.items()}
    problems = [problem for key in SCHEMAS if key in plain or key not in OPTIONAL_TABLES
                for problem in problems_in(plain[key], key)]
    if problems:
        raise EditionError(f"the edition would be wrong and was not written: {'; '.join(problems)}")
    workplace = Path(tempfile.mkdtemp(prefix=f".{folder.name}-{BUILDING}", dir=folder.parent))
    try:
        # Packing takes as long as the identity, and another core can do it.
        with ThreadPoolExecutor(1) as pool:
            packed = [pool.submit(_texts_as_written(table).to_parquet, workplace / f"{key}.parquet", compression="zstd",
                                  compression_level=19, index=table.index.name is not None)
                      for key, table in tables.items()]
            identity = content_hash(plain, manifest)
        for each in packed:
            each.result()
        (workplace / LICENCES).write_text(licences_text(manifest["sources"], tables), encoding="utf-8")
        files = {path.name: sha256_of(path) for path in sorted(workplace.iterdir())}
        written = {
            "id": f"{name}-{identity}", "name": name,
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"), **manifest, "files": files,
        }
        written[FACTS_HASH] = facts_hash(written)
        (workplace / MANIFEST).write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        workplace.chmod(0o755)
        if judge:
            judge(workplace)
        put_in_place(workplace, folder)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)
    return written


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Be the only one who writes an edition into a folder; what others left there is cleared away first.

    Raises
    ------
    EditionError
        When nothing can be written there.
    AtWorkError
        When another build is at work there.
    """
    place = folder.resolve()     # a link stays, and leads to the new edition
    lock = alone(place.parent / f".{place.name}.lock", f"another build is writing {folder} at this moment: wait for it")
    made = [parent for parent in place.parents if not parent.exists()]
    with ExitStack() as held:
        held.callback(_remove_empty, made)     # where nothing was written in the end
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            held.enter_context(lock)
            sweep(place)
        except AtWorkError:
            raise
        except OSError as error:
            raise _unwritable(folder, error) from error
        yield


def _remove_empty(folders: Iterable[Path]) -> None:
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def _unwritable(folder: Path, error: OSError) -> EditionError:
    first = "raise the limit (ulimit -f), or " if error.errno == errno.EFBIG else ""
    cure = f"{'make room, or ' if error.errno in FULL else first}give another --out"
    # What Arrow says in its place is for programmers.
    why = os.strerror(error.errno) if error.errno else error
    return EditionError(f"{folder} cannot be written ({why}): {cure}")


def refuse_to_overwrite(folder: Path) -> None:
    """Raise an EditionError when a folder holds something else than an edition, or nothing can be written there."""
    parent = next(parent for parent in folder.absolute().parents if parent.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise EditionError(f"{folder} cannot be written, {parent} is not a folder that may be written to: give another")
    if folder.exists() and not (folder.is_dir() and ((folder / MANIFEST).is_file() or not any(folder.iterdir()))):
        raise EditionError(f"{folder} is there and is not an edition: give another --out, or move it away")


def sweep(folder: Path) -> None:
    """Clear away what builds of an edition that were killed left beside it, and put back an edition set aside.

    Only folders of a name and content that builds make. Nobody else may be at work there (`at_work`); folders of
    earlier versions, which knew no lock, are an hour old: a build writes for a minute at most.
    """
    ours = re.compile(rf"\.{re.escape(folder.absolute().name)}-({BUILDING}|{ASIDE}|old-)?[a-z0-9_]{{8}}")
    beside = folder.absolute().parent
    for left in list(beside.iterdir()) if beside.is_dir() else []:
        named = ours.fullmatch(left.name)
        if not (named and left.is_dir() and not left.is_symlink()):
            continue
        inside = list(left.iterdir())
        known = all(file.name in {folder.name, MANIFEST, LICENCES} or file.suffix == ".parquet" for file in inside)
        locked = named[1] in {BUILDING, ASIDE}
        if not known or not (locked or time.time() - max(file.stat().st_mtime for file in (left, *inside)) >= STALE):
            continue
        if (left / folder.name / MANIFEST).is_file() and not folder.exists():
            (left / folder.name).rename(folder)
        shutil.rmtree(left, ignore_errors=True)


def load_edition(folder: Path = STARTER, *, geometry: bool = True, verified: bool = True) -> Edition:
    """Read an edition and check it against the schema.

    Parameters
    ----------
    folder
        The edition.
    geometry
        Whether boundaries are read; without them `areas` and `places` are plain tables, read faster.
    verified
        Whether its identity is worked out again: figures that somebody changed never go by the old one.

    Raises
    ------
    EditionError
        When it is no edition, is damaged, breaks the schema, or is another than it says; everything wrong is reported
        at once.
    """
    manifest = read_manifest(folder)
    contents = as_written(folder, manifest, manifest["files"])     # of all at once, so that all that is wrong is told
    tables = tables_of(folder, contents, [key for key in SCHEMAS if key not in READ_LATER], geometry=geometry)
    reach = pq.read_table(pa.BufferReader(contents["reach.parquet"]), use_threads=False)
    edition = Edition(**tables, reach_table=reach, manifest=manifest, folder=folder)
    del contents
    if verified and identity_of(edition) != edition.id:
        raise EditionError(f"{folder}: {another_identity(edition)}")
    return edition


def lies_unchanged(edition: Edition) -> bool:
    """Tell whether an edition lies in its folder as it was read, though its files may have been touched.

    Raises
    ------
    EditionError
        When what lies there is no sound edition.
    """
    manifest = read_manifest(edition.folder)
    return manifest == edition.manifest and bool(as_written(edition.folder, manifest, manifest["files"]))


def figure_tables(edition: Edition) -> dict[str, pd.DataFrame]:
    """Return the tables that make an edition's identity, without geometry, as `content_hash` takes them."""
    tables = {key: without_geometry(getattr(edition, key)) for key in SCHEMAS}
    tables["postcode_lines"] = tables["postcode_lines"].reset_index()
    return {**tables, "reach": edition.reach_table.to_pandas()}


def _texts_as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Hold texts as Arrow's, whichever way this process holds them: the bytes of a file go by it."""
    kinds: dict[str, Any] = dict.fromkeys(table.select_dtypes("str"), _WRITTEN)
    for name, column in table.select_dtypes("category").items():
        if isinstance(column.cat.categories.dtype, pd.StringDtype):
            kinds[str(name)] = pd.CategoricalDtype(column.cat.categories.astype(_WRITTEN), column.cat.ordered)
    found = table.astype(kinds)
    return found.set_axis(found.index.astype(_WRITTEN)) if isinstance(found.index.dtype, pd.StringDtype) else found


def identity_of(edition: Edition) -> str:
    """Work out the identity of an edition from its figures."""
    return f"{edition.manifest['name']}-{content_hash(figure_tables(edition), edition.manifest)}"


def another_identity(edition: Edition) -> str:
    """Say in words that an edition's figures are not those that it was named after."""
    return (f"its figures make it {identity_of(edition)}, its manifest says {edition.id}: they were changed after the "
            "build, build it again or copy it anew")


def _read_now(edition: Edition, name: str, *, geometry: bool) -> pd.DataFrame:
    """Read a table of an edition that was loaded before; never one of another that lies in its folder since."""
    file = f"{name}.parquet"
    contents = as_written(edition.folder, edition.manifest, [file] if file in edition.manifest["files"] else [])
    return tables_of(edition.folder, contents, [name], geometry=geometry)[name]
