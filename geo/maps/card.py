"""The picture that a shared link shows in e-mail, Teams and WhatsApp: a claim beside the map it is read from."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from geo.maps.classes import Colour, LegendRow, Palette

WIDTH, HEIGHT = 1200, 630
"""Of a card, in pixels, as OpenGraph asks for."""

_MAP = 560
_MARGIN, _GAP = 44, 12
_LARGEST, _SMALLEST = 38, 20
_COLOURS = 64
_KEY, _KEY_STEP, _KEY_COLUMNS = 15, 22, 3


_Word = tuple[str, bool]     # and whether it is strong


@dataclass(frozen=True)
class CardTexts:
    """What a card says: its heading, its claim (every second piece strong), and small print; what the colours mean."""

    heading: str
    claim: tuple[str, ...]
    small: tuple[str, ...]
    legend: str


@lru_cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    import matplotlib as mpl  # noqa: PLC0415 - for the sake of its fonts, with the first card that is asked for

    return ImageFont.truetype(Path(mpl.get_data_path(), "fonts", "ttf", f"DejaVuSans{'-Bold' * bold}.ttf"), size)


@dataclass(frozen=True)
class SheetTexts:
    """What stands around a map that is taken away: its title, what it shows, what the colours mean, and sources."""

    title: str
    meaning: str
    legend: str
    source: str


def map_sheet(texts: SheetTexts, drawn: bytes, rows: Sequence[LegendRow], palette: Palette) -> bytes:
    """Draw a map as PNG with title, legend and sources, from its picture: the same each time."""
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    wide, left = picture.width, _MARGIN // 2
    heads = [(_lines([(texts.title, True)], wide, 24), 24), (_lines([(texts.meaning, False)], wide, _KEY), _KEY)]
    feet = [(_lines([(texts.legend, True)], wide, _KEY), _KEY), (_lines([(texts.source, False)], wide, 12), 12)]
    shown = [row for row in rows if row.areas]
    above, foot = (sum(len(lines) * _step(size) for lines, size in part) for part in (heads, feet))
    keys = _KEY_STEP * -(-len(shown) // _KEY_COLUMNS)
    image = Image.new("RGB", (wide + 2 * left, above + picture.height + foot + keys + 4 * _GAP + left), palette.ground)
    pen, top = ImageDraw.Draw(image), float(left)
    top = _write_parts(pen, heads, (left, top), palette.line) + _GAP
    image.paste(picture, (left, round(top)))
    top = _write_parts(pen, feet[:1], (left, top + picture.height + _GAP), palette.line)
    _put_keys(pen, shown, (left, top), wide, palette)
    _write_parts(pen, feet[1:], (left, top + keys + _GAP), palette.line)
    return _png(image)


def _write_parts(
    pen: ImageDraw.ImageDraw, parts: Sequence[tuple[list[list[_Word]], int]], at: tuple[float, float], colour: Colour,
) -> float:
    """Write lines of several sizes; return where the next would begin."""
    left, top = at
    for lines, size in parts:
        for line in lines:
            _draw_line(pen, line, (left, top), size, colour)
            top += _step(size)
    return top


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
    return _png(image)


def _png(image: Image.Image) -> bytes:
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
    low = HEIGHT - _MARGIN // 2 - _KEY_STEP * (len(titles) + -(-len(shown) // _KEY_COLUMNS))
    picture = Image.open(io.BytesIO(drawn)).convert("RGB")
    picture.thumbnail((_MAP, low - _MARGIN), Image.Resampling.LANCZOS)
    image.paste(picture, (left + (_MAP - picture.width) // 2, _MARGIN // 2 + (low - _MARGIN - picture.height) // 2))
    for number, line in enumerate(titles):
        _draw_line(pen, line, (left, low + _KEY_STEP * number), _KEY, palette.line)
    _put_keys(pen, shown, (left, low + _KEY_STEP * len(titles) + 2), _MAP, palette)


def _put_keys(
    pen: ImageDraw.ImageDraw, rows: Sequence[LegendRow], at: tuple[float, float], across: int, palette: Palette,
) -> None:
    """Explain the colours, in columns."""
    left, top = at
    for number, row in enumerate(rows):
        x = left + number % _KEY_COLUMNS * (across // _KEY_COLUMNS)
        y = top + number // _KEY_COLUMNS * _KEY_STEP
        pen.rectangle((x, y, x + _KEY, y + _KEY), row.colour, palette.line)
        pen.text((x + _KEY_STEP, y), row.label, palette.line, _font(13))


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
