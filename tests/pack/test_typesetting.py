"""What sets reports: a process that ends, so that the one which asks holds no more afterwards; its faults in a line."""

import subprocess
import sys
from pathlib import Path

import pytest

from geo.core.errors import PackError
from geo.pack.report import typesetting
from geo.pack.report.typesetting import typeset
from tests.fixtures.process import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture
def main(tmp_path: Path) -> Path:
    text = tmp_path / "folder with blanks é" / "main.typ"
    text.parent.mkdir()
    text.write_text('#set document(date: none)\n#set page(width: 5cm, height: 3cm)\n#sys.inputs.at("word")\n'
                    '#pagebreak()\nEnd', encoding="utf-8")
    return text


def test_pages_are_given_in_order_and_the_same_each_time(main: Path) -> None:
    pictures = typeset(main, {"word": "Zoë \N{SNOWMAN}"}, format="png", ppi=30.0)
    assert len(pictures.pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pictures.pages)
    assert pictures.pages[0] != pictures.pages[1]
    first, again = (typeset(main, {"word": "x"}, format="pdf") for _ in range(2))
    assert len(first.pages) == 1
    assert first.pages[0].startswith(b"%PDF")
    assert first == again


@pytest.mark.parametrize("text", [
    "#unknown-word", '#read("/etc/passwd")', '#image("../other.png")', "#sys.inputs.none"])
def test_what_cannot_be_set_or_lies_elsewhere_is_refused_in_one_line(main: Path, text: str) -> None:
    main.write_text(text, encoding="utf-8")
    with pytest.raises(PackError, match=r"^the report cannot be set: [^\n]+$"):
        typeset(main, {}, format="pdf")


def test_pages_that_cannot_be_written_are_the_folders_fault(main: Path) -> None:
    (main.parent / "page0").mkdir()
    with pytest.raises(IsADirectoryError) as refused:
        typeset(main, {"word": "x"}, format="pdf")
    assert str(main.parent) in str(refused.value)


@pytest.mark.parametrize(("script", "said"), [
    ("import os; os.kill(os.getpid(), 9)", "typst ended with -9"),
    ("raise MemoryError('no room')", "MemoryError: no room")])
def test_a_process_that_fails_is_told_in_one_line(
    main: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str,
) -> None:
    failing = tmp_path / "failing.py"
    failing.write_text(script, encoding="utf-8")
    monkeypatch.setattr(typesetting, "PROCESS", failing)
    with pytest.raises(PackError) as refused:
        typeset(main, {}, format="pdf")
    assert str(refused.value) == f"the report cannot be set: {said}"


@pytest.mark.skipif(sys.platform != "linux", reason="Linux tells what a process holds")
def test_who_asks_holds_no_more_afterwards(main: Path) -> None:
    code = """
import sys
from pathlib import Path
from geo.pack.report.typesetting import typeset
def held():
    return int(Path("/proc/self/status").read_text().partition("VmRSS:")[2].split()[0]) / 1024
main = Path(sys.argv[1])
typeset(main, {"word": "x"}, format="pdf")
before = held()
for number in range(5):
    main.write_text("#lorem(20000)" + str(number))
    typeset(main, {"word": "x"}, format="pdf")
assert "typst" not in sys.modules
print(held() - before)
"""
    told = subprocess.run([sys.executable, "-c", code, str(main)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(told.stdout) < 20
