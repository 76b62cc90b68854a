"""Libraries that take much memory and that no page asks for come with the first request that needs them."""

import subprocess
import sys

import pytest

from tests.fixtures.process import ROOT

pytestmark = pytest.mark.slow

LATE = ("pyogrio", "numba", "typst", "docx", "matplotlib")


@pytest.fixture(scope="module")
def there() -> set[str]:
    """What has come when the app has worked out all that it does before anybody asks."""
    told = subprocess.run([sys.executable, "-c", "import app, sys; app.prepare(); print(*sys.modules)"], cwd=ROOT,
                          capture_output=True, text=True, check=True).stdout
    return set(told.split())


@pytest.mark.parametrize("library", LATE)
def test_it_does_not_come_at_the_start(there: set[str], library: str) -> None:
    assert "geopandas" in there
    assert library not in there
