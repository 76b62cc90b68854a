"""Whether BDUK's list of premises is whole, and as large as Ofcom's count."""

from collections.abc import Iterator

import pandas as pd

from geo.edition.agreement.facts import WARN, Facts, Finding, counted, title
from geo.sources.catalogue import PLANNED
from geo.sources.wording import some

LIKE_OFCOM = (0.6, 1.5)
"""Premises that BDUK recognises to those that Ofcom counts, in one authority: both have homes and businesses."""

CURE = "download every district of the region in the newest release"


def whole_list(facts: Facts) -> Iterator[Finding]:
    """Warn of authorities that the list lacks, or has far fewer or more premises of than Ofcom counts."""
    if PLANNED not in facts.tables:
        return
    listed, areas = facts.tables[PLANNED], facts.areas
    former = areas.loc[areas["district"] != ""].drop_duplicates("district").set_index("district")["authority"]
    authority = listed["district"].astype("str").replace(former.to_dict())
    premises = listed["premises"].groupby(authority.to_numpy()).sum()
    ofcom = facts.tables["ofcom-authority"]["premises"]
    ours = pd.Index(areas["authority"].unique())
    lacking = ours.difference(premises.index)
    if len(lacking):
        yield Finding(WARN, f"{title(PLANNED)} lacks {counted(lacking, 'authorities')} of the mapped area: what is "
                            f"planned there is not known: {CURE}")
    there = ours.intersection(premises.index)
    ratio = premises[there] / ofcom[there]
    odd = ratio[~ratio.between(*LIKE_OFCOM)]
    if len(odd):
        shown = some(f"{code} has {premises[code]:,}, Ofcom counts {ofcom[code]:,.0f}" for code in odd.index)
        yield Finding(WARN, f"{title(PLANNED)} has far fewer or more premises than Ofcom in {len(odd):,} authorities: "
                            f"{shown}: {CURE}")


def one_release(facts: Facts) -> Iterator[Finding]:
    """Warn of districts of different months."""
    months = facts.tables[PLANNED].attrs["months"] if PLANNED in facts.tables else []
    if len(months) > 1:
        yield Finding(WARN, f"{title(PLANNED)} is of several releases ({', '.join(months)}): {CURE}")
