"""Briefs for every place of a kind: in parallel, and one that fails does not lose the others."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from geo.core.choices import REGION
from geo.core.errors import PackError, ViewError
from geo.core.view import View
from geo.edition.store import STARTER, load_edition
from geo.figures.profile import place_profile
from geo.figures.ranking import places_inside
from geo.pack.batch import make_every
from geo.pack.make import brief_name
from geo.pack.request import Request

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_every_place_has_its_brief_and_one_that_fails_is_named(tmp_path: Path) -> None:
    edition = load_edition()
    codes = places_inside(edition, "lep", REGION).index.tolist()
    victim = tmp_path / brief_name(place_profile(edition, View(place=codes[1])))
    victim.mkdir()      # nothing can be written in its place
    with pytest.raises(PackError, match=f"{len(codes) - 1} of {len(codes)} written") as told:
        make_every("lep", Request(View(), author="Partnership"), STARTER, tmp_path)
    assert f"not made: {codes[1]}" in str(told.value)
    assert "\n" not in str(told.value)
    made = sorted(path for path in tmp_path.iterdir() if path.is_file())
    assert [path.name for path in made] == sorted(
        brief_name(place_profile(edition, View(place=code))) for code in codes if code != codes[1])
    for path in made:
        assert len(PdfReader(path).pages) == 2
    assert list(victim.iterdir()) == []


def test_places_whose_process_has_died_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dies = "import sys; sys.stdin.readline(); print(flush=True); sys.stdin.readline()"
    monkeypatch.setattr("geo.pack.batch._WORKER", [sys.executable, "-c", dies])
    with pytest.raises(PackError, match=r"0 of [0-9]+ written") as told:
        make_every("lep", Request(View()), STARTER, tmp_path)
    for code in places_inside(load_edition(), "lep", REGION).index:
        assert f"{code}: the process that was to make it has ended" in str(told.value)
    assert list(tmp_path.iterdir()) == []


Call = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(("words", "said"), [
    (["pack", "--out", "x.zip"], "name a PLACE, or --every KIND"),
    (["pack", "Torridge", "--every", "ward", "--out", "x"], "name a PLACE, or --every KIND"),
    (["pack", "nowhere", "--out", "x.zip"], "no place called"),
    (["pack", "--every", "parish", "--out", "x"], "not one of lsoa"),
    (["pack", "Torridge", "--out", "/proc/x.zip"], "cannot be written"),
    (["pack", "Torridge", "--title", "x" * 500, "--out", "x.zip"], "500 letters"),
    (["pack", "Torridge"], "--out"),
    (["verify", "nothing.zip"], "nothing.zip"),
    (["verify", "README.md"], "README.md"),
])
def test_bad_input_is_told_in_one_line(
    call: Call, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str,
) -> None:
    monkeypatch.chdir(ROOT)
    code, out, err = call(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().split("\n")) == 1, err
    assert not (ROOT / "x.zip").exists()
    assert not (ROOT / "x").exists()


def test_a_pack_goes_into_a_folder_under_its_own_name_and_is_verified(call: Call, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "geo", "pack", "E01020002", "--out", str(tmp_path), "--json"]
    made = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    path, = tmp_path.iterdir()
    assert json.loads(made.stdout) == [str(path)]
    code, out, err = call("verify", str(path), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["ok"] is True
    path.write_bytes(path.read_bytes()[:-100])
    code, _, err = call("verify", str(path))
    assert code == 2
    assert len(err.strip().split("\n")) == 1


def test_an_unknown_kind_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ViewError):
        make_every("parish", Request(View()), STARTER, tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
