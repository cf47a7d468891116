# The whole tool set of rounds. `make` alone lists it.

PYTHON ?= python3
CONFIG ?= config.yaml
VENV   := .venv
ARGS   ?=
JOBS   ?= 3
PROMETHEUS ?= http://127.0.0.1:9090

PICTURES := tests/dashboards/harness

.DEFAULT_GOAL := help
.PHONY: help run test check format bench docs dashboards constraints dashboard-pictures clean

help: ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "make %-21s %s\n", $$1, $$2 }'

run: $(VENV)/installed ## start the agent on config.yaml (or make run CONFIG=FILE)
	$(VENV)/bin/rounds start --config $(CONFIG)

test: $(VENV)/installed-dev ## run every test, JOBS at a time (or make test ARGS="-k NAME"); as root with real hosts, see tests/lab
	$(VENV)/bin/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/installed-dev ## style, types, import contracts, and whether the reference is up to date
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	if [ -e docs/generate.py ]; then $(VENV)/bin/python -m docs.generate --check; fi
	$(VENV)/bin/python -m deploy.dashboards --check

format: $(VENV)/installed-dev ## lay the code out as `make check` wants it
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

docs: $(VENV)/installed-dev ## generate the reference from the code
	$(VENV)/bin/python -m docs.generate

dashboards: $(VENV)/installed-dev ## generate the dashboards for Grafana from their code
	$(VENV)/bin/python -m deploy.dashboards

bench: $(VENV)/installed-dev ## measure, side by side with ansible and check_by_ssh where they are installed
	$(VENV)/bin/python -m benchmarks $(ARGS)
	$(VENV)/bin/python -m benchmarks.forecasts $(filter --write,$(ARGS))

dashboard-pictures: $(PICTURES)/node_modules/.package-lock.json ## draw the dashboards with Grafana's own panels, fed by PROMETHEUS=URL
	cd $(PICTURES) && npm --silent test
	node $(PICTURES)/pictures.mjs --prometheus $(PROMETHEUS) --open-rows $(ARGS) deploy/grafana/*.json

$(PICTURES)/node_modules/.package-lock.json: $(PICTURES)/package-lock.json
	cd $(PICTURES) && npm --silent ci
	@touch $@

compare-node-exporter: $(VENV)/installed-dev ## as root: do dashboards for node_exporter work here? (DASHBOARD=FILE RULES=FILE: these too)
	$(VENV)/bin/python -m tests.compatibility lab --write docs/explanation/node-exporter-comparison.md \
	  $(if $(DASHBOARD),--dashboard $(DASHBOARD)) $(if $(RULES),--rules $(RULES))

constraints: ## pin the newest versions that pyproject.toml allows
	$(PYTHON) -m venv --clear $(VENV)-constraints
	$(VENV)-constraints/bin/pip install --quiet --editable '.[dev]'
	{ echo '# Made by `make constraints`: what `make` installs, at versions known to work together.'; \
	  $(VENV)-constraints/bin/pip freeze --exclude-editable; } > constraints.txt
	rm -rf $(VENV)-constraints

clean: ## remove what was installed and cached; the state folder of the agent stays
	rm -rf $(VENV) $(VENV)-constraints build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .grimp_cache
	rm -rf $(PICTURES)/node_modules $(PICTURES)/build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment: made once, filled anew whenever pyproject.toml or a pin changes.

$(VENV)/bin/pip:
	@command -v $(PYTHON) >/dev/null || \
	  { echo "There is no $(PYTHON). Install Python 3.11 or newer, or name one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "rounds needs Python 3.11 or newer, and this is $$($(PYTHON) --version). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make environments. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(VENV)/bin/pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(VENV)/bin/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $(VENV)/installed $@
