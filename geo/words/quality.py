"""What official statistics are asked about their quality, answered for an edition's figures."""

from collections.abc import Mapping

from geo.core.choices import SPEEDS
from geo.edition.store import Edition
from geo.words.cover import built_on, day
from geo.words.definitions import month, rail_words

HEADING = "Statement of quality"
CAPTION = "The figures by the dimensions of quality that official statistics are held to."
HEADER = ("Dimension", "What is to be said")


def quality_rows(edition: Edition, chapters: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Answer each dimension in a row; `chapters` names those with more: "sure", "assumptions", "sources", "check"."""
    manifest = edition.manifest
    rail = rail_words(edition.rail_basis, edition.rail_source)
    relevance = ("For those who decide where lines and trains are needed: how many people could work from home and "
                 "live where the speed cannot be had. Not for a street, or a person.")
    accuracy = (f"{_accuracy(edition)} What is not known is drawn again and again: {chapters['sure']}; every "
                f"assumption, with the way it pulls: {chapters['assumptions']}.")
    lines = month(edition.facts().lines_vintage)
    timeliness = (f"Lines of {lines}, jobs and residents of the census of 21 March 2021, "
                  f"trains: {rail}. Edition built on {day(built_on(edition))}. Sources: {chapters['sources']}.")
    comparability = ("All places by one method, each a sum of the same neighbourhoods: places of "
                     f"{edition.region.spoken} can be set side by side. England’s rate is one sum for the "
                     "country. Editions can be compared where their method number is the same.")
    summed = ("Premises of authorities and constituencies are Ofcom’s own counts." if not edition.counts_apart else
              "Premises of places are sums of Ofcom’s counts of output areas; where its own counts of authorities and "
              "constituencies are others, both are given." if edition.broadband_basis == "measured" else
              "Premises of authorities are Ofcom’s own counts; those of constituencies are of another month, and not "
              "met.")
    coherence = (f"{summed} Ofcom’s percentage of premises "
                 "served is not 100 % less ours where it could not match premises to lines."
                 + ("" if manifest.get("homes_factor") else " Homes are not told from other premises here."))
    accessibility = ("All sources are open. The report is tagged for screen readers; every table is a CSV file; anyone "
                     f"can make the figures again: {chapters['check']}.")
    return (("Relevance", relevance), ("Accuracy", accuracy), ("Timeliness", timeliness),
            ("Comparability", comparability), ("Coherence", coherence), ("Accessibility", accessibility))


def _accuracy(edition: Edition) -> str:
    if edition.broadband_basis == "measured":
        return "Broadband is counted by Ofcom in each neighbourhood."
    tested = {row["speed"]: row for row in edition.manifest["broadband_validation"]}
    if "30" not in tested:
        return "Broadband inside authorities is estimated, and this edition holds no test of the estimate."
    return (f"Broadband is estimated. Predicted from authorities alone, the share below {SPEEDS['30'].label[6:]} of a "
            f"constituency is out by {tested['30']['model_mean']:.2f} percentage points on average; a neighbourhood by "
            "much more.")
