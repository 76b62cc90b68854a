"""The Evidence page: what is asked goes into a pack that holds, and a pack is offered only for what is on the page."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.place import show
from geo.pack.file.verify import verify
from geo.words.claim import headline
from tests.fixtures.browser import PATIENCE, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
TITLE = '=cmd() <script>document.title="x"</script> #import'


@pytest.fixture(scope="module")
def edition() -> Edition:
    return load_edition()


def test_a_pack_made_here_has_the_readers_words_and_the_command_lines_figures(
    visit: Enter, edition: Edition, tmp_path: Path,
) -> None:
    window = visit(webgl=False)
    window.open("?place=E06000053&hub=exeter", "/evidence")
    answer = show(edition, View(place="E06000053", hub="exeter"))
    assert window.text(".claim") == [" ".join("".join(headline(answer)).split())]
    window.page.get_by_label("Title of the report").fill(TITLE)
    window.page.get_by_label("Your organisation").fill("Council of the Isles")
    window.page.get_by_label("Your organisation").press("Tab")
    window.settled()
    window.page.get_by_role("button", name="Make the pack").click()
    offer = window.page.get_by_role("button", name="Download the pack")
    offer.wait_for(timeout=PATIENCE)
    with window.page.expect_download() as download:
        offer.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert verify(path, edition).ok
    with zipfile.ZipFile(path) as pack:
        manifest = json.loads(pack.read("manifest.json"))
    assert (manifest["title"], manifest["author"]) == (TITLE, "Council of the Isles")
    assert manifest["figures"]["people_in_gap.estimate"] == answer["people_in_gap"].value
    assert manifest["view"]["hub"] == "exeter"
    assert "x" not in window.page.title().split()
    # Another threshold is another pack: the one that was made is not offered for it.
    window.page.get_by_role("slider").focus()
    window.page.keyboard.press("ArrowRight")
    window.says("125 minutes")
    window.page.get_by_role("button", name="Make the pack").wait_for(timeout=PATIENCE)
    assert window.page.get_by_role("button", name="Download the pack").count() == 0


@pytest.mark.parametrize("width", [375, 1280])
def test_the_first_page_is_shown_with_words_for_it_and_nothing_sticks_out(visit: Enter, width: int) -> None:
    window = visit(width, 900, webgl=False)
    window.open("?place=E07000047", "/evidence")
    picture = window.page.get_by_role("img", name="First page of the report")
    picture.wait_for(timeout=PATIENCE)
    assert picture.evaluate("image => image.complete && image.naturalHeight > image.naturalWidth")
    assert "people" in (picture.get_attribute("alt") or "")
    sizes = window.page.evaluate(
        "(() => { const m = document.querySelector('[data-testid=stMain]'); return [m.scrollWidth, m.clientWidth] })()")
    assert sizes[0] <= sizes[1]
