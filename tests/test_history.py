"""A place in every edition at hand: the figures of each, as that edition's own answer has them; what an entry says."""

from dataclasses import replace

import pytest

from geo.core.choices import SPEEDS
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.history import history, remembered
from geo.figures.place import show
from geo.words.history import coverage_of, entries, history_rows
from tests.fixtures.later_edition import later
from tests.fixtures.tiny_edition import CODES


@pytest.fixture(scope="module")
def both(tiny_edition: Edition) -> tuple[Edition, Edition]:
    """The tiny edition, and one of half a year later with fewer bad lines and more residents in one neighbourhood."""
    areas = tiny_edition.areas.copy()
    areas.loc[CODES[0], ["below_10", "below_30", "below_gigabit"]] = [10.0, 20.0, 280.0]
    areas.loc[CODES[3], ["authority", "county"]] = ["E07000001", "E10000001"]
    facts = {"vintages": {**tiny_edition.manifest["vintages"], "ofcom-authority": "2026-01"},
             "built_at": "2026-03-01T12:00:00+00:00"}
    return tiny_edition, later(tiny_edition, areas, manifest=facts)


@pytest.mark.parametrize("code", ["E07000001", "E06000002", "E05000001", "E12000009", CODES[0], "E07000001+E06000002"])
def test_each_row_is_that_editions_own_answer(both: tuple[Edition, Edition], code: str) -> None:
    """For a place of any kind, and for several together; oldest first, whatever order they come in."""
    table = history([remembered(edition) for edition in reversed(both)], code)
    assert table["lines"].tolist() == ["2025-07", "2026-01"]
    for edition, row in zip(both, table.to_dict("records"), strict=True):
        answer = show(edition, View(place=code))
        assert row["edition"] == edition.id
        for key in ("premises", "workers", "residents", "cut_off_by_rail", "nowhere_to_turn"):
            assert row[key] == pytest.approx(answer[key].value), key
        for speed in SPEEDS:
            assert row[f"premises_below_{speed}"] == pytest.approx(answer.at("premises_below", speed).value)
            assert row[f"people_in_gap_{speed}"] == pytest.approx(answer.at("people_in_gap", speed).value)


def test_a_place_that_an_edition_does_not_have_is_left_out(both: tuple[Edition, Edition]) -> None:
    """Neither does an unknown code stand for nothing: there is no row."""
    kept = [remembered(edition) for edition in both]
    areas = both[1].areas.copy()
    areas.loc[CODES[:2], "authority"] = "E06000099"
    kept.append(remembered(later(both[0], areas)))
    assert len(history(kept, "E06000099")) == 1
    assert history(kept, "E06000098").empty
    assert history(kept, "E06000099+E06000098").empty


def test_entries_say_what_each_edition_changed(both: tuple[Edition, Edition]) -> None:
    """Newest first; the first edition is told as such; other ground is said."""
    table = history([remembered(edition) for edition in both], "E07000001")
    newest, oldest = entries(table, "Aland")
    assert (newest.edition, oldest.edition) == (both[1].id, both[0].id)
    assert newest.built_at == "2026-03-01T12:00:00+00:00"
    before, after = table["people_in_gap_30"]
    assert newest.title == f"Aland, January 2026: about {before - after:.0f} fewer people in the gap"
    assert any("30 Mbit/s" in line for line in newest.lines)
    assert newest.lines[-1] == "Broadband estimated, by Ofcom’s counts of January 2026; rail indicative."
    assert oldest.lines == ("The first edition of Aland that is served here.",
                            "Broadband estimated, by Ofcom’s counts of July 2025; rail indicative.")
    measured = replace(both[1], manifest={**both[1].manifest, "broadband_basis": "measured"})
    told, _ = entries(history([remembered(each) for each in (both[0], measured)], "E07000001"), "Aland")
    assert told.lines[-2].startswith("Broadband is measured now and was estimated")
    assert told.lines[-1].startswith("Broadband measured, by Ofcom’s counts of ")
    nothing, _ = entries(history([remembered(each) for each in (both[0], later(both[0]))], "E07000001"), "Aland")
    assert nothing.lines == ("None of its main figures changed.", oldest.lines[-1])


def test_rows_and_lines_for_a_chart(both: tuple[Edition, Edition]) -> None:
    """Shares of homes and businesses, a point a month."""
    table = history([remembered(edition) for edition in both], "E07000001")
    assert history_rows(table)[0][1:3] == ("January 2026", "12.1 %")     # (20 + 60 + 150) of 1,900
    chart = coverage_of(table, "Aland")
    below = chart[chart["series"] == "below_30"]
    assert below["share"].tolist() == pytest.approx([110 / 1600, 230 / 1900])
    assert [f"{date:%Y-%m}" for date in below["date"]] == ["2025-07", "2026-01"]
