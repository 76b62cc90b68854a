"""geo update: an edition is replaced by a new one that holds and is plausible, or not at all."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from geo.core.errors import AtWorkError
from geo.edition.store import at_work, load_edition, save_edition
from geo.sources.fetch.run import Outcome
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

pytestmark = pytest.mark.slow


@pytest.fixture
def update(call, tmp_path, monkeypatch):
    """Run update with nothing to fetch, and a build that gives tables made here."""
    monkeypatch.setattr("geo.cli.update.fetch_all", lambda wanted, *_: [
        Outcome(each, "failed", "no longer there (404)") for each in wanted[:1]])
    monkeypatch.setattr("geo.cli.update.problems_of", lambda _: [])
    folder = tmp_path / "edition"

    def run(tables, *more, manifest=None):
        def build(source, out, name, *, area, accept_partial, judge, spread):
            assert area == "E12000009"
            return save_edition(out, name, tables, tiny_manifest() | (manifest or {}), judge)

        monkeypatch.setattr("geo.cli.update.build_edition", build)
        before = sorted(path.name for path in tmp_path.iterdir())
        code, out, err = call("update", "--into", str(tmp_path), "--edition", str(folder), *more)
        assert sorted({*before, "edition"}) == sorted(path.name for path in tmp_path.iterdir())
        return code, out, err

    run.folder = folder
    return run


def halved():
    tables = tiny_tables()
    tables["areas"]["below_30"] *= 0.5
    return tables


def test_the_first_edition_is_put_in_place(update):
    code, out, err = update(tiny_tables())
    assert (code, err) == (0, "")
    edition = load_edition(update.folder)
    assert out.splitlines()[-1] == f"{edition.id} is now in {update.folder}"
    assert "MISSING" in out      # which is told, and does not stop the rest


def test_a_plausible_edition_replaces_the_old_one_and_says_what_changed(update):
    update(tiny_tables())
    before = load_edition(update.folder).id
    tables = tiny_tables()
    tables["areas"]["below_30"] *= 0.95
    code, out, err = update(tables)
    assert (code, err) == (0, "")
    assert load_edition(update.folder).id != before
    assert "6 figures of authorities moved, none of them by more than 15% or 20 minutes" in out


def test_a_jump_is_refused_unless_it_is_accepted(update):
    update(tiny_tables())
    before = load_edition(update.folder).id
    code, out, err = update(halved())
    assert (code, err.count("\n")) == (1, 1)
    assert "the edition was not replaced: 6 figures of 3 authorities moved by more than 15% or 20 minutes" in err
    assert "Aland: Premises in the gap at 30: 110, now 55 (−50%)" in out
    assert load_edition(update.folder).id == before
    code, out, err = update(halved(), "--json")
    answer = json.loads(out)
    assert (code, answer["replaced"], len(answer["changes"])) == (1, False, 6)
    assert answer["problem"] in err
    code, out, err = update(halved(), "--accept")
    assert (code, err) == (0, "")
    assert load_edition(update.folder).id != before
    assert "Aland: Premises in the gap at 30: 110, now 55 (−50%)" in out


def test_an_edition_that_does_not_hold_is_never_put_in_place(update, monkeypatch):
    update(tiny_tables())
    before = load_edition(update.folder).id
    monkeypatch.setattr("geo.cli.update.problems_of", lambda _: ["sums differ"])
    code, _, err = update(halved(), "--accept")
    assert (code, err.count("\n")) == (1, 1)
    assert "the edition was not replaced, the new one does not hold: sums differ" in err
    assert load_edition(update.folder).id == before


def test_one_that_cannot_be_compared_with_is_replaced_when_told_so(update):
    update(tiny_tables())
    (update.folder / "areas.parquet").write_bytes(b"x")
    code, _, err = update(tiny_tables())
    assert (code, err.count("\n"), "add --accept to take the new one all the same" in err) == (1, 1, True)
    assert update(tiny_tables(), "--accept")[0] == 0
    load_edition(update.folder)


def test_an_edition_must_be_named(call, tmp_path, monkeypatch):
    monkeypatch.delenv("SWATHE_EDITION", raising=False)
    code, _, err = call("update", "--into", str(tmp_path))
    assert (code, err.count("\n"), "Name it with --edition DIR, or set SWATHE_EDITION" in err) == (2, 1, True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/file").write_text("x")
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "other"))
    code, _, err = call("update", "--into", str(tmp_path))      # before anything is fetched
    assert (code, err.count("\n"), "is there and is not an edition" in err) == (2, 1, True)


@pytest.fixture
def add(call, tmp_path, monkeypatch):
    """Run update with --editions, nothing to fetch, and a build that gives tables made here."""
    monkeypatch.setattr("geo.cli.update.fetch_all", lambda *_: [])
    monkeypatch.setattr("geo.cli.update.problems_of", lambda _: [])
    folder = tmp_path / "editions"

    def run(tables, *more, built="2026-03-01T00:00:00+00:00", manifest=None):
        def build(source, out, name, *, area, accept_partial, judge, spread):
            assert area == "E12000009"
            return save_edition(out, name, tables, tiny_manifest() | {"built_at": built} | (manifest or {}), judge)

        monkeypatch.setattr("geo.cli.update.build_edition", build)
        return call("update", "--into", str(tmp_path), "--editions", str(folder), *more)

    run.folder = folder
    return run


def those_in(folder):
    return {path.name: load_edition(path).id for path in folder.iterdir()}


def nearly():
    tables = tiny_tables()
    tables["areas"]["below_30"] *= 0.95
    return tables


def test_an_edition_is_added_beside_the_others_and_replaces_none(add):
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert add(tiny_tables())[0] == 0
    first = those_in(add.folder)
    assert list(first) == [today]
    code, out, err = add(nearly(), built="2026-04-01T00:00:00+00:00")
    assert (code, err) == (0, "")
    assert "none of them by more than 15% or 20 minutes" in out
    both = those_in(add.folder)
    assert sorted(both) == [today, f"{today}-2"]
    assert both[today] == first[today]
    assert both[f"{today}-2"].startswith(f"{today}-2-")


def test_a_jump_from_the_newest_is_refused_and_all_stay(add):
    add(nearly(), built="2026-04-01T00:00:00+00:00")
    add(tiny_tables(), built="2026-02-01T00:00:00+00:00")
    before = those_in(add.folder)
    code, _, err = add(halved(), built="2026-05-01T00:00:00+00:00")
    assert (code, err.count("\n")) == (1, 1)
    assert "no edition was added: 6 figures of 3 authorities moved by more than 15% or 20 minutes" in err
    assert those_in(add.folder) == before
    assert add(halved(), "--accept", built="2026-05-01T00:00:00+00:00")[0] == 0
    assert len(those_in(add.folder)) == 3
    code, out, _ = add(halved(), "--json", built="2026-06-01T00:00:00+00:00")     # newest by day, not name
    assert (code, json.loads(out)["replaced"]) == (0, False)


def test_the_same_figures_again_add_nothing(add):
    add(tiny_tables())
    before = those_in(add.folder)
    code, out, err = add(tiny_tables(), built="2026-09-01T00:00:00+00:00")
    assert (code, err) == (0, "")
    there, = before.values()
    assert out.splitlines()[-1] == f"no edition was added: no figure differs from those of {there}"
    assert those_in(add.folder) == before


def test_an_unsound_or_incomparable_edition_is_not_added(add, monkeypatch):
    add(tiny_tables())
    inside, = add.folder.iterdir()
    areas = (inside / "areas.parquet").read_bytes()
    (inside / "areas.parquet").write_bytes(b"x")
    code, _, err = add(nearly())
    assert (code, err.count("\n"), "no edition was added: the one in place cannot be compared" in err) == (1, 1, True)
    (inside / "areas.parquet").write_bytes(areas)
    monkeypatch.setattr("geo.cli.update.problems_of", lambda _: ["sums differ"])
    code, _, err = add(nearly(), "--accept")
    assert (code, "no edition was added, the new one does not hold: sums differ" in err) == (1, True)
    assert list(add.folder.iterdir()) == [inside]


def test_what_a_killed_update_left_on_another_day_is_cleared_away(add):
    left = add.folder / ".2026-01-02-3-abcd1234"
    left.mkdir(parents=True)
    (left / "areas.parquet").write_bytes(b"x")
    for path in (left / "areas.parquet", left):
        os.utime(path, (0, 0))
    kept = add.folder / ".mine"
    kept.mkdir()
    assert add(tiny_tables())[0] == 0
    assert (left.exists(), kept.exists()) == (False, True)


def test_the_lock_and_the_new_folder_of_another_day_are_cleared_away_unless_their_update_is_at_work(add):
    day = add.folder / "2026-01-02-3"
    lock, new = day.with_name(".2026-01-02-3.lock"), day.with_name(".2026-01-02-3-new-abcd1234")
    new.mkdir(parents=True)
    with at_work(day), ThreadPoolExecutor(1) as pool:     # another thread counts as another process
        new.mkdir(exist_ok=True)
        assert pool.submit(add, tiny_tables()).result()[0] == 0
        assert (lock.exists(), new.exists()) == (True, True)
    lock.write_bytes(b"")
    assert add(nearly(), built="2026-04-01T00:00:00+00:00")[0] == 0
    assert {path.name for path in add.folder.iterdir() if path.name.startswith(".")} == set()


def test_nobody_else_puts_an_edition_there_from_the_fetching_on(update, monkeypatch):
    def fetch(*_):
        with ThreadPoolExecutor(1) as pool, pytest.raises(AtWorkError, match="another build is writing"):
            pool.submit(save_edition, update.folder, "other", tiny_tables(), tiny_manifest()).result()
        return []

    monkeypatch.setattr("geo.cli.update.fetch_all", fetch)
    assert update(tiny_tables())[0] == 0


def test_an_edition_is_replaced_or_added_not_both(call, tmp_path):
    code, _, err = call("update", "--into", str(tmp_path), "--edition", "a", "--editions", "b")
    assert (code, err.count("\n"), "name one of the two" in err) == (2, 1, True)
