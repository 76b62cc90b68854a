"""What mail programs and trackers do to a link does not change what it shows; a real fault is still told."""

from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.mended_link import separated
from geo.core.view import View
from tests.test_view import views

VIEW = View(place="E07000046+E07000047", speed="gigabit", hub="bristol", minutes=90, work="dingel-neiman",
            access="walk", beside="E07000044", station="PNZ", lat=50.7, lon=-4.01, zoom=9.1, rail=-10,
            close="DWL-TGM", add="EXD,TAU@06:00-09:00/60:25", edition="starter-0123456789ab")
QUERY = urlencode(VIEW.to_query())

DAMAGE = {
    "amp": QUERY.replace("&", "&amp;"),
    "amp twice": QUERY.replace("&", "&amp;amp;"),
    "amp by its number": QUERY.replace("&", "&%2338;"),
    "amp encoded": QUERY.replace("&", "%26amp%3B"),
    "ampersands encoded": QUERY.replace("&", "%26"),
    "semicolons": QUERY.replace("&", ";"),
    "all encoded": quote(QUERY, safe=""),
    "all encoded twice": quote(quote(QUERY, safe=""), safe=""),
    "values encoded twice": urlencode({name: quote(text, safe="") for name, text in VIEW.to_query().items()}),
    "values encoded three times": urlencode(
        {name: quote(quote(text, safe=""), safe="") for name, text in VIEW.to_query().items()}),
    "lower case": QUERY.lower(),
    "capitals": urlencode({name.upper(): text.upper() for name, text in VIEW.to_query().items()}),
    "quoted-printable": QUERY.replace("=", "=3D"),
    "plus signs as they are": QUERY.replace("%2B", "+"),
    "dashes of print": urlencode({name: text.replace("-", "–") for name, text in VIEW.to_query().items()}),
    "hyphens that do not break": urlencode(
        {name: text.replace("-", "\u2011") for name, text in VIEW.to_query().items()}),
    "soft hyphens": QUERY.replace("E0700", "E07%C2%AD00"),
    "a broken line": QUERY.replace("E0700", "E07%0D%0A00").replace("speed", "sp%0Aeed"),
    "zero width at ends": QUERY.replace("&", "%E2%80%8B&") + "%EF%BB%BF",
    "zero width before names": QUERY.replace("&", "&%E2%80%8B"),
    "spaces that do not break": QUERY.replace("&", "%C2%A0&") + "%C2%A0",
    "an address pasted into itself": "?" + QUERY,
    "trackers": f"utm_source=a&fbclid=B-1_x&{QUERY}&mc_eid=1&gclid=2&UTM_campaign=C&_hsenc=p2&mkt_tok=z&igshid=1&ref=x",
    **{f"ends with {ends}": QUERY + quote(ends) for ends in (
        *".,;:)]>'\"!?}*_", "”", "’", "…", ").", ">.", "\">", "')", "]]", ".)\u00a0", "\u200b.", "**", "%29".lower())},
}


def _read(query: str) -> tuple[View, list[str]]:
    return View.from_query(dict(parse_qsl(query, keep_blank_values=True)))


@pytest.mark.parametrize("damaged", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_link_altered_on_its_way_shows_the_same(damaged):
    assert _read(damaged) == (VIEW, [])


@given(views, st.lists(st.sampled_from(["amp", "amp;amp", "tail", "encode", "trackers", "wide"]), max_size=3),
       st.sampled_from([").", "\u200b", ">", "',", "\u00a0"]))
def test_any_view_survives_alterations_one_after_another(view, alterations, tail):
    query = urlencode({**view.to_query(), "edition": "starter-0123456789ab"})
    for alteration in alterations:
        query = {
            "amp": query.replace("&", "&amp;"), "amp;amp": query.replace("&", "&amp;amp;"), "tail": query + quote(tail),
            "encode": quote(query, safe="=&;"), "trackers": f"utm_id=1&{query}",
            "wide": query.replace("&", "&%EF%BB%BF"),
        }[alteration]
    assert _read(query) == (view.replace(edition="starter-0123456789ab"), [])


def test_names_keep_their_brackets_and_capitals():
    said = View(place="E07000046+E07000047", name="Dartmoor (West) & Moor", edition="starter-1").to_query()
    for query in (urlencode(said), urlencode(said).replace("&", "&amp;"), quote(urlencode(said), safe="")):
        assert _read(query)[0].name == "Dartmoor (West) & Moor"
    assert _read("line=Tarka Line).")[0].line == "Tarka Line"


@pytest.mark.parametrize(("query", "told"), [
    ("speed=31)", "speed"), ("amp;speed=fast", "speed"), ("hub=lndn", "hub"), ("minutes=12O", "minutes"),
    ("%63olour=red", "colour"), ("utm=1", "utm"), ("place=own0123456789abcdef", "somebody’s own"),
    ("place=%256Fwn0123456789ABCDEF", "somebody’s own"),
])
def test_a_real_fault_is_still_told(query, told):
    view, notices = _read(query)
    assert view == View()
    assert len(notices) == 1
    assert told in notices[0]


@given(st.dictionaries(st.text(max_size=40), st.text(max_size=60), max_size=4))
def test_no_text_is_too_odd_to_be_read(query):
    assert all(isinstance(text, str) for text in separated(query).values())
    view, _ = View.from_query(query)
    assert view == View(**view.__dict__)
