"""The command line as a person or a program meets it: its own process, its exit code, its two streams."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from geo.core.spread import IN_TURN
from geo.core.view import View
from geo.edition.search import search, search_row
from geo.edition.store import STARTER, load_edition
from geo.figures.ranking import rank
from geo.words.certainty import RANKS_COVER
from geo.words.intervals import COVERS, NO_TEST
from tests.fixtures.answers import show_json

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def run(*words):
    done = subprocess.run([sys.executable, "-m", "geo", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture(scope="module")
def starter():
    return load_edition(STARTER)


def test_show_json_is_json_alone_and_is_what_the_app_shows(starter):
    code, out, err = run("show", "Torridge", "--json", "--speed", "100", "--minutes", "90", "--clock", "door")
    assert (code, err) == (0, "")
    expected = show_json(starter, View(place="E07000046", speed="100", minutes=90, clock="door"))
    assert json.loads(out) == json.loads(json.dumps(expected))


def test_search_prints_the_apps_own_search(call, starter):
    code, out, err = call("search", "okehampton", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out) == [search_row(starter, hit) for hit in search(starter, "okehampton").hits]
    assert set(json.loads(out)[0]) == {"code", "name", "kind", "authority", "note", "exact"}
    assert json.loads(call("search", "zzzz qqqq", "--json")[1]) == []
    assert call("search", "zzzz qqqq")[1].startswith("No place, postcode or MP like that")
    assert call("search", "sw1a1aa")[1] == "SW1A 1AA is outside the area that this edition covers.\n"
    assert json.loads(call("search", "sw1a1aa", "--json")[1]) == []
    assert call("search", "Okehamton")[1].startswith("No place, postcode or MP of just that name. Nearest names:\n")


def test_search_names_what_was_found(call, tiny_written):
    code, out, _ = call("search", "newham", "--edition", str(tiny_written))
    assert code == 0
    head, *lines = out.splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "St Mary's ward E05000003 Bland, City of Newham is here", "Market ward E05000002 Aland Newham (Upham) is here"]
    assert head.split() == ["place", "kind", "code", "authority", "found", "by"]


def test_show_names_the_mp(call, tiny_written):
    code, out, _ = call("show", "E14000001", "--edition", str(tiny_written))
    assert code == 0
    assert out.rstrip().endswith("\nMP on 27 June 2026: Dr Ann Example, Independent.")


def test_show_has_the_shape_of_the_contract(call):
    code, out, _ = call("show", "south west", "--json")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) >= {
        "edition",
        "view",
        "place",
        "residents",
        "households",
        "workers",
        "remote_capable",
        "works_from_home",
        "premises",
        "premises_below",
        "people_in_gap",
        "people_in_gap_by_speed",
        "nowhere_to_turn",
        "cut_off_by_rail",
        "borderline",
        "door_to_hub_minutes",
        "train_to_hub_minutes",
        "within_30_min_walk_of_station",
        "imd",
        "rural_share",
        "comparators",
    }
    assert set(answer["edition"]) == {"id", "broadband_basis", "rail_basis", "vintages"}
    assert answer["view"] == {
        "speed": "30",
        "hub": "london",
        "minutes": 120,
        "clock": "train",
        "work": "ons-2020",
        "access": "car",
    }
    assert list(answer["premises_below"]) == ["uso", "10", "30", "100", "300", "gigabit"]
    assert answer["people_in_gap"] == answer["people_in_gap_by_speed"]["30"]
    assert list(answer["people_in_gap"]) == ["estimate", "low", "high", "limit_low", "limit_high"]
    assert list(answer["nowhere_to_turn"]) == ["estimate", "low", "high"]
    assert set(answer["comparators"]) == {"South West", "England"}


def test_show_for_people_has_range_basis_and_the_other_speeds(call):
    code, out, err = call("show", "Torridge")
    assert (code, err) == (0, "")
    for words in (
        "Torridge (local authority, E07000046, 38 LSOAs)",
        "People in the gap [estimated]",
        "[indicative]",
        "Below 10 Mbit/s",
        "Below gigabit",
        "England",
        "edition starter-",
        "35,922",
    ):
        assert words in out


def test_a_partnership(call, starter):
    code, out, _ = call("show", "E07000047+E07000046", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["place"] == {
        "code": "E07000046+E07000047",
        "name": "Torridge + West Devon",
        "kind": "partnership",
        "lsoas": 70,
    }
    parts = [show_json(starter, View(place=place)) for place in ("E07000046", "E07000047")]
    assert answer["premises"] == sum(part["premises"] for part in parts)
    assert answer["people_in_gap"]["high"] == pytest.approx(sum(part["people_in_gap"]["high"] for part in parts))


def test_show_says_how_sure(call):
    code, out, _ = call("show", "South Gloucestershire")
    assert code == 0
    assert re.search(r"People in the gap \[estimated\] +about 770 \(between \d+ and 1,\d+\)\n", out)
    assert re.search(r"worst by number +between 16th and 17th of 27\n", out)
    assert re.search(r"per 1,000 residents in work +5\.2 \(between \d\.\d and \d\.\d\)\n", out)
    assert COVERS in out
    assert re.search(r"worst by rate +among the worst \w+ of 815\n", call("show", "E05011912")[1])
    assert "of 27" not in call("show", "south west")[1]
    rank_line = r"worst by rate +between \d+th and \d+th of 27; among the worst ten in \d\d of 100 draws\n"
    assert re.search(rank_line, call("show", "E07000083")[1])
    told = json.loads(call("show", "E07000083", "--json")[1])["certainty"]
    assert told["premises_below"]["p05"] == told["premises_below"]["p95"]
    assert told["rank"]["rate"]["p05"] < told["rank"]["rate"]["p95"]


def test_rank_json(call, starter):
    code, out, _ = call("rank", "--by", "constituency", "--top", "10", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [row["rank"] for row in rows] == list(range(1, 11))
    expected = rank(starter, View(), by="constituency")
    assert [row["code"] for row in rows] == expected["code"].head(10).tolist()
    assert all(row["low"] < row["value"] < row["high"] and not row["neighbour"] for row in rows)
    for row in rows:
        sure = row["certainty"]
        assert sure["p05"] < row["value"] < sure["p95"]
        assert sure["rate"]["p05"] < row["rate"] < sure["rate"]["p95"]
        assert sure["rank"]["of"] == 58
        assert 1 <= sure["rank"]["count"]["p05"] <= row["rank"] <= sure["rank"]["count"]["p95"]
    assert "22,300" not in call("rank", "--by", "authority", "--measure", "premises_below")[1]     # 22,274, as counted
    published = json.loads(call("rank", "--by", "authority", "--measure", "residents", "--json")[1])
    assert {row["certainty"] for row in published} == {None}
    assert len(json.loads(call("rank", "--by", "constituency", "--top", "0", "--json")[1])) == 58
    assert len(json.loads(call("rank", "--by", "authority", "--within", "all", "--top", "0", "--json")[1])) == 41


def test_rank_for_people(call):
    code, out, _ = call("rank", "--by", "constituency", "--top", "10")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].startswith("People in the gap by constituency, 10 of 58, worst first.")
    assert len(lines) == 14
    assert lines[-2].startswith("Constituencies are best fit")
    assert lines[-1] == RANKS_COVER
    assert lines[1].split()[:3] == ["rank", "of", "58"]
    assert "between" in lines[1]
    assert re.search(r"^1st +Central Devon ", lines[2])
    assert re.search(r"^\d+th to \d+th +\w", lines[11])
    code, out, _ = call("rank", "--by", "authority", "--measure", "door_to_hub_minutes", "--top", "1")
    assert "Isles of Scilly" in out
    assert "no rail" in out


def test_rail(call):
    code, out, _ = call("rail", "Penzance", "--json")
    answer = json.loads(out)
    assert code == 0
    assert set(answer) >= {"station", "hub", "fastest", "typical", "changes", "departures", "basis"}
    assert (answer["station"], answer["hub"], answer["basis"]) == ("PNZ", "london", "indicative")
    assert "Penzance (PNZ) to London: typically" in call("rail", "pnz")[1]
    assert "no trains in the timetable" in call("rail", "Pilning")[1]


def test_check(call, tiny_folder):
    code, out, _ = call("check", str(STARTER))
    sound, stand_in, lacking = out.splitlines()
    assert (code, sound) == (0, f"{load_edition(STARTER).id}: 4,638 LSOAs, all as it should be")
    assert stand_in == "3 LSOAs have no postcode: journeys start at a point inside"
    assert lacking == ("Not in this edition: contracts to build lines; lines by postcode; what is under contract or "
                       "planned.")
    (tiny_folder / "areas.parquet").write_bytes(b"PAR1")
    code, out, err = call("check", str(tiny_folder))
    assert (code, out) == (1, "")
    assert "areas.parquet missing or not as written" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("show", "nowhere"), "no place called ‘nowhere’; give a code or a name, for example "),
        (("show", "Okehamton"), "no place called ‘Okehamton’; did you mean: Okehampton (locality "),
        (
            ("show", "Exeter"),
            "‘Exeter’ could be 2 places, give the code of one: Exeter (local authority) E07000041; Exeter (constit",
        ),
        (("show", ""), "give a code or a name"),
        (("show", "Torridge", "--speed", "50"), "speed ‘50’, which is not one of uso, 10, 30, 100, 300, gigabit"),
        (("show", "Torridge", "--minutes", "25"), "minutes ‘25’, which is not a whole number from 30 to 360"),
        (("show", "Torridge", "--minutes", "two"), "minutes ‘two’"),
        (("show", "Torridge", "--hub", "paris"), "hub ‘paris’, which is not one of london, bristol"),
        (("show", "Torridge", "--edition", "nowhere/at/all"), "is not an edition"),
        (("rank", "--by", "parish"), "kind of place ‘parish’, which is not one of lsoa, msoa, ward"),
        (("rank", "--by", "ward", "--measure", "votes"), "measure ‘votes’"),
        (("rank", "--by", "ward", "--top", "-3"), "top ‘-3’"),
        (("rank",), "the following arguments are required: --by"),
        (("rail", "Yeovil"), "did you mean: Yeovil Junction (YVJ); Yeovil Pen Mill (YVP)"),
        (("rail", "Atlantis Central"), "no one station called"),
        (("check", "nowhere"), "is not an edition"),
        (("build", "--from", "nowhere", "--out", "out"), "nowhere: no such folder"),
        (("build", "--from", ".", "--out", "geo"), "geo is there and is not an edition"),
        (("frob",), "invalid choice: 'frob'"),
        ((), "the following arguments are required"),
    ],
)
def test_bad_input_gets_one_line_and_exit_2(call, words, said, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, out, err = call(*words)
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert said in err


def test_bad_input_in_a_process_of_its_own():
    code, out, err = run("show", "nowhere")
    assert (code, out) == (2, "")
    assert err.startswith("python -m geo show: no place called ‘nowhere’; give a code or a name, for example ")
    assert err.count("\n") == 1


def test_a_reader_that_stops_early_is_no_error():
    command = f"'{sys.executable}' -m geo rank --by lsoa --top 0 | head -1"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("command", ["build", "show", "rank", "rail", "check"])
def test_every_command_has_help(call, command):
    code, out, _ = call(command, "--help")
    assert code == 0
    assert f"usage: python -m geo {command}" in out
    assert "--json" in out


@pytest.mark.parametrize("partial", [(), ("--accept-partial",)])
def test_the_build_tells_day_warnings_and_what_was_not_used_or_left_out(call, monkeypatch, partial):
    asked = {}

    def build(source, out, name, *, area, accept_partial, spread):
        assert area == "E12000009"
        assert spread is IN_TURN
        asked.update(source=source, out=out, name=name, accept_partial=accept_partial)
        sources = [{"id": "census"}, {"id": "timetable", "file": "trains.zip",
                                       "left_out": ["3 rows of transfers.txt"],
                                       "not_used": ["week.zip (a slice of a timetable: …)"],
                                       "warnings": ["its last train …"]}]
        return {"id": "mine-1", "broadband_basis": "estimated", "rail_basis": "indicative", "sources": sources,
                "missing": [], "rail_day": "2025-05-20", "postcodes_outside": 2,
                "areas_without_postcode": ["E01000001"],
                "warnings": ["two files differ"], "not_used": ["notes.txt (not a table)"]}

    monkeypatch.setattr("geo.cli.editions.build_edition", build)
    code, out, _ = call("build", "--from", "downloads", "--out", "mine", *partial)
    assert (code, asked) == (0, {
        "source": Path("downloads"), "out": Path("mine"), "name": "mine", "accept_partial": bool(partial)})
    assert out.splitlines() == [
        "mine-1 is written to mine", "broadband: estimated; rail: indicative, of 2025-05-20",
        "warning: two files differ", "warning: its last train …", "in trains.zip, 3 rows of transfers.txt",
        "2 postcodes lie outside the mapped area and are not used",
        "1 LSOAs have no postcode: journeys start at a point inside",
        "not used: week.zip (a slice of a timetable: …)", "not used: notes.txt (not a table)"]


def test_a_target_that_cannot_be_written_is_told_before_the_work(call, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    code, _, err = call("build", "--from", str(tmp_path), "--out", str(tmp_path / "file" / "edition"))
    assert code == 2
    assert "cannot be written" in err
    monkeypatch.setattr("geo.edition.store.os.access", lambda *_: False)  # root may write anywhere
    code, _, err = call("build", "--from", str(tmp_path), "--out", str(tmp_path / "edition"))
    assert code == 2
    assert "is not a folder that may be written to" in err


def test_all_is_not_well_when_half_the_areas_have_no_postcode(call, tiny_edition, monkeypatch, tiny_folder):
    half = tiny_edition.postcodes["area"].isin(tiny_edition.areas.index[:3])
    nameless = tiny_edition.postcodes.assign(postcode=tiny_edition.postcodes["postcode"].where(~half, ""))
    monkeypatch.setattr("geo.cli.editions.load_edition", lambda folder, **_: replace(tiny_edition, postcodes=nameless))
    code, out, err = call("check", str(tiny_folder))
    assert code != 0
    assert "all as it should be" not in out + err
    assert "3 of 5 LSOAs have no postcode" in err


def test_a_check_repeats_what_the_build_warned_of(call, tiny_edition, monkeypatch, tiny_folder):
    warned = replace(tiny_edition, manifest={**tiny_edition.manifest, "warnings": ["two files differ"]})
    monkeypatch.setattr("geo.cli.editions.load_edition", lambda folder, **_: warned)
    code, out, _ = call("check", str(tiny_folder))
    assert (code, out.splitlines()[1]) == (0, "warning: two files differ")
    assert "it holds, but its build warned" in out
    assert "all as it should be" not in out
    assert json.loads(call("check", str(tiny_folder), "--json")[1])["warnings"] == ["two files differ"]


def test_show_says_where_nothing_is_known_of_how_sure(call, tiny_written):
    code, out, _ = call("show", "E07000001", "--edition", str(tiny_written))
    assert code == 0
    assert NO_TEST in out
    assert COVERS not in out
