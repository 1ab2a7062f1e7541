# What a newcomer needs: `make demo`. What a change needs: `make lint test`. Everything happens in .venv.

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
COVERAGE := 95
# The cut-out benchmark takes ten minutes by itself; a part of it goes last.
BENCHMARKS := $(filter-out benchmarks/cutout.py,$(sort $(wildcard benchmarks/*.py))) "benchmarks/cutout.py --every 12"

# The first Python that is new enough; `make PYTHON=/path/to/python3` chooses another.
ifndef PYTHON
PYTHON := $(shell for candidate in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$candidate && break; done)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test lint format bench clean install weights

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install weights $(STAMPS)/warm ## make the pictures of recipes/app-icons.yaml against the local sandbox
	$(BIN)/pipeline run recipes/app-icons.yaml --sandbox --yes

test: $(STAMPS)/dev weights $(STAMPS)/warm ## run every test, with coverage
	$(BIN)/python -m pytest --cov --cov-report=term --cov-fail-under=$(COVERAGE)

lint: $(STAMPS)/dev ## check style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMPS)/dev ## put style right where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(STAMPS)/dev weights $(STAMPS)/warm ## measure; each figure stands beside its goal
	@for bench in $(BENCHMARKS); do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

.PHONY: fuzz
fuzz: $(STAMPS)/dev weights ## two minutes of hostile input; FUZZ="--seed 7 --seconds 600 --times 5" asks for more
	$(BIN)/python tests/fuzz $(FUZZ)

.PHONY: chaos
chaos: $(STAMPS)/package ## kill it 200 times, disturb it otherwise, audit what is left; CHAOS="--kills 1000 --seed 3"
	PYTHONPATH=tests $(BIN)/python -m chaos $(CHAOS)

.PHONY: sheet
sheet: demo ## draw the contact sheet that the README opens with
	$(BIN)/python tools/contact_sheet.py output/sandbox/app-icons --output docs/images/contact-sheet.webp

.PHONY: cutouts
cutouts: weights ## draw the cut-out that the README shows; CUTOUTS="--sheet hard.webp" draws twenty
	$(BIN)/python benchmarks/cutout.py $(or $(CUTOUTS),--row docs/images/cutouts.webp)

.PHONY: sets
sets: demo ## draw the platform sets that the README shows
	$(BIN)/pipeline export output/sandbox/app-icons/rocket-nobg.png -o output/sandbox/sets --targets ios,android,web \
		--background "#EC4899" --title rocket --sheet
	$(BIN)/python -c "from PIL import Image; Image.open('output/sandbox/sets/contact-sheet.png').save('docs/images/platform-sets.webp', quality=90)"

clean: ## remove what make, tests and the sandbox made; paid originals in .pipeline/store stay
	rm -rf $(VENV) build dist htmlcov .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf output/sandbox .pipeline/sandbox
	find pipeline tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

install: $(STAMPS)/package ## install the command `pipeline` into .venv

weights: $(STAMPS)/package # quick when they are here: nothing is fetched twice
	@$(BIN)/pipeline models pull u2netp >/dev/null

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none was found. Name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/pip: | $(BIN)/python
	$(PIP) install --upgrade 'pip>=25.1' # the first that knows dependency groups
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/package: pyproject.toml $(STAMPS)/pip
	$(PIP) install --editable .
	@touch $@

$(STAMPS)/dev: pyproject.toml $(STAMPS)/package
	$(PIP) install --group dev
	@touch $@

$(STAMPS)/warm: $(STAMPS)/package
	@echo "Preparing rembg: about 40 s, once."
	@$(BIN)/python -m pipeline.picture.cutout.warm
	@touch $@
