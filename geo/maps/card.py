"""The picture that a shared link shows in e-mail, Teams and WhatsApp: a claim beside the map it is read from."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

from geo.maps.classes import Colour, LegendRow, Palette

WIDTH, HEIGHT = 1200, 630
"""Of a card, in pixels, as OpenGraph asks for."""

_MAP = 560
_MARGIN, _GAP = 44, 12
_LARGEST, _SMALLEST = 38, 20
_COLOURS = 64
_KEY = 15


@dataclass(frozen=True)
class CardTexts:
    """What a card says: its heading, its claim (every second piece strong), and small print; what the colours mean."""

    heading: str
    claim: tuple[str, ...]
    small: tuple[str, ...]
    legend: str


@lru_cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' * bold}.ttf"), size)


def card(texts: CardTexts, drawn: bytes, rows: Sequence[LegendRow], palette: Palette) -> bytes:
    """Draw a card as PNG, from the picture of its map and the rows of its legend: the same each time."""
    image = Image.new("RGB", (WIDTH, HEIGHT), palette.ground)
    pen = ImageDraw.Draw(image)
    _put_map(image, pen, drawn, rows, texts.legend, palette)
    across, top = WIDTH - _MAP - 2 * _MARGIN, _MARGIN
    pen.text((_MARGIN, top), "SWATHE", palette.railway, _font(20, bold=True))
    below_heading = _write(pen, [(texts.heading, True)], (_MARGIN, top + 34), across, 34, palette.line) + _GAP
    small = _lines([(" ".join(texts.small), False)], across, 16)
    below = HEIGHT - _MARGIN - len(small) * 22
    pieces = [(piece, bool(number % 2)) for number, piece in enumerate(texts.claim)]
    size = _fitting(pieces, across, below - below_heading - _GAP)
    _write(pen, pieces, (_MARGIN, below_heading), across, size, palette.line)
    for number, line in enumerate(small):
        _draw_line(pen, line, (_MARGIN, below + number * 22), 16, palette.line)
    out = io.BytesIO()
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _put_map(
    image: Image.Image, pen: ImageDraw.ImageDraw, drawn: bytes, rows: Sequence[LegendRow], heading: str,
    palette: Palette,
) -> None:
    """Put the map to the right, as large as there is room for, and its legend under it."""
    left, shown = WIDTH - _MAP - _MARGIN // 2, [row for row in rows if row.areas]
    titles = _lines([(heading, True)], _MAP, _KEY)
    low = HEIGHT - _MARGIN // 2 - 22 * (len(titles) + -(-len(shown) // 3))
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture.thumbnail((_MAP, low - _MARGIN), Image.Resampling.LANCZOS)
    image.paste(picture, (left + (_MAP - picture.width) // 2, _MARGIN // 2 + (low - _MARGIN - picture.height) // 2))
    for number, line in enumerate(titles):
        _draw_line(pen, line, (left, low + 22 * number), _KEY, palette.line)
    top = low + 22 * len(titles) + 2
    for number, row in enumerate(shown):
        x, y = left + number % 3 * (_MAP // 3), top + number // 3 * 22
        pen.rectangle((x, y, x + 15, y + 15), row.colour, palette.line)
        pen.text((x + 22, y), row.label, palette.line, _font(13))


_Word = tuple[str, bool]


def _lines(pieces: Sequence[tuple[str, bool]], across: float, size: int) -> list[list[_Word]]:
    """Divide pieces of text, plain and strong, into lines that fit."""
    words = [(word, strong) for text, strong in pieces for word in _apart(text)]
    lines: list[list[_Word]] = [[]]
    width = 0.0
    for word, strong in words:
        wide = _font(size, strong).getlength(word)
        if lines[-1] and width + _font(size, strong).getlength(word.rstrip(" ")) > across:
            lines.append([])
            width = 0.0
        lines[-1].append((word, strong))
        width += wide
    return lines


def _apart(text: str) -> list[str]:
    """Divide a text after its ordinary spaces, which stay with the word before."""
    parts = text.split(" ")
    return [f"{part} " for part in parts[:-1]] + [part for part in parts[-1:] if part]


def _fitting(pieces: Sequence[tuple[str, bool]], across: float, high: float) -> int:
    """Choose the largest letters in which a text fits."""
    for size in range(_LARGEST, _SMALLEST, -1):
        if len(_lines(pieces, across, size)) * _step(size) <= high:
            return size
    return _SMALLEST


def _step(size: int) -> int:
    return round(size * 1.35)


def _write(
    pen: ImageDraw.ImageDraw, pieces: Sequence[tuple[str, bool]], at: tuple[float, float], across: float, size: int,
    colour: Colour,
) -> float:
    """Write a text in lines; return where the next would begin."""
    left, top = at
    for line in _lines(pieces, across, size):
        _draw_line(pen, line, (left, top), size, colour)
        top += _step(size)
    return top


def _draw_line(
    pen: ImageDraw.ImageDraw, line: Sequence[_Word], at: tuple[float, float], size: int, colour: Colour,
) -> None:
    x, y = at
    for word, strong in line:
        pen.text((x, y), word, colour, _font(size, strong))
        x += _font(size, strong).getlength(word)
