# Sets up and calls; everything else is the command `larder` (.venv/bin/larder --help).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SILENT:

BIN := .venv/bin
LOCK := requirements/dev.txt
DBT := dbt_packages/.installed

.PHONY: help setup demo test lint prose audit serve bench deps lock clean

help:
	echo 'make demo    set up, then the retailer'\''s year through the whole warehouse'
	echo 'make test    set up, then all tests'
	echo 'make setup   Python packages, Java, Spark'\''s jars, dbt packages; again costs nothing'
	echo 'make serve   Prefect'\''s UI with the daily schedule, and the site'
	echo 'make lint    ruff, codespell, prose, mypy, import-linter, sqlfluff, dbt parse'
	echo 'make prose   words that this project does not use, and what to write instead'
	echo 'make audit   the pinned Python packages against lists of known vulnerabilities'
	echo 'make bench   the measures, printed'
	echo 'make deps    the dbt packages again: hub, mirror or stand-ins'
	echo 'make lock    pin the Python requirements anew'
	echo 'make clean   remove what was installed and built (the state in .larder stays)'

setup: .venv/.packages .venv/.spark $(DBT)

# Python's packages, pinned, hashed and compiled, which each process would do anew where Python may write no
# bytecode; then this project itself.
.venv/.packages: $(LOCK) pyproject.toml tools/uv.sh
	sh tools/folder.sh
	[ -x $(BIN)/python ] || { python=$$(sh tools/python.sh) && sh tools/uv.sh venv --quiet --python "$$python" .venv; }
	sh tools/uv.sh pip sync --compile-bytecode --require-hashes --python $(BIN)/python $(LOCK)
	sh tools/uv.sh pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	touch $@

# Java, Spark's jars and its configuration.
.venv/.spark: .venv/.packages requirements/jars.txt
	$(BIN)/python -m larder.install
	touch $@

# dbt's packages: from the hub, a mirror, or the stand-ins. The file is the mark of larder.install.dbt_packages.
$(DBT): .venv/.packages packages.yml package-lock.yml $(shell find airgap -type f)
	$(BIN)/python -m larder.install.dbt_packages
	touch $@

deps: .venv/.packages
	$(BIN)/python -m larder.install.dbt_packages

demo: setup
	$(BIN)/larder demo play

test: setup
	sh tools/test.sh

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/codespell
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint models snapshots tests/data macros
	$(BIN)/dbt --warn-error parse --no-partial-parse

prose: setup
	$(BIN)/python tools/prose.py

# Without the set-up: an environment of its own, which must not change the one that is audited.
audit: .audit/.packages
	sh tools/audit.sh

.audit/.packages: requirements/audit.txt tools/uv.sh
	sh tools/folder.sh
	[ -x .audit/bin/python ] || { python=$$(sh tools/python.sh) && sh tools/uv.sh venv --quiet --python "$$python" .audit; }
	sh tools/uv.sh pip sync --quiet --require-hashes --python .audit/bin/python requirements/audit.txt
	touch $@

serve: setup
	$(BIN)/larder serve

bench: setup
	$(BIN)/python -m bench

lock: COMPILE = sh tools/uv.sh pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock:
	$(COMPILE) --output-file requirements/uv.txt requirements/uv.in
	$(COMPILE) --output-file requirements/audit.txt requirements/audit.in
	$(COMPILE) --output-file requirements/dev.txt requirements/dev.in
	$(COMPILE) --output-file requirements/runtime.txt --constraint requirements/dev.txt requirements/runtime.in

clean:
	rm -rf .venv .audit .uv dbt_packages target logs .mypy_cache .ruff_cache .pytest_cache .larder/jars .larder/java
