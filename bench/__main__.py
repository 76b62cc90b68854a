"""`python -m bench`: measure everything, print it with the machine, keep it in bench/report.md."""

import bench.app
import bench.geo
import bench.pack
import bench.place
from bench.machine import describe
from bench.report import write

if __name__ == "__main__":
    machine = describe()
    write([*bench.geo.measure(), *bench.pack.measure(), *bench.place.measure(), *bench.app.measure()], machine)
