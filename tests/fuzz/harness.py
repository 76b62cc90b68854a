"""Try mutants of small copies of the publishers' files: what becomes of each, and what changed without a word."""

import contextlib
import resource
import shutil
import signal
import sys
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np
import pandas as pd
import shapely

from geo.core.choices import ENGLAND, REGION
from geo.core.errors import SwatheError
from geo.edition.agreement.checks import warnings_of
from geo.edition.agreement.facts import Facts
from geo.edition.build import build_edition, nearby, placed_postcodes
from geo.edition.inputs import Inputs, Joined, join
from geo.edition.store import load_edition
from geo.edition.timetable import PATTERN_TIMETABLE, choose_timetable
from geo.figures.consistency import problems_of
from geo.layers.boundaries import merged
from geo.rail.connections import Connections
from geo.sources.archives import on_disk
from geo.sources.catalogue import TIMETABLE, read_catalogue
from geo.sources.downloads import find_files
from geo.sources.timetable import Feed
from tests.fuzz.mutations import KINDS, mutate

TODAY = date(2026, 1, 1)

LONGEST = 10.0
"""Seconds of processor that a mutant may take."""

ONE_IN = 100
"""Of so many mutants the first goes through a whole build and its check, among the other files."""

LONGEST_BUILD = 60.0
"""Seconds of processor that these two may take."""

MEMORY = 2_000_000
"""Kilobytes that the process may take at most."""

NOTICED = 0.001
"""Share by which a figure may change without a word."""

KINDS_OF_PLACE = ("authority", "constituency", "county", "lep", "region", "district")
PASSED = "built as if nothing were wrong"
HARMLESS, REFUSED, WARNED, SMALL, SILENT, BROKEN = (
    "nothing changed", "refused", "warned of", "changed by 0.1 % or less", "changed without a word", "broken")
LONE = "changed in a few values that no other file repeats"
BAD = (SILENT, BROKEN)
UNREPEATED: Mapping[str, tuple[str, ...]] = {
    "connectivity": ("connectivity_score", "digital_connectivity"), "imd": ("imd_score", "imd_rank", "imd_decile"),
    "census-age": ("aged_0_15", "aged_16_24", "aged_25_34", "aged_35_49", "aged_50_64", "aged_65_over", "aged_all"),
    "census-travel": ("works_from_home",), "census-cars": ("no_car_households",),
    "commons-library": ("superfast", "gigabit", "below_uso", "receiving_under_10", "receiving_over_30"),
    "ofcom-mobile": ("premises", *(f"indoor_4g_{operators}" for operators in range(5))),
    "coverage-by-area": ("value",), "claimants": ("value",), "businesses": ("value",),
    "stations": ("geometry",), "boundaries-lsoa": ("geometry",), "boundaries-constituency": ("geometry",),
    "postcodes": ("easting", "northing"),
}
"""Columns that stand in one file alone: of a digit that was changed there nothing can be noticed while the value stays
likely. Such mutants are counted by themselves, and only where at most `FEW` values differ."""

FEW = 20


class HangError(BaseException):
    """A mutant took too long."""


@dataclass
class Tally:
    """What became of the mutants."""

    outcomes: Counter[str] = field(default_factory=Counter)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)     # one line for each that is silent or broken
    slowest: float = 0.0
    built: int = 0     # editions that a mutant was a part of, each of which passed its check

    @property
    def memory(self) -> int:
        """Kilobytes of the process at most so far."""
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)

    def add(self, outcome: str, kind: str, told: str) -> None:
        """Count one mutant."""
        self.outcomes[outcome] += 1
        self.by_kind[kind, outcome] += 1
        if outcome in BAD:
            self.faults.append(f"{outcome}: {told}")

    def report(self) -> str:
        """Say it in lines."""
        lines = [f"{sum(self.outcomes.values()):,} mutants: "
                 + ", ".join(f"{count:,} {outcome}" for outcome, count in self.outcomes.most_common())]
        lines += [f"  {kind}: " + ", ".join(f"{self.by_kind[kind, outcome]:,} {outcome}" for outcome in self.outcomes
                                            if self.by_kind[kind, outcome]) for kind in KINDS]
        lines += [*self.faults,
                  f"{self.built:,} editions were built with a mutant among their files, and passed their check",
                  f"slowest {self.slowest:.1f} s of processor, memory {self.memory / 1000:,.0f} MB at most",
                  f"not in the score: {self.outcomes[LONE]} {LONE}",
                  f"score: {self.outcomes[SILENT]} changed a figure without a word, {self.outcomes[BROKEN]} broke"]
        return "\n".join(lines)


@dataclass(frozen=True)
class Clean:
    """The undamaged files as read, joined and placed, and what figures are made of them."""

    files: Mapping[str, Path]
    tables: Mapping[str, pd.DataFrame]
    feed: Feed
    trains: Connections
    joined: Joined
    placed: pd.DataFrame
    land: object
    figures: pd.Series


def read_clean(folder: Path) -> Clean:
    """Read a cut of the publishers' files, which must make no finding."""
    found = {key: on_disk(paths[0]) for key, paths in find_files(folder).files.items() if key != TIMETABLE}
    tables = {key: read_catalogue()[key].read(path) for key, path in found.items()}
    joined = join(Inputs(tables, [], []))
    feed, _, trains = choose_timetable([], nearby(tables["stations"], joined.boundaries), TODAY)
    placed, land = placed_postcodes(tables["postcodes"], joined), merged(joined.boundaries)
    told = warnings_of(Facts(tables, joined.areas, joined.boundaries, land, placed, feed, trains))
    if told:
        raise AssertionError(f"the clean files are warned of: {told}")
    return Clean(found, tables, feed, trains, joined, placed, land, figures_of(tables, joined, placed))


def figures_of(tables: Mapping[str, pd.DataFrame], joined: Joined, placed: pd.DataFrame) -> pd.Series:
    """Work out what every figure of a larger place is made of: counts, means, published shares, ways to stations."""
    areas = joined.areas
    counts = areas.select_dtypes("number").drop(columns=["constituency_overlap"])
    means = ["connectivity_score", "digital_connectivity", *counts.filter(like="imd_"), "superfast_not_taken"]
    weighted = counts.assign(**{column: counts[column] * areas["households"] for column in means},
                             urban=areas["urban"] * areas["residents"], km2=joined.boundaries.geometry.area / 1e6,
                             way=_way_to_a_station(tables["stations"], placed, areas))
    parts = {kind: weighted.groupby(areas[kind]).sum() for kind in KINDS_OF_PLACE}
    parts |= {key: tables[key].select_dtypes("number").reindex(joined.areas[kind].unique()) for key, kind in (
        ("ofcom-authority", "authority"), ("ofcom-mobile", "authority"))}
    parts["ofcom-constituency"] = tables["ofcom-constituency"].select_dtypes("number").reindex(
        areas.loc[~areas["neighbour"], "constituency"].unique())
    parts["ofcom-national"] = tables["ofcom-national"].loc["England"]
    for key in ("coverage-by-area", "claimants", "businesses"):
        mapped = tables[key][tables[key]["code"].isin([*areas["authority"].unique(), REGION, ENGLAND])]
        parts[key] = mapped.set_index(["code", "series", "date"])[["value"]]
    return pd.concat([_flat(table.rename(index=lambda row, kind=kind: f"{kind} {row}", level=0))
                      for kind, table in parts.items()])


def _flat(table: pd.DataFrame) -> pd.Series:
    """Return a table's numbers by the names of their rows and columns in one."""
    names = [f"{row} {column}" for row in table.index for column in table]
    return pd.Series(table.to_numpy(dtype=float).ravel(), names)


def _way_to_a_station(stations: pd.DataFrame, placed: pd.DataFrame, areas: pd.DataFrame) -> pd.Series:
    """Residents times the mean distance (km) from the postcodes of their LSOA to the nearest station."""
    doors = placed[placed["area"].notna()]
    points = shapely.points(doors[["easting", "northing"]].to_numpy(dtype=float))
    tree = shapely.STRtree(stations.geometry.to_numpy())
    _, metres = tree.query_nearest(points, return_distance=True, all_matches=False)
    mean = pd.Series(metres / 1000, doors["area"].to_numpy()).groupby(level=0).mean()
    return mean.reindex(areas.index) * areas["residents"]


def changed(before: pd.Series, after: pd.Series) -> list[str]:
    """Name the figures that differ by more than `NOTICED`, or are there no more."""
    both = pd.DataFrame({"before": before, "after": after})
    size = both.abs().max(axis=1).clip(lower=1e-9)
    differs = ((both["after"] - both["before"]).abs() > NOTICED * size) | (both.isna().sum(axis=1) == 1)
    return [f"{name} {row['before']:.6g} → {row['after']:.6g}" for name, row in both[differs].iterrows()]


def try_mutants(clean: Clean, folder: Path, count: int, seed: int, seconds: float = float("inf")) -> Tally:
    """Try so many mutants, as long as there is time; the same seed makes the same ones."""
    tally, start = Tally(), perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        if perf_counter() - start > seconds:
            break
        random = Random(f"{seed} {number}")
        key, kind = random.choice([*clean.files, TIMETABLE]), random.choice(KINDS)
        attempt = try_one if number % ONE_IN else try_build
        attempt(clean, folder, key, kind, random, tally, f"mutant {number} of seed {seed}")
    return tally


def try_one(clean: Clean, folder: Path, key: str, kind: str, random: Random, tally: Tally, name: str) -> None:
    """Make one mutant, read it, join and check it with the other files, and tell what became of it."""
    path = _mutant(clean, folder, key, kind, random)
    began = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    outcome, more = _tried(lambda: _outcome(clean, key, path), LONGEST)
    tally.slowest = max(tally.slowest, resource.getrusage(resource.RUSAGE_SELF).ru_utime - began)
    if outcome != BROKEN and tally.memory > MEMORY:
        outcome, more = BROKEN, f"memory {tally.memory:,} kB"
    tally.add(outcome, kind, f"{name}, {key}, {kind}: {more}")


def try_build(clean: Clean, folder: Path, key: str, kind: str, random: Random, tally: Tally, name: str) -> None:
    """Make one mutant, build an edition with it among the other files, and check it: every hub must answer."""
    files, out = folder / "files", folder / "edition"
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir()
    for other, path in clean.files.items():
        if other != key:
            (files / path.name).symlink_to(path)
    _mutant(clean, files, key, kind, random, whole=True)
    outcome, more = _tried(lambda: _built(files, out), LONGEST_BUILD)
    tally.built += outcome not in {REFUSED, BROKEN}
    tally.add(outcome, kind, f"{name}, {key}, {kind}, in a build: {more}")


def _built(files: Path, out: Path) -> tuple[str, str]:
    manifest = build_edition(files, out, "mutant")
    problems = problems_of(load_edition(out))
    if problems:
        return BROKEN, f"was built, and its check says: {problems[0]}"
    told = [*manifest.get("warnings", ()), *(text for row in manifest["sources"] for text in row.get("warnings", ()))]
    return (WARNED, "") if told else (PASSED, "")


def _tried(what: Callable[[], tuple[str, str]], seconds: float) -> tuple[str, str]:
    """Tell what became of a mutant, and more of it where that is a fault."""
    try:
        with _alarm(seconds), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return what()
    except SwatheError as error:
        return (REFUSED, "") if "\n" not in str(error) else (BROKEN, "its error has several lines")
    except HangError:
        return BROKEN, f"over {seconds:.0f} s"
    except Exception as error:  # noqa: BLE001  (every other kind is a fault, and told)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        return BROKEN, f"{type(error).__name__}: {str(error)[:150]!r} in {where}"


def _mutant(
    clean: Clean, folder: Path, key: str, kind: str, random: Random, *, whole: bool = False,
) -> Path:
    """Write one damaged file, of a timetable one of a folder of it: `whole`, or a few trips."""
    if key != TIMETABLE:
        path = folder / clean.files[key].name
        path.write_bytes(mutate(path.name, clean.files[key].read_bytes(), kind, random))
        return path
    feed = folder / "feed"
    feed.mkdir(exist_ok=True)
    # The version that feed_info gives marks the project's own timetable, which no build takes from a folder.
    tables = [path for path in sorted(PATTERN_TIMETABLE.glob("*.txt")) if not (whole and path.stem == "feed_info")]
    chosen = random.choice([path.name for path in tables])
    for path in tables:
        data = path.read_bytes()
        if path.name == "stop_times.txt" and not whole:     # the first trips: a small feed
            data = b"".join(data.splitlines(keepends=True)[:400])
        (feed / path.name).write_bytes(mutate("a.csv", data, kind, random) if path.name == chosen else data)
    return feed


def _outcome(clean: Clean, key: str, path: Path) -> tuple[str, str]:
    table = read_catalogue()[key].read(path)
    if key == TIMETABLE:      # what a build makes of it: the choice of a timetable has tests of its own
        return HARMLESS, ""
    if _same(table, clean.tables[key]):
        return HARMLESS, ""
    tables = {**clean.tables, key: table}
    joined = join(Inputs(tables, [], []))
    moved = key in {"postcodes", "boundaries-lsoa", "lookup-ward"}
    placed = placed_postcodes(tables["postcodes"], joined) if moved else clean.placed
    land = merged(joined.boundaries) if moved else clean.land
    told = warnings_of(Facts(tables, joined.areas, joined.boundaries, land, placed, clean.feed, clean.trains))
    if told:
        return WARNED, ""
    differ = changed(clean.figures, figures_of(tables, joined, placed))
    if not differ:
        return SMALL, ""
    told = "; ".join(differ[:2]) + f" ({len(differ)} in all)"
    return LONE if _few_unrepeated(key, table, clean.tables[key]) else SILENT, told


def _few_unrepeated(key: str, table: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether a table differs in a few values that no other file repeats, and in nothing else."""
    if table.shape != other.shape or not table.index.equals(other.index):
        return False
    differ = {column: int((table[column].astype(object).ne(other[column].astype(object))
                           & ~(table[column].isna() & other[column].isna())).sum()) for column in other}
    found = {column: count for column, count in differ.items() if count}
    return set(found) <= set(UNREPEATED.get(key, ())) and max(found.values(), default=0) <= FEW


def _same(table: pd.DataFrame, other: pd.DataFrame) -> bool:
    if table.shape != other.shape or list(table.columns) != list(other.columns) or not table.index.equals(other.index):
        return False
    plain = [column for column in table.columns if column != "geometry"]
    shapes = "geometry" not in table or bool(np.all(shapely.equals_exact(
        table.geometry.to_numpy(), other.geometry.to_numpy(), 0.0)))
    return shapes and bool(table[plain].equals(other[plain]))


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raise a HangError after so many seconds of processor."""

    def ring(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
