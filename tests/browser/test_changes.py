"""No change of a reader's is lost: however fast the keys, and the first one after the line was cut."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.browser import PATIENCE, Visit, serving
from tests.fixtures.process import free_port

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]

WEST_DEVON = "?place=E07000047&minutes=150"
CAN_BE_USED = "() => !document.querySelector('input[type=range]').disabled"


def press(window: Visit, times: int = 1, delay: int = 0) -> None:
    window.page.get_by_role("slider").focus()
    for _ in range(times):
        window.page.keyboard.press("ArrowRight")
        window.page.wait_for_timeout(delay)


def assert_taken(window: Visit, minutes: int, said: str) -> None:
    """The widget, the sentence and the link agree."""
    window.says(said)
    assert window.page.get_by_role("slider").input_value() == str(minutes)
    assert window.query() == {**window.query(), "place": "E07000047", "minutes": str(minutes)}


@pytest.mark.parametrize(("path", "delay"), [("/", 10), ("/", 30), ("/place", 30), ("/", 90)])
def test_ten_fast_key_presses_are_ten_steps(visit: Enter, path: str, delay: int) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047", path)
    press(window, 10, delay)
    assert_taken(window, 170, "170 minutes")


def test_back_undoes_a_change_that_was_made_fast(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open(WEST_DEVON)
    press(window, 4, 20)
    assert_taken(window, 170, "170 minutes")
    window.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Rail").click()
    window.page.wait_for_selector(".opening h1:has-text('London')")
    window.settled()
    press(window)
    window.says("175 minutes")
    window.page.go_back()
    window.says("170 minutes")
    assert_taken(window, 170, "170 minutes")


def test_a_change_made_first_after_the_line_was_cut_is_taken(visit: Enter) -> None:
    window = visit(webgl=False, own=True)
    lines = []

    def connect(socket) -> None:
        lines.append(socket)
        socket.connect_to_server()

    window.page.route_web_socket("**/_stcore/stream", connect)
    window.open(WEST_DEVON)
    lines[-1].close()
    window.page.wait_for_function(CAN_BE_USED.replace("!", "", 1))
    window.page.wait_for_function(CAN_BE_USED, timeout=PATIENCE)
    press(window)
    assert_taken(window, 155, "155 minutes")
    assert len(lines) > 1


def test_a_change_made_first_after_the_server_was_started_again_is_taken(visit: Enter, tmp_path: Path) -> None:
    port = free_port()
    window = visit(webgl=False, own=True)
    with serving(port, tmp_path / "first.txt") as window.address:
        window.open(f"{WEST_DEVON}&speed=100")
    window.page.wait_for_function(CAN_BE_USED.replace("!", "", 1))
    with serving(port, tmp_path / "second.txt"):
        window.page.wait_for_function(CAN_BE_USED, timeout=PATIENCE)
        press(window)
        assert_taken(window, 155, "155 minutes")
        assert window.query()["speed"] == "100"
    window.page.close()
    window.errors.clear()     # of the time without a server
