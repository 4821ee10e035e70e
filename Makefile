# Two commands: `make demo` and `make test`. Both create the virtual environment when it is not there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PYWB := .peers/pywb

.PHONY: demo test check install peers lock clean

demo: $(READY)
	$(BIN)/aect demo

test: $(READY)
	$(BIN)/python -m pytest

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

install: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(None if (3, 11) <= sys.version_info < (3, 14) else "aect needs Python 3.11 to 3.13, this is %d.%d: make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

# Other people's tools that the tests hold archives against, each in an environment of its own.
peers: $(PYWB)/.ready

$(PYWB)/.ready: tests/peers/pywb.txt
	$(PYTHON) -m venv --clear $(PYWB)
	$(PYWB)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r tests/peers/pywb.txt
	touch $@

# Needs uv (https://docs.astral.sh/uv); keeps the pins that still fit.
lock:
	uv pip compile pyproject.toml --extra dev --extra script --universal --python-version 3.11 --generate-hashes --output-file requirements.lock
	uv pip compile tests/peers/pywb.in --universal --python-version 3.11 --generate-hashes --output-file tests/peers/pywb.txt

clean:
	rm -rf $(VENV) .peers
