# Each target does all its set-up on a machine that has Python 3.11+ and make; see tools/develop.py.
PYTHON ?= python3

.PHONY: run quick test scripts bench golden docs setup lock format

run:
	$(PYTHON) tools/develop.py run

# While you write: the cheap gates and the unit tests that cost little, in under a minute. The gate is `make test`.
quick:
	$(PYTHON) tools/develop.py quick

test:
	$(PYTHON) tools/develop.py test

# The scripts of the browser alone: prettier, eslint, their tests in node. `make format` mends what can be mended.
scripts:
	$(PYTHON) tools/develop.py scripts

bench:
	$(PYTHON) tools/develop.py bench

# What this tree says, beside what BASE (a git revision) said: make golden BASE=main~3
BASE ?= HEAD
golden:
	$(PYTHON) tools/develop.py golden $(BASE)

# Pages of geodata from its docstrings, in build/docs.
docs:
	$(PYTHON) tools/develop.py docs

setup:
	$(PYTHON) tools/develop.py setup

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
	$(PYTHON) tools/develop.py scripts --fix

# For maintainers: renew the locks (they must name no registry's host).
lock:
	$(PYTHON) tools/lock.py
