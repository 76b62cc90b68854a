"""The sheet for a meeting: one side, with the figures of `show`, three questions, a figure not to use, and the link."""

import io

import pytest
from pypdf import PdfReader

from geo.core.choices import REGION
from geo.core.errors import PackError
from geo.core.rounding import about
from geo.core.view import View
from geo.edition.store import Edition, load_edition
from geo.figures.profile import place_profile
from geo.pack.request import Request
from geo.pack.sheet import make_sheet
from geo.words.questions import not_to_use, questions
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

SITE = "https://swathe.example.org"
PLACES = ["E05011923", "E01020002", "E07000047", "E06000053", REGION, "E07000047+E07000046"]


@pytest.fixture(scope="module")
def starter() -> Edition:
    return load_edition()


@pytest.mark.parametrize("code", PLACES)
def test_it_is_one_side_with_claim_questions_and_a_pinned_link(starter: Edition, code: str) -> None:
    request = Request(View(place=code), site=SITE, contact="lines@example.org")
    name, content = make_sheet(starter, request)
    assert name.endswith("-sheet.pdf")
    pdf = PdfReader(io.BytesIO(content))
    assert len(pdf.pages) == 1
    said = " ".join(pdf.pages[0].extract_text().split())
    answer = show_json(starter, View(place=code))
    gap, sure = answer["people_in_gap"]["estimate"], answer["certainty"]["people_in_gap"]
    assert f"about {about(gap)} people (between {about(sure['p05'])} and {about(sure['p95'])})" in said
    assert all(f" {number}. " in said for number in (1, 2, 3))
    assert " 4. " not in said
    assert "A figure not to use" in said
    assert f"edition={starter.id}" in said.replace(" ", "")
    xmp = pdf.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert make_sheet(starter, request) == (name, content)


@pytest.mark.parametrize("view", [View(), View(speed="uso"), View(speed="gigabit"), View(hub="exeter", minutes=240)])
@pytest.mark.parametrize("code", PLACES)
def test_three_questions_name_whom_to_ask_and_differ(starter: Edition, code: str, view: View) -> None:
    found = questions(place_profile(starter, view.replace(place=code)))
    assert len(found) == len({question.text for question in found}) == 3
    assert all("council" in question.whom and question.text.endswith(("?", "gap.")) for question in found)


def test_the_figure_not_to_use_is_the_weakest_of_the_place(starter: Edition) -> None:
    one = not_to_use(place_profile(starter, View(place="E01020002")))
    assert "one neighbourhood" in one.why
    ward = show_json(starter, View(place="E05011923"))["certainty"]["people_in_gap"]
    assert ward["p95"] > 3 * ward["p05"]
    assert f"between {about(ward['p05'])} and {about(ward['p95'])}" in not_to_use(
        place_profile(starter, View(place="E05011923"))).why
    cliff = show_json(starter, View(place="E07000047"))["claim"]["nowhere_to_turn_at"]
    assert f"{about(cliff['130'])} or {about(cliff['110'])}" in not_to_use(
        place_profile(starter, View(place="E07000047"))).why
    assert "lockdown" in not_to_use(place_profile(starter, View(place="E06000023"))).why


def test_words_that_leave_no_room_are_told(starter: Edition) -> None:
    with pytest.raises(PackError, match="leave no room for a sheet of one side"):
        make_sheet(starter, Request(View(place="E05011923"), note="\n".join("x" * 20 for _ in range(95))))
