"""Briefs for every place of a kind: in parallel, and one that fails does not lose the others."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from geo.core.choices import REGION
from geo.core.errors import PackError, ViewError
from geo.core.view import View
from geo.edition.store import STARTER, Edition, load_edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.figures.ranking import places_inside
from geo.pack.batch import make_every
from geo.pack.briefs import Brief, beside_briefs
from geo.pack.make import brief_name
from geo.pack.request import Request
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

SITE = "https://swathe.example.org"
ROOT = Path(__file__).parents[2]


def test_every_place_has_its_brief_and_one_that_fails_is_named(tmp_path: Path) -> None:
    edition = load_edition()
    codes = places_inside(edition, "lep", REGION).index.tolist()
    victim = tmp_path / brief_name(place_profile(edition, View(place=codes[1])))
    victim.mkdir()      # nothing can be written in its place
    with pytest.raises(PackError, match=f"{len(codes) - 1} of {len(codes)} written") as told:
        make_every("lep", Request(View(), author="Partnership", site=SITE), STARTER, tmp_path)
    assert f"not made: {codes[1]}" in str(told.value)
    assert "\n" not in str(told.value)
    made = sorted(path for path in tmp_path.iterdir() if path.suffix == ".pdf" and path.is_file())
    assert [path.name for path in made] == sorted(
        brief_name(place_profile(edition, View(place=code))) for code in codes if code != codes[1])
    for path in made:
        assert len(PdfReader(path).pages) == 2
    assert list(victim.iterdir()) == []
    assert_index_holds(edition, tmp_path, [path.name for path in made])


def assert_index_holds(edition: Edition, folder: Path, names: list[str]) -> None:
    """Set index and manifest of a folder of briefs beside the files and beside `show`."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert (manifest["format"], manifest["version"], manifest["edition"]["id"]) == ("swathe-briefs", 1, edition.id)
    assert manifest["request"] == {
        "kind": "lep", "view": View().options(), "title": "", "author": "Partnership", "note": "", "site": SITE}
    assert sorted(manifest["files"]) == names
    sheet = load_workbook(folder / "index.xlsx")["Briefs"]
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    listed = {row["Brief"]: row for row in (dict(zip(heads, row, strict=True)) for row in rows)}
    assert sorted(listed) == names
    for name, told in manifest["files"].items():
        row, answer = listed[name], show_json(edition, View(place=told["code"]))
        assert told["sha256"] == row["SHA-256"] == sha256((folder / name).read_bytes()).hexdigest()
        assert row["Place"] == answer["place"]["name"]
        assert row["People in the gap"] == pytest.approx(answer["people_in_gap"]["estimate"])
        assert told["figures"]["people_in_gap.estimate"] == answer["people_in_gap"]["estimate"]
        sure = answer["certainty"]["people_in_gap"]
        assert (row["Nine times in ten from"], row["Nine times in ten to"]) == pytest.approx((sure["p05"], sure["p95"]))
        assert row["Of every 1,000 workers"] == pytest.approx(answer["rates"]["people_in_gap_per_1000_workers"])
        assert row["Homes and businesses without the speed"] == pytest.approx(answer["premises_below"]["30"])
        assert row["The same view in the app"] == f"{SITE}/place?place={told['code']}&edition={edition.id}"


def test_the_same_briefs_give_the_same_index(starter_profile: PlaceProfile) -> None:
    request = Request(starter_profile.view, site=SITE)
    briefs = [Brief.of(request, starter_profile, f"{name}.pdf", "0" * 64) for name in "ab"]
    once = beside_briefs(starter_profile.edition, request, "constituency", briefs)
    assert beside_briefs(starter_profile.edition, request, "constituency", briefs[::-1]) == once
    row = [cell.value for cell in load_workbook(io.BytesIO(once["index.xlsx"]))["Briefs"][2]]
    assert "MP on 27 June 2026: Max Wilkinson, Liberal Democrat." in row


@pytest.fixture
def starter_profile() -> PlaceProfile:
    return place_profile(load_edition(), View(place="E14001161"))


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
    (["pack", "Torridge", "--site", "https://me:pw@a.example", "--out", "x.zip"], "no address of an app"),
    (["pack", "Torridge", "--date", "tomorrow", "--out", "x.zip"], "is no day"),
    (["sheet", "nowhere", "--out", "x.zip"], "no place called"),
    (["sheet", "Torridge"], "--out"),
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
