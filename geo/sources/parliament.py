"""Reader of the list of Members of Parliament (UK Parliament)."""

from pathlib import Path

import pandas as pd

from geo.sources.tables import Column, read_table

CODE = "pcon_code"
MEMBERS = {
    CODE: Column("text", "code", r"(E14|N05|S14|W07)\d{6}", "a constituency code such as E14001394"),
    "pcon_name": Column("blank-text", "constituency_name", optional=True),
    "display_as": Column("blank-text", "mp"),
    "party_text": Column("blank-text", "mp_party"),
}


def read_members(path: Path) -> pd.DataFrame:
    """Read who is the Member of Parliament of each constituency 2024.

    Returns
    -------
    pandas.DataFrame
        Index `code`, sorted; constituency_name (where the file has it), mp (name as Parliament displays it) and
        mp_party, both empty for a vacant seat.

    Raises
    ------
    MissingSourceError, SourceError
        When the file is missing or not what it should be; every problem at once.
    """
    return read_table(path, MEMBERS, CODE)
