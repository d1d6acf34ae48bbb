.PHONY: help run setup test lint lock widget widget-report

help:  ## the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/	/'

run: environments  ## build what is missing, start Sveiki, print its address
	@exec .venv/bin/sveiki run

setup: environments  ## build everything, start nothing
	@.venv/bin/sveiki build

test: setup  ## every test
	@.venv/bin/python -m pytest -q

lint: environments  ## style and types
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

widget:  ## rebuild the widget's dist/ from its sources (needs Node 20 or later)
	@cd api/widget && npm ci --ignore-scripts --no-audit --no-fund && npm run build

widget-report: setup  ## measure the widget in Chromium and print the README's table
	@.venv/bin/python -m tests.e2e.widget_report

lock: environments  ## pin what is installed in .venv
	@{ echo "# Everything that the sveiki process and its tests need, pinned. Made by \`make lock\` from pyproject.toml."; \
	   .venv/bin/pip freeze --exclude-editable | sed 's/^\(torch==[0-9.]*\)+.*/\1/'; } > requirements.lock

.PHONY: environments
environments:
	@deploy/setup.sh
