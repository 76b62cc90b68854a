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
from geo.words.definitions import rail_words

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
        ("Broadband", _broadband(edition)),
        ("Rail", f"{rail}; trains of {edition.manifest['rail_day']}" if rail == edition.rail_basis else rail),
        ("Neighbourhoods (LSOAs)", f"{counted:,} in the South West, {beside:,} neighbours"),
        ("Larger places", listed),
        ("Postcodes", f"{postcodes:,} that journeys start from; {outside:,} of the files read lie outside"),
        ("Stations", f"{served:,} with trains, of {len(edition.stations):,}"),
    ]


def _broadband(edition: Edition) -> str:
    measured, where = edition.manifest["vintages"].get(LOCALITIES), "authorities and constituencies"
    if measured is not None:
        count = int(edition.manifest["locality_validation"][0]["localities"])
        of = edition.areas.loc[~edition.areas["neighbour"], "msoa"].nunique()
        where = f"localities, {count:,} of {of:,} of which were measured in {measured}"
    return f"{edition.broadband_basis} inside {where}" if edition.broadband_basis == "estimated" else "measured"
