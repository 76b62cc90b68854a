"""What `make soak` says of how memory went."""

import pytest

from bench.soak import MOST, Found, summed_up

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("grown", "holds"), [(0.0, True), (2.0, True), (20.0, False), (-10.0, True)])
def test_growth_is_counted_from_the_first_third_on(grown: float, holds: bool) -> None:
    """The first third grows by as much as it likes."""
    later = 8.0 * grown
    readings = [(float(at), 500.0 + 300.0 * min(at / 200, 1) + later * (at >= 400)) for at in range(600)]
    found = summed_up(Found(0.0, readings), 600)
    assert found["growth_percent"] == pytest.approx(grown, abs=0.1)
    assert (float(str(found["growth_percent"])) <= MOST) == holds
    assert found["mb_most"] == round(max(each for _, each in readings))
    assert found["mb_by_sixths"][0] < found["mb_by_sixths"][1]
