"""Broadband of an edition: measured where Ofcom's counts of output areas are at hand, else estimated."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from geo.core.spread import IN_TURN, InTurn
from geo.edition.inputs import Inputs, Joined
from geo.layers.broadband import COUNTS, estimated
from geo.layers.locality_validation import validate_localities
from geo.layers.output_areas import measured, residuals, unplaced
from geo.sources.catalogue import OUTPUT_AREA_LOOKUP, OUTPUT_AREAS

NAMED = 100
"""Output areas without a neighbourhood that the manifest names."""


@dataclass(frozen=True)
class EditionBroadband:
    """Premises by speed of every LSOA, and what the manifest says of them."""

    premises: pd.DataFrame
    """Index LSOA code, the columns of `geo.layers.broadband.COUNTS`."""
    said: Mapping[str, Any] = field(default_factory=dict)
    """Parts of the manifest."""


def edition_broadband(
    inputs: Inputs, joined: Joined, areas: pd.DataFrame, step: Callable[[str], None], spread: InTurn = IN_TURN,
) -> EditionBroadband:
    """Count or estimate the premises of every LSOA by speed.

    Parameters
    ----------
    inputs
        What was read.
    joined
        The same, of the mapped area.
    areas
        As `geo.layers.broadband.estimated` takes them.
    step
        Called with a few words before each step.
    spread
        Who tests an estimate.

    Returns
    -------
    EditionBroadband
        Measured where the output areas and their lookup were read.

    Raises
    ------
    SwatheError
        When the estimate cannot be made.
    """
    if OUTPUT_AREAS in inputs.tables:
        step("summing output areas")
        return _measured(inputs, joined)
    step("estimating broadband")
    # Counts of another month cannot be met together with the authorities'.
    alike = constituencies_alike(joined)
    found = estimated(areas, joined.authorities, joined.constituencies, joined.localities, meet_constituencies=alike)
    said = {"broadband_basis": "estimated", "broadband_validation": _records(found.validation)}
    if not alike:
        said["counts_apart"] = sorted(joined.constituencies.index)
    if joined.localities is not None:
        step("testing the estimate on localities")
        said["locality_validation"] = _records(
            validate_localities(areas, joined.authorities, joined.localities, spread))
    return EditionBroadband(found.premises.drop(columns="broadband_basis"), said)


def constituencies_alike(joined: Joined) -> bool:
    """Tell whether authorities and constituencies can be met together.

    Parameters
    ----------
    joined
        Counts of both, and the areas.

    Returns
    -------
    bool
        Where they are of one month, as far as their names say, or come to the same in sum.
    """
    months = {table.attrs.get("vintage") for table in (joined.authorities, joined.constituencies)} - {None}
    nested = joined.areas.loc[~joined.areas["neighbour"], "authority"].unique()
    sums = joined.authorities.loc[nested, COUNTS].sum(), joined.constituencies[COUNTS].sum()
    return len(months) < 2 or bool((sums[0] == sums[1]).all())


def _records(table: pd.DataFrame | None) -> list[dict[str, Any]]:
    return [] if table is None else table.round(4).reset_index().to_dict("records")


def _measured(inputs: Inputs, joined: Joined) -> EditionBroadband:
    areas, counts = joined.areas, inputs.tables[OUTPUT_AREAS]
    lookup = inputs.tables[OUTPUT_AREA_LOOKUP]
    found = measured(counts, lookup["lsoa"], areas.index)
    nested = areas["constituency"].where(~areas["neighbour"])
    missed = {"authority": residuals(found.premises, areas["authority"], joined.authorities),
              "constituency": residuals(found.premises, nested, joined.constituencies)}
    apart = [code for table in missed.values() for code in table.index[table.ne(0).any(axis=1)]]
    unknown = unplaced(counts, lookup)
    said = {
        "broadband_basis": "measured", "broadband_validation": [],
        "output_areas": {
            "counted": found.counted,
            "absent": {str(lsoa): [*codes] for lsoa, codes in found.absent.groupby(found.absent).groups.items()},
            "unknown": len(unknown), "unknown_named": [*unknown[:NAMED]],
            "residual": {kind: {str(code): {str(name): int(count) for name, count in row.dropna().items()}
                                for code, row in table[COUNTS].iterrows()} for kind, table in missed.items()},
        },
        **({"counts_apart": sorted(apart)} if apart else {}),
    }
    return EditionBroadband(found.premises, said)
