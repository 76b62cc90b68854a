# Each target sets up what it needs, and is cheap to run again:
#   make app      opens the app; without a word `make` does the same
#   make quick    the fast tests, without a browser: while you work
#   make test     every check: lint, then all tests
#   make interop  opens a pack in QGIS, LibreOffice and qpdf; installs them where they are missing (Debian, as root);
#                 reads and scans a timetable as large as Britain's; and runs several processes behind nginx
#   make offline  the same where no other machine can be reached: a Linux network namespace without a route
#   make lint     style, types, docstrings and layout
#   make golden   records anew what the program answers, when a change of figures or words is meant
#   make fuzz     tries damaged input files (MUTANTS=20000 SEED=1): none may break it or change a figure unnoticed
#   make audit    asks which libraries have known weaknesses; needs the network, and says so where there is none
#   make sbom     writes what the app is made of, with versions and licences: out/swathe.cdx.json
#   make map      builds the script of the maps anew from its source; needs Node, as nothing else does
#   make load     sends many readers through the app at once (VISITORS=50 THINK=10 WORKERS=2; without VISITORS, all cases)
#   make soak     has readers come and go for MINUTES=10; the memory of the app must not grow
#   make bench    measures speed and memory, beside their targets
#   make runtime  only sets up what the app and the command line need
#   make tools    only sets up what the tests and checks need on top
#   make clean    removes what these targets made
# The app listens on this machine alone unless it is told otherwise: `make app ADDRESS=0.0.0.0 PORT=80`.
ADDRESS ?= localhost
PORT ?= 8501
PYTHON ?= python3
MUTANTS ?= 2000
SEED ?= 1
THINK ?= 10
MINUTES ?= 10
WORKERS ?= 1
BIN := .venv/bin
export PYTHON

.PHONY: app quick test interop offline lint golden fuzz audit sbom map load soak bench runtime tools clean
.DEFAULT_GOAL := app

runtime:
	@sh tools/venv.sh requirements.txt

tools:
	@sh tools/venv.sh requirements-dev.txt

app: runtime
	@$(BIN)/python -m streamlit run app.py --server.address $(ADDRESS) --server.port $(PORT)

lint: tools
	$(BIN)/ruff check .
	$(BIN)/mypy
	@$(BIN)/python -m numpydoc lint $$(find geo/core geo/sources geo/layers geo/rail geo/edition geo/figures -name '*.py')
	@$(BIN)/python tools/check_layout.py

quick: tools
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m 'not browser and not slow and not interop'

# Tests of a file share what they set up: files are dealt out in their order, in which the long ones are not the last.
# The browser tests start apps of their own: they run after the others, those that draw a map one at a time.
test: lint
	@$(BIN)/python tools/chromium.py >/dev/null
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m 'not browser and not interop'
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m browser

interop: tools
	@sh tools/office.sh
	$(BIN)/python -m pytest -q -m interop tests/interop tests/faults

offline: tools
	@sh tools/offline.sh $(MAKE) test

golden: tools
	@$(BIN)/python -m tests.golden.record

fuzz: tools
	@$(BIN)/python -m tests.fuzz --mutants $(MUTANTS) --seed $(SEED)

load: tools
	@$(BIN)/python -m bench.load $(if $(VISITORS),--visitors $(VISITORS)) --think $(THINK) --workers $(WORKERS)

soak: tools
	@MINUTES=$(MINUTES) $(BIN)/python -m bench.soak

bench: tools
	@$(BIN)/python -m bench

audit: tools
	@$(BIN)/python tools/audit.py

sbom: tools
	@$(BIN)/python -m tools.sbom

map:
	cd pages/shared/map_widget/source && npm ci --ignore-scripts --no-audit --no-fund && npm run build

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis out *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
