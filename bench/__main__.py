"""`python -m bench`: measure everything, print it with the machine, keep it in bench/report.md."""

import bench.api
import bench.app
import bench.changes
import bench.claims
import bench.geo
import bench.growth
import bench.memory
import bench.national
import bench.output_areas
import bench.pack
import bench.place
import bench.spread
from bench.machine import describe
from bench.report import write

if __name__ == "__main__":
    machine = describe()
    parts = (bench.geo, bench.national, bench.output_areas, bench.pack, bench.spread, bench.growth, bench.place,
             bench.claims, bench.changes, bench.api, bench.app, bench.memory)
    write([figure for part in parts for figure in part.measure()], machine)
