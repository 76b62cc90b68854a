"""What mail programs, word processors and trackers do to a link, undone before the link is checked."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html import unescape
from urllib.parse import unquote_plus

_ENDS = ".,;:!?)]}>'\"’”»›*_|\\=`…"
_BEGINNINGS = "([{<'\"‘“„«‹*_|\\`"
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_MOST_ENCODED = 4      # times that one program after another encodes a link anew
# Where one option ends and the next begins, if programs have encoded the sign between the two.
_BETWEEN = re.compile(r"[&;?](?:amp;|#38;|#x26;)*(?=[A-Za-z_]+=)")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#[0-9]{1,5}|#x[0-9a-f]{1,4});", re.IGNORECASE)
_BEFORE = re.compile(r"(?:amp;|#38;|#x26;|[^A-Za-z_])*")
_NAME = re.compile(r"([A-Za-z_]+)[^A-Za-z_]*")
_TRACKERS = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|mc|oly|vero|wt|ns|stm|trk|itm|fb)_\w+|_{1,2}(?:hs\w+|ga|gl|twitter_impression)|"
    r"(?:fb|g|d|tw|y|ms|li_fat_|tt|s|ob|irg|wick)cl(?:id|src)|li_fat_id|[gw]braid|gad_(?:source|campaignid)|epik|"
    r"igshi?d?|mkt_tok|mkevt|s_?cid|cmpid|cmp|ncid|rdt_cid|trk(?:info|id)?|ref(?:_?src|_?url|errer)?|si|ck_subscriber_id|"
    r"dm_i|elqtrack\w*|spm|zanpid|gs_l|hsctatracking|at_(?:medium|campaign)\w*|xtor|_branch_match_id|_openstat|guccounter",
    re.IGNORECASE)


def separated(query: Mapping[str, str]) -> dict[str, str]:
    """Give each option of a link the name that it had, and its text decoded; trackers' options are left out.

    Parameters
    ----------
    query
        Parameter → value as a server reads them, hostile.

    Returns
    -------
    dict of str to str
        Of an option that is there twice the last counts.

    Examples
    --------
    >>> separated({"place": "E07000047", "amp;speed": "gigabit)", "utm_source": "letter"})
    {'place': 'E07000047', 'speed': 'gigabit)'}
    >>> separated({"place%3DE07000047%26speed%3Dgigabit": ""})
    {'place': 'E07000047', 'speed': 'gigabit'}
    """
    found = {}
    for name, text in query.items():
        whole = _decoded(f"{name}={text}" if text or "=" not in _decoded(name) else name)
        for part in _BETWEEN.split(_BEFORE.sub("", whole, count=1) or whole):
            said, _, value = part.partition("=")
            bare = _NAME.fullmatch(said)
            option = bare[1].lower() if bare else said
            if not _TRACKERS.fullmatch(option):
                found[option] = unescape(value) if _ENTITY.search(value) else value
    return found


def mended_path(path: str) -> tuple[str, str]:
    """Give the path of a page as it was before a program encoded the rest of its address into it, or added to it.

    Parameters
    ----------
    path
        As a server reads it, decoded once; hostile.

    Returns
    -------
    tuple of str
        The path in lower case, and the query that was hidden in it.

    Examples
    --------
    >>> mended_path("/Place?place=E07000047&speed=30"), mended_path("//rail).")
    (('/place', 'place=E07000047&speed=30'), ('/rail', ''))
    """
    plain, _, query = _decoded(path).partition("?")
    return re.sub("/+", "/", plain.strip().rstrip(_ENDS)).lower(), query


def _decoded(text: str) -> str:
    """Decode what was encoded again, and leave out what cannot be seen."""
    seen = _visible(text)
    for _ in range(_MOST_ENCODED):
        if re.search("%[0-9A-Fa-f]{2}", seen) is None:
            break
        seen = _visible(unquote_plus(seen.replace("+", "%2B")))
    return seen


def _visible(text: str) -> str:
    """Leave out signs without width, controls and broken letters; every space is an ordinary one."""
    kinds = ((letter, unicodedata.category(letter)) for letter in text)
    return "".join(" " if kind[0] == "Z" else letter for letter, kind in kinds if kind not in {"Cc", "Cf", "Cs"})


def spellings(text: str, *, words: bool = False) -> Iterator[str]:
    """Tell what the value of an option may have been, likeliest first: as it stands, and without what was added.

    Parameters
    ----------
    text
        A value of `separated`.
    words
        Whether it is a name, whose letters stay as they are: only what follows it is taken off.

    Yields
    ------
    str
        Another spelling; the same one may come twice.

    Examples
    --------
    >>> next(text for text in spellings("e07000047).") if text.startswith("E") and text.isalnum())
    'E07000047'
    """
    trimmed = text.strip()
    if words:
        opened = "(" in trimmed     # a closing bracket is then its own
        yield trimmed.rstrip(_ENDS.replace(")", "") if opened else _ENDS).replace("+", " ") or trimmed
        yield trimmed
        return
    bare = trimmed.lstrip(_BEGINNINGS).rstrip(f"{_ENDS} ")
    for one in (text, trimmed, bare):
        yield one
        # "=3D" is how a letter in quoted-printable spells "="; of a plus sign typed by hand a space is left.
        plain = unicodedata.normalize("NFKC", one.translate(_DASHES)).replace(" ", "+").removeprefix("3D")
        yield from (plain, plain.upper(), plain.lower())
