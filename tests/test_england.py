"""A small England out of made files, of two regions: every page, command and pack answers of the whole and a part."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.choices import ENGLAND
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.build import build_edition
from geo.edition.store import Edition, load_edition
from geo.figures.consistency import problems_of
from geo.figures.context import authority_context
from geo.figures.likeness import alike
from geo.figures.place import show
from geo.figures.robust import robust
from geo.words.beside_claim import beside_claim
from geo.words.claim import headline
from pages.contents import PAGES
from tests.fixtures.made_country.write import write_country
from tests.fixtures.made_region import FEW_TRIPS
from tests.fixtures.pages import html, pages_of

pytestmark = pytest.mark.slow

AUTHORITIES = ("E07000117", "E07000124", "E06000057")
"""Burnley, Ribble Valley; Northumberland."""

COMMANDS = [
    ("show", "England"), ("show", "North West"), ("show", "Burnley", "--hub", "manchester"), ("rank", "--by", "region"),
    ("rank", "--by", "ward", "--within", "North East"), ("places", "--kind", "region"), ("robust", "England"),
    ("first", "--halve"), ("whatif", "--rail-minutes", "10"),
    ("search", "Burnley"), ("rail", "BYM", "--hub", "london"),
]


@pytest.fixture(scope="module")
def written(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("england")
    files = write_country(england.parent, folder / "files", ENGLAND, AUTHORITIES, FEW_TRIPS)
    build_edition(files, folder / "edition", "england", area=ENGLAND)
    return folder / "edition"


@pytest.fixture(scope="module")
def edition(written: Path) -> Edition:
    return load_edition(written)


@pytest.fixture
def opened(written: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., AppTest]]:
    with pages_of(written, monkeypatch) as start:
        yield start


def test_it_is_sound_and_the_sum_of_its_regions(edition: Edition) -> None:
    assert problems_of(edition) == []
    assert edition.region.code == ENGLAND
    assert [*edition.places_of("region")["name"]] == ["North East", "North West"]
    whole, *parts = (show(edition, View(region=ENGLAND, place=code)) for code in (ENGLAND, "E12000001", "E12000002"))
    for key in ("residents", "premises", "people_in_gap", "nowhere_to_turn"):
        assert whole[key].count == pytest.approx(sum(part[key].count for part in parts))


def test_it_has_no_place_like_it(edition: Edition) -> None:
    found = alike(edition, View(region=ENGLAND), edition.place("England"))
    assert (found.table.empty, found.lacking) == (True, ())
    assert found.rate == show(edition, View(region=ENGLAND))["people_in_gap"].rate


def test_it_is_not_set_beside_itself(edition: Edition) -> None:
    whole, part = (show(edition, View(region=ENGLAND, place=code)) for code in (ENGLAND, "E12000001"))
    assert (whole.claim.england_rate, whole.claim.ratio_to_england) == (None, None)
    assert part.claim.ratio_to_england
    assert "England’s rate" in "".join(headline(part))
    said = "".join(headline(whole))
    assert said.startswith("In England ")
    assert "England’s rate" not in said
    assert beside_claim(whole)[0].text == (
        "All of England is what is counted here, so there is nothing larger to compare it with.")
    claimed = [{held.claim for held in robust(edition, View(region=ENGLAND), edition.place(code))}
               for code in (ENGLAND, "E12000001")]
    assert ["above_england" in claims for claims in claimed] == [False, True]


def test_what_is_published_of_a_region_stands_beside_england(edition: Edition) -> None:
    table = authority_context(edition, edition.place("North West"))
    assert [*table["name"]] == ["North West", "England"]
    assert table.notna().all().all()
    assert table.loc["E12000002", "businesses_per_1000"] > 0


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_answers(
    words: tuple[str, ...], written: Path, call: Callable[..., tuple[int, str, str]],
) -> None:
    code, out, err = call(*words, "--edition", str(written))
    assert (code, err) == (0, "")
    assert out


@pytest.mark.parametrize("place", ["", "E12000002"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url_path or "overview")
def test_every_page_answers(page, place: str, edition: Edition, opened: Callable[..., AppTest]) -> None:
    app = opened(page.file if page.url_path else "", **({"place": place} if place else {}))
    assert not app.exception
    if page.url_path in {"", "place"}:
        gap = show(edition, View(region=ENGLAND, place=place or ENGLAND))["people_in_gap"]
        assert about(gap.count) in html(app)


def test_a_pack_of_it_is_made_and_holds(
    written: Path, call: Callable[..., tuple[int, str, str]], tmp_path: Path,
) -> None:
    assert call("pack", "England", "--out", str(tmp_path), "--edition", str(written))[0] == 0
    [pack] = tmp_path.iterdir()
    assert call("verify", str(pack), "--quick", "--edition", str(written))[0] == 0
