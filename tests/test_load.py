"""The visitors of `make load` do what readers do: they follow links that the app takes, each their own way."""

from itertools import islice
from urllib.parse import parse_qsl

import pytest

from bench.load import COUNTY, PAGES, patches_of, visits
from geo.edition.store import STARTER, load_edition
from pages.contents import PAGES as OFFERED
from pages.shared.data import asked_for
from pages.shared.link import read_link

pytestmark = pytest.mark.slow

STEPS = 40


def test_visitors_follow_links_that_the_app_takes_whole() -> None:
    patches = patches_of(COUNTY)
    assert set(PAGES) < {page.url_path for page in OFFERED}
    with asked_for(""):
        for number in range(10):
            for page, query in islice(visits(patches, number), STEPS):
                view, notices = read_link(dict(parse_qsl(query)))
                assert page in PAGES
                assert not notices, query
                assert view.place == dict(parse_qsl(query))["place"]


def test_all_open_the_link_that_goes_round_and_then_go_their_own_way() -> None:
    patches = patches_of(COUNTY)
    walks = [list(islice(visits(patches, number), STEPS)) for number in range(20)]
    assert {walk[0] for walk in walks} == {("place", f"place={COUNTY}")}
    assert len({tuple(walk) for walk in walks}) == 20
    assert walks[3] == list(islice(visits(patches, 3), STEPS))     # the same visitors, before and after a change
    assert {page for walk in walks for page, _ in walk} == set(PAGES)


def test_patches_lie_in_the_county_and_each_kind_comes_as_often() -> None:
    edition = load_edition(STARTER, geometry=False, verified=False)
    county, patches = set(edition.place(COUNTY).lsoas), patches_of(COUNTY)
    places = [edition.place(code) for code in set(patches)]
    assert all(county.issuperset(place.lsoas) for place in places)
    kinds = [place.kind for place in places]
    times = {kind: sum(patches.count(place.code) for place in places if place.kind == kind) for kind in kinds}
    assert set(times) == {"county", "authority", "constituency", "ward"}
    assert len(set(times.values())) == 1
