"""No page breaks a rule of WCAG 2.2 A or AA that axe-core knows; a place's figures are reached by keyboard alone."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import load_edition
from geo.figures.place import show
from tests.fixtures.browser import ADDRESSES, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIZES = [(1280, 900), (375, 800)]
UNDECIDED = {"color-contrast", "th-has-data-cells"}
"""What axe may leave to people; docs/accessibility.md has the check by hand."""


def check(window: Visit) -> dict[str, list[Any]]:
    """Violations, and what axe cannot decide, each as a rule and the elements it means."""
    window.page.evaluate(AXE.read_text(encoding="utf-8"))     # the content policy lets no other script in
    found = window.page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return {kind: [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found[kind]]
            for kind in ("violations", "incomplete")}


def test_axe_is_the_file_that_its_readme_names() -> None:
    digest = hashlib.sha256(AXE.read_bytes()).hexdigest()
    assert digest in (AXE.parent / "README.md").read_text(encoding="utf-8")


def test_axe_sees_what_is_wrong(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("", "/method")
    wrong = '<img src="data:,"><p style="color: #999">words of too little contrast</p>'
    window.page.evaluate("wrong => document.querySelector('.opening').insertAdjacentHTML('beforeend', wrong)", wrong)
    assert {rule for rule, _ in check(window)["violations"]} >= {"image-alt", "color-contrast"}


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_has_a_violation(visit: Enter, address: str) -> None:
    window = visit(webgl=address == "/explore")     # drawing a map without a graphics card is slow: one is enough
    window.open("?place=E07000047&station=OKE", address)
    for width, height in SIZES:
        window.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            window.page.emulate_media(color_scheme=scheme)
            window.page.wait_for_timeout(500)
            window.settled()
            found = check(window)
            assert found["violations"] == [], (address, width, scheme)
            assert {rule for rule, _ in found["incomplete"]} <= UNDECIDED
    window.assert_no_errors()


def test_from_landing_to_a_places_figures_by_keyboard_alone(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open()
    for _ in range(40):
        window.page.keyboard.press("Tab")
        if window.page.evaluate("document.activeElement.shadowRoot?.activeElement?.getAttribute('role')") == "combobox":
            break
    window.page.keyboard.type("west devon district")
    window.page.get_by_role("option", name="West Devon local authority").wait_for()
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".opening h1:has-text('West Devon')")
    window.settled()
    answer = show(load_edition(geometry=False), View(place="E07000047"))
    assert about(answer["people_in_gap"].value) in window.text(".claim")[0]
    assert window.query()["place"] == "E07000047"
    window.assert_no_errors()
