"""Phrases that readers stumbled over stand nowhere any more; labels and counts read as people speak."""

import re
import subprocess
from pathlib import Path

import pytest

from geo.core.measures import BASES, FIGURES
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.words.assumptions import changed
from geo.words.claim import cards, headline
from geo.words.definitions import OPTIONS
from geo.words.place import place_lines

ROOT = Path(__file__).parents[1]
OLD = (
    "Broadband that cannot be had", "Speed that cannot be had", "Too far is more than", "let it go", "free hand",
    "word of your own", "word of the author", "A word from", "dots an inch", "half of its gap is", "Of them, at home",
    "Of them, in jobs", "of that line", "km away", "in no total", "stand the other way round", "Against England",
    "What stands beside this", "Whoever has no rail", "who lives further", "goes into the pack alone",
    "One station’s board", "went apart", "least and the most that",
)
READ = ("pages", "geo", "static", "docs", "README.md")


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


def test_no_old_phrase_is_left() -> None:
    listed = subprocess.run(["git", "ls-files", *READ], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts = {".py", ".md", ".toml", ".html", ".js", ".typ"}
    files = [name for name in listed.splitlines() if Path(name).suffix in texts]
    assert len(files) > 150
    found = [f"{name}: {phrase}" for name in files for phrase in OLD
             if phrase in (ROOT / name).read_text(encoding="utf-8")]
    assert found == []


def test_ofcoms_count_has_one_name(starter: Edition) -> None:
    assert BASES["published"].mark == BASES["published"].name == "Ofcom’s count"
    line = next(line for line in place_lines(show(starter, View()), {}) if line.label.startswith("Homes and"))
    assert line.basis == ("Ofcom’s count",)


@pytest.mark.parametrize("place", ["E12000009", "E07000047", "E05011923", "E06000053", "E01014388", "E10000014"])
@pytest.mark.parametrize("minutes", [30, 120, 360])
@pytest.mark.parametrize("speed", ["uso", "30", "gigabit"])
def test_none_one_and_all_are_said_as_such(starter: Edition, place: str, minutes: int, speed: str) -> None:
    answer = show(starter, View(place=place, minutes=minutes, speed=speed))
    gap, turn = answer["people_in_gap"].count, answer["nowhere_to_turn"].count
    claim = "".join(headline(answer))
    said = [claim, *(text for card in cards(answer) for text in (card.value, *card.notes)),
            *(text for line in place_lines(answer, {}) for text in (line.value, line.beneath))]
    assert not [text for text in said if re.search(r"about 0\b(?!\.)|about 1 people", text)]
    if turn >= 0.5:
        assert ("all of whom" in claim) == (turn > gap - 0.5)
        assert any(note.startswith("all of them") for note in cards(answer)[1].notes) == (turn > gap - 0.5)


def test_who_was_at_home_is_no_part_of_those_who_could_be() -> None:
    for figure in (FIGURES["works_from_home"], FIGURES["remote_capable"]):
        assert "of them" not in f"{figure.label} {figure.row_label} {figure.share_label}".lower()


def test_what_differs_from_the_default_is_said() -> None:
    assert changed(View(place="E07000047", show="rural", lat=51.0)) == {}
    asked = View(speed="gigabit", hub="exeter", minutes=90, clock="door", work="dingel-neiman", access="walk")
    assert list(changed(asked)) == list(OPTIONS)
    assert list(changed(asked).values()) == [
        "Broadband below 30 Mbit/s → gigabit", "Journey to London → Exeter St Davids", "Longer than 120 → 90 minutes",
        "Time on the train → door to hub", "Jobs by ONS, April 2020 → Dingel and Neiman",
        "To the station on foot or by car → on foot only"]
