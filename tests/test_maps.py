"""Classes, colours and legends of a map."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_series_equal

from geo.core.measures import MEASURES
from geo.core.view import View
from geo.edition.store import Edition
from geo.figures.ranking import rank
from geo.maps.classes import (
    CLASSES,
    DARK,
    LIGHT,
    MISSING,
    OUTSIDE,
    Colour,
    Palette,
    classify,
    digits,
    fill_expression,
    legend,
    scale_of,
    shown_values,
)

# Machado, Oliveira and Fernandes (2009), full protan, deutan and tritan deficiency, on linear RGB.
DEFICIENCIES = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]


def lab(colour: Colour, deficiency: str | None = None) -> np.ndarray:
    """CIE L*a*b* of a colour, as somebody with a colour-vision deficiency sees it."""
    share = np.array(colour) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    if deficiency:
        linear = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear, 0, 1)
    x, y, z = np.array(TO_XYZ) @ linear / [0.95047, 1, 1.08883]
    cube = [value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116 for value in (x, y, z)]
    return np.array([116 * cube[1] - 16, 500 * (cube[0] - cube[1]), 200 * (cube[1] - cube[2])])


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_order_can_be_read_from_lightness_alone(palette: Palette) -> None:
    steps = np.diff([lab(colour)[0] for colour in palette.classes])
    towards_the_ground = np.sign(lab(palette.ground)[0] - 50)
    assert (-towards_the_ground * steps >= 6).all()


@pytest.mark.parametrize("deficiency", [None, *DEFICIENCIES])
@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_classes_differ_whatever_colours_are_seen(palette: Palette, deficiency: str | None) -> None:
    seen = [lab(colour, deficiency) for colour in palette.classes]
    nearest = min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))
    assert nearest >= 8      # about three times what is just noticed


def contrast(one: Colour, other: Colour) -> float:
    """WCAG's ratio of two colours."""
    linear = [np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
              for share in (np.array(colour) / 255 for colour in (one, other))]
    high, low = sorted((float(np.dot(TO_XYZ[1], share)) for share in linear), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_worse_class_stands_out_more_on_either_ground(palette: Palette) -> None:
    ratios = [contrast(colour, palette.ground) for colour in palette.classes]
    assert ratios == sorted(ratios)
    assert ratios[-1] > 10
    assert ratios[0] < 2


def test_a_hue_means_the_same_in_the_dark() -> None:
    hues = [[float(np.degrees(np.arctan2(*lab(colour)[:0:-1]))) % 360 for colour in palette.classes]
            for palette in (LIGHT, DARK)]
    for light, dark in zip(*hues, strict=True):
        assert abs((light - dark + 180) % 360 - 180) <= 15


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_an_outline_or_a_name_with_its_halo_is_seen_on_every_colour(palette: Palette) -> None:
    for colour in [*palette.classes, palette.missing, palette.outside, palette.ground]:
        assert max(contrast(palette.line, colour), contrast(palette.ground, colour)) >= 3
    assert contrast(palette.line, palette.ground) >= 4.5
    assert contrast(palette.railway, palette.ground) >= 3


def test_every_measure_has_a_scale_with_rising_breaks() -> None:
    for measure in MEASURES.values():
        scale = measure.scale
        assert scale == scale_of(measure.key)
        assert len(scale.breaks) == CLASSES - 1
        assert list(scale.breaks) == sorted(set(scale.breaks))


def test_classes_by_hand() -> None:
    values = pd.Series([0.0, 1.99, 2.0, 25.0, 199.9, 200.0, np.nan, 60.0], index=list("abcdefgh"))
    inside = pd.Series([True] * 7 + [False], index=list("abcdefgh"))
    expected = pd.Series([0, 0, 1, 3, 5, 6, MISSING, OUTSIDE], index=list("abcdefgh"), dtype="uint8", name="class")
    assert_series_equal(classify(values, "people_in_gap", inside), expected)


@given(st.sampled_from(sorted(MEASURES)), st.lists(st.floats(0, 5000) | st.just(np.nan), max_size=30))
def test_class_holds_its_value(measure: str, numbers: list[float]) -> None:
    edges = [-np.inf, *scale_of(measure).breaks, np.inf]
    for value, found in zip(numbers, classify(pd.Series(numbers, dtype="float64"), measure), strict=True):
        assert found == MISSING if np.isnan(value) else edges[found] <= value < edges[found + 1]


def test_shown_values_come_from_the_column_of_the_scale() -> None:
    ranked = pd.DataFrame({"code": ["b", "a"], "value": [10.0, 20.0], "rate": [0.1, 0.2]})
    areas = pd.Index(["a", "b", "c"], name="code")
    rates = pd.Series([0.2, 0.1, np.nan], index=areas, name="rate")
    assert_series_equal(shown_values("premises_below", ranked, areas), rates)
    assert shown_values("residents", ranked, areas).tolist()[:2] == [20.0, 10.0]


def test_a_figure_without_a_count_is_shown_as_it_is(tiny_edition: Edition) -> None:
    for measure in (key for key, record in MEASURES.items() if not record.has_count):
        ranked = rank(tiny_edition, View(), by="ward", measure=measure, within="all")
        values = ranked.set_index("code")["value"]
        assert_series_equal(shown_values(measure, ranked, values.index), values, check_names=False)


def test_legend_tells_numbers_units_and_counts() -> None:
    classes = pd.Series([0, 0, 6, MISSING], dtype="uint8")
    rows = legend("premises_below", LIGHT, classes)
    assert [row.label for row in rows] == [
        "under 0.5 %", "0.5 % to 2 %", "2 % to 5 %", "5 % to 10 %", "10 % to 25 %", "25 % to 50 %", "50 % or more",
        "nobody to count",
    ]
    assert [row.areas for row in rows] == [2, 0, 0, 0, 0, 0, 1, 1]
    assert [row.colour for row in rows] == [*LIGHT.classes, LIGHT.missing]
    assert legend("train_to_hub_minutes", LIGHT, classes)[-1].label == "no rail"
    assert legend("residents", LIGHT, pd.Series([OUTSIDE], dtype="uint8"))[-1].label == "neighbour, not counted"
    assert legend("residents", LIGHT, classes)[1].label == "1,000 to 1,400"


def test_colours_turn_round_where_more_is_better() -> None:
    assert LIGHT.ordered("people_in_gap")[:CLASSES] == LIGHT.classes
    assert LIGHT.ordered("within_30_min_walk_of_station")[:CLASSES] == LIGHT.classes[::-1]
    assert LIGHT.ordered("residents")[CLASSES:] == (LIGHT.missing, LIGHT.outside)


def test_expression_holds_one_digit_an_area() -> None:
    classes = pd.Series([0, 3, OUTSIDE], dtype="uint8")
    assert digits(classes) == "038"
    assert fill_expression(classes, [(1, 2, 3), (4, 5, 6)], 9) == "([[1,2,3,9],[4,5,6,9]])[('038')[properties.i]]"
