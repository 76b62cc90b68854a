"""One of several processes of the app, with Streamlit's settings as arguments: `python -m pages.server.worker …`.

It listens once it can answer: until then whatever is in front passes it over, and nobody waits for it.
"""

import runpy
import sys
from contextlib import suppress

import app
from geo.core.errors import EditionError


def main() -> None:
    """Prepare, and be the app, which Streamlit then finds loaded."""
    with suppress(EditionError):     # the app logs it, and says so on every page
        app.first_seen()
    sys.argv = ["streamlit", "run", "app.py", *sys.argv[1:]]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
