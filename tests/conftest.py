"""Fixtures by topic stand in tests/fixtures/."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    f"tests.fixtures.{topic}"
    for topic in (
        "archives", "open_data", "output_areas", "rail", "tiny_edition", "browser", "pages", "command_line", "squares",
        "publisher", "editions", "old_shape", "north_west", "made_region")
]

# No test is timed, this kind neither: a busy machine is no failure. A check that gates must not differ by the day;
# at home every run tries new examples.
settings.register_profile(
    "swathe", deadline=None, derandomize=os.environ.get("CI", "").lower() == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("swathe")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name no test by long content: an archive has in it the second at which it was packed, which each worker packs."""
    return argname if isinstance(val, str | bytes) and len(val) > 60 else None
