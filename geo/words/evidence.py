"""What is measured beside the count: homes and offices, job and line, who could and who did; in sentences and rows."""

from collections.abc import Mapping
from typing import Any

from geo.core.choices import REGION, REGIONS, SPEEDS, Region
from geo.core.rounding import percent

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


def census_day_sentences(manifest: Mapping[str, Any], region: Region = REGIONS[REGION]) -> list[str]:
    """Set those who could work from home beside those who did on census day; nothing where that is not known."""
    found = manifest.get("evidence", {}).get("census_day")
    if found is None:
        return []
    fits = {name: _decimals(found[name]) for name in ("correlation", "rural", "urban")}
    return [
        (f"Over {found['neighbourhoods']:,} neighbourhoods of {region.spoken}, the share who could work from home by "
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


def did_caption(region: Region) -> str:
    """Say what the rows of `did_rows` are of, and what they do not show."""
    return (f"Residents of {region.spoken} who could work from home, and who did on census day (21 March 2021), by the "
            "share of their locality's premises that could not get 30 Mbit/s in January 2024. Compelled by lockdown, "
            "and farms too: it tells whether they managed, not what they can get")


def _band(start: float, end: float | None) -> str:
    low, high = (f"{100 * share:.0f}" if share is not None else "" for share in (start, end))
    if end is None:
        return f"{low} % and more"
    return f"{low} to under {high} %" if start else f"Under {high} %"


def _decimals(number: float | None) -> str:
    """Spell a ratio or a correlation with two decimals and a real minus sign."""
    return "not known" if number is None else f"{number:.2f}".replace("-", "−")
