"""The Place page without a browser: what is published of whole authorities, and the lens."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geo.core.cache import forget
from geo.edition.store import save_edition
from geo.words.authority import NOT_IN_EDITION
from geo.words.lens import NO_AUTHORITIES, NO_COAST
from tests.fixtures.pages import html
from tests.fixtures.tiny_edition import tiny_manifest, tiny_tables

Run = Callable[..., AppTest]


def place_page(run: Run, code: str) -> AppTest:
    app = run(place=code).switch_page("place/page.py").run()
    assert not app.exception
    return app


def test_a_ward_shows_its_authoritys_figures_and_says_so(run: Run) -> None:
    app = place_page(run, "E05000001")
    said = html(app).replace("\u00a0", " ")
    assert "These are figures for the whole of Aland, the authority" in said
    for text in ("Claimants, of residents aged 16 to 64, 2025", "3.0 %", "44.6", "Gigabit: England", "September"):
        assert (text in said) == (text != "September")
    assert "Universal Credit" in said
    assert "Residents aged 65 and over" in said
    assert len(app.get("vega_lite_chart")) == 2      # neighbourhoods, and coverage over time


def test_a_place_in_two_authorities_has_both_and_no_line_of_its_own(run: Run) -> None:
    app = place_page(run, "E14000002")
    assert "of the authorities it lies in, each as a whole" in html(app)
    assert "Gigabit: Aland" not in html(app)
    assert len(app.get("vega_lite_chart")) == 1


@pytest.mark.parametrize("code", ["E07000001", "E12000009"])
def test_an_edition_of_before_says_what_it_lacks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str,
) -> None:
    tables = {name: table for name, table in tiny_tables().items() if name not in {"context", "lines"}}
    later = [name for name in tables["areas"] if name.startswith(("aged_", "coastal"))]
    tables["areas"] = tables["areas"].drop(columns=later)
    save_edition(tmp_path / "before", "tiny", tables, tiny_manifest())
    monkeypatch.setenv("SWATHE_EDITION", str(tmp_path / "before"))
    forget()
    said = html(place_page(run, code))
    for text in (NOT_IN_EDITION, NO_COAST, NO_AUTHORITIES):
        assert text in said
