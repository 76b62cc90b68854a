"""Three engines find nothing on any page: axe-core, HTML_CodeSniffer and IBM's Equal Access."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.fixtures.browser import Visit

pytestmark = pytest.mark.browser

Enter = Callable[..., Visit]
VENDOR = Path(__file__).parents[1] / "vendor"
FILES = ("axe.min.js", "HTMLCS.js", "ace.js")
RUN = {
    "axe": """async () => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        const { violations, incomplete } = await axe.run(document, { runOnly: tags })
        const list = (rules, sure) => rules.flatMap(({ id, nodes }) => nodes.map(({ html }) => [id, html, sure]))
        return [...list(violations, true), ...list(incomplete, false)] }""",
    "HTML_CodeSniffer": """() => new Promise((done) => HTMLCS.process("WCAG2AA", document, () => done(
        HTMLCS.getMessages().filter(({ type }) => type === HTMLCS.ERROR)
            .map(({ code, element }) => [code, element.outerHTML ?? element.nodeName, true]))))""",
    # IBM's engine loses its way in the templates that React Aria fills, and looks at nothing behind the first.
    "IBM": """async () => {
        const away = [...document.querySelectorAll("template")].map((one) => [one, document.createComment("")])
        for (const [one, mark] of away) one.replaceWith(mark)
        const { results } = await new ace.Checker().check(document, ["IBM_Accessibility", "WCAG_2_2"])
        for (const [one, mark] of away) mark.replaceWith(one)
        return results.filter(({ value }) => value.join() === "VIOLATION,FAIL")
            .map(({ ruleId, snippet }) => [ruleId, snippet, true]) }""",
}
"""Each gives rules, elements, and whether it is sure: of IBM's engine violations count, and not that a word such as
'beside' ought to be looked at; of HTML_CodeSniffer errors."""
SIZES = [(1280, 900), (375, 800)]

UNDECIDED = {"color-contrast", "th-has-data-cells"}
"""What axe may leave to people; docs/accessibility.md has the check by hand."""


def check(page: Page) -> tuple[list[Any], set[str]]:
    """What is wrong, as engine, rule and element, and the rules that axe cannot decide."""
    if not page.evaluate("'ace' in globalThis"):     # the content policy lets no other script in
        page.evaluate("".join(f"{(VENDOR / name).read_text(encoding='utf-8')}\n;" for name in FILES)
                      + "globalThis.ace = ace")
    found = [(engine, *what) for engine, run in RUN.items() for what in page.evaluate(run)]
    return ([(engine, rule, html[:300]) for engine, rule, html, sure in found if sure],
            {rule for _, rule, _, sure in found if not sure})


def ours(wrong: list[Any]) -> list[Any]:
    """Leave out that Streamlit lets the keyboard reach each place that was picked, no control, to delete it."""
    return [found for found in wrong if not (found[1] == "element_tabbable_role_valid" and "data-tag" in found[2])]


@pytest.mark.parametrize("name", FILES)
def test_an_engine_is_the_file_that_the_readme_names(name: str) -> None:
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    assert f"`{name}`" in readme
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() in readme


def test_the_engines_see_what_is_wrong(visit: Enter) -> None:
    window = visit(webgl=False)
    window.open("", "/method")
    wrong = '<img src="data:,"><form></form><label></label><p style="color: #999">words of too little contrast</p>'
    window.page.evaluate("wrong => document.querySelector('.opening').insertAdjacentHTML('beforeend', wrong)", wrong)
    seen = {(engine, rule) for engine, rule, _ in check(window.page)[0]}
    assert seen >= {("axe", "image-alt"), ("axe", "color-contrast"), ("IBM", "label_content_exists"),
                    ("HTML_CodeSniffer", "WCAG2AA.Principle3.Guideline3_2.3_2_2.H32.2")}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_engine_finds_anything_on_a_page(
    each_page: tuple[str, Visit], width: int, height: int, scheme: str,
) -> None:
    _, window = each_page
    window.look(width, height, color_scheme=scheme)
    wrong, undecided = check(window.page)
    assert wrong == []
    assert undecided <= UNDECIDED
