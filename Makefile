# Everything a person or CI does with this checkout. `make run` and `make test` are all a newcomer needs.

PYTHON ?= python3
HOME_FOLDER ?= build/home
BIN := .venv/bin

.PHONY: help setup run test check format docs bench crash lock clean

help:  ## Show what there is to make.
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | expand -t 10

setup: .venv/installed  ## Create .venv with eyrie in it.

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup  ## Start Eyrie on its embedded defaults, with the demo if it is empty; print the address and a token.
	$(BIN)/eyrie demo --home $(HOME_FOLDER) --if-empty
	$(BIN)/eyrie serve --home $(HOME_FOLDER) --show-token

test: check  ## Everything that must hold: checks, then tests. Skips are told with their reasons.
	$(BIN)/python -m pytest -rs --numprocesses auto --dist loadfile

check: setup  ## Format, lint, import contracts and types, without running a test.
	$(BIN)/ruff format --check eyrie tests bench
	$(BIN)/ruff check eyrie tests bench
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

format: setup  ## Put the code into the house's format.
	$(BIN)/ruff format eyrie tests bench
	$(BIN)/ruff check --fix eyrie tests bench

docs: setup  ## Print the pages that are made from the code.
	$(BIN)/eyrie settings --markdown > docs/settings.md

N ?= 200
crash: setup  ## Kill Eyrie N times at random moments and check that nothing is lost or doubled.
	$(BIN)/python -m bench.crash --times $(N)

ROWS ?= 2000000
bench: setup  ## Measure on ROWS made-up rows, against the same work by hand in the same run.
	$(BIN)/python -m bench --rows $(ROWS)

lock:  ## Write requirements.lock anew (needs uv).
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra dev pyproject.toml -o requirements.lock

clean:  ## Remove everything that was made here, the data of `make run` too.
	rm -rf .venv build dist
