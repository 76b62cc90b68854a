# `make app` opens the app, `make test` runs every check; both set up what they need, and are cheap to run again.
# The app listens on this machine alone unless it is told otherwise: `make app ADDRESS=0.0.0.0 PORT=80`.
ADDRESS ?= localhost
PORT ?= 8501
PYTHON ?= python3
BIN := .venv/bin
export PYTHON

.PHONY: app test lint bench map clean runtime tools
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
	@$(BIN)/python -m numpydoc.hooks.validate_docstrings $$(find geo app.py pages -name '*.py')
	@$(BIN)/python tools/check_layout.py

# The browser tests start an app of their own and draw maps: they run by themselves, after the others.
test: lint
	@$(BIN)/python tools/chromium.py >/dev/null
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m 'not browser'
	$(BIN)/python -m pytest -q -m browser

bench: tools
	@$(BIN)/python -m bench

# Builds static/map_widget.js anew from its source; needs Node, as nothing else here does.
map:
	cd pages/shared/map_widget/source && npm ci --ignore-scripts --no-audit --no-fund && npm run build

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
