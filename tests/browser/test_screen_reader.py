"""What a screen reader is given: names, headings, landmarks, tables, and a word when the answer has changed."""

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.fixtures.browser import ADDRESSES, Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
NAMED = {"button", "link", "combobox", "textbox", "slider", "switch", "radio", "radiogroup", "checkbox", "img", "image",
         "application", "figure", "table", "grid", "region", "navigation", "searchbox", "heading"}
"""Roles that say nothing without a name."""
MENDED = """() => !document.querySelector("[role=grid]:not([aria-label]), label > span[aria-hidden], "
        + "[data-testid=stMarkdownContainer] table:not([aria-label])")
    && [...document.querySelectorAll("[data-testid=stElementToolbar] button")]
        .every(({ ariaLabel }) => ariaLabel.length < 80)"""
"""Whether static/assistive.js has been over the parts that come last."""
LIGATURE = re.compile(r"\b(keyboard|arrow|expand|chevron|more|close|content|file|zoom|full)_\w+")


def tree(window: Visit) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Role, name and properties of all that is said, in its order."""
    session = window.page.context.new_cdp_session(window.page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    waiting = [next(identity for identity, node in nodes.items() if "parentId" not in node)]
    while waiting:
        node = nodes.get(waiting.pop())
        if node is None:
            continue
        waiting += reversed(node.get("childIds", []))
        if not node["ignored"]:
            yield (node["role"]["value"], node.get("name", {}).get("value", "").strip(),
                   {one["name"]: one["value"].get("value") for one in node.get("properties", [])})


@pytest.mark.parametrize("width", [1280, 375])
def test_what_is_said_has_names_and_an_order(each_page: tuple[str, Visit], width: int) -> None:
    _, window = each_page
    window.look(width, 900)
    window.page.wait_for_function(MENDED)
    said = list(tree(window))
    assert [role for role, name, _ in said if role in NAMED and not name] == []
    assert [name for _, name, _ in said if LIGATURE.search(name)] == []
    levels = [one["level"] for role, _, one in said if role == "heading"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    roles = [role for role, _, _ in said]
    for landmark in ("main", "banner", "status", "navigation"):
        assert landmark in roles
    assert roles.count("main") == 1
    landmarks = [(role, name) for role, name, _ in said if role in {"region", "navigation", "complementary", "form"}]
    assert len(set(landmarks)) == len(landmarks)
    assert [name for role, name, _ in said if role in {"button", "link", "navigation"}
            and len(name) >= 80 and not name.startswith("https://")] == []      # sources are named by their addresses
    # Said once, not as its own label and again as that of what it stands in.
    assert [name for _, name, _ in said if re.fullmatch(r"(.{4,}) \1", name)] == []
    assert window.page.evaluate("document.documentElement.lang") == "en-GB"


def test_every_page_has_a_title_of_its_own(visit: Enter) -> None:
    window = visit(webgl=False)
    titles = set()
    for address in ADDRESSES:
        window.open("", address)
        titles.add(window.page.title())
    assert len(titles) == len(ADDRESSES)
    assert all(title.endswith(" · Swathe") for title in titles)


def test_every_table_has_a_name_and_heads(visit: Enter) -> None:
    window = visit(webgl=False)
    for address in ("/place", "/compare", "/method", "/explore", "/rail"):
        window.open("?place=E07000047", address)
        tables = window.page.evaluate("""() => [...document.querySelectorAll('.facts table')].map((table) => ({
            name: table.caption?.textContent || table.ariaLabel,
            heads: [...table.tBodies].every((body) => [...body.rows].every((row) => row.cells[0].tagName === 'TH')),
            empty: [...table.querySelectorAll('th')].filter((head) => !head.textContent.trim()).length }))""")
        assert tables
        for table in tables:
            assert table["name"], address
            assert table["heads"], table
            assert table["empty"] == 0, table


def test_the_meaning_of_a_mark_is_heard_apart_from_what_it_marks(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047")
    item = window.page.locator("ul.bases li").first
    assert item.aria_snapshot().startswith('- listitem:\n  - link "( estimated )":')


def test_a_change_and_a_page_turned_are_told(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("?place=E07000047")
    told = window.page.locator("#said")
    assert told.get_attribute("role") == "status"
    assert told.inner_text() == ""
    window.page.get_by_role("slider").focus()
    window.page.keyboard.press("ArrowRight")
    window.says("125 minutes")
    window.page.wait_for_function("() => document.getElementById('said').textContent.includes('125 minutes')")
    assert told.text_content() == window.text(".claim")[0]
    window.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Method and data").click()
    window.page.wait_for_function("() => document.getElementById('said').textContent === 'Method and data'")
