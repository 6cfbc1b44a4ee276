# Every target sets up what it needs: a virtual environment in .venv, made once and made anew only
# when what is to be installed has changed.

PYTHON ?= python3
BIN := .venv/bin
OLDEST := .venv-oldest/bin
PIP := -m pip install --quiet --constraint constraints.txt
TOY := tests/plugins/autolog-toy
INSTALLED := .venv/.installed
TORCH_INSTALLED := .venv/.torch-installed
OLDEST_INSTALLED := .venv-oldest/.installed
BENCH := .venv-bench/bin
BENCH_INSTALLED := .venv-bench/.installed

# The development tools bring the rest: XGBoost's build for CPUs, a gigabyte smaller on Linux, all of
# MLflow, with its server, and what other sinks need, which are tested with the newest versions alone.
EXTRAS := sklearn,lightgbm,statsmodels,models,skops,pandas,plots,postgresql

# A gigabyte more, or several where PyTorch comes with CUDA: for the tests, and not for `make demo`.
TORCH_EXTRAS := torch,lightning,pytorch-lightning,safetensors

# The run with the longest metric histories comes last, so that `autolog show last` shows one.
LAST_EXAMPLE := examples/manual_logging.py
EXAMPLES := $(filter-out $(LAST_EXAMPLE),$(sort $(wildcard examples/*.py))) $(LAST_EXAMPLE)

CHECK_PYTHON = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "autolog needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + "; try: make PYTHON=python3.12 $(MAKECMDGOALS)")'

COMPILE = UV_FIND_LINKS="$${PIP_FIND_LINKS:-}" $(BIN)/uv pip compile --quiet --no-header --no-annotate

# What the benchmarks measure beside autolog.
PEERS := aim mlflow tensorboard tensorboardX trackio wandb

WITHOUT_CUDA := grep -vE '^(cuda|nvidia|triton)'

# Those that kill processes at random moments, and those that measure, have the machine to themselves.
ALONE := tests/durability tests/test_benchmarks.py

OLDEST_TESTS := tests/unit tests/integrations tests/transparency tests/sinks tests/pytest_plugin

# Newer than the oldest that is supported, which `make test` takes: newer libraries need them.
PYTHONS ?= 3.12 3.13
# Nothing of PyTorch is installed there.
PYTHONS_TESTS := tests/unit $(filter-out %/lightning %/torch,$(wildcard tests/integrations/*))

.DEFAULT_GOAL := help
.PHONY: help demo test servers test-oldest test-pythons transparency lint format bench bench-quick bench-check \
	bench-document bench-peers document parity constraints

help:
	@echo "make demo          train real models and look at their runs"
	@echo "make test          everything that must hold before a change goes in"
	@echo "make test-oldest   the same tests on the oldest versions that are supported"
	@echo "make test-pythons  the tests of the integrations on newer Pythons, with what needs them"
	@echo "make transparency  run the tests of scikit-learn and statsmodels, bare and recorded"
	@echo "make lint          style and types only"
	@echo "make format        rewrite the sources in the project's format"
	@echo "make bench         measure speed, beside bare scripts, limits and other trackers"
	@echo "make bench-quick   measure a little of everything"
	@echo "make bench-check   fail where autolog costs more than benchmarks/budgets.toml allows"
	@echo "make bench-document  write the newest results into benchmarks/README.md"
	@echo "make bench-peers   pin the newest versions of the other trackers"
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

test: lint $(TORCH_INSTALLED) servers
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --cov --cov-report= \
		$(ALONE:%=--ignore %)
	$(BIN)/python -m pytest --cov --cov-append --cov-report=term:skip-covered --cov-fail-under=95 \
		$(ALONE)

# The one thing that no package index has: the programs of servers, which tests start for themselves.
servers: $(INSTALLED)
	@$(BIN)/python -c 'from tools import mariadb, postgresql; postgresql.programs(); mariadb.programs()' 2>/dev/null \
		|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
			&& apt-get update --quiet && apt-get install --yes --no-install-recommends postgresql \
				mariadb-server-core mariadb-client-core; } \
		|| echo "The tests of SQL servers will fail without PostgreSQL and MariaDB; CONTRIBUTING.md says how to get them."

test-oldest: $(OLDEST_INSTALLED) servers
	$(OLDEST)/python -m pytest -p no:cacheprovider --numprocesses auto --dist loadfile \
		$(OLDEST_TESTS)

test-pythons: $(PYTHONS:%=.venv-%/.installed)
	for python in $(PYTHONS); do \
		.venv-$$python/bin/python -m pytest -p no:cacheprovider --numprocesses auto --dist loadfile \
			--ignore tests/unit/capture/torch $(PYTHONS_TESTS) || exit 1; \
	done

# MODULES="sklearn.svm.tests ..." names others; TMPDIR=/dev/shm spares the disk some 100 000 files.
transparency: $(TORCH_INSTALLED)
	$(BIN)/python -m tools.transparency $(MODULES)

lint: $(TORCH_INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(INSTALLED)
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# QUESTIONS="fits imports" answers some of them, and writes no results.
bench: $(TORCH_INSTALLED) $(BENCH_INSTALLED) servers
	$(BIN)/python -m benchmarks $(or $(QUESTIONS),--results benchmarks/results)

bench-quick: $(TORCH_INSTALLED) $(BENCH_INSTALLED) servers
	$(BIN)/python -m benchmarks --quick $(or $(QUESTIONS),--results benchmarks/results)

bench-check: $(TORCH_INSTALLED)
	$(BIN)/python -m benchmarks.budgets

bench-document: $(TORCH_INSTALLED)
	$(BIN)/python -m benchmarks.document

bench-peers: $(INSTALLED)
	$(BIN)/python $(PIP) uv
	sed '/^$$/q' benchmarks/peers.txt > peers.new
	echo $(PEERS) | tr ' ' '\n' | $(COMPILE) --upgrade - >> peers.new
	mv peers.new benchmarks/peers.txt

document: $(TORCH_INSTALLED)
	$(BIN)/python tools/document.py

parity: $(TORCH_INSTALLED)
	$(BIN)/python -m tools.parity

# uv resolves for this platform; it is told where pip looks for local wheels, since it does not
# read pip's settings. The result names no host, so that it holds wherever it is installed. XGBoost
# is pinned apart: which is its newest version depends on the version of Python. What PyTorch brings
# depends on its build: CUDA's libraries are left out.
constraints: $(INSTALLED)
	$(BIN)/python $(PIP) uv
	sed '/^$$/q' constraints.txt > constraints.new
	echo pip uv torch==2.13.0 | tr ' ' '\n' | $(COMPILE) --upgrade --extra $(EXTRAS),$(TORCH_EXTRAS) \
		--group dev --group torch --no-emit-package autolog-ml --no-emit-package torch \
		--no-emit-package xgboost-cpu pyproject.toml - | $(WITHOUT_CUDA) >> constraints.new
	echo xgboost xgboost-cpu | tr ' ' '\n' | $(COMPILE) --universal --no-deps --python-version 3.11 - \
		>> constraints.new
	mv constraints.new constraints.txt
	sed '/^$$/q' constraints-oldest.txt > constraints.new
	grep -E '^(hypothesis|pip|polars|psutil|pyarrow|pytest-timeout|pytest-xdist)==' constraints.txt \
		| cat - tools/oldest.txt | $(COMPILE) --resolution lowest-direct --only-binary :all: \
		--extra $(EXTRAS),$(TORCH_EXTRAS) --no-emit-package autolog-ml --no-emit-package torch \
		pyproject.toml - | $(WITHOUT_CUDA) >> constraints.new
	mv constraints.new constraints-oldest.txt

$(INSTALLED): pyproject.toml constraints.txt $(TOY)/pyproject.toml
	@$(CHECK_PYTHON)
	$(call install,.venv,$(PYTHON))

$(TORCH_INSTALLED): $(INSTALLED)
	$(BIN)/python $(PIP) --group torch
	$(BIN)/python $(PIP) --no-build-isolation --editable '.[$(TORCH_EXTRAS)]'
	touch $@

# The interpreter is looked for on the PATH, then among pyenv's; PYTHON3.12=/path/to/python names one.
.venv-3.%/.installed: pyproject.toml constraints.txt $(TOY)/pyproject.toml
	$(call install,.venv-3.$*,$(or $(PYTHON3.$*),$(shell python3.$* -V >/dev/null 2>&1 \
		|| ls -d "$$(pyenv root 2>/dev/null)"/versions/3.$*.*/bin/python 2>/dev/null \
		| tail -1),python3.$*))

# --no-build-isolation: the build tools are pinned among the development tools.
define install
	test -x $(1)/bin/python || $(2) -m venv $(1)
	$(1)/bin/python $(PIP) --upgrade pip
	$(1)/bin/python $(PIP) --group dev
	$(1)/bin/python $(PIP) --no-build-isolation --editable '.[$(EXTRAS)]'
	$(1)/bin/python $(PIP) --no-build-isolation --no-deps --editable $(TOY)
	touch $@
endef

# Some need other versions than the development tools do. One that cannot be installed here is left
# out, and the tables say that it is.
$(BENCH_INSTALLED): pyproject.toml constraints.txt benchmarks/peers.txt
	@$(CHECK_PYTHON)
	test -x $(BENCH)/python || $(PYTHON) -m venv .venv-bench
	$(BENCH)/python $(PIP) --upgrade pip
	$(BENCH)/python -m pip install --quiet --requirement benchmarks/peers.txt || for peer in $(PEERS); do \
		$(BENCH)/python -m pip install --quiet --constraint benchmarks/peers.txt $$peer \
			|| echo "$$peer is not measured: it cannot be installed here."; \
	done
	$(BENCH)/python $(PIP) hatchling editables
	$(BENCH)/python $(PIP) --no-build-isolation --editable .
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
