"""What the process asks of its machine: files, and answers sent at once."""

import platform
import resource
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pages.server.process import give_back_memory, raise_file_limit, send_at_once


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
