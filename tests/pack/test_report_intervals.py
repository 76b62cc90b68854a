"""The report and the brief say how sure their figures are: no estimated count without its interval."""

from collections.abc import Iterator

import pytest

from geo.core.choices import REGION, SPEEDS
from geo.core.rounding import span
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.pack.report.blocks import Bullets, Cards, Document, Paragraph, Table
from geo.pack.report.chapters.need import need_kind
from geo.pack.report.compose import brief
from geo.pack.request import Request
from geo.words.beside_claim import AS_SURE, beside_claim
from geo.words.definitions import RANGE
from geo.words.intervals import COVERS
from geo.words.robust import HEADER
from tests.pack.test_report import drawn, whole
from tests.pages.test_intervals_shown import ESTIMATE, SURE, WITHOUT, without_cliff

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


def read_as_one(document: Document) -> Iterator[str]:
    """What is read as one: a paragraph, an item, a card, a row; checks on the figure have a sentence of their own."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield "".join(block.pieces)
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Cards):
            yield from (" ".join((card.label, card.value, *card.notes)) for card in block.cards)
        elif isinstance(block, Table) and block.columns != HEADER:
            yield from (" ".join(row) for row in block.rows)


def unsure(document: Document, checks: set[str]) -> list[str]:
    """List what names an estimate and not how sure it is; `checks` are headings that a sentence is said of."""
    texts = map(without_cliff, read_as_one(document))
    return [text for text in texts if ESTIMATE.search(text) and not SURE.search(text)
            and not any(known in text for known in (*WITHOUT, "For a single neighbourhood"))
            and text.partition(". ")[0] not in checks]


@pytest.mark.parametrize("code", [REGION, "E07000047", "E05011923", "E14001161", "E07000047+E07000046"])
def test_every_estimate_has_its_interval(starter: Edition, code: str) -> None:
    shown = place_profile(starter, View(place=code))
    checks = {item.heading for item in beside_claim(shown.answer)}
    assert beside_claim(shown.answer)[-1].text == AS_SURE
    maps = drawn("people-in-gap", "nowhere-to-turn", "train-to-hub")
    for document in (whole(shown), brief(Request(shown.view), shown, maps)):
        assert unsure(document, checks) == []
        assert sum(COVERS in text for text in read_as_one(document)) == 1
        assert RANGE not in " ".join(read_as_one(document))


@pytest.mark.parametrize("code", ["E07000047", "E05011923"])
def test_tables_give_the_intervals_of_the_profile(starter: Edition, code: str) -> None:
    shown = place_profile(starter, View(place=code))
    tables = [block for block in whole(shown).blocks if isinstance(block, Table)]
    speeds = next(table for table in tables if table.columns[-1] == "Between" and table.columns[0] == "Speed")
    for speed, row in zip(SPEEDS, speeds.rows, strict=True):
        found = shown.answer.at("people_in_gap", speed).interval
        assert found is not None
        assert row[-1] == span(found.p05, found.p95)
    kind = need_kind(shown)
    assert kind is not None
    inside = next(table for table in tables if "Residents" in table.columns and "Between" in table.columns)
    listed = shown.inside[kind].head(len(inside.rows))
    assert [row[3] for row in inside.rows] == [span(row["p05"], row["p95"]) for row in listed.to_dict("records")]
