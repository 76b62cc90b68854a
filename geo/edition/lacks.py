"""What an edition does not hold of all that is used: tables, columns, facts of its manifest, ways of counting time."""

from collections.abc import Mapping

from geo.core.cache import cached
from geo.edition.schema import MOBILE_COLUMNS, OPTIONAL_COLUMNS, OPTIONAL_TABLES
from geo.edition.store import Edition

_COLUMNS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "areas": {"former-districts": ("district",),
              **{source: tuple(columns) for source, columns in OPTIONAL_COLUMNS.items()}},
    "places": {"members": ("mp",), "mobile": MOBILE_COLUMNS},
}
"""Columns by table and by what they are of; where nothing stands in any of them, that is lacking."""

_FACTS = ("homes_factor", "england", "evidence")
_CLOCKS = ("waiting", "departures")

OF_A_PLACE = (
    "census-travel", "census-cars", "imd", "census-age", "commons-library", "coast", "mobile", "context", "england",
    *_CLOCKS, "any-hub")
"""What is told of every place, and so missed there."""


@cached(8)
def lacks(edition: Edition) -> tuple[str, ...]:
    """List what is not in an edition, built by an earlier version or without a source.

    Parameters
    ----------
    edition
        The edition.

    Returns
    -------
    tuple of str
        Keys of `geo.words.editions.LACKING`: names of tables (of `OPTIONAL_TABLES`), of what columns are of, of facts
        of the manifest, "waiting" and "departures" (clocks), and "any-hub".
    """
    tables = [name for name in OPTIONAL_TABLES if getattr(edition, name).empty]
    columns = [what for table, groups in _COLUMNS.items() for what, names in groups.items()
               if not _holds(edition, table, names)]
    facts = [name for name in _FACTS if not edition.manifest.get(name)]
    if edition.broadband_basis == "estimated":
        facts += [name for name in ("broadband_validation", "locality_validation") if not edition.manifest.get(name)]
    clocks = [clock for clock in _CLOCKS if not edition.has_clock(clock)]
    any_hub = edition.reach_table["hub"].combine_chunks().dictionary.index("any").as_py() < 0
    return (*tables, *columns, *facts, *clocks, *["any-hub"] * any_hub)


def _holds(edition: Edition, table: str, columns: tuple[str, ...]) -> bool:
    found = getattr(edition, table)
    there = [found[column] for column in columns if column in found]
    return any(bool((values.notna() & (values.astype(object) != "")).any()) for values in there)
