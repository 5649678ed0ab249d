# SPDX-License-Identifier: BSD-3-Clause
# What can a developer do here?  `make` lists it.
#
# Everything happens in a private environment; nothing is installed elsewhere.  Stamp files in it
# record what is done, so that a second run installs and compiles only what changed.
#   make test PYTHON=python3.12        another Python, in its own environment
#   make clang CLANG=clang-19          another clang
#   make test JOBS=8                   test processes
#   make exhaustive FUNCTIONS="cos exp2" FORMATS=posit32
#   make exhaustive SWEEP=pairs FUNCTIONS="add mul" FORMATS=posit16,bfloat16
#   make hardware-long DESIGNS=posit16_adder:posit16:add
#   make proofs CLAIMS="codec.* add.correct"

PYTHON ?= python3
# Its name says which Python it has: .venv, .venv-python3.12, .venv-usr-bin-python3.
VENV ?= .venv$(if $(filter-out python3,$(PYTHON)),$(shell printf %s "-$(PYTHON)" | tr -cs A-Za-z0-9._ '[-*]'))
VENV := $(VENV)
CLANG ?= clang
JOBS ?= 2
TESTS ?= tests proofs
SWEEP ?= unary
FUNCTIONS ?= exp log sin tanh
FORMATS ?= posit32,bposit32
# Claims of proofs/README.md, all where there are none.
CLAIMS ?=
# module:format:operation
DESIGNS ?= bposit16_adder:bposit16:add bposit16_multiplier:bposit16:mul \
  posit16_adder:posit16:add posit16_multiplier:posit16:mul

ifneq ($(words $(VENV)),1)
  $(error VENV is "$(VENV)": make allows no spaces in it)
endif

# The path of this folder may have spaces, so that only the shell may make a path absolute; and
# scripts start with a path, so that tools run as modules.  -P: the folder numformats/ is no package.
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
BUILD := build/$(notdir $(VENV))
RUN := $(BIN)/python -P -m
PIP := $(RUN) pip --disable-pip-version-check --quiet
WITH_TOOLS := PATH="$$(cd $(BIN) && pwd):$$PATH"

SOURCES := meson.build meson.options pyproject.toml $(shell find cbits numformats -type f \
  -not -path '*/__pycache__/*' -not -path 'cbits/tests/*' -not -name '.*')
C_FILES := $(shell find cbits tests -name '*.c' -o -name '*.h')

.PHONY: help demo test lint format sanitize clang mutants proofs proofs-fast proofs-long exhaustive hardware-long bench docs install clean
.DELETE_ON_ERROR:

help:
	@echo "make demo      build, then compare ten number formats on real data (demo-output/)"
	@echo "make test      build, then run the test suite"
	@echo "make lint      ruff, mypy --strict, codespell, clang-format"
	@echo "make format    let ruff and clang-format rewrite the files"
	@echo "make sanitize  the C core and its tests under ASan and UBSan"
	@echo "make clang     the C core and its tests compiled by clang"
	@echo "make mutants   plant bugs in the C core and see the tests find them"
	@echo "make proofs    prove from the C text what is claimed of it (proofs/README.md); goes on where it stopped"
	@echo "make proofs-fast  the fast claims again, in at most eight minutes; make proofs-long  all, in hours"
	@echo "make exhaustive  all 2^32 arguments or pairs, judged; goes on where it stopped"
	@echo "make hardware-long  the long tests; our 16-bit designs at all 2^32 pairs, goes on where it stopped"
	@echo "make bench     measure throughput against NumPy and peers"
	@echo "make docs      the site, in site/"
	@echo "make install   only the environment and the package, in $(VENV)"
	@echo "make clean     remove everything that these made"

demo: $(STAMPS)/demo
	$(RUN) numformats demo --output demo-output

test: $(STAMPS)/test
	$(RUN) pytest -n $(JOBS) $(TESTS)

lint: $(STAMPS)/lint
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy numformats
	$(RUN) codespell_lib
	$(BIN)/python -m proofs.smt.rules
	$(BIN)/clang-format --dry-run -Werror $(C_FILES)

format: $(STAMPS)/lint
	$(RUN) ruff check --fix-only --quiet .
	$(RUN) ruff format .
	$(BIN)/clang-format -i $(C_FILES)

# The core needs no Python; meson and ninja come from the environment.  -O1: with sanitizers gcc
# takes minutes for the kernels at -O2, and at -O0.
sanitize: $(STAMPS)/build-requires
	test -d build/sanitize || $(WITH_TOOLS) meson setup build/sanitize \
	  -Dpython_modules=false -Doptimization=1 -Ddebug=true -Dwerror=true -Db_ndebug=false \
	  -Db_sanitize=address,undefined -Dc_args=-fno-sanitize-recover=all
	$(WITH_TOOLS) meson test -C build/sanitize --print-errorlogs

# The core and its tests by another compiler, with its warnings as errors.
clang: $(STAMPS)/build-requires
	@if command -v $(CLANG) >/dev/null; then set -ex; \
	  test -d build/$(CLANG) || $(WITH_TOOLS) CC=$(CLANG) meson setup build/$(CLANG) \
	    -Dpython_modules=false -Dwerror=true -Db_ndebug=false; \
	  $(WITH_TOOLS) meson test -C build/$(CLANG) --print-errorlogs; \
	else echo "$(CLANG) is not installed: the core was not compiled by it (make clang)"; fi

mutants: $(STAMPS)/test
	$(BIN)/python tests/mutants/mutate.py

# The package is imported as it was built, the proofs from here: no -P.
PROVE = $(BIN)/python -m proofs.run --mutants --jobs $(JOBS) $(foreach claim,$(CLAIMS),--claim '$(claim)')

proofs: $(STAMPS)/proofs
	$(PROVE)

proofs-fast: $(STAMPS)/proofs
	$(PROVE) --fast

proofs-long: $(STAMPS)/proofs
	$(PROVE) --long --second z3

exhaustive: $(STAMPS)/test
	mkdir -p build/sweep
	$(RUN) numformats sweep $(SWEEP) --op "$$(echo $(FUNCTIONS) | tr ' ' ,)" --format $(FORMATS) \
	  --workers $(JOBS) --checkpoint build/sweep --json build/sweep/$(SWEEP).json

# Each design is reported, even after one that is wrong.
hardware-long: $(STAMPS)/test
	$(RUN) pytest -n $(JOBS) -m long tests/hardware tests/library
	@failed=0; for design in $(DESIGNS); do set -- $$(echo $$design | tr ':' ' '); \
	  $(BIN)/python docs/examples/hardware/all_pairs.py $$1 --format $$2 --op $$3 \
	    --build build/hardware || failed=1; \
	done; exit $$failed

bench: $(STAMPS)/bench
	$(BIN)/python benchmarks/exact.py
	$(BIN)/python benchmarks/elementwise.py
	$(BIN)/python benchmarks/functions.py
	$(BIN)/python benchmarks/analysis.py
	$(BIN)/python benchmarks/instructions.py

docs: $(STAMPS)/docs
	$(RUN) mkdocs build --strict --quiet

install: $(STAMPS)/install

clean:
	rm -rf build .venv .venv-* $(VENV) demo-output site .mypy_cache .ruff_cache .pytest_cache .hypothesis

# ---- the environment, step by step ---------------------------------------------------------------

$(STAMPS)/environment: .ci/make_env.py
	"$(PYTHON)" .ci/make_env.py $(VENV)
	mkdir -p $(STAMPS) && touch $@

$(STAMPS)/build-requires: $(STAMPS)/environment pyproject.toml
	$(PIP) install $$($(BIN)/python .ci/make_env.py --build-requires)
	touch $@

# Built in the environment itself, so that the build directory is reused and only changed C files
# are compiled again.  meson is found through PATH.
$(STAMPS)/install: $(STAMPS)/build-requires $(SOURCES)
	mkdir -p $(BUILD)
	$(WITH_TOOLS) $(PIP) install --no-build-isolation --no-deps --force-reinstall \
	  --config-settings=build-dir=$(BUILD) .
	$(PIP) install numformats
	touch $@

# The extras of the installed package: nothing is built again.
$(STAMPS)/demo $(STAMPS)/test $(STAMPS)/proofs $(STAMPS)/bench $(STAMPS)/docs: $(STAMPS)/%: pyproject.toml $(STAMPS)/install
	$(PIP) install "numformats[$*]"
	touch $@

$(STAMPS)/lint: pyproject.toml $(STAMPS)/install
	$(PIP) install "numformats[lint,test]"
	touch $@
