# Each target does all its set-up on a machine that has Python 3.11+ and make; see tools/develop.py.
PYTHON ?= python3

.PHONY: run test bench setup lock format

run:
	$(PYTHON) tools/develop.py run

test:
	$(PYTHON) tools/develop.py test

bench:
	$(PYTHON) tools/develop.py bench

setup:
	$(PYTHON) tools/develop.py setup

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# For maintainers: renew the locks (they must name no registry's host).
lock:
	$(PYTHON) tools/lock.py
