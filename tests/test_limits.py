"""Limits of checks that are a region's own: the real files of all England keep them, which the usual ones refuse."""

from pathlib import Path

import pandas as pd
import pytest

from geo.core.choices import ENGLAND, REGION, REGIONS
from geo.edition.agreement import lines, people
from geo.edition.agreement.facts import Facts
from geo.sources.commons_library import read_locality_coverage
from tests.fixtures.made_country.ground import read_ground

pytestmark = pytest.mark.slow

APART = (0, people.PERTURBATION)
NONE = pd.DataFrame()


def facts_of(code: str, **more: object) -> Facts:
    """Facts of a region with a few of its tables alone."""
    return Facts(**{**dict.fromkeys(("tables", "areas", "boundaries", "land", "positions", "feed", "trains"), NONE),
                    "region": REGIONS[code], **more})


@pytest.mark.parametrize("code", REGIONS)
def test_two_census_tables_of_every_region_are_as_near_as_its_limit_says(code: str, england: Path) -> None:
    lsoas = read_ground(england, code).lsoas
    assert len(lsoas) > 1_000
    found = (lsoas["ts0610001"] - lsoas["ts0630001"]).abs().max()
    least, most = facts_of(code).limits("census-tables-apart", APART)
    assert found <= most
    assert ((least, most) == APART) == (found <= people.PERTURBATION)
    tables = {key: pd.DataFrame({column: lsoas[of]}) for key, column, of in (
        ("census-occupations", "workers", "ts0630001"), ("census-travel", "workers_travel", "ts0610001"))}
    assert list(people.same_totals(facts_of(code, tables=tables, areas=lsoas))) == []
    apart = {**tables, "census-travel": tables["census-travel"] + most + 1 + found}
    found_so = list(people.same_totals(facts_of(code, tables=apart, areas=lsoas)))
    assert [finding.text.rpartition("expected ")[2] for finding in found_so] == [
        f"{most:g} at most: download both census tables again"]


def test_the_workbook_holds_all_over_england(open_data: Path) -> None:
    table = read_locality_coverage(open_data / "hocl/BroadbandDashboardDataFile.xlsx")
    england = table[table.index.str.startswith("E")]
    assert len(england) == 6_856
    areas = pd.DataFrame({"msoa": england.index})
    refused = {code: [finding.text for finding in lines.shares_of_localities(
        facts_of(code, tables={lines.LOCALITIES: table}, areas=areas))] for code in (ENGLAND, "E12000002", REGION)}
    assert refused[ENGLAND] == refused["E12000002"] == []
    # Fallowfield Central, where more lines receive 30 Mbit/s than premises could have it when they were counted.
    assert ["E02001076" in text for text in refused[REGION]] == [True]
