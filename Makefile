# Works with GNU make 3.81 and a POSIX shell. Everything that runs lives under .local (EVENTFLOW_HOME).
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
PYTEST := $(PYTHON) -m pytest
PACKAGES := shared order_service payment_service inventory_service notification_gateway local_issuer ops tests

.PHONY: help up down reset status dev demo verify test unit contracts saga simulate chaos integration journeys e2e screenshots bench fuzz lock

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "The command line is ./eventflow; ./eventflow --help lists what it does."

.venv/.installed: requirements/dev.txt ops/make_venv.sh
	@sh ops/make_venv.sh

up: .venv/.installed ## Start everything and wait until it is ready; again: restart what has changed
	@./eventflow up

down: .venv/.installed ## Stop everything, keep the data
	@./eventflow down

reset: .venv/.installed ## Stop everything, drop the data
	@./eventflow reset

status: .venv/.installed ## Show every part and address
	@./eventflow status

dev: .venv/.installed ## Start the back end, then the storefront with hot reload in the foreground
	@$(PYTHON) -m ops.frontend_dev

demo: .venv/.installed ## Place orders that end in every way there is, and tell their stories
	@./eventflow demo

verify: .venv/.installed ## Check format, lint, imports and types; run the unit and contract tests, the frontend's too
	$(PYTHON) -m ruff format --check $(PACKAGES)
	$(PYTHON) -m ruff check $(PACKAGES)
	.venv/bin/lint-imports
	$(PYTHON) -m basedpyright
	$(PYTEST) tests/unit tests/contracts
	@$(PYTHON) -m ops.frontend_checks

test: .venv/.installed ## Run every suite of the back end, on servers of its own
	$(PYTEST) tests/unit tests/contracts tests/saga tests/simulation tests/chaos tests/integration tests/e2e

unit: .venv/.installed ## Run the unit tests
	$(PYTEST) tests/unit

contracts: .venv/.installed ## Run the contract tests
	$(PYTEST) tests/contracts

saga: .venv/.installed ## Run the saga's races, all services in one process
	$(PYTEST) tests/saga

simulate: .venv/.installed ## Simulate RUNS seeds (5000) of everything that can go wrong, with REPORT=1 into docs/simulation.md; tell one: SEED=n; show how soon broken code is found: MUTANTS=1
	$(PYTHON) -m tests.simulation $(if $(SEED),--seed $(SEED),$(if $(MUTANTS),--mutants,--runs $(or $(RUNS),5000) $(if $(REPORT),--report)))

chaos: .venv/.installed ## Kill everything KILLS times (1000, about an hour) under load, in at most MINUTES (180), from SEED (1) on; write docs/reliability.md
	$(PYTHON) -m tests.chaos --kills $(or $(KILLS),1000) --minutes $(or $(MINUTES),180) --seed $(or $(SEED),1)

integration: .venv/.installed ## Run the integration tests on real servers
	$(PYTEST) tests/integration

journeys: .venv/.installed ## Run the end-to-end tests through REST
	$(PYTEST) tests/e2e

e2e: .venv/.installed ## Run the storefront's tests in a real browser, on a whole stack
	$(PYTEST) tests/browser

screenshots: .venv/.installed ## Take the README's pictures of the storefront anew, on a whole stack
	@$(PYTHON) -m tests.browser.screenshots

bench: .venv/.installed ## Measure how fast the whole system is on this machine
	@./eventflow bench orders --max
	@./eventflow bench latency
	@./eventflow bench audit

fuzz: .venv/.installed ## Try EXAMPLES (200) wrong or strange requests per operation, socket sessions and messages; write the counts into docs/security.md
	$(PYTHON) -m tests.fuzzing --examples $(or $(EXAMPLES),200)

lock: ## Pin the requirements again from pyproject.toml (needs uv)
	@requirements/compile.sh
