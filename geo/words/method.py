"""What is to be said of the figures: the method's own text, and tables made from the edition and its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from geo.core.choices import DATA, KINDS, SPEEDS, WORK
from geo.core.rounding import percent
from geo.edition.store import Edition
from geo.layers.occupations import national_check
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
    """List the sources that an edition was made without."""
    columns = ["title", "without_it"]
    return pd.DataFrame([{name: lack[name] for name in columns} for lack in manifest["missing"]], columns=columns)


def validation_table(manifest: Mapping[str, Any]) -> pd.DataFrame:
    """Tell how well the estimate of broadband predicts counts it was not shown."""
    kinds = [f"{way}_{error}" for error in ("mean", "p90", "misplaced") for way in ("model", "even")]
    rows = {SPEEDS[row["speed"]].label: {kind: row[kind] for kind in kinds} for row in manifest["broadband_validation"]}
    return pd.DataFrame.from_dict(rows, orient="index", columns=kinds).rename_axis("speed")


def validation_sentences(manifest: Mapping[str, Any]) -> list[str]:
    """Say in words what the validation found."""
    rows = {row["speed"]: row for row in manifest["broadband_validation"]}
    if not rows:
        return []
    usual = rows["30"]
    better = [SPEEDS[speed].label for speed, row in rows.items() if row["model_mean"] < row["even_mean"]]
    verdict = "at every speed" if len(better) == len(rows) else f"at {len(better)} of {len(rows)} speeds"
    return [
        ("Ofcom also counts premises by parliamentary constituency. Made from the counts of authorities alone, the "
         f"estimate was compared with Ofcom's counts of {usual['constituencies']} constituencies, which it had not "
         "seen."),
        (f"At 30 Mbit/s the share of premises without was out by {usual['model_mean']:.2f} percentage points on "
         f"average, and by less than {usual['model_p90']:.2f} in nine of ten constituencies. Spreading each "
         f"authority's count evenly would have been out by {usual['even_mean']:.2f}."),
        f"The estimate did better than spreading evenly {verdict}.",
        ("In the figures shown, the constituencies' counts are used as well. What remains is the error inside a "
         "constituency and authority: it is larger for a single neighbourhood, and cannot be measured from these "
         "files."),
    ]


HOMES_HEADER = ("Homes", "Rural", "Urban")
HOMES_CAPTION = "Share of homes without each speed over that of all premises, England"


def homes_rows(manifest: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Write how much less often homes lack each speed than all premises; nothing where that is not in the edition."""
    known = manifest.get("homes_factor", {})
    return [(SPEEDS[speed].label, *(f"{known[speed][setting]:.3f}" for setting in ("rural", "urban")))
            for speed in SPEEDS if speed in known]


def homes_sentences(manifest: Mapping[str, Any]) -> list[str]:
    """Say why homes are counted, and how."""
    why = ("People in work live in homes. Ofcom's counts by place are of all premises, and business premises are far "
           "worse served.")
    usual = manifest.get("homes_factor", {}).get("30")
    if usual is None:
        return [(f"{why} This edition was made without Ofcom's national counts of homes: its people in the gap go by "
                 "all premises.")]
    return [
        (f"{why} So the share of a neighbourhood's premises without a speed is multiplied by how often homes lack it "
         "compared with all premises, in England's rural or urban areas: at 30 Mbit/s by "
         f"{usual['rural']:.3f} where it is rural and {usual['urban']:.3f} where it is urban. Premises in the gap stay "
         "as published."),
        ("For the legal minimum the factor is that of lines with less than 10 Mbit/s down or 1 up: Ofcom publishes no "
         "count of homes that takes in fixed wireless. Whether the homes of one place differ from its businesses as "
         "England's do is not known."),
    ]


def independence_sentences(manifest: Mapping[str, Any]) -> list[str]:
    """Say what is measured of job and line going together, and what cannot be."""
    found = manifest.get("evidence", {})
    inside = ("Inside one neighbourhood nobody can measure whether such jobs go with poor lines: hence the range, from "
              "half the odds to double.")
    if "job_and_line" not in found:
        return [f"{inside} This edition was made without Ofcom's counts by locality: what they say is not in it."]
    usual, gigabit = found["job_and_line"]["30"], found["job_and_line"]["gigabit"]
    odds = {name: _decimals(usual[name]) for name in ("median", "p10", "p90", "rural", "urban")}
    return [
        (f"{inside} Between the localities of an authority both are measured (occupations by the census, lines by "
         "Ofcom in January 2024). An odds ratio of 1 means that they have nothing to do with one another; at 30 Mbit/s "
         f"it is {odds['median']} in the middle one of {usual['authorities']} authorities, and from {odds['p10']} to "
         f"{odds['p90']} in eight of ten; for gigabit it is {_decimals(gigabit['median'])}. Over all rural localities "
         f"together it is {odds['rural']}, over all urban ones {odds['urban']}."),
        ("Inside localities, the share of such jobs in a neighbourhood hardly goes with the indicator of slow lines "
         f"(correlation {_decimals(found['inside_localities'])})."),
    ]


def census_day_sentences(manifest: Mapping[str, Any]) -> list[str]:
    """Set those who could work from home beside those who did on census day; nothing where that is not known."""
    found = manifest.get("evidence", {}).get("census_day")
    if found is None:
        return []
    fits = {name: _decimals(found[name]) for name in ("correlation", "rural", "urban")}
    return [
        (f"Over {found['neighbourhoods']:,} neighbourhoods of the South West, the share who could work from home by "
         "the Office for National Statistics' table goes with the share who worked mainly at or from home on census "
         f"day, 21 March 2021, in lockdown: the correlation is {fits['correlation']} (rural {fits['rural']}, urban "
         f"{fits['urban']}). {percent(found['could'])} could, {percent(found['did'])} did. In "
         f"{percent(found['rural_more_did'])} of rural neighbourhoods more did than could: farms and trades based at "
         "home."),
    ]


def did_rows(manifest: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Write who could and who did work from home, a row a band; nothing where that is not in the edition."""
    rows = manifest.get("evidence", {}).get("did_by_slow_share", [])
    # Of the bands without an end, the later ones are parts of the first.
    parts = [row for row in rows if row["below"] is None][1:]
    return [("Of them, " * (row in parts) + _band(row["from"], row["below"]),
             *(f"{row[name]:,}" for name in ("workers", "could", "did")), _decimals(row["ratio"])) for row in rows]


DID_HEADER = ("Premises without 30 Mbit/s", "In work", "Could", "Did", "Did ÷ could")
DID_CAPTION = (
    "Residents of the South West who could work from home, and who did on census day (21 March 2021), by the share of "
    "their locality's premises that could not get 30 Mbit/s in January 2024. Compelled by lockdown, and farms too: it "
    "tells whether they managed, not what they can get")
"""What the rows of `did_rows` are of, and what they do not show."""


def _band(start: float, end: float | None) -> str:
    low, high = (f"{100 * share:.0f}" if share is not None else "" for share in (start, end))
    if end is None:
        return f"{low} % and more"
    return f"{low} to under {high} %" if start else f"Under {high} %"


def _decimals(number: float | None) -> str:
    """Spell a ratio or a correlation with two decimals and a real minus sign."""
    return "not known" if number is None else f"{number:.2f}".replace("-", "−")


def national_sentences() -> list[str]:
    """Set the tables of capability beside what was published nationally."""
    return [
        f"{WORK[str(table)].label}: applied to all workers of England and Wales it gives {100 * row['share']:.1f} %; "
        f"published is {100 * row['published']:.1f} % ({row['published_as']})."
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
        ("Broadband", f"{edition.broadband_basis} inside authorities and constituencies"),
        ("Rail", f"{rail}; trains of {edition.manifest['rail_day']}" if rail == edition.rail_basis else rail),
        ("Neighbourhoods (LSOAs)", f"{counted:,} in the South West, {beside:,} neighbours"),
        ("Larger places", listed),
        ("Postcodes", f"{postcodes:,} that journeys start from; {outside:,} of the files read lie outside"),
        ("Stations", f"{served:,} with trains, of {len(edition.stations):,}"),
    ]
