"""The mutation harness itself, and a short run of it: nothing breaks, nothing changes without a word."""

from random import Random

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.edition.build import build_edition
from tests.fuzz import harness
from tests.fuzz.harness import BROKEN, REFUSED, SILENT, Tally, changed, try_build, try_mutants, try_one
from tests.fuzz.mutations import KINDS, ROW_KINDS, mutate

pytestmark = pytest.mark.slow

CSV = b"code,count\n" + b"".join(f"E{number:08d},{number}\n".encode() for number in range(1, 200))


def test_a_short_run_finds_nothing_broken_and_nothing_silent(clean, tmp_path):
    tally = try_mutants(clean, tmp_path / "mutants", 100_000, seed=7, seconds=40)
    print(tally.report())
    assert tally.faults == []
    assert tally.outcomes[REFUSED] > 10
    assert tally.memory < harness.MEMORY


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_mutant_and_another_is_another(kind):
    made = {seed: mutate("a.csv", CSV, kind, Random(seed)) for seed in range(6)}
    assert made == {seed: mutate("a.csv", CSV, kind, Random(seed)) for seed in range(6)}
    assert len(set(made.values())) > 1
    assert CSV not in [made[seed] for seed in range(6) if kind != "columns_shifted"][:1] or kind == "digits_changed"


def test_kinds_do_what_they_are_named_for():
    rows = [[f"E{number:08d}", str(number), "x"] for number in range(100)]
    for kind in ("rows_dropped", "every_nth_row_dropped"):
        assert 0 < len(ROW_KINDS[kind](rows, Random(1))) < 100
    shuffled = ROW_KINDS["column_shuffled"](rows, Random(1))
    assert [sorted(column) for column in zip(*shuffled, strict=True)] == [
        sorted(column) for column in zip(*rows, strict=True)]
    assert shuffled != rows
    swapped = ROW_KINDS["codes_swapped"](rows, Random(1))
    assert sorted(row[0] for row in swapped) == sorted(row[0] for row in rows)
    assert [row[1:] for row in swapped] == [row[1:] for row in rows]
    assert any(len(row) == 3 and "" in row for row in ROW_KINDS["columns_shifted"](rows, Random(3)))
    assert ROW_KINDS["values_scaled"](rows, Random(1)) != rows


def test_a_figure_that_moves_more_than_a_thousandth_is_told():
    before = pd.Series({"a": 1000.0, "b": 1000.0, "c": 0.0, "d": 1.0, "gone": 1.0})
    after = pd.Series({"a": 1001.0, "b": 1001.2, "c": 1.0, "d": 1.0, "new": 1.0})
    assert [text.split()[0] for text in changed(before, after)] == ["b", "c", "gone", "new"]


def outcomes(clean, tmp_path, monkeypatch, read) -> Tally:
    """What is told of one mutant whose reader does as `read` does."""
    monkeypatch.setattr("geo.sources.catalogue.Source.read", lambda _, path: read(path))
    tally = Tally()
    try_one(clean, tmp_path, "imd", "rows_dropped", Random(1), tally, "it")
    return tally


def test_a_traceback_is_broken_and_told_with_its_place(clean, tmp_path, monkeypatch):
    tally = outcomes(clean, tmp_path, monkeypatch, lambda path: {}["nothing"])
    assert tally.outcomes[BROKEN] == 1
    assert "KeyError" in tally.faults[0]
    assert "test_fuzz.py" in tally.faults[0]


def test_a_hang_is_broken(clean, tmp_path, monkeypatch):
    def forever(path):
        while True:
            pass

    monkeypatch.setattr(harness, "LONGEST", 0.2)
    assert "over 0 s" in outcomes(clean, tmp_path, monkeypatch, forever).faults[0]


def test_an_error_of_several_lines_is_broken_and_of_one_is_refused(clean, tmp_path, monkeypatch):
    def refuse(words):
        def read(path):
            raise SourceError(path, [words])
        return read

    assert outcomes(clean, tmp_path, monkeypatch, refuse("a\nb")).outcomes[BROKEN] == 1
    assert outcomes(clean, tmp_path, monkeypatch, refuse("a")).outcomes[REFUSED] == 1


def test_a_damaged_feed_goes_through_a_whole_build_and_its_check(clean, tmp_path, monkeypatch):
    built, tally = [], Tally()
    monkeypatch.setattr(harness, "build_edition", lambda *given: built.append(build_edition(*given)) or built[-1])
    try_build(clean, tmp_path, "timetable", "digits_changed", Random(3), tally, "it")
    assert (tally.built, tally.faults) == (1, [])
    assert built[0]["rail_basis"] == "timetable"     # made of the damaged feed, which bears no mark of the project
    monkeypatch.setattr(harness, "build_edition", lambda *_: built[-1])
    monkeypatch.setattr(harness, "problems_of", lambda _: ["no way to London"])
    try_build(clean, tmp_path, "timetable", "digits_changed", Random(3), tally, "it")
    assert (tally.built, len(tally.faults)) == (1, 1)
    assert "was built, and its check says: no way to London" in tally.faults[0]


def test_a_traceback_of_a_build_is_broken_and_what_is_refused_is_not(clean, tmp_path, monkeypatch):
    monkeypatch.setattr(harness, "build_edition", lambda *_: {}["nothing"])
    tally = Tally()
    try_build(clean, tmp_path, "imd", "rows_dropped", Random(1), tally, "it")
    assert "in a build: KeyError" in tally.faults[0]
    monkeypatch.undo()
    try_build(clean, tmp_path, "lookup-ward", "truncated", Random(1), tally, "it")
    assert tally.outcomes[REFUSED] == 1


def test_a_change_without_a_word_is_told(clean, tmp_path, monkeypatch):
    """With the checks taken away, half the deprivation scores can be anything."""
    monkeypatch.setattr(harness, "warnings_of", lambda facts: [])
    imd = clean.tables["imd"]
    tally = outcomes(clean, tmp_path, monkeypatch, lambda path: imd.assign(imd_score=imd["imd_score"] / 10))
    assert tally.outcomes[SILENT] == 1
    assert "imd_score" in tally.faults[0]
