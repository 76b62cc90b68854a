"""geo update: an edition is replaced by a new one that holds and is plausible, or not at all."""

import json

import pytest

from geo.edition.store import load_edition, save_edition
from geo.sources.fetch.run import Outcome
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables


@pytest.fixture
def update(call, tmp_path, monkeypatch):
    """Run update with nothing to fetch, and a build that gives tables made here."""
    monkeypatch.setattr("geo.cli.update.fetch_all", lambda wanted, *_: [
        Outcome(each, "failed", "no longer there (404)") for each in wanted[:1]])
    monkeypatch.setattr("geo.cli.update.problems_of", lambda _: [])
    folder = tmp_path / "edition"

    def run(tables, *more, manifest=None):
        def build(source, out, name, *, accept_partial, judge):
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
    assert (code, err.count("\n"), "add --accept to replace it all the same" in err) == (1, 1, True)
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
