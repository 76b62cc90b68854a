"""A link of an older edition shows its figures while another window looks at the newest."""

from collections.abc import Callable, Iterator

import pytest

from tests.fixtures.browser import Visit, serving
from tests.fixtures.editions import Editions
from tests.fixtures.process import free_port

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("editions")]

Enter = Callable[..., Visit]


@pytest.fixture(scope="module")
def app_address(editions_written: Editions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an app that serves two editions."""
    log = tmp_path_factory.mktemp("app") / "log.txt"
    with serving(free_port(), log, SWATHE_EDITION="", SWATHE_EDITIONS=str(editions_written.folder)) as address:
        yield address
    assert "Traceback" not in log.read_text(errors="replace"), log.read_text(errors="replace")[-4000:]


def told(window: Visit) -> str:
    """What the window says of its edition and its figures."""
    return " ".join([*window.text(".foot"), *window.text(".claim")])


def test_two_windows_see_two_editions(visit: Enter, editions_written: Editions) -> None:
    old, new = editions_written.old, editions_written.new
    older, newest = visit(webgl=False), visit(webgl=False, own=True)
    older.open(f"?place=E06000002&edition={old}")
    newest.open("?place=E06000002")
    assert f"Edition {old}." in told(older)
    assert f"Edition {new}." in told(newest)
    assert older.text(".claim") != newest.text(".claim")
    notice, = older.text(".notice")
    assert notice.startswith(f"You are seeing the figures of the edition of March 2025 ({old}). A newer one is here, "
                             "of April 2026. See the same in the newest edition.")
    assert newest.text(".notice") == []
    for window, name in ((older, old), (newest, new)):
        before = window.text(".claim")
        window.page.get_by_role("link", name="Compare").first.click()
        window.page.wait_for_url("**/compare*")
        window.page.locator(".opening h1", has_text="side by side").wait_for()
        window.settled()
        assert f"Edition {name}." in told(window)
        assert window.query()["edition"] == name
        box = window.page.get_by_role("combobox", name="Find a place, postcode or MP")
        box.fill("Newham")
        window.page.get_by_role("option").first.wait_for()
        offered = [text for text in window.text("[role=option]") if "Newham" in text]
        assert offered
        assert all(("Newer" in text) == (name == new) for text in offered)
        window.page.get_by_role("option").first.click()
        window.page.wait_for_url("**/place?*")
        window.settled()
        assert f"Edition {name}." in told(window)
        assert window.query()["edition"] == name
        assert window.text(".claim") != before
    older.page.get_by_role("link", name="See the same in the newest edition.").click()
    older.page.wait_for_url(f"**edition={new}*")
    older.settled()
    assert f"Edition {new}." in told(older)
    assert older.text(".notice") == []
    older.page.go_back()
    older.page.wait_for_url(f"**edition={old}*")
    older.settled()
    assert f"Edition {old}." in told(older)
