"""The trains of a file in the Common Interface Format, in blocks of whole trains: schedules, calls, associations."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.errors import SourceError, SwatheError
from geo.core.untrusted import printable
from geo.sources.archives import DAMAGED, open_bytes
from geo.sources.cif_records import (
    DATE,
    DAYS,
    NONE,
    TIME,
    Bools,
    Faults,
    Ints,
    Keys,
    Lines,
    Text,
    by_pair,
    dates,
    half_minutes,
    is_blank,
    joined,
    keys,
    lines_of,
    minutes,
    pairs,
    strings,
    weekdays,
)
from geo.sources.wording import AGAIN

DAY, HALF_DAY = 86_400, 43_200
BS, BX, LO, LI, CR, LT, AA, TI, HD, ZZ, OTHER = range(1, 12)
KINDS = by_pair({"BS": BS, "BX": BX, "LO": LO, "LI": LI, "CR": CR, "LT": LT, "AA": AA, "TI": TI, "HD": HD, "ZZ": ZZ,
                 "TA": OTHER, "TD": OTHER, "TN": OTHER, "LN": OTHER})
"""Records by their first two characters."""

LEAST = np.array([0, 80, 2, 19, 25, 0, 19, 80, 9, 0, 0, 0])
"""Characters without which a record of each kind says nothing; blanks at its end may be cut off."""

LONGEST = 100_000
"""Lines that no train has."""

BOARD, ALIGHT, UNADVERTISED = 1, 2, 4
ACTIVITIES = by_pair({
    "T ": BOARD | ALIGHT, "R ": BOARD | ALIGHT, "TB": BOARD, "U ": BOARD, "TF": ALIGHT, "D ": ALIGHT,
    "N ": UNADVERTISED})
"""What passengers may do at a call: it stops, stops on request, begins, takes up, finishes, sets down, is not
advertised. The other activities let nobody on or off (-D, -T and -U are vehicles that are put on or taken off)."""

BACKWARDS = 4 * 120
"""Half minutes: a clock that goes back by less is a mistake; by more, it has passed midnight (ships take long)."""

LETTERS = np.frombuffer(b"CNOP", dtype=np.uint8)
NEW = ord("N")
WHOLE = "a new one (N): this is an update of a timetable, use a full feed"


@dataclass(frozen=True)
class Places:
    """Places at which calls count, by their packed codes."""

    code: Keys       # sorted
    crs: Ints        # the place of each one's CRS code in a list of them
    width: int       # characters of a code
    nowhere: Keys    # known, and of no account

    def find(self, wanted: Keys) -> Ints:
        """Return the place of the CRS code of each, `NONE` where it is not known."""
        if not len(self.code):
            return np.full(len(wanted), NONE)
        at = np.minimum(np.searchsorted(self.code, wanted), len(self.code) - 1)
        return np.where(self.code[at] == wanted, self.crs[at], NONE)


@dataclass
class Trains:
    """What one file says."""

    faults: Faults
    header: str = ""                                            # the HD record
    ended: bool = False                                         # whether the last record is ZZ
    last_line: int = 0
    schedules: list[pd.DataFrame] = field(default_factory=list)
    calls: list[pd.DataFrame] = field(default_factory=list)
    associations: list[pd.DataFrame] = field(default_factory=list)
    elsewhere: list[Keys] = field(default_factory=list)         # places of TI records
    lost: dict[int, tuple[int, str]] = field(default_factory=dict)   # trains that call at an unknown place: line, code
    backwards: list[Ints] = field(default_factory=list)         # trains whose clock goes back
    count: int = 0                                              # trains


def read_trains(path: Path, places: Places) -> Trains:
    """Read the trains of a file: a timetable's (MCA) or the manual ones (ZTR).

    Returns
    -------
    Trains
        Frames of each block. Schedules, a row a BS record: `uid`, `category`, `operator` (packed), `start`, `end` (days
        from 1 January 1970), `days` (Monday the lowest bit), `letter`, `status`, `line`. Calls, a row a call at a place
        that is known: `train` (row of the schedules), `crs`, `arrives`, `departs` (seconds after midnight of its first
        day, in order), `allows` (`BOARD`, `ALIGHT`). Associations: a row an AA record, see there.

    Raises
    ------
    SourceError, MissingSourceError
        When the file is damaged; what is wrong with its records is in `faults`.
    """
    found, held = Trains(Faults(path.name)), None
    try:
        with open_bytes(path) as file:
            for lines in lines_of(file):
                together = lines if held is None else joined(held, lines)
                begin = np.flatnonzero(KINDS[pairs(together.text[:, :2])[:, 0]] == BS)
                cut = begin[-1] if len(begin) and len(together) - begin[-1] < LONGEST else len(together)
                _take(together.where(slice(None, cut)), places, found)
                held = together.where(slice(cut, None))
    except SwatheError:
        raise
    except DAMAGED as error:
        raise SourceError(path, [f"is damaged ({printable(error)}): {AGAIN}"]) from error
    if held is not None:
        _take(held, places, found)
    return found


def _take(lines: Lines, places: Places, found: Trains) -> None:
    """Take what whole trains say, and what stands before the first of them."""
    if not len(lines):
        return
    kinds = KINDS[pairs(lines.text[:, :2])[:, 0]].astype(np.int64)
    if not found.last_line and kinds[0] == HD:
        found.header = strings(lines.text[:1])[0]
    found.last_line, found.ended = int(lines.number[-1]), bool(kinds[-1] == ZZ)
    lines, kinds = lines.where(kinds != CR), kinds[kinds != CR]     # changes on the way say nothing of times
    train = np.cumsum(kinds == BS) - 1
    unsound = _out_of_order(lines, kinds, found.faults)
    sound = ~(unsound | np.isin(train, train[unsound & (kinds != 0) & (train >= 0)]))
    lines, kinds, train = lines.where(sound), kinds[sound], train[sound]
    if not len(lines):
        return
    found.elsewhere.append(keys(lines.text[kinds == TI, 2:9]))
    if (kinds == AA).any():
        found.associations.append(_associations(lines.where(kinds == AA), found.faults))
    numbers = np.cumsum(kinds == BS) - 1 + found.count
    calls = np.isin(kinds, (LO, LT)) | ((kinds == LI) & is_blank(lines.text[:, 20:25]))
    if (kinds == BS).any():
        found.schedules.append(_schedules(lines, kinds, numbers - found.count, found.faults))
        found.count += int((kinds == BS).sum())
    if calls.any():
        _take_calls(lines.where(calls), kinds[calls], numbers[calls], places, found)


def _out_of_order(lines: Lines, kinds: Ints, faults: Faults) -> Bools:
    """Note records that are none, are cut short or out of their order; tell which they are."""
    before, after = np.concatenate([[OTHER], kinds[:-1]]), np.concatenate([kinds[1:], [OTHER]])
    under_way, goes_on = np.isin(before, (LO, LI)), np.isin(after, (LI, LT))
    new, cancels = lines.text[:, 2] == NEW, lines.text[:, 79] == ord("C")
    wrong = (
        (kinds == 0, "a record of the Common Interface Format (BS, LO, LI, …)", 12),
        ((lines.length < LEAST[kinds]) & (new | ~np.isin(kinds, (BS, AA))), "80 characters: the line is cut short", 80),
        ((kinds == BX) & (before != BS), "a train's first record (BS) before it", 14),
        ((kinds == LO) & ~np.isin(before, (BS, BX)), "a train's first record (BS) before it", 14),
        (np.isin(kinds, (LI, LT)) & ~under_way, "the train's origin (LO) before it", 14),
        (np.isin(kinds, (LO, LI)) & ~goes_on, "the train's next calls after it, up to the last one (LT)", 14),
        ((kinds == BS) & ~np.isin(after, (BX, LO, LI, LT)) & ~cancels & new, "the train's calls after it", 9),
        ((kinds == BX) & ~np.isin(after, (LO, LI, LT)) & ~np.concatenate([[False], cancels[:-1]]),
         "the train's calls after it", 14),
    )
    told = np.zeros(len(lines), dtype=bool)
    for where, expected, width in wrong:
        faults.add_text(expected, lines.text[:, :width], lines.number, where & ~told)
        told |= where
    return told


def _days(lines: Lines, first: int, faults: Faults) -> dict[str, Ints]:
    """Read the first and the last day, the days of the week and the letter of schedules or associations."""
    text, number = lines.text, lines.number
    current = text[:, 2] == NEW
    start, end, days = (read(text[:, at:at + width]) for read, at, width in (
        (dates, first, 6), (dates, first + 6, 6), (weekdays, first + 12, 7)))
    letter = text[:, 79]
    for bad, expected, piece in (
        (start == NONE, DATE, slice(first, first + 6)), (end == NONE, DATE, slice(first + 6, first + 12)),
        (days == NONE, DAYS, slice(first + 12, first + 19)),
        ((start != NONE) & (end != NONE) & (end < start), "a last day not before the first", slice(first, first + 12)),
        (~np.isin(letter, LETTERS), "C, N, O or P as the last of 80 characters", slice(79, 80)),
    ):
        faults.add_text(expected, text[:, piece], number, bad & current)
    faults.add_text(WHOLE, text[:, :3], number, ~current)
    good = (start != NONE) & (end != NONE) & (days != NONE) & np.isin(letter, LETTERS) & current
    if not good.all():      # nothing is made of the feed; what follows wants days all the same
        start, end, days = (np.where(good, value, 0) for value in (start, end, days))
    return {"start": start, "end": end, "days": days, "letter": letter.astype(np.int64), "line": number}


def _schedules(lines: Lines, kinds: Ints, train: Ints, faults: Faults) -> pd.DataFrame:
    """Read BS records, and the operator of the BX record behind each."""
    own = lines.where(kinds == BS)
    extra = kinds == BX
    operator = np.zeros(len(own), dtype=np.uint64)
    operator[train[extra]] = keys(lines.text[extra, 11:13])
    return pd.DataFrame({
        "uid": keys(own.text[:, 3:9]), **_days(own, 9, faults), "status": own.text[:, 29],
        "category": keys(own.text[:, 30:32]), "operator": operator})


def _associations(lines: Lines, faults: Faults) -> pd.DataFrame:
    """Read AA records: `base`, `other` (packed), days, `category`, `place` (packed), `moves`, `by_passengers`.

    `moves` is how many days after the base train, whose days are given, the other one runs.
    """
    text = lines.text
    moves = np.select([text[:, 36] == ord("N"), text[:, 36] == ord("P")], [1, -1], 0)
    return pd.DataFrame({
        "base": keys(text[:, 3:9]), "other": keys(text[:, 9:15]), **_days(lines, 15, faults),
        "category": keys(text[:, 34:36]), "place": keys(text[:, 37:44]), "moves": moves,
        "by_passengers": text[:, 47] != ord("O")})


def _take_calls(lines: Lines, kinds: Ints, train: Ints, places: Places, found: Trains) -> None:
    """Read the calls of whole trains, and keep those at places that are known."""
    work, public, allows = _clocks(lines, kinds, found.faults)
    first = np.flatnonzero(np.diff(train, prepend=NONE))        # each train's first call
    backwards, seconds = _running(work, first)
    found.backwards.append(np.unique(train[backwards]))
    shown = seconds + (public * 60 - work * 30 + HALF_DAY) % DAY - HALF_DAY     # the nearest moment of that time
    there = public != NONE
    times = np.where(there, shown, np.where(there.any(axis=1)[:, None], shown[:, ::-1], seconds))
    crs = places.find(keys(lines.text[:, 2:2 + places.width]))
    _note_lost(lines, train, crs, places, found)
    keep = np.flatnonzero(crs != NONE)
    keep = keep[_once_each(train[keep], crs[keep], allows[keep] != 0)]
    # The clocks of the railway and of passengers differ by a minute here and there: nobody arrives before they left.
    order = (train[keep, None] - train[0]) * (1 << 40)
    times = np.maximum.accumulate((np.maximum(times[keep], 0) + order).ravel()).reshape(-1, 2) - order
    found.calls.append(pd.DataFrame({
        "train": train[keep].astype(np.int32), "crs": crs[keep].astype(np.int16),
        "arrives": times[:, 0].astype(np.int32), "departs": times[:, 1].astype(np.int32), "allows": allows[keep]}))


def _clocks(lines: Lines, kinds: Ints, faults: Faults) -> tuple[Ints, Ints, Text]:
    """Read arrival and departure of calls, of the railway's clock (half minutes) and of passengers' (minutes, `NONE`).

    Then what passengers may do: get on where the train takes them up at a public time, and off where it sets them down
    at one. 0000 is no time, unless the train is there at midnight.
    """
    text = lines.text
    origin, last, between = (kinds == LO)[:, None], (kinds == LT)[:, None], kinds == LI
    arrival, departure = text[:, 10:15], np.where(between[:, None], text[:, 15:20], text[:, 10:15])
    work = np.column_stack([half_minutes(arrival), half_minutes(departure)])
    faults.add_text(TIME, arrival, lines.number, work[:, 0] == NONE)
    faults.add_text(TIME, departure, lines.number, (work[:, 1] == NONE) & between)
    blank = np.full_like(text[:, :4], ord(" "))
    pieces = (np.where(origin, blank, np.where(last, text[:, 15:19], text[:, 25:29])),
              np.where(last, blank, np.where(origin, text[:, 15:19], text[:, 29:33])))
    public = np.column_stack([minutes(piece) for piece in pieces])
    for place, piece in enumerate(pieces):
        faults.add_text("a public time such as 0745, or 0000 for none", piece, lines.number,
                        (public[:, place] == NONE) & ~is_blank(piece))
    midnight = np.column_stack([np.isin(work[:, 0], (0, 1, 2 * DAY // 60 - 1)), np.isin(work[:, 1], (0, 1))])
    public = np.where((public == 0) & ~midnight, NONE, public)
    activity = np.where(origin, text[:, 29:41], np.where(last, text[:, 25:37], text[:, 42:54]))
    told = np.bitwise_or.reduce(ACTIVITIES[pairs(activity)], axis=1)
    advertised = (told & UNADVERTISED) == 0
    allows = np.zeros(len(lines), dtype=np.uint8)
    for place, may in ((1, BOARD), (0, ALIGHT)):
        allows |= np.where(advertised & ((told & may) != 0) & (public[:, place] != NONE), may, 0).astype(np.uint8)
    return work, public, allows


def _running(work: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Count the seconds of the railway's clock on from its train's first day, over midnights.

    Returns
    -------
    tuple
        The calls at which the clock goes back though no midnight is passed, and seconds in the shape of `work`.
    """
    clock = work.ravel()
    step = np.diff(clock, prepend=clock[:1])
    step[2 * first] = 0
    midnights = np.cumsum(step <= -BACKWARDS)
    before = np.repeat(midnights[2 * first], np.diff(np.append(2 * first, len(clock))))
    seconds = clock * 30 + (midnights - before) * DAY
    return np.flatnonzero((step < 0) & (step > -BACKWARDS)) // 2, seconds.reshape(-1, 2)


def _note_lost(lines: Lines, train: Ints, crs: Ints, places: Places, found: Trains) -> None:
    """Note trains that call where nobody knows; places that are no stations are known by their TI records."""
    unknown = np.flatnonzero(crs == NONE)
    if len(unknown):
        code = keys(lines.text[unknown, 2:2 + places.width])
        unknown = unknown[~np.isin(code, np.concatenate([places.nowhere, *found.elsewhere]))]
    for row in unknown:
        found.lost.setdefault(int(train[row]), (
            int(lines.number[row]), strings(lines.text[row:row + 1, 2:2 + places.width])[0]))


def _once_each(train: Ints, crs: Ints, useful: Bools) -> Ints:
    """Choose of calls of one train at one station in a row (it may have several places) those that passengers can use.

    Where none of them is of use, the first stays.
    """
    new = np.flatnonzero((np.diff(train, prepend=NONE) != 0) | (np.diff(crs, prepend=NONE) != 0))
    size = np.diff(np.append(new, len(train)))
    any_useful = np.repeat(np.logical_or.reduceat(useful, new), size) if len(new) else useful
    head = np.zeros(len(train), dtype=bool)
    head[new] = True
    return np.flatnonzero(useful | (head & ~any_useful))
