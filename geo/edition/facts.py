"""What every answer says of its edition."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.choices import Region
from geo.edition.manifest import lines_source


@dataclass(frozen=True)
class RailSource:
    """Where journeys come from: who made the timetable, and its version ("" for none)."""

    publisher: str
    version: str
    day: str    # whose trains are counted, ISO


@dataclass(frozen=True)
class EditionFacts:
    """What every answer says of its edition."""

    id: str                       # name and content hash
    broadband_basis: str          # "estimated" or "measured"
    rail_basis: str               # "indicative" or "timetable"
    vintages: Mapping[str, str]   # source id → the day or year that its figures are of
    rail_source: RailSource
    region: Region
    made: str = ""                # what of it is made up; "" of a true one

    @property
    def lines_source(self) -> str:
        """Id of the source whose counts broadband rests on."""
        return lines_source(self.broadband_basis, self.vintages)

    @property
    def lines_vintage(self) -> str:
        """The month that those counts are of, such as 2025-07; "" where that is not known."""
        return self.vintages.get(self.lines_source, "")

    def as_json(self) -> dict[str, Any]:
        """Return it as answers and manifests tell it."""
        return {"id": self.id, "broadband_basis": self.broadband_basis, "rail_basis": self.rail_basis,
                "vintages": dict(self.vintages), **({"made": self.made} if self.made else {})}
