"""What is planned: premises placed, counted by status and contract, and what is left of the gap after them."""

import json
import math
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest

from geo.__main__ import main
from geo.core.view import View
from geo.core.what_if_terms import WhatIf
from geo.edition.store import Edition, identity_of, load_edition
from geo.figures.consistency import problems_of
from geo.figures.planned import contracts_of, has_plans, planned_build
from geo.figures.profile import place_profile
from geo.figures.scenario import scenario
from geo.layers.planned_build import (
    CONTRACT_COLUMNS,
    STATUSES,
    by_area,
    contracts,
    placed,
    share_not_planned,
    unplaced_by_authority,
)
from geo.pack.report.blocks import Heading, Paragraph, Table
from geo.pack.report.chapters.figures import planned as planned_chapter
from geo.pack.tables import pack_tables
from geo.sources.bduk import read_planned_build
from pages.api.description import show_schema
from tests.fixtures.answers import show_json
from tests.fixtures.bduk import made_rows, recounted, table, with_quirks, written
from tests.fixtures.tiny_edition import CODES, PLANNED

AREAS = pd.DataFrame({
    "authority": ["E07000001", "E07000001", "E06000002", "E06000002", "E07000003"],
    "district": ["", "", "E07000009", "", ""]},
    index=pd.Index([f"E0100000{number}" for number in range(1, 6)], name="code"))
POSITIONS = pd.DataFrame({
    "postcode": ["EX1 1AA", "EX1 1AB", "EX2 1AA", "EX3 1AA", "EX4 1AA", "SP1 1AA"],
    "area": ["E01000001", "E01000001", "E01000002", "E01000003", "E01000004", None]})
HOMES = pd.DataFrame(
    [("E07000001", "Aland", "EX1 1AA"), ("E07000001", "Aland", "EX1 1AB"), ("E07000001", "Aland", "EX2 1AA"),
     ("E06000002", "Bland, City of", "EX3 1AA"), ("E06000002", "Bland, City of", "EX4 1AA"),
     ("E06000002", "Bland, City of", "EX2 1AA"),      # whose postcode lies in the next authority
     ("E07000009", "Dland", "EX3 1AA"),               # abolished, now in Bland
     ("", "", "EX4 1AA"), ("W06000021", "Elsewhere", "EX1 1AA"), ("E07000088", "Far", "SP1 1AA")],
    columns=["district", "name", "postcode"])
ROWS = made_rows(HOMES, 4000, seed=3)
AUTHORITY_OF = {"E07000001": "E07000001", "E06000002": "E06000002", "E07000009": "E06000002"}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The made-up rows, read and placed."""
    paths = written(tmp_path_factory.mktemp("bduk"), with_quirks(ROWS))
    return placed(read_planned_build(paths), POSITIONS, AREAS)


def recounted_by_place() -> Counter[tuple[str, ...]]:
    """Count premises by authority, LSOA ("" for none), status and contract, one by one."""
    lsoa, total = POSITIONS.dropna().set_index("postcode")["area"].to_dict(), Counter()
    for district, postcode, *rest in recounted(ROWS):
        here = lsoa.get(postcode, "")
        authority = AUTHORITY_OF.get(district) or (AREAS["authority"].get(here, "") if not district else "")
        if authority:
            total[authority, here if here and AREAS["authority"][here] == authority else "", *rest] += 1
    return total


def test_premises_are_counted_by_area_and_status(found: pd.DataFrame) -> None:
    counts = by_area(found, AREAS["authority"])
    wanted: Counter[tuple[str, ...]] = Counter()
    for (_, area, status, *_), premises in recounted_by_place().items():
        wanted[area, status] += premises
    assert list(counts.columns) == [*STATUSES]
    assert counts.index.equals(AREAS.index)
    for code in AREAS.index[:4]:
        assert counts.loc[code].to_dict() == {status: wanted[code, status] for status in STATUSES}
    assert counts.loc["E01000005"].isna().all()      # of its authority there is no file: unknown, not zero


def test_parts_sum_to_all_recognised_premises_of_an_authority(found: pd.DataFrame) -> None:
    counts, lost = by_area(found, AREAS["authority"]), unplaced_by_authority(found)
    recognised = Counter(AUTHORITY_OF.get(district, "") for district, *_ in recounted(ROWS))
    recognised["E06000002"] += sum(not district and postcode == "EX4 1AA" for district, postcode, *_ in recounted(ROWS))
    for authority in ("E07000001", "E06000002"):
        there = counts[AREAS["authority"] == authority].to_numpy().sum()
        assert there + lost[authority] == recognised[authority]
    assert lost["E06000002"] > lost["E07000001"] > 0
    assert set(lost) == {"E07000001", "E06000002"}


def test_premises_are_counted_by_contract_supplier_and_date(found: pd.DataFrame) -> None:
    listed = contracts(found)
    wanted: Counter[tuple[str, ...]] = Counter()
    for (_, area, status, *by), premises in recounted_by_place().items():
        if status == "contracted" and area:
            wanted[area, *by] += premises
    rows = {tuple(row[:-1]): row[-1] for row in listed.drop(columns="scheme").itertuples(index=False)}
    assert rows == dict(wanted)
    assert not listed.duplicated([*CONTRACT_COLUMNS]).any()
    assert (listed["scheme"] == "vouchers").equals(listed["date"] == "")
    per_area = by_area(found, AREAS["authority"])["contracted"].dropna()
    assert listed.groupby("area")["premises"].sum().to_dict() == per_area[per_area > 0].to_dict()


def test_nothing_planned_is_a_share_of_what_could_be_placed() -> None:
    counts = pd.DataFrame([[1, 1, 1, 1, 4], [0, 0, 0, 0, 0], [0, 0, 0, 0, 5], [None] * 5], columns=[*STATUSES],
                          index=list("abcd"), dtype="float64")
    share = share_not_planned(counts, pd.Series(["A", "A", "B", "C"], list("abcd")))
    assert share.iloc[:3].tolist() == [0.5, 0.5, 1.0]      # where nothing could be placed, the authority's
    assert pd.isna(share["d"])


def test_order_of_files_and_rows_changes_nothing(found: pd.DataFrame, tmp_path: Path) -> None:
    turned = placed(read_planned_build(written(tmp_path, {"a.csv": table(ROWS.iloc[::-1]).encode()})), POSITIONS, AREAS)
    pd.testing.assert_frame_equal(contracts(turned), contracts(found))
    pd.testing.assert_frame_equal(by_area(turned, AREAS["authority"]), by_area(found, AREAS["authority"]))


ALAND, BLAND, WEST = "E07000001", "E06000002", "E12000009"


def answered(edition: Edition, **asked: str) -> dict[str, Any]:
    return show_json(edition, View(**asked))


def test_a_place_is_the_sum_of_its_neighbourhoods(planned_edition: Edition) -> None:
    for code, rows, lost in ((ALAND, slice(0, 2), 12), (BLAND, slice(2, 4), 30), (WEST, slice(0, 4), 42),
                             ("E10000001", slice(0, 2), 12), (f"{ALAND}+{BLAND}", slice(0, 4), 42),
                             ("E05000003", slice(2, 4), 30), ("E14000002", slice(1, 4), 0), (CODES[2], slice(2, 3), 0)):
        answer = answered(planned_edition, place=code)
        assert answer["planned_build"] == {
            **{status: sum(premises[rows]) for status, premises in PLANNED.items()}, "unplaced": lost}
        assert answer["still_stuck"]["premises"] == sum(PLANNED["not_planned"][rows])


def test_people_still_stuck_are_the_share_not_planned_times_jobs_times_homes(planned_edition: Edition) -> None:
    factor = {"rural": 0.9, "urban": 0.5}
    edition = replace(planned_edition, manifest={
        **planned_edition.manifest, "homes_factor": {**planned_edition.manifest["homes_factor"], "gigabit": factor}})
    # LSOA 1: T 250 (half of 500), W 1000, 200 of 1,000 premises, urban; LSOA 2: T 50, W 500, 150 of 500, rural.
    said = answered(edition, place=ALAND)["still_stuck"]["people"]
    by_hand = [(250, 1000, 200 / 1000 * 0.5), (50, 500, 150 / 500 * 0.9)]
    assert said["estimate"] == pytest.approx(sum(capable * homes for capable, _, homes in by_hand))

    def end(ratio: float) -> float:
        total = 0.0
        for capable, workers, homes in by_hand:
            a = 1 + (capable / workers + homes) * (ratio - 1)
            root = math.sqrt(a * a - 4 * ratio * (ratio - 1) * capable / workers * homes)
            total += workers * (a - root) / (2 * (ratio - 1))
        return total

    assert (said["low"], said["high"]) == pytest.approx((end(0.5), end(2)))
    for speed in ("10", "30", "gigabit"):      # of gigabit alone, whatever is asked for
        assert answered(edition, place=ALAND, speed=speed)["still_stuck"]["people"] == said


def test_where_it_is_not_known_it_is_null(planned_edition: Edition, tiny_edition: Edition) -> None:
    for edition, code in ((tiny_edition, ALAND), (planned_edition, "E07000003"), (planned_edition, CODES[4])):
        answer = answered(edition, place=code)
        assert (answer["planned_build"], answer["still_stuck"]) == (None, None)


def test_an_edition_without_it_keeps_its_identity(tiny_edition: Edition, planned_edition: Edition) -> None:
    older = replace(tiny_edition, areas=tiny_edition.areas.drop(columns=[f"bduk_{status}" for status in STATUSES]))
    assert identity_of(older) == tiny_edition.id
    assert not has_plans(older)
    moved = replace(planned_edition, manifest={**planned_edition.manifest, "planned_build": {"unplaced": {ALAND: 13}}})
    assert identity_of(moved) != planned_edition.id
    assert problems_of(planned_edition) == []


def test_upgrading_to_a_gigabit_leaves_nobody_stuck(planned_edition: Edition) -> None:
    changed = scenario(planned_edition, WhatIf(upgrade=(CODES[1],), to="gigabit"))
    before, after = (planned_build(edition, "ons-2020", edition.place(ALAND)) for edition in (planned_edition, changed))
    assert before
    assert after
    assert (after.not_planned, after.gigabit_now, after.placed) == (200, 600 + 500, before.placed)
    assert after.people < before.people
    slower = scenario(planned_edition, WhatIf(upgrade=(CODES[1],), to="30"))
    assert planned_build(slower, "ons-2020", slower.place(ALAND)) == before


def test_contracts_of_a_place(planned_edition: Edition, tiny_edition: Edition) -> None:
    listed = contracts_of(planned_edition, planned_edition.place(ALAND))
    assert listed[["contract", "date", "premises"]].to_numpy().tolist() == [
        ["CO1 Made-up Moor", "2028-03-31", 250], ["VCH-17 Upper Village", "", 50]]
    assert contracts_of(tiny_edition, tiny_edition.place(ALAND)).empty


def test_what_programs_and_people_are_told(planned_written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edition = load_edition(planned_written)
    assert main(["show", ALAND, "--edition", str(planned_written), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == answered(edition, place=ALAND)
    jsonschema.validate(answer, show_schema(edition), jsonschema.Draft202012Validator)
    jsonschema.validate(answered(edition, place="E07000003"), show_schema(edition), jsonschema.Draft202012Validator)
    assert main(["show", ALAND, "--edition", str(planned_written)]) == 0
    said = capsys.readouterr().out
    for words in (
        "Of 1,500 homes and businesses that BDUK recognises here, 700 can have a gigabit now, 300 are under contract",
        "for 350 (23.3 %) nothing is planned. Another 12 could not be placed",
        "(Building Digital UK, May 2026.)",
        "contract ‘CO1 Made-up Moor’ (Example Fibre Limited), 250 homes and businesses, by 31 March 2028",
        "Still stuck after that: about 65 people",
        "at other speeds nothing is taken off",
    ):
        assert words in said


def test_where_it_is_absent_it_is_said_with_the_cure(
    tiny_written: Path, planned_written: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    for folder, code, words in ((tiny_written, ALAND, "is not in this edition: it was built without BDUK's list"),
                                (planned_written, "E07000003", "does not cover all of this place")):
        assert main(["show", code, "--edition", str(folder)]) == 0
        said = capsys.readouterr().out
        assert words in said
        assert "download ‘premises in BDUK plans’ for the region (https://www.gov.uk/" in said


def test_a_pack_has_the_counterfactual_and_its_tables(planned_edition: Edition, tiny_edition: Edition) -> None:
    profile = place_profile(planned_edition, View(place=ALAND))
    tables = pack_tables(profile)
    counts = tables["planned_build"].set_index("code")
    assert counts[[*STATUSES]].to_numpy().T.tolist() == [premises[:2] for premises in PLANNED.values()]
    assert counts["still_stuck"].sum() == pytest.approx(show_json(planned_edition, View(place=ALAND))[
        "still_stuck"]["people"]["estimate"], abs=0.01)
    listed = tables["contracts"].set_index("contract")
    assert listed.loc["CO1 Made-up Moor", ["supplier", "date", "premises"]].tolist() == [
        "Example Fibre Limited", "2028-03-31", 250]
    figures = tables["figures"].set_index("name")
    assert figures.loc["planned_build.contracted", ["value", "unit", "source", "vintage"]].tolist() == [
        300, "premises", "planned-build", "2026-05"]
    assert "still_stuck.people.estimate" in figures.index
    chapter = planned_chapter(profile)
    assert chapter[0] == Heading("What would come anyway")
    shown = [block for block in chapter if isinstance(block, Table)]
    assert ("Under contract", "300", "20.0 %") in shown[0].rows
    assert ("CO1 Made-up Moor", "Example Fibre Limited", "250", "31 March 2028") in shown[1].rows
    without = place_profile(tiny_edition, View(place=ALAND))
    assert {"planned_build", "contracts"}.isdisjoint(pack_tables(without))
    texts = ["".join(block.pieces) for block in planned_chapter(without) if isinstance(block, Paragraph)]
    assert "built without BDUK's list of premises" in texts[-1]
    assert "download ‘premises in BDUK plans’" in texts[-1]
