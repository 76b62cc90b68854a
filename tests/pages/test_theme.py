"""The theme: every pair of text and ground that Streamlit draws can be read, and nothing leaves the page's origin."""

import itertools
import tomllib
from pathlib import Path
from typing import Any

import pytest

from geo.maps.charts import DOT_OPACITY
from geo.maps.classes import DARK, LIGHT, Palette
from pages.compare.charts import BAR_OPACITY

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    shares = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(mode: str) -> None:
    theme = SETTINGS["theme"][mode]
    names = ("backgroundColor", "secondaryBackgroundColor")
    grounds = [part[name] for part in (theme, theme["sidebar"]) for name in names]
    for text, ground in itertools.product(("textColor", "linkColor", "primaryColor"), grounds):
        assert contrast(theme[text], ground) >= 4.5, (text, ground)


def over(ink: tuple[int, ...], ground: tuple[int, ...], opacity: float) -> str:
    """The colour seen where an ink is drawn half through."""
    return "#{:02x}{:02x}{:02x}".format(
        *(round(opacity * part + (1 - opacity) * under) for part, under in zip(ink, ground, strict=True)))


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_every_line_and_dot_of_the_charts_stands_out(palette: Palette) -> None:
    """WCAG 1.4.11 asks 3 of what is drawn, 1.4.3 asks 4.5 of words (they are in the colour of lines)."""
    ground = over(palette.ground, palette.ground, 1)
    drawn = {(palette.classes[4], BAR_OPACITY), (palette.classes[5], DOT_OPACITY), (palette.classes[4], 1)}
    for ink, opacity in drawn:
        assert contrast(over(ink, palette.ground, opacity), ground) >= 3
    assert contrast(over(palette.line, palette.ground, 1), ground) >= 4.5


def test_nothing_is_fetched_or_told_elsewhere() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["server"]["showEmailPrompt"] is False
    for path in [*(ROOT / "static").iterdir(), ROOT / ".streamlit" / "config.toml"]:
        if path.suffix in {".css", ".svg", ".toml"}:
            text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
            assert "http" not in text, path.name


def test_every_rule_of_the_style_sheets_is_closed() -> None:
    for sheet in (ROOT / "static").glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert text.count("{") == text.count("}"), sheet.name
