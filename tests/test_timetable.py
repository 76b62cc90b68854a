"""The pattern timetable: its feed is what its tables say, and its run times stand beside real ones."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from geo.core.errors import SourceError
from geo.sources.timetable import Feed
from tools.timetable import TIMETABLE, feed_files
from tools.timetable_check import Cif, compare, pattern_calls, read_cif, reasons, run_times

TABLES = {
    "patterns.csv": (
        "pattern_id,operator,line,seq,crs,arr_min,dep_min\n"
        "AB1-D,AB,Aton-Ceton,1,AAA,0,0\nAB1-D,AB,Aton-Ceton,2,BBB,10,12\nAB1-D,AB,Aton-Ceton,3,CCC,70,70\n"
        "WL9-U,WL,\"Ferry, slow\",1,CCC,0,0\nWL9-U,WL,\"Ferry, slow\",2,BBB,5,5\n"
    ),
    "services.csv": (
        "pattern_id,first_dep,last_dep,headway_min,extra_deps\nAB1-D,22:00,23:30,60,06:05 23:00\n"
        "AB1-D,06:05,06:05,60,\nWL9-U,,,,12:00\n"
    ),
    "change_times.csv": "# Set by hand.\ncrs,minutes\nBBB,3\n",
    "links.csv": "from_crs,to_crs,minutes\nAAA,BBB,8\n",
    "gtfs/stops.txt": "stop_id,stop_name\nAAA,Aton\nBBB,Beton\nCCC,Ceton\n",
}


def tables(folder: Path, **changed: str) -> Path:
    (folder / "gtfs").mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / name).write_text(changed.get(Path(name).stem, text), encoding="utf-8")
    return folder


def test_the_feed_is_what_its_tables_say() -> None:
    for name, text in feed_files().items():
        assert (TIMETABLE / "gtfs" / name).read_text(encoding="utf-8") == text, f"run tools/timetable.py: {name}"


def test_a_small_feed_whole(tmp_path: Path) -> None:
    made = {name: text.splitlines()[1:] for name, text in feed_files(tables(tmp_path / "small")).items()}
    assert made["routes.txt"] == [
        'AB1,AB,,Aton-Ceton,"Indicative pattern, compiled by hand, rounded",2',
        'WL9,WL,,"Ferry, slow","Indicative pattern, compiled by hand, rounded",4',
    ]
    assert made["trips.txt"] == [
        "AB1,WKD,AB1-D-0605,Ceton,0", "AB1,WKD,AB1-D-2200,Ceton,0", "AB1,WKD,AB1-D-2300,Ceton,0",
        "WL9,WKD,WL9-U-1200,Beton,1",
    ]
    assert made["stop_times.txt"][6:9] == [
        "AB1-D-2300,23:00:00,23:00:00,AAA,1", "AB1-D-2300,23:10:00,23:12:00,BBB,2",
        "AB1-D-2300,24:10:00,24:10:00,CCC,3",
    ]
    # Eight minutes of walking, and then the change: three minutes at Beton, five at Aton.
    assert made["transfers.txt"] == [
        "AAA,AAA,2,300", "BBB,BBB,2,180", "CCC,CCC,2,300", "AAA,BBB,2,660", "BBB,AAA,2,780",
    ]


def test_tables_that_disagree_are_told_at_once(tmp_path: Path) -> None:
    services = "pattern_id,first_dep,last_dep,headway_min,extra_deps\nAB1-D,,,,06:00\nXX1-D,,,,06:00\n"
    folder = tables(tmp_path / "bad", services=services, change_times="crs,minutes\nZZZ,3\n")
    with pytest.raises(SourceError) as told:
        feed_files(folder)
    assert told.value.problems == [
        "patterns.csv: pattern_id WL9-U, expected a pattern with a row in services.csv",
        "services.csv: pattern_id XX1-D, expected a pattern of patterns.csv",
        "change_times.csv: crs ZZZ, expected a station of stops.txt",
    ]


def schedule(uid: str, calls: str, *, status: str = "P", days: str = "1111100") -> list[str]:
    """A train that calls as "LO ATON 0700" says: kind, timing point, public arrival and departure, or one of them."""
    lines = [f"BSN{uid}200316200515{days} {status}XX".ljust(79) + "P", "BX         GW"]
    for call in calls.split(", "):
        kind, point, *times = call.split()
        # Working times come first, and nobody may take them for the public ones.
        public = "".join(times)
        lines.append(f"{kind}{point:8}" + (f"0001 0001      {public}" if kind == "LI" else f"0001 {public}"))
    return lines


STATIONS = "\n".join([
    "A                             FILE-SPEC=05 1.00 20/03/20 18.05.35   590",
    "A    ATON                          0ATON   AAA   AAA15473 61790 4",
    "A    BETON                         2BETON  BBB   BBB15473 6179010",
    "A    BETON BAY                     9BETONB BBX   BBB15473 61790 1",
    "A    CETON                         0CETON  CCC   CCC15473E61790 5",
    "L    ATON                          OTHER NAME",
])


def cif(path: Path, *trains: list[str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.mca", "\n".join(["HD", *(line for train in trains for line in train), "ZZ"]))
        archive.writestr("x.msn", STATIONS)
        archive.writestr("x.alf", "M=WALK,O=AAA,D=BBB,T=6,S=0001,E=2359,P=4,R=1111110\n")
    return path


def test_a_small_timetable_in_cif_whole(tmp_path: Path) -> None:
    found = read_cif(cif(
        tmp_path / "x.zip",
        schedule("C00001", "LO ATON 2350, LI BETON 2358 0002, LI NOWHERE 0003 0003, LI CETON 0000 0000, LT CETON 0020"),
        schedule("C00002", "LO ATON 0700, LT CETON 0730", status="B"),
        schedule("C00003", "LO ATON 0700, LI BETONB 0709 0710, LT CETON 0725", days="0000001"),
    ))
    expected = pd.DataFrame({
        "train": [1, 1, 1, 3, 3, 3], "crs": ["AAA", "BBB", "CCC"] * 2,
        "arrives": [None, 1438, 1460, None, 429, 445], "departs": [1430, 1442, None, 420, 430, None]})
    pd.testing.assert_frame_equal(found.calls, expected, check_dtype=False)
    assert found.trains.to_dict("list") == {
        "days": ["1111100", "0000001"], "stp": ["P", "P"], "operator": ["GW", "GW"]}
    assert found.change_times.to_dict() == {"AAA": 4, "BBB": 10, "CCC": 5}
    assert found.links.to_dict("list") == {
        "from_crs": ["AAA"], "to_crs": ["BBB"], "minutes": [6], "start": ["0001"], "end": ["2359"], "days": ["1111110"]}


def test_a_folder_of_cif_reads_as_the_zip_does(tmp_path: Path) -> None:
    packed = cif(tmp_path / "x.zip", schedule("C00001", "LO ATON 0700, LT CETON 0730"))
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "folder")
    pd.testing.assert_frame_equal(read_cif(tmp_path / "folder").calls, read_cif(packed).calls)
    (tmp_path / "folder" / "x.alf").unlink()
    with pytest.raises(SourceError, match=r"holds 0 files ending in '\.alf', expected one"):
        read_cif(tmp_path / "folder")
    with pytest.raises(SourceError, match=r"has no train in its \.mca file"):
        read_cif(cif(tmp_path / "empty.zip"))


def test_a_pattern_is_set_beside_the_fastest_and_the_alike() -> None:
    def train(name: str, *calls: tuple[str, int]) -> pd.DataFrame:
        return pd.DataFrame(calls, columns=["crs", "arrives"]).assign(train=name, departs=lambda rows: rows["arrives"])

    pattern = train("P", ("AAA", 0), ("BBB", 10), ("CCC", 30))
    real = pd.concat([
        *(train(f"direct {number}", ("AAA", 0), ("CCC", 15 + number)) for number in range(5)),
        train("stops", ("AAA", 0), ("BBB", 12), ("CCC", 25)), train("elsewhere", ("BBB", 0), ("DDD", 2), ("CCC", 40))])
    table = compare(run_times(pattern), run_times(real))
    assert table.loc[("AAA", "CCC")].to_dict() == {
        "minutes": 30, "train": "P", "fastest": 15, "trains": 6, "alike": 25, "trains_alike": 1, "longer": True,
        "shorter": False}
    assert table.loc[("BBB", "CCC"), ["fastest", "trains", "alike", "trains_alike"]].tolist() == [13, 2, 13, 1]
    quick = compare(run_times(train("P", ("AAA", 0), ("CCC", 12))), run_times(real))
    assert quick["shorter"].tolist() == [True]
    fewer = run_times(real).query("train != 'stops' and train != 'direct 4'")
    assert compare(run_times(train("P", ("AAA", 0), ("CCC", 12))), fewer)["shorter"].tolist() == [False]


@pytest.fixture(scope="module")
def sample(open_data: Path) -> Cif:
    """A slice of the timetable of March 2020."""
    return read_cif(open_data / "rail" / "cif_sample" / "atoc_2020-03_sample.zip")


@pytest.fixture(scope="module")
def beside(sample: Cif) -> pd.DataFrame:
    patterns = pattern_calls()
    return compare(run_times(patterns), run_times(sample.calls[sample.calls["crs"].isin(patterns["crs"])]))


def test_no_pattern_is_quicker_than_the_sample_without_a_reason(beside: pd.DataFrame) -> None:
    assert (beside["trains"] >= 5).sum() > 3000
    quick = beside[(beside["trains"] >= 5) & (beside["minutes"] < 0.85 * beside["fastest"])]
    assert sorted(quick.index) == sorted(reasons().index)
    assert reasons().str.len().min() > 40


def test_no_pattern_is_much_slower_than_trains_with_its_calls(beside: pd.DataFrame) -> None:
    often = beside[beside["trains_alike"] >= 5]
    over = often["minutes"] - often["alike"]
    assert len(often) > 2000
    assert over.max() <= 10
    assert (over > 0.15 * often["alike"]).mean() < 0.1
    assert (over / often["alike"]).abs().mean() < 0.06


def test_fastest_of_the_sample_by_hand(open_data: Path, beside: pd.DataFrame) -> None:
    with zipfile.ZipFile(open_data / "rail" / "cif_sample" / "atoc_2020-03_sample.zip") as archive:
        lines = archive.read("example.mca").decode().splitlines()
    points = {"PAIGNTN": "PGN", "EXETRSD": "EXD", "SLSBRY": "SAL", "WATRLMN": "WAT", "TRURO": "TRU", "PLYMTH": "PLY"}
    fastest: dict[tuple[str, str], int] = {}
    left: dict[str, int] = {}
    for line in lines:
        if line[:2] == "BS":
            left, good = {}, line[29] in "P1S4"
        elif line[:2] in {"LO", "LI", "LT"} and good and (crs := points.get(line[2:9].strip())):
            arrives = {"LO": "", "LI": line[25:29], "LT": line[15:19]}[line[:2]].strip()
            departs = {"LO": line[15:19], "LI": line[29:33], "LT": ""}[line[:2]].strip()
            for origin, then in left.items() if arrives not in {"", "0000"} else ():
                run = (int(arrives[:2]) * 60 + int(arrives[2:]) - then) % 1440
                fastest[origin, crs] = min(run, fastest.get((origin, crs), 9999))
            if departs not in {"", "0000"}:
                left[crs] = int(departs[:2]) * 60 + int(departs[2:])
    pairs = [("PGN", "EXD"), ("EXD", "PGN"), ("SAL", "WAT"), ("WAT", "SAL"), ("TRU", "PLY"), ("PLY", "EXD")]
    assert [beside.loc[pair, "fastest"] for pair in pairs] == [fastest[pair] for pair in pairs]


def test_change_times_and_links_are_the_samples(sample: Cif, pattern_feed: Feed) -> None:
    ours = pattern_feed.change_times / 60
    theirs = sample.change_times.reindex(ours.index)
    assert theirs.index[theirs.isna()].tolist() == ["ASD", "MBT", "PRI", "RGP"]
    assert theirs[(theirs != ours) & theirs.notna()].to_dict() == {"PAR": 3, "SER": 2}
    # The slowest of a weekday's hours is taken, from six o'clock on.
    links = sample.links[sample.links["days"].str.startswith("1") & (sample.links["end"] > "0600")]
    links = links[links["from_crs"].isin(ours.index) & links["to_crs"].isin(ours.index)]
    slowest = links.groupby(["from_crs", "to_crs"])["minutes"].max()
    both = {pair: minutes + ours[pair[1]] for (start, end), minutes in slowest.items()
            for pair in ((start, end), (end, start))}
    walks = pattern_feed.walks.set_index(["from_crs", "to_crs"])["seconds"] / 60
    assert walks.to_dict() == both
