"""How far two editions lie apart: what an update refuses, worked out again by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from geo.core.choices import HUBS, SPEEDS
from geo.core.view import View
from geo.edition.store import Edition, load_edition, save_edition
from geo.figures.changes import changes_by
from geo.figures.jumps import Jump, compare
from geo.words.changes import not_comparable
from geo.words.update import changed, moved, refusal
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow

ALAND, BLAND, CLAND = "E07000001", "E06000002", "E07000003"


@pytest.fixture
def made(tmp_path):
    """Make an edition as the tiny one, with changes to its tables and manifest."""

    def make(name: str = "new", manifest: dict | None = None, **changes) -> Edition:
        tables = tiny_tables()
        for key, change in changes.items():
            tables[key] = change(tables[key])
        save_edition(tmp_path / name, name, tables, tiny_manifest() | (manifest or {}))
        return load_edition(tmp_path / name, geometry=False, verified=False)

    return make


def without_lines(code, speed, share):
    """Change how many premises of an authority are below a speed."""

    def change(areas):
        column = f"below_{speed}"
        return areas.assign(**{column: areas[column].where(areas["authority"] != code, areas[column] * share)})

    return change


def test_an_edition_is_as_far_from_itself_as_can_be(tiny_edition):
    found = compare(tiny_edition, tiny_edition)
    assert (found.jumps, found.lost, found.bases, found.plausible) == ([], [], [], True)
    assert changed(found) == ["no figure of any authority changed"]


def test_a_hub_that_one_was_built_without_is_not_compared(tiny_edition):
    table = tiny_edition.reach_table.to_pandas()
    fewer = table[table["hub"] != "bristol"].assign(hub=lambda rows: rows["hub"].cat.remove_unused_categories())
    longer = table.assign(minutes=(table["minutes"] + 30 * (table["minutes"] < 1000)).astype("int16"))
    before, after = (replace(tiny_edition, reach_table=pa.Table.from_pandas(each, preserve_index=False),
                             manifest={**tiny_edition.manifest, "id": name})
                     for name, each in (("fewer", fewer), ("longer", longer)))
    moved = {jump.option for jump in compare(before, after).jumps if jump.measure == "door_to_hub_minutes"}
    assert "london" in moved
    assert "bristol" not in moved
    assert "bristol" in {jump.option for jump in compare(tiny_edition, after).jumps}
    assert not_comparable(View(), before, after) == ""
    assert not_comparable(View(hub="bristol"), before, after) == (
        "Edition fewer was built without Bristol Temple Meads: choose another city to compare.")
    places = changes_by(before, after, View(), "authority")["authority"]
    told = {change.hub for place in places for change in place.journeys}
    assert "london" in told
    assert "bristol" not in told


@pytest.mark.parametrize(("share", "speed", "plausible"), [
    (0.86, "10", True), (0.84, "gigabit", False), (1.14, "gigabit", True), (1.16, "10", False)])
def test_a_count_may_move_by_15_per_cent(tiny_edition, made, share, speed, plausible):
    found = compare(tiny_edition, made(areas=without_lines(ALAND, speed, share)))
    assert found.plausible is plausible
    jump = next(jump for jump in found.jumps if jump.measure == "premises_below")
    areas = tiny_edition.areas
    before = areas.loc[areas["authority"] == ALAND, f"below_{speed}"].sum()
    assert (jump.code, jump.name, jump.option) == (ALAND, "Aland", speed)
    assert (jump.before, jump.after) == pytest.approx((before, before * share))
    # Fewer lines, fewer people without one; no other place, no other speed.
    assert {(jump.code, jump.option, jump.measure) for jump in found.jumps} == {
        (ALAND, speed, "premises_below"), (ALAND, speed, "people_in_gap")}


def test_from_nothing_anything_is_far(tiny_edition, made):
    def one(areas):
        return areas.assign(below_10=areas["below_10"].where(areas["authority"] != CLAND, 1.0))

    found = compare(tiny_edition, made(areas=one))
    assert not found.plausible
    assert {(jump.code, jump.before) for jump in found.jumps if jump.too_far} == {(CLAND, 0.0)}


@pytest.mark.parametrize(("minutes", "clock", "plausible"), [
    (20, "train", True), (21, "door", False), (-20, "door", True), (-21, "train", False)])
def test_minutes_may_move_by_20(tiny_edition, made, minutes, clock, plausible):
    hub = list(HUBS)[3]

    def later(reach):
        moves = (reach["hub"] == hub) & (reach["clock"] == clock) & (reach["area"] == 4)
        return reach.assign(minutes=(reach["minutes"] + minutes * moves).astype("int16"))

    found = compare(tiny_edition, made(reach=later))
    assert found.plausible is plausible
    assert [(jump.code, jump.measure, jump.option) for jump in found.jumps] == [
        (CLAND, f"{clock}_to_hub_minutes", hub)]
    assert found.jumps[0].after == found.jumps[0].before + minutes


@pytest.mark.parametrize("code", [CLAND, BLAND])      # Bland's median resident has no rail, which is no change
def test_an_authority_that_comes_or_goes_is_far(tiny_edition, made, code):
    def other(table):
        return table.replace(code, "E06000005")

    new = made(areas=other, places=other)
    for found in (compare(tiny_edition, new), compare(new, tiny_edition)):
        assert not found.plausible
        assert {jump.code for jump in found.jumps} == {code, "E06000005"}
        assert all(jump.before is None or jump.after is None for jump in found.jumps)
        assert len(found.jumps) == 2 * 2 * (len(SPEEDS) + len(HUBS))


def test_what_is_lost_is_told(tiny_edition, railed_edition, made):
    lost = made(manifest={"missing": [{"id": "railway-lines", "title": "Lines", "without_it": "no lines"}],
                          "sources": tiny_manifest()["sources"][:1]})
    found = compare(tiny_edition, lost)
    assert (found.lost, found.bases, found.plausible) == (["Lines"], [], False)
    assert refusal(found) == ("the edition was not replaced: 1 source no longer there (Lines); look at what changed, "
                              "and add --accept if it is right")
    found = compare(railed_edition, tiny_edition)
    assert (found.bases, found.plausible) == (["rail"], False)
    measured = replace(tiny_edition, manifest={**tiny_edition.manifest, "broadband_basis": "measured"})
    assert compare(measured, tiny_edition).bases == ["broadband"]
    assert compare(tiny_edition, measured).plausible
    # What the build has no more use for is not missing.
    assert compare(tiny_edition, made("third", {"sources": tiny_manifest()["sources"][:1]})).plausible


def test_what_moved_is_said_in_words():
    assert moved(Jump(ALAND, "Aland", "premises_below", "30", 110.0, 93.5)) == (
        "Aland: Premises in the gap at 30: 110, now 94 (−15%)")
    assert moved(Jump(ALAND, "Aland", "people_in_gap", "gigabit", 0.0, 12.0)) == (
        "Aland: People in the gap at gigabit: 0, now 12")
    assert moved(Jump(ALAND, "Aland", "train_to_hub_minutes", "london", 100.0, None)) == (
        "Aland: Train to London, median: 100 minutes, now no rail")


def test_a_long_list_is_cut_and_counted(tiny_edition, made):
    def worse(areas):
        columns = [f"below_{speed}" for speed in SPEEDS]
        return areas.assign(**{column: areas[column] * 0.5 for column in columns})

    found = compare(tiny_edition, made(areas=worse))
    far = [jump for jump in found.jumps if jump.too_far]
    table = tiny_edition.areas.groupby("authority")[[f"below_{speed}" for speed in SPEEDS]].sum()
    assert len([jump for jump in far if jump.measure == "premises_below"]) == int(np.sum(table.to_numpy() > 0))
    assert changed(found)[20] == f"and {len(far) - 20} more that moved too far"
    assert pd.Series([jump.too_far for jump in found.jumps]).is_monotonic_decreasing
    assert "of 3 authorities moved by more than 15% or 20 minutes (" in refusal(found)
