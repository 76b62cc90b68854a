"""The page of a place, run again after each change of an option, in a warm process and without a browser."""

import json
import statistics

from bench.machine import ROOT, run
from bench.report import Figure

RERUNS = f"""
import json, logging, time
from streamlit.testing.v1 import AppTest
logging.disable(logging.WARNING)
app = AppTest.from_file({str(ROOT / "pages" / "frame.py")!r}, default_timeout=60)
app.query_params["place"] = "E07000046"
app.run().switch_page("place/page.py").run()
times = []
for option, value in [*(("minutes", m) for m in (90, 100, 105, 110, 125)),
                      *(("speed", s) for s in ("10", "100", "300", "gigabit", "uso"))]:
    app.session_state[option] = value
    start = time.perf_counter()
    app.run()
    times.append(time.perf_counter() - start)
    assert not app.exception
print(json.dumps(times))
"""


def measure() -> list[Figure]:
    """Measure the reruns.

    Returns
    -------
    list of Figure
        The median of ten changes that nobody has asked for before.
    """
    times = json.loads(run(["-c", RERUNS]).output.splitlines()[-1])
    return [Figure("place_rerun_s", statistics.median(times), "s", 0.15,
                   "Server's time for Place after a change of minutes or speed, nothing of it kept; median of ten")]
