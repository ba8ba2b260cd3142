# `make help` lists the targets.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

# Silences the advertisement for Material's successor at every start.
export NO_MKDOCS_2_WARNING = 1

.DEFAULT_GOAL := help
.PHONY: help site serve test check lint bench fit fuzz kill rehearse lock sync clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt pyproject.toml .ci/set-up
	@PYTHON="$(PYTHON)" sh .ci/set-up

site: $(READY) ## Set up, check the records, build the site into site/
	@echo "Checking the records …"
	$(BIN)/ca-incidents check incidents
	@echo "Building the site, which takes a minute the first time …"
	$(BIN)/mkdocs build --strict
	@echo "The site is in site/. To look at it: make serve, or $(BIN)/python -m http.server --directory site"

serve: $(READY) ## Serve the site on http://127.0.0.1:8000 and rebuild it when a record changes
	$(BIN)/mkdocs serve --strict

test: $(READY) ## Run all tests, including those in a browser
	@sh .ci/actionlint
	@sh .ci/browser || [ -z "$$CI" ]
	$(BIN)/python -m pytest -n auto

check: $(READY) ## Check every record
	$(BIN)/ca-incidents check incidents

lint: $(READY) ## Check the code: style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY) ## Measure, and write the results to docs/benchmarks.md
	$(BIN)/python -m tests.bench

fit: $(READY) ## Fit the weights of the evidence in prose: make fit COMMENTS=comments.ndjson.gz BUGS=bugs.json
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fit]' --no-build-isolation
	cd tests && ../$(BIN)/python fit_weights.py --comments $(abspath $(COMMENTS)) --bugs $(abspath $(BUGS))

fuzz: $(READY) ## Try mutated inputs on every entry point for SECONDS (600)
	PYTHONPATH=tests $(BIN)/python -m tests.fuzz_input --seconds $(or $(SECONDS),600)

kill: $(READY) ## Kill sync, check --fix, export and the site's build KILLS times each (200), and look at what they leave
	PYTHONPATH=tests $(BIN)/python -m tests.kill_runs --kills $(or $(KILLS),200)

rehearse: $(READY) ## Run the commands of every workflow on fresh clones
	$(BIN)/python .ci/rehearse.py

lock: $(READY) ## Lock the dependencies again, with hashes and without index addresses
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --extra dev pyproject.toml --output-file requirements/dev.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header requirements/bench.in --output-file requirements/bench.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header requirements/sbom.in --output-file requirements/sbom.txt

clean: ## Remove everything that was built or set up
	rm -rf .venv site .cache *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
