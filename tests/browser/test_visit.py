"""What the other browser tests stand on: a tab that one leaves to the next, and waiting until a page is still."""

import os
from collections.abc import Callable

import pytest

from tests.fixtures.browser import DRAWS, SETTLED, STILL, USUAL, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]


def test_a_tab_that_is_left_keeps_nothing(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    window.open("", "/method")
    window.page.evaluate("() => { sessionStorage.kept = localStorage.kept = 1 }")
    window.page.evaluate("history.pushState({}, '', '?speed=100')")
    window.leave()
    requests = len(window.requests)
    again = Visit(window.page, window.address)
    again.open("", "/method")
    assert again.page.evaluate("[sessionStorage.kept ?? 0, localStorage.kept ?? 0, history.length]") == [0, 0, 2]
    assert len(window.requests) == requests     # who was here before hears no more of it


def test_a_page_is_still_when_what_changes_and_moves_has_ended(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    window.open("", "/method")
    window.page.emulate_media(forced_colors="active")
    last = window.page.evaluate(f"""async () => {{
        const heading = document.querySelector('.opening h1')
        const later = () => setTimeout(() => {{ heading.dataset.last = 1 }}, 200)
        heading.animate({{ opacity: [0, 1] }}, 900).finished.then(later)
        await ({STILL})()
        return heading.dataset.last }}""")
    assert last == "1"
    window.look(1280, 900, **USUAL)
    assert not window.page.evaluate("matchMedia('(forced-colors: active)').matches")


@DRAWS
def test_tests_that_draw_a_map_are_one_group(request: pytest.FixtureRequest) -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("only where tests are dealt out is a group needed")
    assert request.node.nodeid.endswith("@map")


@pytest.mark.parametrize(("part", "filled"), [
    ('<div class="wait"></div>', False), ('<div data-testid="stSkeleton">…</div>', False),
    ('<details><div data-testid="stSkeleton">…</div></details>', True),     # of what is folded, nothing is awaited
    ('<div data-testid="stBidiComponentRegular"><div></div></div>', False),
    ('<div data-testid="stBidiComponentRegular"><div><p></p></div></div>', True)])
def test_a_page_with_a_part_that_has_not_come_is_not_settled(visit: Enter, part: str, filled: bool) -> None:
    window = visit(webgl=False)
    window.page.set_content(f"""<div data-testid="stApp" data-test-script-state="notRunning">
        <div class="opening"><h1>Place</h1></div>{part}</div>""")
    assert window.page.evaluate(SETTLED) is filled
