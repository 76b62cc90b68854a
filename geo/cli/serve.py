"""`geo serve`: the app as one process, or as several behind an nginx of its own; what ends is started again."""

import argparse
import contextlib
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from geo.cli.nginx import write_configuration
from geo.core.errors import SettingError
from geo.core.proxies import SETTING, trusted_proxies

MOST_WORKERS = 32
PATIENCE = 180.0
"""Seconds that the processes may take to start; together they have to read an edition each."""

LONGEST_PAUSE, SETTLED, GRACE = 30.0, 60.0, 15.0
"""Seconds: most before what ended is started again; after which it counts as sound; that one may take to stop."""

_FOLDERS = ("SWATHE_EDITION", "SWATHE_EDITIONS", "SWATHE_CACHE")     # settings that may name one
_ROOT = Path(__file__).parents[2]
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")     # where nginx lies, and an account has no path to
_LOOPBACK = "127.0.0.1"
# nginx asks from an address of its own, where the machine has it: no other program's word is taken for a reader's.
_NGINX_ASKS_FROM = "127.0.0.2" if sys.platform == "linux" else _LOOPBACK


class Child:
    """A process that is started again when it ends, later each time as long as it does not last."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name, self._command, self._environment = name, command, environment
        self._failures, self._due = 0, 0.0
        self.start()

    def start(self) -> None:
        """Start it, in a session of its own: Ctrl-C stops the one who looks after it, and that one stops it."""
        self._started = time.monotonic()
        self.process: subprocess.Popen[bytes] | None = subprocess.Popen(  # noqa: S603 - nothing in it is a reader's
            self._command, cwd=_ROOT, env={**os.environ, **_folders_named(), **self._environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=_end_with_parent if _LIBRARY else None)     # noqa: PLW1509 - there is one thread

    def ended(self) -> int | None:
        """Give the status that it ended with, or None; what it started itself ends with it."""
        status = None if self.process is None else self.process.poll()
        if self.process is not None and status is not None:
            self._end_rest()
        return status

    def look_after(self) -> None:
        """Start it again when it has ended, and the pause is over."""
        now = time.monotonic()
        if self.process is None and now >= self._due:
            self.start()
            tell("started again", process=self.name)
            return
        status = self.ended()
        if status is not None:
            self._failures = 0 if now - self._started > SETTLED else self._failures + 1
            pause = 0.0 if self._failures <= 1 else min(LONGEST_PAUSE, 2.0 ** (self._failures - 2))
            tell("ended", process=self.name, status=status, again_in_s=pause)
            self.process, self._due = None, now + pause

    def stop(self) -> None:
        """Ask it to stop, without waiting."""
        if self.process is not None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Wait until it has stopped; after that moment it is not asked."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._end_rest()

    def _end_rest(self) -> None:
        if self.process is not None and sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def tell(event: str, **facts: str | int | float) -> None:
    """Write one event to the standard error, as the app's own log has them."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(json.dumps({"time": now, "event": event, **facts}), file=sys.stderr, flush=True)


def serve(options: argparse.Namespace) -> None:
    """Serve the app until somebody stops it."""
    workers = _number("--workers", options.workers, MOST_WORKERS)
    port = _number("--port", options.port, 65_535)
    fronts = [str(network) for network in trusted_proxies(os.environ)]
    address = _free(options.address, port)
    start, children = time.monotonic(), list[Child]()
    with contextlib.ExitStack() as stack:
        if workers == 1:
            stack.callback(_stop, children)
            children.append(Child("app", _app("streamlit", "run", "app.py", address=address, port=port), {}))
        else:
            nginx, folder, ports = _nginx(), stack.enter_context(shared_folder()), _free_ports(workers)
            write_configuration(folder, ports, address, port, fronts, _NGINX_ASKS_FROM)
            stack.callback(_stop, children)
            _start_workers(children, ports, folder / "workers", start)
            children.append(Child("nginx", [nginx, "-p", f"{folder}/", "-c", "nginx.conf", "-e", "stderr"], {}))
        _wait_until_ready(children[-1], address, port, start)
        link = _link(options.address, port)
        tell("serving", processes=workers, address=link, ms=round((time.monotonic() - start) * 1000))
        print(f"Swathe is at {link} ({workers} process{'es' * (workers > 1)}). Ctrl-C stops it.", flush=True)
        while True:
            for child in children:
                child.look_after()
            time.sleep(0.1)


def _folders_named() -> dict[str, str]:
    """Name folders in full: the app, which has its settings beside it, is started in its own folder."""
    named = {name: os.environ.get(name, "").strip() for name in _FOLDERS}
    return {name: str(Path(text).absolute()) for name, text in named.items() if text and Path(text).is_dir()}


def _start_workers(children: list[Child], ports: Sequence[int], folder: Path, start: float) -> None:
    """Start a process at each port, all of which share a folder, and wait for them."""
    folder.mkdir(mode=0o700)
    shared = {"GEO_SERVE_FOLDER": str(folder), SETTING: _NGINX_ASKS_FROM}
    for number, port in enumerate(ports, 1):
        command = _app("pages.server.worker", address=_LOOPBACK, port=port)
        children.append(Child(f"app {number}", command, {**shared, "GEO_SERVE_WORKER": str(number)}))
    for child, port in zip(children, ports, strict=True):
        _wait_until_ready(child, _LOOPBACK, port, start)


def _number(name: str, text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise SettingError(f"{name} is a whole number from 1 to {most}, not {text!r:.40}")
    return int(text)


def _free(host: str, port: int) -> str:
    """Find the address to listen at, and make sure that nobody listens there."""
    try:
        family, _, _, _, found = min(socket.getaddrinfo(host or _LOOPBACK, port, type=socket.SOCK_STREAM))
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(found)
    except (OSError, UnicodeError) as error:
        said = getattr(error, "strerror", None) or error
        raise SettingError(f"nothing can listen at {host} port {port}: {said}; choose another with --address and --port"
                           ) from error
    return str(found[0])


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((_LOOPBACK, 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path=os.pathsep.join(_PLACES))
    if found is None:
        raise SettingError("several processes need nginx in front, which is not installed: on Debian or Ubuntu "
                           "`apt-get install nginx-light`; or leave --workers away for one process")
    return found


@contextlib.contextmanager
def shared_folder() -> Iterator[Path]:
    """Make the folder for what the processes share, in the machine's memory where there is such a place.

    Folders of those who were killed, and could not take them away, are taken away first: nobody holds their locks.
    """
    import fcntl  # noqa: PLC0415 - not there on every system

    memory = Path("/dev/shm")     # noqa: S108 - the folder in it is made anew, with a name that nobody knows
    within = memory if os.access(memory, os.W_OK) else Path(tempfile.gettempdir())
    for left in within.glob("swathe-serve-*/lock"):
        with contextlib.suppress(OSError), left.open("r+") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left.parent)
    with contextlib.ExitStack() as stack:
        made = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="swathe-serve-", dir=within)))
        fcntl.flock(stack.enter_context((made / "lock").open("w")), fcntl.LOCK_EX)
        if os.getuid() == 0:     # nginx gives up root's rights, and has folders of its own in there
            made.chmod(0o711)
        yield made


def _app(module: str, *more: str, address: str, port: int) -> list[str]:
    return [sys.executable, "-m", module, *more, "--server.address", address, "--server.port", str(port),
            "--server.headless", "true"]


def _wait_until_ready(child: Child, address: str, port: int, start: float) -> None:
    """Wait until a process answers; a SettingError says that it ended instead, or took too long."""
    asked = _LOOPBACK if address == "0.0.0.0" else "::1" if address == "::" else address     # noqa: S104
    health = f"{_link(asked, port)}/_stcore/health"
    while True:
        status = child.ended()
        if status is not None:
            raise SettingError(f"{child.name} ended while it was starting (status {status}): what it said stands above")
        with contextlib.suppress(OSError), _DIRECT.open(health, timeout=5) as answer:
            if answer.status == 200:
                return
        if time.monotonic() - start > PATIENCE:
            raise SettingError(f"{child.name} did not answer within {PATIENCE:.0f} seconds")
        time.sleep(0.05)


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))     # a proxy of the environment is for elsewhere


def _link(host: str, port: int) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _stop(children: Sequence[Child]) -> None:
    """Stop all, the last started first: no request comes any more while the app stops."""
    until = time.monotonic() + GRACE
    for child in reversed(children):
        child.stop()
    for child in children:
        child.wait(until)


_LIBRARY = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """Have the system stop a process when the one who looks after it is gone, however it went."""
    if _LIBRARY:
        _LIBRARY.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
