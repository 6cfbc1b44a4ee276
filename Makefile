# Every target sets up what it needs: a virtual environment in .venv, made once and made anew only
# when what is to be installed has changed.

PYTHON ?= python3
BIN := .venv/bin
OLDEST := .venv-oldest/bin
PIP := $(BIN)/python -m pip install --quiet --constraint constraints.txt
TOY := tests/plugins/autolog-toy
INSTALLED := .venv/.installed
OLDEST_INSTALLED := .venv-oldest/.installed

# The run with the longest metric histories comes last, so that `autolog show last` shows one.
LAST_EXAMPLE := examples/manual_logging.py
EXAMPLES := $(filter-out $(LAST_EXAMPLE),$(sort $(wildcard examples/*.py))) $(LAST_EXAMPLE)

CHECK_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "autolog needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'

OLDEST_TESTS := tests/unit tests/integrations tests/transparency tests/sinks

.DEFAULT_GOAL := help
.PHONY: help demo test test-oldest transparency lint format bench document parity constraints

help:
	@echo "make demo          train real models and look at their runs"
	@echo "make test          everything that must hold before a change goes in"
	@echo "make test-oldest   the same tests on the oldest versions that are supported"
	@echo "make transparency  run scikit-learn's own tests, bare and recorded, and compare"
	@echo "make lint          style and types only"
	@echo "make format        rewrite the sources in the project's format"
	@echo "make bench         measure speed, side by side with a bare script"
	@echo "make document      write into README.md what only the code knows"
	@echo "make parity        write down what the installed MLflow makes of the test data"
	@echo "make constraints   pin the newest versions of all dependencies"

demo: $(INSTALLED)
	@for example in $(EXAMPLES); do \
		printf '\n$$ python %s\n' "$$example"; \
		$(BIN)/python "$$example" || exit 1; \
	done
	@printf '\n$$ autolog runs\n'
	@$(BIN)/autolog runs
	@printf '\n$$ autolog show last\n'
	@$(BIN)/autolog show last

test: lint
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered --cov-fail-under=95

test-oldest: $(OLDEST_INSTALLED)
	$(OLDEST)/python -m pytest -p no:cacheprovider $(OLDEST_TESTS)

# MODULES="sklearn.svm.tests ..." names others; TMPDIR=/dev/shm spares the disk some 100 000 files.
transparency: $(INSTALLED)
	$(BIN)/python -m tools.transparency $(MODULES)

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(INSTALLED)
	$(BIN)/python -m benchmarks

document: $(INSTALLED)
	$(BIN)/python tools/document.py

parity: $(INSTALLED)
	$(BIN)/python -m tools.parity

# uv resolves for this platform; it is told where pip looks for local wheels, since it does not
# read pip's settings. The result names no host, so that it holds wherever it is installed.
constraints: $(INSTALLED)
	$(PIP) uv
	sed '/^$$/q' constraints.txt > constraints.new
	echo pip uv | tr ' ' '\n' | UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip compile \
		--quiet --upgrade --all-extras --group dev --no-header --no-annotate \
		--no-emit-package autolog-ml pyproject.toml - >> constraints.new
	mv constraints.new constraints.txt
	sed '/^$$/q' constraints-oldest.txt > constraints.new
	grep -E '^(hypothesis|pip|polars|psutil|pyarrow|pytest-timeout)==' constraints.txt \
		| cat - tools/oldest.txt | UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip compile \
		--quiet --resolution lowest-direct --only-binary :all: --all-extras --no-header \
		--no-annotate --no-emit-package autolog-ml pyproject.toml - >> constraints.new
	mv constraints.new constraints-oldest.txt

# --no-build-isolation: the build tools are pinned among the development tools.
$(INSTALLED): pyproject.toml constraints.txt $(TOY)/pyproject.toml
	@$(CHECK_PYTHON)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --upgrade pip
	$(PIP) --group dev
	$(PIP) --no-build-isolation --editable '.[all]'
	$(PIP) --no-build-isolation --no-deps --editable $(TOY)
	touch $@

# The build tools need newer versions than autolog does, so they have an environment of their own.
$(OLDEST_INSTALLED): pyproject.toml constraints.txt constraints-oldest.txt $(TOY)/pyproject.toml
	@$(CHECK_PYTHON)
	test -x $(OLDEST)/python || $(PYTHON) -m venv .venv-oldest
	$(OLDEST)/python -m pip install --quiet --upgrade --constraint constraints-oldest.txt pip
	$(OLDEST)/python -m pip install --quiet --requirement constraints-oldest.txt
	$(OLDEST)/python -m pip install --quiet --build-constraint constraints.txt --no-deps \
		--editable . --editable $(TOY)
	touch $@
