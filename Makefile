# Everything that is done with Sahayak; `make help` lists it.

PYTHON ?= $(shell command -v python3 || command -v python)
PREPARE = @$(PYTHON) -m runtime.bootstrap
WEB = .venv/bin/python
RASA = .venv-rasa/bin/python
export RASA_TELEMETRY_ENABLED = false
# Our files are UTF-8 also where the locale is not.
export PYTHONUTF8 = 1

.DEFAULT_GOAL := help
.PHONY: help run test bench bench-nlu faults train back evaluate check format new-service shell actions validate backup restore encoder lock

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

run: ## install what is missing, train if needed, start everything, print the addresses (Ctrl-C stops)
	$(PREPARE) run
	@$(WEB) -m runtime.supervisor

test: ## install what the tests need (Debian packages too when root) and run all tests
	$(PREPARE) test
	@$(RASA) -W ignore -m nlu.train --if-needed
	@$(WEB) -m tests.run $(ARGS)

train: ## train a model; one that understands less than the one in force is refused (FORCE=1 takes it)
	$(PREPARE) train
	@$(RASA) -m nlu.train $(if $(FORCE),--force)

back: ## put the model that was in force before the present one in force again
	$(PREPARE) train
	@$(RASA) -m nlu.train --back

evaluate: ## measure understanding, write models/report.json and report.html (FILE=table.tsv for sentences of your own)
	$(PREPARE) train
	@$(RASA) -m nlu.evaluate $(FILE)

bench: ## measure the running system, and stock Rasa beside it, within ten minutes (PART="ours acknowledgement workers certificates stock", or understanding)
	$(PREPARE) test
	@$(WEB) -m tests.bench $(PART)

bench-nlu: ## measure understanding beside Rasa's stock pipeline (whitespace, n-grams, DIET) on our sentences (EPOCHS=100)
	$(PREPARE) train
	@$(RASA) -W ignore -m nlu.evaluate.bench --epochs $(or $(EPOCHS),100)

faults: ## kill processes at random under load, N times (N=20)
	$(PREPARE) test
	@$(WEB) -m tests.journey.faults $(or $(N),20)

check: ## formatting, lint, types in both environments, the catalogue, the training data, known vulnerabilities
	$(PREPARE) test
	@$(WEB) -m tests.check

format: ## format the code and sort the imports
	$(PREPARE) test
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix-only --quiet .

new-service: ## write the file of a new service with its questions as comments (ID=shop_registration)
	$(PREPARE) test
	@$(WEB) -m catalogue.skeleton $(ID)

shell: ## chat in the terminal with the model in force, through plain Rasa
	$(PREPARE) train
	@.venv-rasa/bin/rasa shell

actions: ## serve the actions on 127.0.0.1:5055, for `make shell`
	$(PREPARE) train
	@SANIC_HOST=127.0.0.1 $(RASA) -m rasa_sdk --actions actions

validate: ## let Rasa look for contradictions in domain, rules and training data
	$(PREPARE) train
	@$(RASA) -W ignore -m rasa data validate --domain dialogue/domain.yml --data training_data dialogue/rules

backup: ## write everything that is kept into one file (FILE=path; default: a new one in DATA_DIR/backups)
	$(PREPARE) train
	@$(WEB) -m runtime.backup make $(FILE)

restore: ## put a backup in place of the data directory, which is kept beside it (FILE=path)
	$(PREPARE) train
	@$(WEB) -m runtime.backup restore $(FILE)

encoder: ## train the small encoder into var/encoder (MINUTES=60 TEXT=folder; CUDA is fetched where there is an NVIDIA GPU)
	$(PREPARE) encoder
	@.venv-encoder/bin/python -W ignore -m nlu.encoder $(if $(MINUTES),--minutes $(MINUTES)) $(if $(TEXT),--text "$(TEXT)") $(ARGS)

lock: ## lock again after a change in requirements/*.in or package.json (UPGRADE="name name" takes newer versions)
	$(PREPARE) lock $(UPGRADE)
