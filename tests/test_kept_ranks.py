"""Ranks are kept by the options that a measure says it depends on: none that it does not name changes them."""

import pandas as pd
import pytest

from geo.core.cache import forget
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.ranks import ranks_of_kind

CHANGES = [{"speed": "gigabit"}, {"hub": "exeter"}, {"minutes": 90}, {"clock": "door"}, {"work": "dingel-neiman"},
           {"access": "walk"}]


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition(geometry=False)


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_ranks_kept_are_those_worked_out_anew(starter: Edition, change: dict[str, str]) -> None:
    forget()
    view = View().replace(**change)
    before = ranks_of_kind(starter, View(), "authority")
    kept = ranks_of_kind(starter, view, "authority")
    assert not kept.equals(before)
    forget()
    pd.testing.assert_frame_equal(kept, ranks_of_kind(starter, view, "authority"))
