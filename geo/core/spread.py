"""Work that is the same for many items: done here in turn, or spread over processes and machines by Dask distributed.

Results come in the order of the items either way. Machines share no disk: what work needs is sent, what it gives comes
back as a value, and only this process writes.
"""

import logging
import os
import platform
import re
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import IO, TYPE_CHECKING, Any, cast

import geo
from geo.core.errors import WorkersError

if TYPE_CHECKING:
    import distributed  # only who asks for workers waits for it

MOST = 64
"""Processes that may be asked for on this machine."""

CONNECTING = 4
"""Seconds that a scheduler is waited for."""

PATIENCE = 10
"""Seconds that its first worker is waited for, and another one when all are gone."""

AHEAD = 3
"""Items for each worker that are under way at a time: the next one is there when it is done with one."""

LIBRARIES = ("numpy", "pandas", "shapely", "geopandas", "scipy", "numba", "pyarrow", "matplotlib", "typst")
"""Those that figures and packs are made with."""

_PROGRAM = [sys.executable, "-P", "-c", "from geo.core.spread import serve; serve()"]
_PATHS = os.pathsep.join([str(Path(geo.__path__[0]).parent), *filter(None, sys.path)])
_SILENT = ("distributed", "distributed.client", "distributed.gc", "tornado", "tornado.application", "asyncio")
_ADDRESS = re.compile(r"(tcp|tls)://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):\d{1,5}")


class InTurn:
    """Does the work in this process, an item after the other."""

    shares_disk = True
    """Whether who works can read the files that this process can."""

    def __call__(self, function: Callable[..., Any], items: Iterable[Any], *common: Any) -> Iterator[Any]:
        """Give `function(item, *common)` of each item, in order."""
        return (function(item, *common) for item in items)


IN_TURN = InTurn()


class Workers(InTurn):
    """Has it done by workers of a Dask scheduler.

    Parameters
    ----------
    client
        Connected to it.
    shares_disk
        Whether all workers are on this machine.
    """

    def __init__(self, client: "distributed.Client", *, shares_disk: bool) -> None:
        self._client, self.shares_disk = client, shares_disk

    def __call__(self, function: Callable[..., Any], items: Iterable[Any], *common: Any) -> Iterator[Any]:
        """Give the same; the function is one that can be imported, and gives the same however often it is called.

        A worker that dies costs its own work, which another does again.

        Raises
        ------
        WorkersError
            Where workers are not what this process is, or none is left.
        """
        self._refuse_others()
        # As work whose result is what was given: where it is lost with a worker, another gets it again.
        sent = [self._client.submit(_itself, each, pure=False) for each in common]
        waiting: deque[distributed.Future] = deque()
        for item in items:
            waiting.append(self._client.submit(function, item, *sent, pure=False))
            if len(waiting) >= AHEAD * max(1, len(self._there())):
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())
        self._refuse_others()

    def _there(self) -> Mapping[str, Any]:
        """Workers that the scheduler has at this moment, by address."""
        found: Mapping[str, Any] = self._client.scheduler_info(n_workers=-1)["workers"]
        return found

    def _result(self, future: "distributed.Future") -> Any:
        """Wait for one result for as long as there are workers; an error of the work itself is raised as it was."""
        import distributed  # noqa: PLC0415

        seen = time.monotonic()
        while future.status != "cancelled" and time.monotonic() < seen + PATIENCE:
            if future.status in {"finished", "error"}:
                try:
                    return future.result()
                except distributed.KilledWorker as error:
                    raise WorkersError("a piece of work ended one worker after the other: is there enough memory for "
                                       "it?") from error
            if self._there() and self._client.status == "running":
                seen = time.monotonic()
            with suppress(TimeoutError, CancelledError), self._client.as_current():
                distributed.wait(future, timeout=1)
        raise WorkersError("the scheduler or all of its workers are gone: nothing more can be done")

    def _refuse_others(self) -> None:
        """Raise unless the scheduler and all workers are of this process's versions."""
        here = versions()
        try:
            there = {"scheduler": self._client.run_on_scheduler(versions),
                     **self._client.run(versions, on_error="return")}
        except (ImportError, AttributeError) as error:
            there = {"scheduler": error}
        for name, found in there.items():
            if isinstance(found, OSError):      # it is gone
                continue
            if isinstance(found, Exception):
                raise WorkersError(f"{name} cannot do the work of Swathe ({found}): {_CURE}")
            other = [f"{key} {found.get(key)} (here {version})" for key, version in here.items()
                     if found.get(key) != version]
            if other:
                raise WorkersError(f"{name} has {', '.join(other)}: {_CURE}")
        for name, worker in self._there().items():
            if worker["nthreads"] > 1:      # libraries that draw and set type do one thing at a time
                raise WorkersError(f"{name} does {worker['nthreads']} things at once: start it with --nthreads 1, and "
                                   "--nworkers for several processes")


_CURE = "start it with the same copy of Swathe, Python and libraries as this command"


def versions() -> dict[str, str]:
    """Say which Swathe, Python and libraries this process has, by name."""
    from importlib import metadata  # noqa: PLC0415 - which a command without workers need not wait for

    return {"Swathe": geo.__version__, "Python": platform.python_version(),
            **{name: metadata.version(name) for name in LIBRARIES}}


def _itself(given: Any) -> Any:
    return given


def worker_folder() -> str:
    """Give a folder of the worker that this work is done by, which goes with it."""
    import distributed  # noqa: PLC0415

    return str(distributed.get_worker().local_directory)


@contextmanager
def spread_over(workers: str | None) -> Iterator[InTurn]:
    """Give what does work: so many processes of this machine, or the workers of a scheduler that is running.

    Parameters
    ----------
    workers
        A number of processes, or the address of a Dask scheduler (tcp://host:8786); None: this process.

    Yields
    ------
    InTurn
        To be called with a function, items, and what is common to all of them.

    Raises
    ------
    WorkersError
        For another text; when the scheduler cannot be reached, or has no worker.
    """
    if workers is None:
        yield IN_TURN
        return
    address = bool(_ADDRESS.fullmatch(workers))
    if not address and not (re.fullmatch("[1-9][0-9]?", workers, re.ASCII) and int(workers) <= MOST):
        raise WorkersError(f"workers ‘{workers[:60]}’, which is neither a number of processes, 1 to {MOST}, nor the "
                           "address of a scheduler, such as tcp://host:8786")
    with ExitStack() as held:
        yield _at(workers, held) if address else _here(int(workers), held)


def _connected(address: str, held: ExitStack) -> "distributed.Client":
    """Connect to a scheduler; Dask says nothing of its own accord."""
    import dask  # noqa: PLC0415
    import distributed  # noqa: PLC0415

    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    held.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"}))
    made: Future[distributed.Client] = Future()

    def connect() -> None:
        try:
            made.set_result(distributed.Client(address, timeout=CONNECTING, set_as_default=False))
        except Exception as error:  # noqa: BLE001 - it is raised where it is waited for
            made.set_exception(error)

    # In a thread, since Dask waits for ever for what takes the connection and never says a word.
    threading.Thread(target=connect, daemon=True).start()
    return held.enter_context(made.result(timeout=2 * CONNECTING))


def _here(number: int, held: ExitStack) -> Workers:
    """Start processes on this machine, which end with it."""
    scratch = Path(tempfile.gettempdir()) / f"swathe-workers-{secrets.token_hex(8)}"
    # Before it is there: a command that is stopped at that very moment leaves nothing either.
    held.callback(shutil.rmtree, scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    process = held.enter_context(Popen(  # noqa: S603 - runs what stands above
        [*_PROGRAM, str(number), str(scratch)], stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True,
        env={**os.environ, "PYTHONPATH": _PATHS},
        start_new_session=True))     # what stops all of a terminal does not reach it
    held.callback(_end, process)
    address = cast("IO[str]", process.stdout).readline().strip()
    if not address:
        raise WorkersError(f"{number} processes could not be started: is there enough memory, and room in the system's "
                           "temporary folder?")
    return Workers(_connected(address, held), shares_disk=True)


def _end(process: "Popen[str]") -> None:
    """End the processes, in the middle of whatever they do: nobody wants it any more."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
        cast("IO[str]", process.stdout).read()      # it ends when the last of them has, and writes no more


def serve() -> None:
    """Be the process that the workers of this machine belong to, until whoever started it is gone."""
    import dask  # noqa: PLC0415

    number, scratch = sys.argv[1:]
    dask.config.set({"temporary-directory": scratch})
    import distributed  # noqa: PLC0415

    with (
        ExitStack() as held,
        suppress(BrokenPipeError),      # who started it was stopped before it could be told
    ):
        held.callback(shutil.rmtree, scratch, ignore_errors=True)     # who started it may have been killed
        cluster = held.enter_context(distributed.LocalCluster(
            n_workers=int(number), threads_per_worker=1, host="127.0.0.1", dashboard_address=None, memory_limit=0))
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()


def _at(address: str, held: ExitStack) -> Workers:
    """Connect to a scheduler that is running."""
    try:
        client = _connected(address, held)
    except (OSError, TypeError, ValueError) as error:     # where it is not there; where TLS lacks its certificates
        why = str(error) or "it does not answer"
        raise WorkersError(f"no scheduler can be reached at {address} ({why}): start one with dask scheduler, or look "
                           "at its address and certificates") from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise WorkersError(f"the scheduler at {address} has no worker: start one with dask worker {address}") from error
    return Workers(client, shares_disk=False)
