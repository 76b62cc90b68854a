"""What a reader of an edition that is not the newest is told: which one it is, and where the newest is."""

from collections.abc import Mapping
from html import escape

from geo.words.editions import NEWEST, SINCE, seeing_older
from pages.shared.data import edition, newer
from pages.shared.parts import Html
from pages.shared.view_state import address


def older_edition(page: str, query: Mapping[str, str], *, embedded: bool = False) -> list[Html]:
    """Say so where an older edition is shown, with a link to the same page and query in the newest."""
    newest = newer()
    if newest is None:
        return []
    there = {**query, "edition": newest.id, **({"embed": "true"} if embedded else {})}
    link = f'<a href="{escape(address(page, there))}" target="_self">{escape(NEWEST)}</a>'
    since = {**query, "edition": newest.id, "against": edition().id}
    changes = f'<a href="{escape(address("changes", since))}" target="_self">{escape(SINCE)}</a>'
    more = "" if embedded or page == "changes" else f" {changes}"
    return [Html(f"{escape(seeing_older(edition(), newest))} {link}{more}")]
