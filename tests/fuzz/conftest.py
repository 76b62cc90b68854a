"""The small copy of the publishers' files, read once."""

import pytest

from tests.fuzz.harness import Clean, read_clean


@pytest.fixture(scope="session")
def clean(small_data) -> Clean:
    """The cut, which makes no finding."""
    return read_clean(small_data)
