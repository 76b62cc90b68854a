"""A check tells apart what was changed: a file, a figure, the edition; and believes nothing that it reads."""

import csv
import hashlib
import io
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import geo.pack.file.verify
from geo.core.errors import PackError
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import PlaceProfile, place_profile
from geo.pack.file.archive import read_files, write_whole, zip_bytes
from geo.pack.file.manifest import make_manifest, manifest_bytes
from geo.pack.file.readme import readme_bytes
from geo.pack.file.verify import Findings, verify
from geo.pack.geopackage import gpkg_bytes
from geo.pack.request import Request
from geo.pack.tables import table_files

pytestmark = pytest.mark.slow

Files = dict[str, bytes]
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.fixture(scope="module", autouse=True)
def worked_out_once() -> Iterator[None]:
    """Keep what the many checks of one pack work out again from the same edition: it is the same each time."""
    kept: dict[tuple[int, View], PlaceProfile] = {}

    def profile_once(edition: Edition, view: View) -> PlaceProfile:
        key = (id(edition), view)
        if key not in kept:
            kept[key] = place_profile(edition, view)
        return kept[key]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(geo.pack.file.verify, "place_profile", profile_once)
        yield


def pack_of(edition: Edition, view: View) -> Files:
    figures = place_profile(edition, view)
    request = Request(figures.view, title="A report")
    files = {
        **table_files(figures), "areas.gpkg": gpkg_bytes(figures), "README.txt": readme_bytes(figures, request),
        "report.pdf": b"%PDF-1.7 made up", "report.docx": b"PK made up", "maps/gap.png": b"\x89PNG made up",
        "maps/gap.svg": b"<svg/>",
    }
    return {**files, "manifest.json": manifest_bytes(make_manifest(request, figures, files))}


@pytest.fixture(scope="module")
def pack(starter: Edition) -> Files:
    return pack_of(starter, View(place="E07000047", minutes=90, work="dingel-neiman"))


def written(folder: Path, files: Files) -> Path:
    path = folder / "pack.zip"
    write_whole(path, zip_bytes(files))
    return path


def with_manifest(files: Files, change: Change) -> Files:
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return {**files, "manifest.json": manifest_bytes(manifest)}


def resealed(files: Files, name: str, content: bytes) -> Files:
    """Change a file and give it a new checksum, as somebody who knows how would."""
    digest = hashlib.sha256(content).hexdigest()
    return with_manifest({**files, name: content}, lambda manifest: manifest["files"].update({name: digest}))


def test_a_pack_as_it_was_made_holds(starter: Edition, pack: Files, tmp_path: Path) -> None:
    found = verify(written(tmp_path, pack), starter)
    assert found.ok
    told = found.as_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["ok"] is True
    assert told["files"] == {
        "checked": len(pack) - 1, "changed": [], "missing": [], "added": [], "damaged": []}
    count = len(json.loads(pack["manifest.json"])["figures"])
    assert count > 80
    assert told["figures"] == {"recomputed": True, "checked": count, "same": count, "changed": []}
    assert told["contradictions"] == []
    assert "everything holds" in found.lines[0]
    assert verify(written(tmp_path, pack)).as_dict() == told        # the embedded edition is the one by default


@pytest.mark.parametrize("view", [
    View(place="E07000046+E07000047", speed="uso"), View(place="E01018970", access="walk"),
    View(place="E06000053", clock="door"), View(place="E10000014", speed="gigabit"), View(place="E14001155"),
])
def test_every_kind_of_place_holds(starter: Edition, tmp_path: Path, view: View) -> None:
    assert verify(written(tmp_path, pack_of(starter, view)), starter).lines[0].endswith("everything holds.")


def test_every_kind_of_file_is_known_by_its_checksum(starter: Edition, pack: Files, tmp_path: Path) -> None:
    kinds = {Path(name).suffix: name for name in pack if name != "manifest.json"}
    assert set(kinds) == {".csv", ".json", ".xlsx", ".gpkg", ".txt", ".pdf", ".docx", ".png", ".svg"}
    for name in kinds.values():
        middle = len(pack[name]) // 2
        flipped = pack[name][:middle] + bytes([pack[name][middle] ^ 1]) + pack[name][middle + 1:]
        found = verify(written(tmp_path, {**pack, name: flipped}), starter)
        assert not found.ok
        assert found.facts["files"]["changed"] == [name]
        assert found.facts["figures"]["changed"] == []
        assert found.facts["contradictions"] == []
        assert f"{name}: changed, its checksum is not the manifest's" in found.lines


def test_a_file_dropped_and_one_added(starter: Edition, pack: Files, tmp_path: Path) -> None:
    less = {name: content for name, content in pack.items() if name != "report.pdf"}
    found = verify(written(tmp_path, {**less, "maps/other.png": b"x"}), starter)
    assert (found.facts["files"]["missing"], found.facts["files"]["added"]) == (["report.pdf"], ["maps/other.png"])
    assert "report.pdf: missing" in found.lines
    assert "maps/other.png: added, the manifest does not know it" in found.lines
    assert found.facts["files"]["changed"] == []


def test_a_figure_changed_in_the_manifest_is_named_with_both_values(
    starter: Edition, pack: Files, tmp_path: Path,
) -> None:
    right = json.loads(pack["manifest.json"])["figures"]["people_in_gap.estimate"]
    changed = with_manifest(pack, lambda manifest: manifest["figures"].update({"people_in_gap.estimate": 9999.5}))
    found = verify(written(tmp_path, changed), starter)
    assert not found.ok
    assert found.facts["files"]["changed"] == []
    assert found.facts["figures"]["changed"] == [
        {"name": "people_in_gap.estimate", "manifest": 9999.5, "edition": right}]
    assert any("9999.5" in line and repr(right) in line and "people_in_gap.estimate" in line for line in found.lines)
    # The table of figures, which has a checksum of its own, gives it away as well.
    assert f"people_in_gap.estimate: the manifest says 9999.5, tables/figures.csv says {right!r}" in found.lines


@pytest.mark.parametrize(("name", "value"), [
    ("residents", None), ("works_from_home", 1), ("rank.people_in_gap", 2), ("borderline", 1e-6),
    ("door_to_hub_minutes.median", None)])
def test_any_figure_may_not_be_another(
    starter: Edition, pack: Files, tmp_path: Path, name: str, value: float | None,
) -> None:
    found = verify(written(tmp_path, with_manifest(pack, lambda manifest: manifest["figures"].update({name: value}))),
                   starter)
    assert [row["name"] for row in found.facts["figures"]["changed"]] == [name]


def test_figures_left_out_or_made_up_are_named(starter: Edition, pack: Files, tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        del manifest["figures"]["residents"]
        manifest["figures"]["happiness"] = 11
    found = verify(written(tmp_path, with_manifest(pack, change)), starter)
    assert {row["name"] for row in found.facts["figures"]["changed"]} == {"residents", "happiness"}
    assert "residents: in tables/figures.csv, not in the manifest" in found.lines


def test_the_last_digit_of_another_machine_is_no_change(starter: Edition, pack: Files, tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["figures"]["people_in_gap.estimate"] *= 1 + 1e-12
    assert verify(written(tmp_path, with_manifest(pack, change)), starter).ok

    def too_much(manifest: dict[str, Any]) -> None:
        manifest["figures"]["people_in_gap.estimate"] *= 1 + 1e-8
    assert not verify(written(tmp_path, with_manifest(pack, too_much)), starter).ok


def test_a_table_changed_with_a_new_checksum_is_found_out(starter: Edition, pack: Files, tmp_path: Path) -> None:
    name = "tables/inside-ward.csv"
    rows = list(csv.reader(io.StringIO(pack[name].decode("utf-8-sig"), newline="")))
    rows[1][rows[0].index("people_in_gap")] = "12345"
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    found = verify(written(tmp_path, resealed(pack, name, out.getvalue().encode("utf-8-sig"))), starter)
    assert not found.ok
    assert found.facts["files"]["changed"] == []
    assert found.facts["contradictions"] == [f"{name} is not what edition {starter.id} gives"]
    for content in (b"", b"\xff\xfe\xfd", b'"never closed', pack[name][:-40]):
        assert not verify(written(tmp_path, resealed(pack, name, content)), starter).ok


@pytest.mark.parametrize("content", [b"", b"\xff", b"name,value\r\n", b"name,value,view,edition\r\n1,2\r\n", b'"x'])
def test_a_table_of_figures_that_is_none(starter: Edition, pack: Files, tmp_path: Path, content: bytes) -> None:
    found = verify(written(tmp_path, resealed(pack, "tables/figures.csv", content)), starter)
    assert not found.ok
    assert "tables/figures.csv is not a table of figures" in found.lines


def test_tables_dropped_or_added_with_the_manifests_knowledge(starter: Edition, pack: Files, tmp_path: Path) -> None:
    for name in ("tables/inside-ward.csv", "tables/figures.csv"):
        less = {path: content for path, content in pack.items() if path != name}
        found = verify(written(tmp_path, with_manifest(less, lambda manifest, name=name: manifest["files"].pop(name))),
                       starter)
        assert not found.ok
        assert any(name in line and "list" in line for line in found.facts["contradictions"])
    found = verify(written(tmp_path, resealed(pack, "tables/other.csv", b"a\r\n")), starter)
    assert found.facts["contradictions"] == ["tables/other.csv is no table of this pack"]


def test_another_edition_in_the_manifest(starter: Edition, pack: Files, tmp_path: Path) -> None:
    changed = with_manifest(pack, lambda manifest: manifest["edition"].update(id="starter-000000000000"))
    found = verify(written(tmp_path, changed), starter)
    told = found.facts["figures"]
    assert not found.ok
    assert told["recomputed"] is False
    assert told["changed"] == []
    assert told["same"] == told["checked"]
    assert (f"Figures: made with edition starter-000000000000, here is {starter.id}: they cannot be recomputed with it."
            in found.lines)
    assert f"{told['checked']} of {told['checked']} are the same in {starter.id}." in found.lines
    # The link and the table of figures still name the edition that it was made with.
    assert any(line.startswith("the link says edition") for line in found.facts["contradictions"])
    assert "tables/figures.csv is of another edition than the manifest says" in found.facts["contradictions"]


def test_an_edition_of_another_name_with_the_same_figures(starter: Edition, pack: Files, tmp_path: Path) -> None:
    here = replace(starter, manifest={**starter.manifest, "id": "later-000000000000"})
    found = verify(written(tmp_path, pack), here)
    assert not found.ok         # the figures are the same, but nobody knows what else is not
    assert found.facts["figures"]["same"] == found.facts["figures"]["checked"]
    assert found.facts["contradictions"] == []
    assert "NOT everything holds" in found.lines[0]


def test_a_pack_of_another_edition(
    starter: Edition, tiny_edition: Edition, pack: Files, tmp_path: Path,
) -> None:
    tiny = pack_of(tiny_edition, View(place="E07000001"))
    assert verify(written(tmp_path, tiny), tiny_edition).ok
    found = verify(written(tmp_path, tiny), starter)
    assert not found.ok
    assert found.facts["edition"] == {"made_with": tiny_edition.id, "here": starter.id}
    assert found.facts["contradictions"] == []
    assert any("cannot be recomputed" in line for line in found.lines)
    assert any("is not in edition" in line for line in found.lines)      # nor is the place
    region = verify(written(tmp_path, pack_of(tiny_edition, View())), starter)
    assert 0 < region.facts["figures"]["same"] < region.facts["figures"]["checked"]


@pytest.mark.parametrize(("change", "said"), [
    (lambda manifest: manifest["place"].update(code="E07000046"), "the link says place E07000047, the manifest E07"),
    (lambda manifest: manifest["place"].update(name="East Devon"), "the manifest says name East Devon"),
    (lambda manifest: manifest["place"].update(lsoas=31), "the manifest says lsoas 31"),
    (lambda manifest: manifest["place"].update(code="E99999999"), "the place is not in edition"),
    (lambda manifest: manifest["view"].update(speed="gigabit"), "the link says speed 30, the manifest gigabit"),
    (lambda manifest: manifest["edition"].update(broadband_basis="measured"), "not those of edition"),
    (lambda manifest: manifest["edition"]["vintages"].update(imd="2030"), "not those of edition"),
    (lambda manifest: manifest["sources"].pop(), "the manifest's sources are not those"),
    (lambda manifest: manifest["sources"][0].update(publisher="Nobody"), "the manifest's sources are not those"),
    (lambda manifest: manifest.update(link="https://example.org/place?place=E07000047"), "the link does not lead"),
    (lambda manifest: manifest.update(link=manifest["link"] + "&minutes=100"), "the link says minutes 100"),
    (lambda manifest: manifest.update(link=manifest["link"] + "&x=1"), "the link cannot be followed"),
    (lambda manifest: manifest.update(link="place?place=%00%ff"), "the link"),
])
def test_a_manifest_that_contradicts_itself_or_the_edition(
    starter: Edition, pack: Files, tmp_path: Path, change: Change, said: str,
) -> None:
    found = verify(written(tmp_path, with_manifest(pack, change)), starter)
    assert not found.ok
    assert any(said in line for line in found.lines), found.lines


def test_another_view_shows_in_the_figures_too(starter: Edition, pack: Files, tmp_path: Path) -> None:
    found = verify(written(tmp_path, with_manifest(pack, lambda manifest: manifest["view"].update(speed="gigabit"))),
                   starter)
    assert "people_in_gap.estimate" in {row["name"] for row in found.facts["figures"]["changed"]}
    assert "tables/figures.csv is of another view than the manifest says" in found.facts["contradictions"]


def test_what_is_no_pack_is_told_in_one_line(starter: Edition, pack: Files, tmp_path: Path) -> None:
    whole = zip_bytes(pack)
    path = tmp_path / "pack.zip"
    without = {name: content for name, content in pack.items() if name != "manifest.json"}
    for content in (b"", whole[:-30], whole[: len(whole) // 2], b"x" * 1000, zip_bytes(without), zip_bytes({}),
                    zip_bytes({**pack, "manifest.json": b"{"}), zip_bytes({**pack, "manifest.json": b"[1]"}),
                    zip_bytes(with_manifest(pack, lambda manifest: manifest.update(version=2)))):
        path.write_bytes(content)
        with pytest.raises(PackError) as told:
            verify(path, starter)
        assert "\n" not in str(told.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pack.zip"]


def test_a_damaged_file_is_told_from_a_changed_one(starter: Edition, pack: Files, tmp_path: Path) -> None:
    content = bytearray(zip_bytes(pack))
    path = tmp_path / "pack.zip"
    for name in ("report.pdf", "manifest.json"):
        damaged = bytearray(content)
        damaged[content.index(name.encode()) + len(name) + 3] ^= 0xFF
        path.write_bytes(damaged)
        if name == "manifest.json":
            with pytest.raises(PackError, match="is damaged"):
                verify(path, starter)
        else:
            found = verify(path, starter)
            assert not found.ok
            assert found.facts["files"]["damaged"] == [name]
            assert found.facts["files"]["changed"] == []
            assert found.facts["files"]["missing"] == []


def test_hostile_texts_are_shown_harmless(starter: Edition, pack: Files, tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["place"]["name"] = "x\x1b[2J\nok\u202e" * 100
        manifest["figures"]["\x1b]0;evil\x07" * 50] = 1
        manifest["edition"]["id"] = "a\nb"
        manifest["files"]["\r\neverything holds"] = "0" * 64
        manifest["link"] = "place?hub=\x1b"
    found = verify(written(tmp_path, with_manifest(pack, change)), starter)
    assert not found.ok
    for line in found.lines:
        assert line.isprintable()
        assert len(line) <= 500


def test_thousands_of_untruths_do_not_fill_the_screen(starter: Edition, pack: Files, tmp_path: Path) -> None:
    many = {f"figure{number}": number for number in range(5000)}
    found = verify(written(tmp_path, with_manifest(pack, lambda manifest: manifest["figures"].update(many))), starter)
    assert len(found.lines) < 500
    assert any("and 4,800 more of the kind" in line for line in found.lines)


def test_a_check_unpacks_nothing(
    starter: Edition, pack: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = []

    def watched(path: Path, keep: Callable[[str], bool]) -> Any:
        kept.append(read_files(path, keep))
        return kept[-1]
    monkeypatch.setattr(geo.pack.file.verify, "read_files", watched)
    monkeypatch.chdir(tmp_path)
    assert isinstance(verify(written(tmp_path, pack), starter), Findings)
    assert all(name in {"manifest.json", "README.txt"} or name.endswith(".csv") for name in kept[0].wanted)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pack.zip"]


def test_a_region_is_packed_and_checked_quickly(starter: Edition, tmp_path: Path) -> None:
    start = time.perf_counter()
    path = written(tmp_path, pack_of(starter, View(minutes=100)))
    assert verify(path, starter).ok
    assert time.perf_counter() - start < 30      # 3 s on two idle cores
