"""The ZIP: the same bytes, nothing left behind when writing fails, nothing believed when reading."""

import errno
import io
import os
import signal
import stat
import struct
import subprocess
import sys
import threading
import time
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import geo.pack.file.archive
from geo.core.errors import PackError
from geo.pack.file.archive import Contents, read_folder, read_zip, write_whole, zip_bytes

pytestmark = pytest.mark.slow

FILES = {"tables/b.csv": b"b,1\r\n" * 50, "a.txt": b"hello", "maps/c-1.png": bytes(range(256)) * 4, "empty": b""}
ROOT = Path(__file__).parents[2]


def read(path: Path) -> Contents:
    return read_zip(path, lambda name: name.endswith((".csv", ".txt")))


def made(path: Path, entries: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore", UserWarning)     # the same name twice is meant
        for entry, content in entries:
            archive.writestr(entry, content)
    return path


def test_a_zip_holds_the_files_sorted_and_without_clock() -> None:
    content = zip_bytes(FILES)
    assert content == zip_bytes(dict(reversed(FILES.items())))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(FILES)
        for entry in archive.infolist():
            assert archive.read(entry) == FILES[entry.filename]
            assert entry.date_time == (1980, 1, 1, 0, 0, 0)
            assert entry.external_attr >> 16 == stat.S_IFREG | 0o644
            assert entry.compress_type == zipfile.ZIP_DEFLATED
            assert entry.create_system == 3


@pytest.mark.parametrize("name", ["../a", "/a", "a/../b", "a//b", "C:\\a", "a\\b", "", ".hidden", "a/", "x\n"])
def test_paths_that_lead_elsewhere_are_not_written(name: str) -> None:
    with pytest.raises(PackError, match="cannot be the name"):
        zip_bytes({name: b""})


@given(st.dictionaries(st.from_regex(r"[a-z0-9-]{1,9}(/[a-z0-9-]{1,9})?\.(csv|png)", fullmatch=True),
                       st.binary(max_size=300), max_size=5))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
    path = tmp_path_factory.getbasetemp() / "whole.zip"
    write_whole(path, zip_bytes(files))
    found = read(path)
    assert set(found.digests) == set(files)
    assert found.damaged == []
    assert found.wanted == {name: content for name, content in files.items() if name.endswith(".csv")}


def test_writing_replaces_and_keeps_usual_permissions(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    write_whole(path, b"old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    plain = tmp_path / "plain"
    plain.write_bytes(b"")
    assert path.stat().st_mode == plain.stat().st_mode
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["pack.zip", "plain"]


def test_what_a_killed_process_left_is_swept_and_nothing_else(tmp_path: Path) -> None:
    left, young = f".swathe-{'0' * 16}.part", f".swathe-{'1' * 16}.part"
    for name in (left, young, ".swathe-notes.part", "other.part"):
        (tmp_path / name).write_bytes(b"half")
        if name != young:
            os.utime(tmp_path / name, (1, 1))
    (tmp_path / f".swathe-{'2' * 16}.part").mkdir()
    write_whole(tmp_path / "pack.zip", b"content")
    assert sorted(entry.name for entry in tmp_path.iterdir()) == [
        young, f".swathe-{'2' * 16}.part", ".swathe-notes.part", "other.part", "pack.zip"]


def test_a_missing_folder_or_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path, said in ((tmp_path / "gone" / "p.zip", "make its folder first"),
                       (tmp_path / "file" / "p.zip", "make its folder first"),
                       (tmp_path / "folder", "name a file"), (tmp_path / ("x" * 300), "another folder"),
                       (tmp_path / ("y" * 300) / "p.zip", "another folder")):
        with pytest.raises(PackError, match=said) as told:
            write_whole(path, b"content")
        assert "\n" not in str(told.value)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="users of POSIX")
def test_an_unwritable_folder(tmp_path: Path) -> None:
    mine = os.geteuid()
    tmp_path.chmod(0o555)
    if mine == 0:       # root may write anywhere
        try:
            os.seteuid(65534)
        except OSError:
            pytest.skip("there is nobody but root in this namespace (make offline)")
    try:
        with pytest.raises(PackError, match="Permission denied"):
            write_whole(tmp_path / "p.zip", b"content")
    finally:
        os.seteuid(mine)
        tmp_path.chmod(0o755)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_a_disk_that_refuses_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))
    monkeypatch.setattr(geo.pack.file.archive, "fsync", refuse)
    path = tmp_path / "p.zip"
    with pytest.raises(PackError, match=os.strerror(number)):
        write_whole(path, b"content")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_stood_there_stays_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "p.zip"
    write_whole(path, b"old")
    monkeypatch.setattr(geo.pack.file.archive, "fsync", lambda _: (_ for _ in ()).throw(OSError(errno.ENOSPC, "full")))
    with pytest.raises(PackError, match="make room"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_key_pressed_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo.pack.file.archive, "fsync", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "p.zip", b"content")
    assert list(tmp_path.iterdir()) == []
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_it_writes_from_any_thread(tmp_path: Path) -> None:
    thread = threading.Thread(target=write_whole, args=(tmp_path / "p.zip", b"content"))
    thread.start()
    thread.join()
    assert (tmp_path / "p.zip").read_bytes() == b"content"


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_disk_really_full(tmp_path: Path) -> None:
    program = f"""
import resource
from pathlib import Path
from geo.pack.file.archive import write_whole
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
write_whole(Path({str(tmp_path / 'p.zip')!r}), bytes(1_000_000))
"""
    told = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True, cwd=ROOT)
    assert "geo.core.errors.PackError" in told.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_killed_in_the_middle_of_writing(tmp_path: Path, number: int) -> None:
    # What a shell runs in the background ignores SIGINT, and so would its children.
    program = f"""
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
import geo.pack.file.archive
geo.pack.file.archive.fsync = lambda descriptor: time.sleep(60)
geo.pack.file.archive.write_whole(Path({str(tmp_path / 'p.zip')!r}), bytes(1_000_000))
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if any(entry.stat().st_size for entry in tmp_path.iterdir()):
                break
            time.sleep(0.05)
        assert [entry.name[0] for entry in tmp_path.iterdir()] == ["."]
        process.send_signal(number)
        assert process.wait(30) != 0
    finally:
        process.kill()
        process.wait()
    assert not (tmp_path / "p.zip").exists()
    left = [entry.name for entry in tmp_path.iterdir()]
    assert all(name.startswith(".") for name in left)
    if number != signal.SIGKILL:
        assert left == []


def test_what_is_no_zip_is_told_in_one_line(tmp_path: Path) -> None:
    whole = zip_bytes(FILES)
    cases = [b"", b"PK", b"not a zip" * 100, whole[:-1], whole[: len(whole) // 2], whole[:10], whole + b"x",
             whole[:-2] + b"\x05\x00hello", b"MZ" * 50 + whole]
    for content in cases:
        path = tmp_path / "p.zip"
        path.write_bytes(content)
        with pytest.raises(PackError) as told:
            read(path)
        assert "\n" not in str(told.value)
    for path in (tmp_path, tmp_path / "gone.zip"):
        with pytest.raises(PackError, match="no such file"):
            read(path)


@pytest.mark.parametrize("name", [
    "../evil.txt", "/etc/evil", "a/../../evil", "C:/evil", "a\\..\\evil", "../maps/", "a\x1b[31m", "\u202e.txt",
    "x" * 50 + "/../a"])
def test_paths_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    path = made(tmp_path / "p.zip", [("a.txt", b"a"), (name, b"evil")])
    with pytest.raises(PackError, match="lead elsewhere") as told:
        read(path)
    assert str(told.value).isprintable()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("names", [("a.txt", "a.txt"), ("a.txt", "A.TXT")])
def test_the_same_name_twice_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    with pytest.raises(PackError, match="twice"):
        read(made(tmp_path / "p.zip", [(name, b"x") for name in names]))


def test_links_locks_and_other_packings_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(PackError, match="a link"):
        read(made(tmp_path / "link.zip", [(link, b"/etc/passwd")]))
    packed = zipfile.ZipInfo("a.txt")
    packed.compress_type = zipfile.ZIP_LZMA
    with pytest.raises(PackError, match="another way"):
        read(made(tmp_path / "lzma.zip", [(packed, b"abc")]))
    content = bytearray(zip_bytes({"a.txt": b"abc"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(content)
    with pytest.raises(PackError, match="locked"):
        read(tmp_path / "locked.zip")


def test_bombs_are_refused_before_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = made(tmp_path / "ratio.zip", [("a.csv", bytes(3_000_000))])
    with pytest.raises(PackError, match="200 times its size"):
        read(bomb)
    many = made(tmp_path / "many.zip", [(f"{number}.txt", b"") for number in range(1001)])
    with pytest.raises(PackError, match="more than 1,000 files"):
        read(many)
    monkeypatch.setattr(geo.pack.file.archive, "MOST_BYTES", 1000)
    with pytest.raises(PackError, match="1,000 bytes"):
        read(made(tmp_path / "large.zip", [("a.bin", os.urandom(600)), ("b.bin", os.urandom(600))]))
    monkeypatch.setattr(geo.pack.file.archive, "MOST_BYTES", 10**6)
    monkeypatch.setattr(geo.pack.file.archive, "MOST_WANTED", 100)
    with pytest.raises(PackError, match="too many"):
        read(made(tmp_path / "kept.zip", [("a.csv", os.urandom(600))]))


def test_a_bomb_that_lies_about_its_size_is_read_no_further(tmp_path: Path) -> None:
    content = bytearray(zip_bytes({"a.txt": bytes(900_000)}))
    at = content.index(b"PK\x01\x02") + 24     # the list says 10 bytes, the file holds 900,000
    content[at:at + 4] = struct.pack("<I", 10)
    (tmp_path / "p.zip").write_bytes(content)
    assert read(tmp_path / "p.zip").damaged == ["a.txt"]


def test_a_list_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    entry = b"PK\x01\x02" + bytes(42)
    entries = entry * 30_000
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 30_000, 30_000, len(entries), 0, 0)
    (tmp_path / "p.zip").write_bytes(entries + end)
    with pytest.raises(PackError, match="not a ZIP"):
        read(tmp_path / "p.zip")


def test_one_damaged_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    content = bytearray(zip_bytes(FILES))
    at = content.index(b"maps/c-1.png") + len("maps/c-1.png") + 20
    content[at] ^= 0xFF
    (tmp_path / "p.zip").write_bytes(content)
    found = read(tmp_path / "p.zip")
    assert found.damaged == ["maps/c-1.png"]
    assert set(found.digests) == set(FILES) - {"maps/c-1.png"}
    assert found.wanted["a.txt"] == b"hello"


@given(st.data())
def test_no_bytes_make_it_stumble(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    content = bytearray(zip_bytes(FILES))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "fuzzed.zip"
    path.write_bytes(content)
    with suppress(PackError):
        for name, kept in read(path).wanted.items():
            assert FILES.get(name, kept) == kept      # a file that is read is whole


def test_a_folder_is_read_without_following_links(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    (folder / "tables").mkdir(parents=True)
    (folder / "tables" / "b.csv").write_bytes(b"b")
    found = read_folder(folder, lambda name: name.endswith(".csv"))
    assert (list(found.digests), found.wanted) == (["tables/b.csv"], {"tables/b.csv": b"b"})
    (folder / "etc").symlink_to("/etc")
    with pytest.raises(PackError, match="a link"):
        read_folder(folder, lambda _: True)
    (folder / "etc").unlink()
    (folder / "secret.csv").symlink_to("/etc/passwd")
    with pytest.raises(PackError, match="a link"):
        read_folder(folder, lambda _: True)
    (folder / "secret.csv").unlink()
    os.mkfifo(folder / "pipe.csv")
    with pytest.raises(PackError, match="no file at all"):
        read_folder(folder, lambda _: True)


def test_a_folder_that_does_not_fit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.csv").write_bytes(bytes(600))
    monkeypatch.setattr(geo.pack.file.archive, "MOST_WANTED", 100)
    with pytest.raises(PackError, match="too many"):
        read_folder(tmp_path, lambda _: True)
    monkeypatch.setattr(geo.pack.file.archive, "MOST_BYTES", 500)
    with pytest.raises(PackError, match="500 bytes"):
        read_folder(tmp_path, lambda _: True)
    deep = tmp_path / "/".join("d" * 12)
    deep.mkdir(parents=True)
    with pytest.raises(PackError, match="holds more than"):
        read_folder(tmp_path, lambda _: True)


@pytest.mark.parametrize("folder", ["../", "/", "a/../", "C:/", "a\\", "\u202e/"])
def test_a_folder_in_a_zip_leads_nowhere_else(tmp_path: Path, folder: str) -> None:
    path = made(tmp_path / "p.zip", [(f"{folder}manifest.json", b"{}"), (f"{folder}a.txt", b"a")])
    with pytest.raises(PackError, match="lead elsewhere"):
        read(path)
