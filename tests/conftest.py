"""Fixtures by topic stand in tests/fixtures/."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = [
    f"tests.fixtures.{topic}" for topic in ("open_data", "rail", "tiny_edition", "browser", "pages")
]

# No test is timed, this kind neither: a busy machine is no failure. A check that gates must not differ by the day;
# at home every run tries new examples.
settings.register_profile(
    "swathe", deadline=None, derandomize=os.environ.get("CI", "").lower() == "true",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("swathe")
