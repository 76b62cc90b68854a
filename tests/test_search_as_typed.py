"""Names, codes and postcodes as people type them: the right first hit, an honest 'nearest', 'outside', or nothing."""

import csv
import re
import time

import pytest

from geo.core.choices import DATA
from geo.edition.former_districts import FORMER_DISTRICTS
from geo.edition.search import Found, search
from geo.edition.store import load_edition
from geo.words.search import what_was_found


@pytest.fixture(scope="module")
def starter():
    return load_edition(geometry=False)


# What is typed, and the code of the one place that comes first and is meant by it.
EXACT = {
    # Towns, villages and hamlets, with and without what they lie in.
    "Hartland": "E05011923", "  hartland ": "E05011923", "HARTLAND": "E05011923", "Clovelly": "E05011923",
    "Hartland, Devon": "E05011923", "hartland torridge": "E05011923", "St Just": "E05013297", "St. Just": "E05013297",
    "St Just, Cornwall": "E05013297", "Saint Just": "E05013297", "Shaldon": "E05011911",
    "shaldon (teignbridge)": "E05011911",
    "Hartland ward": "E05011923", "Bideford Town Council": "E02004223",
    "Hartland Parish Council": "E05011923",
    # Districts that are no more.
    "Sedgemoor": "E07000188", "Sedgemoor District Council": "E07000188", "Kerrier": "E06000052",
    "Penwith": "E06000052",
    "Kerrier District Council": "E06000052", "West Dorset district": "E07000052",
    "West Dorset District Council": "E07000052",
    "Taunton Deane": "E07000190", "Taunton Deane Borough Council": "E07000190", "TDBC": "E07000190",
    "South Somerset": "E07000189", "SSDC": "E07000189", "Somerset West & Taunton": "E06000066", "SWT": "E06000066",
    "Salisbury District Council": "E06000054", "Weymouth & Portland": "E07000053", "Purbeck": "E07000051",
    "Caradon": "E06000052", "North Wilts": "E06000054",
    # Councils by the names people use.
    "BCP": "E06000058", "BCP Council": "E06000058", "bcp": "E06000058", "B.C.P.": "E06000058", "BANES": "E06000022",
    "BaNES Council": "E06000022", "B&NES": "E06000022", "B & NES": "E06000022", "Bath & NE Somerset": "E06000022",
    "Bath and North East Somerset Council": "E06000022", "N Somerset": "E06000024",
    "N. Somerset Council": "E06000024",
    "South Glos": "E06000025", "S Glos": "E06000025", "S. Glos. Council": "E06000025",
    "Devon County Council": "E10000008",
    "DCC": "E10000008", "Devon CC": "E10000008", "Dorset Council": "E06000059", "Cornwall CC": "E06000052",
    "Cornwall Council": "E06000052", "Wilts": "E06000054", "Wiltshire Council": "E06000054", "Glos": "E10000013",
    "City of Bristol": "E06000023", "Bristol City Council": "E06000023", "Bristol": "E06000023",
    "Plymouth City": "E06000026",
    "The City of Plymouth": "E06000026", "Exeter City Council": "E07000041", "Torridge District Council": "E07000046",
    "WDBC": "E07000047", "S Hams": "E07000044", "The Council of the Isles of Scilly": "E06000053",
    "Scilly": "E06000053",
    "Scilly Isles": "E06000053", "IoW": "E06000046", "WoE": "E37000037", "Avon": "E37000037", "CIoS": "E37000005",
    "HotSW": "E37000016", "Heart of the South West LEP": "E37000016", "the south west": "E12000009",
    "South West England": "E12000009", "South-Hams": "E07000044", "weston super mare": "E14001581",
    # Members of Parliament.
    "Geoffrey Cox": "E14001552", "Sir Geoffrey Cox": "E14001552", "Geoffrey Cox MP": "E14001552",
    "roz savage": "E14001482", "Al Hassan, Sadik": "E14001399", "MP for North Devon": "E14001387",
    "Torridge and Tavistock constituency": "E14001552",
    "Mrs Wera Hobhouse MP": "E14001080", "Rt Hon Sir Mel Stride": "E14001155",
    # Run together, or with the country.
    "S.Glos": "E06000025", "St.Ives": "E14001511", "southwest": "E12000009", "lands-end": "E05013297",
    "Hartland, Devon, England": "E05011923", "Hartland Devon UK": "E05011923", "Bath NES": "E06000022",
    # Codes, of today and of districts abolished.
    "E07000187": "E07000187", "e06000028": "E06000028", "E07000021": "E06000052", " E07000046.": "E07000046",
    "E07000246": "E06000066", "E01020292": "E01020292",
    # Postcodes.
    **dict.fromkeys(
        [
         "EX39 6BG", "ex39 6bg", "EX396BG", "EX39-6BG", "EX39.6BG", "EX39  6BG ", "EX39 6BG.", "EX39 6BG, UK",
         "EX 39 6 BG", "ex39\u00a06bg", "\u201cEX39 6BG\u201d", "(EX39 6BG)", "EX39/6BG",
         "12 Fore Street, Hartland, Devon EX39 6BG",
         "12 Fore Street\nHartland\nBideford\nDevon\nEX39 6BG\nUnited Kingdom", "postcode: ex39 6bg",
         "EX39 6BG Hartland",
         "Flat 2, The Old Customs House and Chandlery, 12 Fore Street, Hartland Quay, near Bideford, Devon, EX396BG"],
        "E01020292"),
}

# Postcodes with an O or I where only a number can stand, or the other way round.
SIGNS_TAKEN_FOR_OTHERS = {"EX2O 1AA": "EX20 1AA", "EXIO 8HL": "EX10 8HL", "EX20 IAA": "EX20 1AA", "B51 5TR": None,
                          "TR21 OLW": "TR21 0LW", "PLI 2AA": "PL1 2AA", "PLl 2AA": "PL1 2AA", "exio ohl": None}

# Nearest names: what is typed, and the beginning of a name among the first three that it says or that it is found by.
NEAREST = {
    "Okehamton": "Okehampton", "Tavistok": "Tavistock", "Barnstable": "Barnstaple", "Exetr": "Exeter",
    "Bidford": "Bideford",
    "Penznace": "Penzance", "Plimouth": "Plymouth", "Clovely": "Clovelly", "Hartlnad": "Hartland",
    "Sedgmoor": "Sedgemoor",
    "Kerier": "Kerrier", "Teinmouth": "Teignmouth", "Ilfracoome": "Ilfracombe", "Geofrey Cox": "Geoffrey Cox",
    "West Dorst": "West Dorset", "St Austle": "St Austell", "westonsupermere": "Weston-super-Mare",
    "12 Fore Street, Clovelly": "Clovelly", "The Old Rectory, Church Lane, Clovelly": "Clovelly",
    # Of the four councils of the former LEP area the combined authority has three.
    "West of England Combined Authority": "West of England",
}

# Whole words of names, or their beginnings: found, though not the whole of a name.
IN_PART = {"Cox": "Geoffrey Cox", "Hobhouse": "Wera Hobhouse", "okeh": "Okehampton", "Clifton-Brown": "Clifton-Brown",
           "Ottery": "Ottery St Mary", "Bradley St": "Bradley Stoke", "braunt": "Braunton",
           "the MP for Torridge": "Torridge and Tavistock", "St Austell Town Council": "St Austell"}

OUTSIDE = ["SW1A 1AA", "M1 1AE", "sw1a1aa", "10 Downing Street, London SW1A 1AA", "G1 1AA", "EH99 1SP", "CF10 1BH",
           "W1A1AA",
           "SWIA 1AA", "EX39 9QQ"]
NOT_OURS_IN_PART = ["SW1A", "M1", "SW1A 1", "CF10", "LA1 1"]
NONE = ["", "   ", "Xyzzy", "xyzzy plugh", "zzzz qqqq", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "💩🦊", "?", "…", "' OR 1=1 --",
        "<script>alert(1)</script>",
        "\x00\x07", "E99999999", "E07000999", "W06000015", "q" * 5000, "%"]
HARMLESS = ["'; DROP TABLE places; --", "Hartland<script>", "x " * 4000, "Hartland " * 900, "Robert'); --",
            "${7*7}", "é" * 300, "../../etc/passwd",
            "null"]

AS_TYPED = [*EXACT, *SIGNS_TAKEN_FOR_OTHERS, *NEAREST, *IN_PART, *OUTSIDE, *NOT_OURS_IN_PART, *NONE, *HARMLESS]
"""All of it, for the bench."""


@pytest.mark.parametrize(("typed", "code"), EXACT.items())
def test_what_names_a_place_finds_it_first(starter, typed, code):
    found = search(starter, typed)
    assert found.outside == ""
    first = found.hits[0]
    assert (first.code, first.exact, first.nearest) == (code, True, False), [hit.name for hit in found.hits]


@pytest.mark.parametrize(("typed", "meant"), SIGNS_TAKEN_FOR_OTHERS.items())
def test_o_and_i_are_numbers_only_where_the_postcode_exists(starter, typed, meant):
    found = search(starter, typed)
    area = starter.postcodes.set_index("postcode")["area"].get(meant)
    if area is None:
        assert not [hit for hit in found.hits if not hit.nearest]
    else:
        assert (found.hits[0].code, found.hits[0].note, found.hits[0].exact) == (area, f"{meant} is here", True)


@pytest.mark.parametrize(("typed", "meant"), NEAREST.items())
def test_a_misspelt_name_is_offered_and_never_opened(starter, typed, meant):
    hits = search(starter, typed).hits
    assert any(meant in f"{hit.name} {hit.note}" for hit in hits[:3]), [(hit.name, hit.note) for hit in hits]
    assert all(hit.nearest and not hit.exact for hit in hits)


@pytest.mark.parametrize(("typed", "meant"), IN_PART.items())
def test_a_part_of_a_name_finds_it_but_is_not_all_of_it(starter, typed, meant):
    first = search(starter, typed).hits[0]
    assert meant in f"{first.name} {first.note}"
    assert (first.exact, first.nearest) == (False, False)


@pytest.mark.parametrize("typed", OUTSIDE)
def test_a_postcode_that_is_not_ours_says_so_and_finds_no_name(starter, typed):
    found = search(starter, typed)
    assert found.hits == []
    assert found.outside
    assert found.outside in what_was_found(found)
    assert "outside the area" in what_was_found(found)


@pytest.mark.parametrize("typed", NOT_OURS_IN_PART)
def test_the_beginning_of_a_postcode_that_is_not_ours_finds_no_name(starter, typed):
    found = search(starter, typed)
    assert found.hits == []
    assert "No postcode" in what_was_found(found)


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_name_finds_nothing(starter, typed):
    assert search(starter, typed) == Found([])


@pytest.mark.parametrize("typed", HARMLESS)
def test_what_is_not_meant_kindly_does_no_harm(starter, typed):
    started = time.perf_counter()
    assert all(not hit.exact for hit in search(starter, typed).hits)
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize("typed", ["market of the village", "my village",
"a house near the market square of anywhere",
                                   "the council of nowhere", "Little London Street Road", "devon devon sedgemoor"])
def test_a_word_that_fits_by_luck_is_no_answer(starter, typed):
    assert all(hit.nearest and not hit.exact for hit in search(starter, typed).hits)


def test_two_councils_of_one_name_are_both_offered(starter):
    found = [hit.code for hit in search(starter, "TDC").hits if hit.exact]
    assert set(found) == {"E07000045", "E07000046"}


def test_the_answer_says_what_it_is(starter):
    assert what_was_found(search(starter, "Okehamton")) == "No place, postcode or MP of just that name. Nearest names:"
    assert what_was_found(search(starter, "Hartland")) == ""
    assert what_was_found(search(starter, "xyzzy")) == (
        "No place, postcode or MP like that in the area that this edition covers.")
    assert what_was_found(search(starter, "sw1a1aa")) == "SW1A 1AA is outside the area that this edition covers."


def test_an_old_name_opens_no_other_place(starter):
    """'Sedgemoor' opened Sturminster Newton once."""
    assert {hit.name for hit in search(starter, "Sedgemoor").hits} == {"Sedgemoor"}


def test_a_place_by_another_name_says_so(starter):
    assert search(starter, "BCP").hits[0].note == "also called BCP"
    assert re.match("Kerrier became part of it in 2009", search(starter, "kerrier").hits[0].note)


def test_a_district_abolished_twice_is_found_by_its_initials(starter):
    assert search(starter, "SWT").hits[0].note == "Somerset West and Taunton became part of it in 2023"


def test_initials_are_those_of_the_name(starter):
    """A row of the table says what it rests on; initials can be tried."""
    names = starter.places.drop_duplicates("code").set_index("code")["name"].to_dict()
    names |= {former.code: former.name for former in FORMER_DISTRICTS}
    with (DATA / "other_names.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(line for line in file if not line.startswith("#"))]
    assert all(row["source"] for row in rows)
    tried = [row for row in rows if row["source"] == "initials"]
    assert len(tried) > 50
    for row in tried:
        words = names[row["code"]].removesuffix(", City of").split()
        initials = "".join(f"{word[0]}?" if word.islower() else word[0] for word in words)
        typed = re.sub("[^A-Za-z]", "", row["name"].replace("&", "a"))
        assert re.fullmatch(f"{initials}[CDB]?(C|LEP)?", typed, re.IGNORECASE), row


@pytest.mark.parametrize(("typed", "code"), [
    ("BCP", "E06000058"), ("B&NES", "E06000022"), ("City of Bristol", "E06000023"), ("Devon County Council",
    "E10000008"),
    ("S Glos", "E06000025"), ("BCP+S Glos", "E06000025+E06000058"),
])
def test_the_commands_take_those_names_too(starter, typed, code):
    assert starter.place(typed).code == code
