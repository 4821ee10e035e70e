# Two commands: `make demo` and `make test`. Both create the virtual environment when it is not there.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := pywb datasette readers
AXE := 4.14.1

.PHONY: demo test check install replay peers lock clean

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
	$(BIN)/python -m nlp.reporting.replay.vendoring
	touch $@

# What replays archived pages in a report, from npm; a report does without where npm is not there.
replay: $(READY)
	$(BIN)/python -m nlp.reporting.replay.vendoring

# Other people's tools that the tests hold results against, each in an environment of its own.
peers: $(PEERS:%=.peers/%/.ready) .peers/readers/schema/.ready .peers/axe/.ready

.peers/%/.ready: tests/peers/%.txt
	$(PYTHON) -m venv --clear .peers/$*
	.peers/$*/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# A release that Python 3.11 cannot import, kept apart for the one schema that it carries.
.peers/readers/schema/.ready: tests/peers/schema.txt .peers/readers/.ready
	.peers/readers/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile --upgrade --target .peers/readers/schema --require-hashes -r $<
	touch $@

# The accessibility checker that the tests of the report run in Chromium; without npm they say that they were left out.
.peers/axe/.ready: tests/peers/axe.sha512
	if command -v npm > /dev/null; then \
	  mkdir -p .peers/axe && cd .peers/axe && npm pack --silent axe-core@$(AXE) > /dev/null && \
	  sha512sum --check --quiet ../../$< && tar xzf axe-core-$(AXE).tgz && touch .ready; \
	else echo "peers: no npm here; the report is not checked by axe-core"; fi

# Needs uv (https://docs.astral.sh/uv); keeps the pins that still fit.
lock:
	uv pip compile pyproject.toml --extra dev --extra script --universal --python-version 3.11 --generate-hashes --output-file requirements.lock
	for peer in $(PEERS); do uv pip compile tests/peers/$$peer.in --universal --python-version 3.11 --generate-hashes --output-file tests/peers/$$peer.txt; done

clean:
	rm -rf $(VENV) .peers
