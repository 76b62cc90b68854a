"""What publishers ask of whoever uses their data: sentences to show, with their years, and licences to keep.

Pages, packs, README and every edition's LICENCES.md take them from here, and here they come from data/sources.toml.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from geo.sources.catalogue import Source, read_attributions, read_credited

OWN = "this project's own (MIT)"
"""Licence of what was made for this project."""
FACTS_OF_OWN = "Rail Delivery Group"
"""Whose change times and links the project's own timetable has (CC BY 4.0)."""


def credit_sentences(sources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Write the sentences that the publishers of sources ask for, each once, with the years of their data.

    Parameters
    ----------
    sources
        Rows of a manifest's sources: id, publisher, licence and vintage count here. Those that the table of sources
        does not have are passed over; `geo check` names them.

    Returns
    -------
    list of str
        In the order of data/sources.toml.

    Raises
    ------
    ValueError
        When a sentence has a year and none is known for a source.

    Examples
    --------
    >>> credit_sentences([{"id": "postcodes", "licence": "OGL-UK-3.0", "vintage": "2026", "publisher": ""}])[1]
    'Contains OS data © Crown copyright and database right 2026.'
    """
    catalogue = read_credited()
    known = [row for row in sources if row["id"] in catalogue]
    found = []
    for key, sentence in read_attributions().items():
        asking = [row for row in known if key in catalogue[row["id"]].attribution]
        years = {year_of(catalogue[row["id"]], row["vintage"]) for row in asking if "{year}" in sentence}
        publishers = dict.fromkeys(FACTS_OF_OWN if OWN in row["licence"] else str(row["publisher"])
                                   for row in asking if "{publisher}" in sentence)
        if asking:
            found.append(sentence.format(year=", ".join(map(str, sorted(years))), publisher=", ".join(publishers)))
    return found


def year_of(source: Source, vintage: str) -> int:
    """Return the year of a source's data: the one it names, else the newest in its vintage; a ValueError for none."""
    if source.year is not None:
        return source.year
    years = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", vintage)
    if not years:
        raise ValueError(f"‘{source.id}’: no year in its vintage ‘{vintage}’, and no `year` in data/sources.toml")
    return max(map(int, years))


def without_share_alike(sources: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out sources whose licence binds what is derived from them: packs hold nothing of them."""
    return [row for row in sources if not is_share_alike(str(row["licence"]))]


def is_share_alike(licence: str) -> bool:
    """Tell whether what is derived from data must stay under their licence."""
    return "BY-SA" in licence
