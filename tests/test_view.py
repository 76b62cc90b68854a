"""A view and its link: round trips, defaults, and what strangers may write into a link."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.choices import ACCESS, AUTHORITY_TYPES, CLOCKS, HUBS, KINDS, MINUTES, SPEEDS, WORK
from geo.core.errors import SwatheError, ViewError
from geo.core.measures import MEASURES
from geo.core.view import FIGURE_OPTIONS, View

views = st.builds(
    View,
    place=st.sampled_from(["E12000009", "E07000047", "E07000046+E07000047"]),
    speed=st.sampled_from(list(SPEEDS)),
    hub=st.sampled_from(list(HUBS)),
    minutes=st.sampled_from(list(MINUTES)),
    clock=st.sampled_from(list(CLOCKS)),
    work=st.sampled_from(list(WORK)),
    access=st.sampled_from(list(ACCESS)),
    show=st.sampled_from(list(MEASURES)),
    by=st.sampled_from(list(KINDS)),
    lat=st.none() | st.integers(490_000, 609_999).map(lambda n: n / 1e4),
    lon=st.none() | st.integers(-89_999, 29_999).map(lambda n: n / 1e4),
    zoom=st.none() | st.integers(400, 1799).map(lambda n: n / 100),
    beside=st.sampled_from(["", "E07000046", "E07000046.E07000047+E07000044.E06000052"]),
    ranked=st.sampled_from(list(KINDS)),
    within=st.sampled_from(["E12000009", "all", "E07000046+E07000047"]),
    per=st.sampled_from(["count", "rate"]),
    like=st.sampled_from(["all", *AUTHORITY_TYPES]),
    station=st.sampled_from(["", "PNZ"]),
    first=st.sampled_from(["", "halve", "1", "9999999", "999999999999/9999999"]),
    order=st.sampled_from(["people", "rate"]),
    least=st.integers(1, 100_000),
    fair=st.integers(0, 100),
    every=st.integers(0, 1_000_000),
    against=st.sampled_from(["", "starter-0123456789ab"]),
    edition=st.sampled_from(["", "starter-0123456789ab"]),
)


@given(views)
def test_a_link_says_the_whole_view(view):
    found, notices = View.from_query(view.to_query())
    assert found == view
    assert notices == []


def test_defaults_are_left_out():
    assert View().to_query() == {}
    assert View(speed="100", minutes=90).to_query() == {"speed": "100", "minutes": "90"}
    assert View(lat=50.72, lon=-4.01, zoom=9.1).to_query() == {"lat": "50.7200", "lon": "-4.0100", "zoom": "9.10"}


@given(st.dictionaries(st.sampled_from([*View().__dict__, "colour", "embed", ""]), st.text(max_size=60), max_size=8))
def test_no_link_can_do_harm(query):
    view, notices = View.from_query(query)
    assert view == View(**view.__dict__)
    kept = {name for name in query if name in view.__dict__ and query[name] != "" and str(getattr(view, name)) != ""}
    dropped = [name for name in query if name not in {"embed", "embed_options"}]
    assert len(notices) <= len(dropped)
    assert all("\n" not in notice and len(notice) < 600 for notice in notices)
    for name in kept:
        assert (
            getattr(view, name) == getattr(View(), name)
            or name not in FIGURE_OPTIONS
            or str(getattr(view, name)) in query[name].lower()
            or name == "minutes"
        )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("speed", "31"),
        ("minutes", "29"),
        ("minutes", "361"),
        ("minutes", "120.0"),
        ("first", "half"),
        ("first", "0"),
        ("first", "-900"),
        ("first", "10000000"),
        ("first", "1000/0"),
        ("first", "1000/2000/3000"),
        ("first", "1e9/1"),
        ("first", "٣"),
        ("order", "luck"),
        ("least", "0"),
        ("least", "100001"),
        ("least", "fifty"),
        ("fair", "101"),
        ("fair", "-1"),
        ("fair", "0.5"),
        ("every", "1000001"),
        ("every", "null"),
        ("minutes", "١٢٠"),
        ("clock", "bus"),
        ("work", ""),
        ("access", "bike"),
        ("show", "residents; drop"),
        ("by", "parish"),
        ("lat", "nan"),
        ("lat", "91"),
        ("lon", "1e9"),
        ("zoom", "-1"),
        ("beside", "E07000046,E07000047"),
        ("beside", ".".join(["E07000046"] * 6)),
        ("ranked", "parish"),
        ("per", "head"),
        ("like", "E07"),
        ("station", "Penzance"),
        ("place", "../../etc"),
        ("place", "<script>alert(1)</script>"),
        ("within", "a b c"),
        ("against", "../x"),
        ("against", "A b"),
        ("against", "a" * 82),
        ("edition", "../x"),
        ("edition", "A b"),
    ],
)
def test_a_bad_value_gets_a_notice_that_names_it(name, text):
    view, notices = View.from_query({name: text, "speed": "100"} if name != "speed" else {name: text})
    assert getattr(view, name) == getattr(View(), name)
    assert len(notices) == 1
    assert name in notices[0]
    assert name == "speed" or view.speed == "100"


def test_what_it_is_compared_with_changes_no_figure_of_the_place():
    view, notices = View.from_query({"against": "starter-0123456789ab", "place": "E07000047"})
    assert (view.against, notices) == ("starter-0123456789ab", [])
    assert view.options() == View().options()
    assert view.pack_options() == {**View().pack_options(), "against": "starter-0123456789ab"}
    assert "against" not in View(place="E07000047").pack_options()
    assert list(view.replace(edition="starter-a").to_query()) == ["place", "against", "edition"]


def test_unknown_options_are_named():
    view, notices = View.from_query({"colour": "red"})
    assert view == View()
    assert notices == ["The link has an option ‘colour’ that is not known here; it was left out."]


@pytest.mark.parametrize(
    "bad", [{"minutes": True}, {"minutes": "120"}, {"lat": math.inf}, {"speed": 30}, {"hub": None}]
)
def test_a_view_is_checked_when_made(bad):
    with pytest.raises(ViewError) as caught:
        View(**bad)
    assert isinstance(caught.value, SwatheError)
    assert isinstance(caught.value, ValueError)
