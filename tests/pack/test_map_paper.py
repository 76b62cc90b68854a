import itertools

import numpy as np
import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from geo.pack.maps.body import path_of, plan_body
from geo.pack.maps.labels import Wanted, place_labels
from geo.pack.maps.page import SMALL, WIDTH, text_width, wrap

pytestmark = pytest.mark.slow


@given(st.floats(80_000, 400_000), st.floats(5_000, 240_000), st.floats(100, 360_000), st.floats(100, 250_000),
       st.booleans())
def test_every_place_fits_its_map(west: float, south: float, across: float, up: float, small: bool):
    body = plan_body((west, south, west + across, south + up), small=small)
    left, low, right, high = body.extent
    assert left < west
    assert low < south
    assert right > west + across
    assert high > south + up
    assert (left + right) / 2 == pytest.approx(west + across / 2)
    assert (right - left) / body.width == pytest.approx((high - low) / body.height)
    assert (body.width + 50 * body.beside, body.height) <= (WIDTH, 56 if small else 140)
    corners = body.on_paper(np.array([shapely.box(west, south, west + across, south + up)]))
    assert shapely.box(0, 0, *body.points).contains(corners[0])


@given(st.text("abc XYZ,.é$", min_size=1, max_size=200), st.floats(8, 160))
def test_lines_hold_all_words_and_fit(text: str, width: float):
    lines = wrap(text, width)
    assert " ".join(lines) == text
    assert all(text_width(line, SMALL) <= width for line in lines if " " in line.strip())


_SPOT = st.tuples(st.floats(-20, 320), st.floats(-20, 220))


@given(st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=14), st.lists(_SPOT, min_size=1, max_size=4),
                          st.none() | _SPOT), max_size=14))
def test_labels_never_touch(asked: list[tuple[str, list[tuple[float, float]], tuple[float, float] | None]]):
    names = [Wanted((word,), tuple(spots), dot=dot) for word, spots, dot in asked]
    clear = shapely.box(100, 80, 140, 120)
    found = place_labels(names, (300.0, 200.0), np.array([shapely.box(0, 0, 300, 200)]), clear)
    assume(found)
    boxes = []
    for wanted, (x, y) in found:
        wide, tall = wanted.half
        boxes.append(shapely.box(x - wide, y - tall, x + wide, y + tall))
        assert 2 * wide * 25.4 / 72 >= text_width(wanted.lines[0], wanted.size)
    dots = [shapely.Point(label.wanted.dot).buffer(1.6) for label in found if label.wanted.dot]
    frame = shapely.box(0, 0, 300, 200)
    assert all(frame.contains(box) and not box.intersects(clear) for box in boxes)
    assert not any(a.intersects(b) for a, b in itertools.combinations(boxes, 2))
    assert not any(a.intersects(b) for a, b in itertools.combinations(dots, 2))
    others = [(box, other) for box, label in zip(boxes, found, strict=True) for other in found
              if other is not label and other.wanted.dot]
    assert not any(box.intersects(shapely.Point(other.wanted.dot).buffer(1.6)) for box, other in others)


@pytest.mark.parametrize("turned", [False, True])
def test_a_hole_stays_a_hole_however_its_ring_runs(turned: bool):
    hole = [(3, 3), (3, 6), (6, 6), (6, 3)]
    shape = shapely.Polygon([(0, 0), (0, 9), (9, 9), (9, 0)], [hole[::-1] if turned else hole])
    path = path_of(np.array([shape, shapely.Point(2, 2), shapely.Polygon()]))
    outer, inner = (shapely.LinearRing(ring).is_ccw for ring in path.to_polygons())
    assert outer != inner
    assert len(path_of(np.array([shapely.Polygon()]))) == 0
