"""`geo serve`: what it refuses, and how it looks after what it started; the app itself is left out."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from geo.cli import serve
from geo.cli.nginx import TEMPLATES, filled, write_configuration
from geo.cli.serve import Child

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str, str]]


def events(told: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in told.splitlines() if line.startswith("{")]


def until(wanted: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(("option", "value", "said"), [
    ("--workers", "0", "--workers is a whole number from 1 to 32, not '0'"), ("--workers", "33", "from 1 to 32"),
    ("--workers", "two", "from 1 to 32"), ("--workers", "-1", "from 1 to 32"), ("--workers", "1.5", "from 1 to 32"),
    ("--workers", "٣", "from 1 to 32"), ("--workers", "9" * 5000, "from 1 to 32"),
    ("--port", "0", "--port is a whole number from 1 to 65535"), ("--port", "65536", "from 1 to 65535"),
    ("--address", "192.0.2.1", "nothing can listen at 192.0.2.1 port"),
    ("--address", "no such name", "nothing can listen at no such name port"),
])
def test_what_cannot_be_is_one_line(call: Call, option: str, value: str, said: str) -> None:
    code, out, err = call("serve", f"{option}={value}")
    assert code == 2
    assert said in err
    assert err.count("\n") == 1
    assert out == ""


def test_a_port_in_use_is_one_line(call: Call) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for workers in "12":
            code, _, err = call("serve", "--workers", workers, "--port", str(port))
            assert code == 2
            assert err == (f"python -m geo serve: nothing can listen at localhost port {port}: Address already in "
                                "use; choose another with --address and --port\n")


def test_where_nginx_is_missing_one_line_says_so(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve.shutil, "which", lambda *_, **__: None)
    code, _, err = call("serve", "--workers", "2", "--port", "28501")
    assert code == 2
    assert "need nginx in front, which is not installed: on Debian or Ubuntu `apt-get install nginx-light`" in err


def test_a_wrong_proxy_stops_it(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWATHE_TRUSTED_PROXY", "127.0.0.1; include /etc/passwd")
    code, _, err = call("serve", "--workers", "2")
    assert code == 2
    assert "SWATHE_TRUSTED_PROXY is the address of the web server in front" in err


def test_a_wrong_setting_of_the_app_stops_it_and_leaves_nothing() -> None:
    left = set(Path("/dev/shm").glob("swathe-serve-*"))     # noqa: S108
    for workers in "12":
        told = subprocess.run(
            [sys.executable, "-m", "geo", "serve", "--workers", workers, "--port", "28502"], capture_output=True,
            text=True, check=False, timeout=120, env={**os.environ, "SWATHE_CONTACT": "nobody"})
        if workers == "2" and "nginx in front, which is not installed" in told.stderr:
            pytest.skip("nginx is not installed")
        assert told.returncode == 2
        assert "The app was not started: SWATHE_CONTACT is an e-mail address" in told.stderr
        assert "Traceback" not in told.stderr
        assert re.fullmatch(r"python -m geo serve: app( 1)? ended while it was starting \(status 1\): .*",
                            told.stderr.splitlines()[-1])
    assert set(Path("/dev/shm").glob("swathe-serve-*")) == left     # noqa: S108


def test_what_ends_is_started_again_later_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
) -> None:
    now = [1000.0]
    monkeypatch.setattr(serve.time, "monotonic", lambda: now[0])
    child = Child("app 1", [sys.executable, "-c", "raise SystemExit(3)"], {})
    pauses: list[object] = []
    for _ in range(9):
        assert child.process is not None
        child.process.wait(20)
        now[0] += 0.5
        child.look_after()     # sees that it ended
        told = events(capfd.readouterr().err)
        assert [(each["event"], each["process"], each["status"]) for each in told] == [("ended", "app 1", 3)]
        pauses.append(told[0]["again_in_s"])
        now[0] += float(str(pauses[-1])) - 0.01
        if pauses[-1]:
            child.look_after()
            assert child.process is None     # not yet
        now[0] += 0.01
        child.look_after()
        assert [each["event"] for each in events(capfd.readouterr().err)] == ["started again"]
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert child.process is not None
    child.process.wait(20)
    now[0] += 61
    child.look_after()
    assert events(capfd.readouterr().err)[0]["again_in_s"] == 0     # it had lasted


def test_editions_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = ("import os, sys; print(os.environ['SWATHE_EDITION'], os.environ['SWATHE_EDITIONS'], os.getcwd(), "
               f"file=open({str(tmp_path / 'told')!r}, 'w'))")
    (tmp_path / "all").mkdir()
    monkeypatch.chdir(tmp_path)
    for named, wanted in {"all": f"{tmp_path / 'all'}", "starter-6a45d27e6bcb": "starter-6a45d27e6bcb"}.items():
        monkeypatch.setenv("SWATHE_EDITION", named)
        monkeypatch.setenv("SWATHE_EDITIONS", "./all/")
        child = Child("app", [sys.executable, "-c", program], {})
        until(lambda child=child: child.ended() is not None)
        assert (tmp_path / "told").read_text().split() == [
            wanted, f"{tmp_path / 'all'}", str(Path(serve.__file__).parents[2])]


def test_what_a_process_started_ends_with_it(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = ("import subprocess, sys, time; "
               "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, "
               f"file=open({str(tmp_path / 'pid')!r}, 'w'), flush=True); time.sleep(60)")
    child = Child("nginx", [sys.executable, "-c", program], {})
    until(lambda: (tmp_path / "pid").is_file() and bool((tmp_path / "pid").read_text()))
    started = int((tmp_path / "pid").read_text())
    assert child.process is not None
    first = child.process.pid
    child.process.kill()
    until(lambda: child.ended() is not None)
    until(lambda: _is_over(started))
    child.look_after()
    child.look_after()
    assert child.process is not None
    assert child.process.pid != first
    child.stop()
    child.wait(time.monotonic() + 20)
    assert child.process.returncode == -signal.SIGTERM
    assert [each["event"] for each in events(capfd.readouterr().err)] == ["ended", "started again"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with the one that started it")
def test_nothing_goes_on_when_the_one_who_looks_after_it_is_killed(tmp_path: Path) -> None:
    program = ("import sys, time; from geo.cli.serve import Child; "
               "child = Child('app', [sys.executable, '-c', 'import time; time.sleep(60)'], {}); "
               f"print(child.process.pid, file=open({str(tmp_path / 'pid')!r}, 'w'), flush=True); time.sleep(60)")
    parent = subprocess.Popen([sys.executable, "-c", program])
    until(lambda: (tmp_path / "pid").is_file() and bool((tmp_path / "pid").read_text()))
    parent.kill()
    parent.wait()
    until(lambda: _is_over(int((tmp_path / "pid").read_text())))


@pytest.mark.skipif(sys.platform == "win32", reason="nginx is not used there")
def test_a_folder_that_was_left_by_one_who_was_killed_is_taken_away(tmp_path: Path) -> None:
    program = ("import sys, time; from geo.cli.serve import shared_folder\n"
               "with shared_folder() as folder:\n    (folder / 'notes').mkdir(); print(folder, flush=True); "
               "time.sleep(60)")
    started = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    killed, alive = (Path((each.stdout.readline() if each.stdout else "").strip()) for each in started)
    started[0].kill()
    started[0].communicate()
    assert killed.is_dir()
    assert alive.is_dir()
    with serve.shared_folder() as folder:
        assert not killed.exists()
        assert alive.is_dir()
        assert folder not in {killed, alive}
        assert folder.stat().st_mode & 0o066 == 0     # nobody else can look into it
    assert not folder.exists()
    started[1].kill()
    started[1].communicate()
    with serve.shared_folder():
        assert not alive.exists()


def _is_over(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" in status.read_text()
    except FileNotFoundError:
        return True


def test_marked_lines_are_written_anew_and_no_others() -> None:
    template = "a;\n    b;    # serve: some\n    # serve: none\n    c;  # serve: -\nd;  # a comment\n"
    assert filled(template, {"some": ["x;", "y;"], "none": []}) == "a;\n    x;\n    y;\n\n\nd;  # a comment\n"
    with pytest.raises(KeyError):
        filled("a;  # serve: unknown", {})


def test_the_configuration_names_what_it_was_given(tmp_path: Path) -> None:
    write_configuration(tmp_path, [4001, 4002, 4003], "::", 80, ["10.0.0.0/8", "::1/128"], "127.0.0.2")
    site, main = ((tmp_path / name).read_text() for name in ("swathe.conf", "nginx.conf"))
    assert re.findall(r"^    server 127\.0\.0\.1:(\d+) ", site, re.MULTILINE) == ["4001", "4002", "4003"] * 2
    assert re.findall(r"^ *listen .*$", site, re.MULTILINE) == ["    listen [::]:80 ipv6only=off;"]
    assert re.findall(r"set_real_ip_from (.*);", site) == ["10.0.0.0/8", "::1/128"]
    assert "    10.0.0.0/8 1;\n    ::1/128 1;\n" in site
    assert "proxy_bind 127.0.0.2;" in site
    assert "serve:" not in re.sub(r"#.*", "", site + main)
    kept = [line for line in (TEMPLATES / "swathe.conf").read_text().splitlines() if "serve:" not in line]
    assert [line for line in kept if line not in site.splitlines()] == []
    write_configuration(tmp_path, [4001], "127.0.0.1", 8080, [], "127.0.0.1")
    alone = (tmp_path / "swathe.conf").read_text()
    assert "    listen 127.0.0.1:8080;\n" in alone
    assert "real_ip" not in alone.replace("realip", "")
