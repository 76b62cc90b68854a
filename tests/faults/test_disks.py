"""Disks that are really full or read-only, mounted for the moment: needs root on Linux."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_MOUNT = shutil.which("unshare") is not None and subprocess.run(
    ["unshare", "-m", "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, check=False).returncode == 0

pytestmark = [pytest.mark.interop, pytest.mark.skipif(not MAY_MOUNT, reason="nothing may be mounted here (needs root)")]

PACK = ("pack", "E07000001", "--out", "out/pack.zip")
SHEET = ("sheet", "E07000001", "--out", "out/sheet.pdf")
BRIEFS = ("pack", "--every", "authority", "--out", "out")


@pytest.mark.parametrize(("options", "where", "words", "said"), [
    ("size=64k", "tmp", PACK, "the temporary folder cannot be written to (No space left on device)"),
    ("size=1k", "tmp", SHEET, "the temporary folder cannot be written to (No space left on device)"),
    ("size=64k", "out", PACK, "out/pack.zip cannot be written (No space left on device): make room"),
    ("ro", "out", PACK, "out/pack.zip cannot be written (Read-only file system): name another folder"),
    ("size=64k", "out", BRIEFS, "0 of 2 written to out; not made: E06000002: "),
    ("ro", "out", BRIEFS, "out cannot be written to (Read-only file system): give another folder"),
    ("ro", "out", ("build", "--from", ".", "--out", "out/edition"), "out/edition cannot be written"),
    ("ro", "out", ("fetch", "census-residents", "--into", "out"), "out: no folder that may be written to"),
    ("ro", "out", ("update", "--into", "out", "--edition", "out/edition"), "out/edition cannot be written"),
])
def test_a_disk_that_takes_no_more(
    tmp_path: Path, tiny_written: Path, options: str, where: str, words: tuple[str, ...], said: str,
) -> None:
    for name in ("tmp", "out"):
        (tmp_path / name).mkdir()
    edition = ["--edition", str(tiny_written)] if words[0] in {"pack", "sheet"} else []
    script = f'mount -t tmpfs -o {options} none {where}; "$@"; code=$?; ls -A out tmp; exit $code'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", sys.executable, "-m", "geo", *words, *edition], cwd=tmp_path,
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp"),
             "MPLCONFIGDIR": str(tmp_path / "mpl")})
    assert done.returncode == 2, done
    assert done.stderr.startswith(f"python -m geo {words[0]}: {said}"), done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stdout.split() == ["out:", "tmp:"]
