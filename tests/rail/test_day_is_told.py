"""Every answer says of which date its timetable is; what the day of the build makes worth a warning changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from geo.__main__ import main
from geo.edition.identity import content_hash
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables


@pytest.mark.parametrize("words", [
    ("show", "E07000001"), ("rail", "AAA"), ("rank", "--by", "ward", "--measure", "cut_off_by_rail"),
])
def test_every_answer_says_the_day(railed_written: Path, capsys: pytest.CaptureFixture[str], words: tuple[str]) -> None:
    where = ("--edition", str(railed_written))
    assert main([*words, *where]) == 0
    assert "timetable of Rail & Sons, version 7b, for 6 January 2026" in capsys.readouterr().out
    assert main([*words, *where, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert any(day in json.dumps(found) for day in ("2026-01-06", "for 6 January 2026"))


def test_a_warning_changes_no_identity() -> None:
    def identity(**more: Any) -> str:
        manifest = tiny_manifest()
        sources = [{**row, **more} for row in manifest["sources"]]
        return content_hash({name: table.drop(columns="geometry", errors="ignore") for name, table in
                             tiny_tables().items()}, {**manifest, "sources": sources})
    assert identity(warnings=["the last train ran long ago"]) == identity()
