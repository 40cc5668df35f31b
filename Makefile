# Sets the project up and runs its commands; everything else is the command `larder` (.venv/bin/larder --help).
SHELL := /bin/sh
.DEFAULT_GOAL := help
.SILENT:

BIN := .venv/bin
LOCK := requirements/dev.txt
DBT := dbt_packages/.installed

.PHONY: help setup demo test lint prose audit serve bench deps lock clean

help:
	echo 'make demo    set up, then run the retailer'\''s year through the whole warehouse'
	echo 'make test    set up, then run all tests'
	echo 'make setup   install Python packages, Java, Spark'\''s jars and dbt packages, if missing'
	echo 'make serve   run Prefect'\''s UI with the daily schedule, and the site'
	echo 'make lint    run ruff, codespell, prose, mypy, import-linter, sqlfluff, dbt parse'
	echo 'make prose   find words that this project does not use, and suggest others'
	echo 'make audit   check the pinned Python packages for known vulnerabilities'
	echo 'make bench   run the benchmarks and print the results'
	echo 'make deps    reinstall the dbt packages from the hub, a mirror or the stand-ins'
	echo 'make lock    pin the Python requirements again'
	echo 'make clean   remove everything installed and built (the state in .larder is kept)'

setup: .venv/.packages .venv/.spark $(DBT)

# The Python packages, pinned and hashed, then this project itself. They are compiled now: if Python may not write
# bytecode later, each process would compile them again.
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

# dbt's packages: from the hub, a mirror, or the stand-ins. larder.install.dbt_packages writes the marker file.
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
	$(BIN)/python tools/prose.py
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/sqlfluff lint models snapshots tests/data macros
	$(BIN)/dbt --warn-error parse --no-partial-parse

prose: setup
	$(BIN)/python tools/prose.py

# Does not depend on setup: pip-audit has its own environment, so that it does not change the audited one.
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
