"""The words by which a text means a figure, a speed or a place, as `data/quoted_words.csv` lists them."""

import csv
import re
from collections import defaultdict
from collections.abc import Mapping
from types import MappingProxyType

from geo.core.choices import DATA


def _read() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    with (DATA / "quoted_words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(line for line in file if not line.startswith("#")):
            found[row["table"]][row["key"]].append(row["words"].replace("'", "['\u2019]"))
    return found


_WORDS = _read()


def _compiled(table: str) -> Mapping[str, re.Pattern[str]]:
    return MappingProxyType({key: re.compile("|".join(words), re.IGNORECASE) for key, words in _WORDS[table].items()})


CUES = _compiled("figure")
"""Name of a cue → the words of it; `geo.quote.subjects` puts cues together."""

SPEED_WORDS = _compiled("speed")
"""Key of `geo.core.choices.SPEEDS` → the words that name it."""

KIND_WORDS = _compiled("kind")
"""Key of `geo.core.choices.KINDS` → the words that name such places."""

OTHER_SOURCES = _compiled("other source")["about"]
"""Words of figures that no measure has."""

COUNTED_ELSEWHERE = _compiled("other source")["counted"]
"""What no measure counts, where it stands behind a number."""

UNIT_WORDS: Mapping[str, str] = MappingProxyType({key: "|".join(words) for key, words in _WORDS["unit"].items()})
"""What is counted → the words for it that follow a number, likeliest first."""

COMMON_NAMES = frozenset(_WORDS["common name"][""])
"""Names of small places that are common words or names too."""

GOES_ON = frozenset(_WORDS["goes on"][""])
"""Words behind a number that do not say what is counted."""

NO_PLACES = frozenset(_WORDS["no place"][""])
"""Words with a capital that follow 'in' and are no places."""
