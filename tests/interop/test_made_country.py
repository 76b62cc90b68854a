"""A whole region out of made files: it builds, and every page and command answers of it and says that it is made."""

from collections.abc import Callable
from pathlib import Path

import pytest

from geo.core.choices import REGIONS
from geo.edition.authorities import read_authorities
from geo.edition.build import build_edition
from geo.edition.store import Edition, load_edition
from geo.figures.consistency import problems_of
from pages.contents import PAGES
from tests.fixtures.made_country.write import write_country
from tests.fixtures.pages import html, pages_of

pytestmark = pytest.mark.interop

AREA = "E12000002"
SAID = "Made figures, not true of any place"


@pytest.fixture(scope="module")
def written(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_country(england.parent, folder / "files", AREA)
    build_edition(folder / "files", folder / "edition", "north-west", area=AREA)
    return folder / "edition"


@pytest.fixture(scope="module")
def edition(written: Path) -> Edition:
    return load_edition(written)


def test_it_is_the_whole_region(edition: Edition) -> None:
    assert problems_of(edition) == []
    known = read_authorities(AREA)
    assert sorted(edition.places_of("authority").index) == sorted(known.index)
    # 4,500 and more neighbourhoods of 5 to 8 a ward and about 62 a constituency; postcodes as real regions have them.
    inside = edition.areas[~edition.areas["neighbour"]]
    assert len(inside) > 4_000
    assert 5 < len(inside) / inside["ward"].nunique() < 8
    assert 55 < len(inside) / inside["constituency"].nunique() < 70
    assert 30 < len(edition.postcodes) / len(edition.areas) < 60
    assert edition.areas["coastal"].between(0, 1).all()
    assert edition.rail_basis == "timetable"
    # Constituencies are the region's, and sums agree, as the checks of the build demand.
    assert [warning for warning in edition.manifest.get("warnings", []) if "differ" in warning] == []


@pytest.mark.parametrize("page", [page.file if page.url_path else "" for page in PAGES])
def test_every_page_answers(page: str, written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pages_of(written, monkeypatch) as start:
        said = html(start(page))
    assert SAID in said
    assert REGIONS[AREA].spoken in said or "North West" in said


@pytest.mark.parametrize("words", [
    ("show", "North West"), ("show", "Liverpool", "--hub", "manchester"), ("rank", "--by", "ward"),
    ("rank", "--by", "constituency", "--measure", "nowhere_to_turn"), ("places", "--kind", "authority"),
    ("like", "Liverpool"), ("robust", "Liverpool"), ("first", "--halve", "--least", "20"),
    ("whatif", "--rail-minutes", "10"),
    ("search", "Lancaster"), ("rail", "LAN", "--hub", "crewe"),
], ids=lambda words: "-".join(words[:2]))
def test_every_command_answers(
    words: tuple[str, ...], written: Path, call: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, err = call(*words, "--edition", str(written))
    assert (code, err) == (0, "")
    assert out.startswith(SAID)
