"""What is to be said of the figures: the method's own text, and tables made from the edition and its sources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from geo.core.choices import DATA, KINDS, WORK
from geo.edition.store import Edition
from geo.layers.occupations import national_check
from geo.sources.catalogue import LOCALITIES, read_catalogue
from geo.words.build import UPDATE
from geo.words.definitions import month, rail_words
from geo.words.editions import numbers_in_words

BY_ONE_COMMAND = f"one command fetches Ofcom's counts of output areas, and it is measured: {UPDATE}"

METHOD = DATA.parent / "docs" / "method.md"
"""The method, written once: the page shows this text."""


@dataclass(frozen=True)
class Section:
    """One chapter of the method.

    title: Its heading; that of the whole text for the first.
    text: Markdown, without the heading.
    """

    title: str
    text: str

    @property
    def anchor(self) -> str:
        """What a link to it ends in."""
        return "-".join(re.findall(r"[a-z]+", self.title.lower()))


@lru_cache(maxsize=1)
def method_sections() -> tuple[Section, ...]:
    """Read the method's text by chapters."""
    pieces = f"\n{METHOD.read_text(encoding='utf-8')}".split("\n## ")
    first, *rest = [piece.strip().removeprefix("# ") for piece in pieces]
    return tuple(Section(title.strip(), text.strip())
                 for title, _, text in (piece.partition("\n") for piece in (first, *rest)))


def sources_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """List the files that an edition was made from."""
    columns = ["title", "publisher", "vintage", "licence", "address", "file", "rows", "sha256"]
    return pd.DataFrame([{name: source[name] for name in columns} for source in manifest["sources"]], columns=columns)


def missing_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """List the sources that an edition was made without, those too that its build did not know yet."""
    columns = ["title", "without_it"]
    known = {row["id"] for row in (*manifest.get("sources", ()), *manifest["missing"])}
    later = [{"title": source.title, "without_it": source.without_it} for source in read_catalogue().values()
             if "sources" in manifest and source.id not in known]
    return pd.DataFrame([*manifest["missing"], *later], columns=columns)


def national_sentences() -> list[str]:
    """Set the tables of capability beside what was published nationally."""
    return [
        f"{WORK[str(table)].label}: applied to all workers of England and Wales it gives {100 * row['share']:.1f} %; "
        f"the published figure is {100 * row['published']:.1f} % ({row['published_as']})."
        for table, row in national_check().iterrows()
    ]


def edition_facts(edition: Edition) -> list[tuple[str, str]]:
    """Tell what an edition is and holds."""
    inside = ~edition.areas["neighbour"]
    counted, beside = int(inside.sum()), int((~inside).sum())
    places = edition.places["kind"].value_counts()
    listed = ", ".join(f"{places[key]:,} {kind.plural}" for key, kind in KINDS.items()
                       if key not in {"lsoa", "region"} and key in places)
    postcodes, outside = int((edition.postcodes["postcode"] != "").sum()), edition.manifest["postcodes_outside"]
    served = int(edition.stations["served"].sum())
    rail = rail_words(edition.rail_basis, edition.rail_source)
    return [
        ("Name", edition.id),
        ("Made", f"{str(edition.manifest['built_at'])[:10]} by version {edition.manifest['code_version']}"),
        ("Numbers", numbers_in_words(edition)),
        ("Broadband", _broadband(edition)),
        *_releases(edition),
        ("Rail", f"{rail}; trains of {edition.manifest['rail_day']}" if rail == edition.rail_basis else rail),
        ("Neighbourhoods (LSOAs)", f"{counted:,} in {edition.region.spoken}, {beside:,} neighbours"),
        ("Larger places", listed),
        ("Postcodes", f"{postcodes:,} that journeys start from; {outside:,} of the files read lie outside"),
        ("Stations", f"{served:,} with trains, of {len(edition.stations):,}"),
    ]


def _releases(edition: Edition) -> list[tuple[str, str]]:
    """Name the months of Ofcom's files where they are not of one release."""
    known = {row["id"]: row for row in edition.manifest["sources"] if row["publisher"] == "Ofcom"}
    months = {str(row["vintage"]) for row in known.values()}
    if len(months) < 2:
        return []
    listed = "; ".join(f"{row['title'].removeprefix('Connected Nations: ')}, {month(str(row['vintage']))}"
                       for row in known.values())
    left = "" if edition.broadband_basis == "measured" or not edition.counts_apart else (
        ". Neighbourhoods meet the counts of authorities; those of constituencies, of another month, are not met")
    return [("Ofcom's counts", f"Of several releases: {listed}{left}")]


def _broadband(edition: Edition) -> str:
    if edition.broadband_basis == "measured":
        return _counted(edition)
    measured, where = edition.manifest["vintages"].get(LOCALITIES), "authorities and constituencies"
    if measured is not None:
        tests = edition.manifest.get("locality_validation")     # an edition of an earlier version has none
        count = f"{int(tests[0]['localities']):,}" if tests else "some"
        of = edition.areas.loc[~edition.areas["neighbour"], "msoa"].nunique()
        where = f"localities, {count} of {of:,} of which were measured in {measured}"
    return f"estimated inside {where}; {BY_ONE_COMMAND}"


def _counted(edition: Edition) -> str:
    """Say how many output areas were counted, and how many could not be."""
    told = edition.manifest.get("output_areas")
    if not told:
        return "measured"
    absent, unknown = sum(map(len, told["absent"].values())), int(told["unknown"])
    return (f"measured: {told['counted']:,} output areas were counted; {absent:,} are not in Ofcom's file, and what "
            f"premises they have is not known; {unknown:,} of the file are not in the lookup, and were left out")
