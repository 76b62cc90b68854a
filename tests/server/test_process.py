"""What the process asks of its machine: files, and answers sent at once."""

import platform
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pages.server import process
from pages.server.process import give_back_memory, raise_file_limit, send_at_once

pytestmark = pytest.mark.slow


def limits_after(soft: int, hard: int) -> str:
    code = ("import resource; from pages.server.process import raise_file_limit; "
            "print(raise_file_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))")
    return subprocess.run(
        ["sh", "-c", f'set -e; ulimit -Sn {soft}; ulimit -Hn {hard}; exec "$@"', "sh", sys.executable, "-c", code],
        capture_output=True, text=True, check=True).stdout.strip()


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_as_many_files_as_the_machine_allows() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(most, 4096) if most != resource.RLIM_INFINITY else 4096
    assert limits_after(256, wanted) == f"{wanted} {wanted} {wanted}"
    assert limits_after(256, 256) == "256 256 256"


def test_connections_send_their_last_part_at_once() -> None:
    before = open_files()
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert send_at_once() >= 1
        with socket.create_connection(server.getsockname()), server.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert open_files() == before


def test_the_limit_of_this_process_is_kept_by_the_tests() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        assert raise_file_limit() == hard
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries see to it by themselves")
def test_memory_that_is_free_again_is_given_back() -> None:
    used = [bytes(1_000) for _ in range(100_000)]
    del used[50_000:]
    assert give_back_memory()


class EnoughError(Exception):
    """Ends what would go on as long as the process."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries see to it by themselves")
def test_memory_is_looked_after_and_given_back_when_much_more_is_held(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is used and free again between two looks, and little of it, is not worth a pause."""
    used, waited = list[bytearray](), list[float]()
    given_back = list[float]()

    def wait(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            used.append(bytearray(6_000_000))
        if len(waited) == 4:
            used.append(bytearray(36_000_000))
        if len(waited) == 6:
            raise EnoughError

    monkeypatch.setattr(process, "give_back_memory", lambda: given_back.append(len(waited)))
    with pytest.raises(EnoughError):
        process.keep_memory_low(wait)
    assert waited == [5.0] * 6
    assert given_back == [4]


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries see to it by themselves")
def test_what_arrow_held_is_given_back() -> None:
    """In a process of its own, since it holds from then on; tables read and dropped again, as an edition's are."""
    code = """
import gc, io
import pyarrow as pa, pyarrow.parquet as pq
from pages.server import process
from pages.server.process import give_back_memory, hold_little_memory

def held():
    gc.collect()
    give_back_memory()
    return int(open("/proc/self/status").read().partition("RssAnon:")[2].split()[0]) / 1024

assert hold_little_memory()
file = io.BytesIO()
pq.write_table(pa.table({"number": pa.array(range(200_000))}), file)
pq.read_table(file)
before = held()
tables = [pq.read_table(file).to_pandas() for _ in range(60)]
used = held() - before
del tables
print(used, held() - before)
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    used, left = (float(word) for word in told.split())
    assert used > 60
    assert left < 20


def test_texts_held_as_pythons_change_no_answer() -> None:
    code = """
import sys
from geo.__main__ import main
from geo.edition.store import load_edition
from pages.server.process import look_texts_up_at_once

if sys.argv[1] == "python":
    look_texts_up_at_once()
areas = load_edition().areas
print({areas.index.dtype.storage, areas["ward"].dtype.storage}, file=sys.stderr)
for asked in (["show", "E07000046"], ["rank", "--by", "ward"], ["rank", "--by", "lsoa", "--within", "E07000046"]):
    assert main([*asked, "--json"]) == 0
"""
    told = [subprocess.run([sys.executable, "-c", code, storage], capture_output=True, text=True, check=True)
            for storage in ("python", "pyarrow")]
    assert [one.stderr.splitlines()[0] for one in told] == ["{'python'}", "{'pyarrow'}"]
    assert told[0].stdout == told[1].stdout
    assert "people_in_gap" in told[0].stdout
