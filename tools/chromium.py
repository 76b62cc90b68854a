"""Find a Chromium for the browser tests, or get one: the system's, Playwright's own, or the distribution's."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["ensure", "find"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "No Chromium for the browser tests: install chromium or google-chrome, or name one: CHROMIUM=/path/to/chromium"
)


def _works(path: str | os.PathLike[str] | None) -> bool:
    """Whether this program starts: a downloaded browser may lack the libraries that it needs."""
    if not path or not Path(path).is_file():
        return False
    try:
        done = subprocess.run(  # noqa: S603 - the path is a browser found above, never a user's text
            [str(path), "--version"], capture_output=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _of_playwright() -> str | None:
    """Path at which Playwright keeps (or would keep) its own Chromium; None without Playwright."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only the tests' environment has it
    except ModuleNotFoundError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def find() -> str | None:
    """Find a Chromium that starts.

    Returns
    -------
    str or None
        Path of the program: the one named by the environment variable CHROMIUM, else the system's, else
        Playwright's own; None where there is none.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return named if _works(named) else shutil.which(named)
    for name in NAMES:
        path = shutil.which(name)
        if _works(path):
            return path
    own = _of_playwright()
    return own if _works(own) else None


def ensure() -> str | None:
    """Find a Chromium, and where there is none get one.

    Returns
    -------
    str or None
        Path of a Chromium that starts; None when none could be had.
    """
    found = find()
    if found or os.environ.get("CHROMIUM"):
        return found
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]])
    for way in ways:
        for command in way:
            sys.stderr.write(f"No Chromium yet: {' '.join(command)} …\n")
            if subprocess.run(command, check=False).returncode != 0:  # noqa: S603 - the fixed commands above
                break
        found = find()
        if found:
            return found
    return None


if __name__ == "__main__":
    chromium = ensure()
    if chromium is None:
        sys.exit(MISSING)
    sys.stdout.write(f"{chromium}\n")
