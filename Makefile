# make without a target prints what there is.

LINT := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
AUDIT := go run golang.org/x/vuln/cmd/govulncheck@v1.9.0
# The race detector comes with a check of pointers, of which SQLite's code, translated from C,
# makes so many that it took half of the tests' time. docs/design.md says why that code is not looked at.
TEST := go test -race -gcflags=modernc.org/...=-d=checkptr=0 '-gcflags=modernc.org/sqlite/lib=-d=checkptr=0 -race=false' -ldflags=-w -timeout 30m $(GOTESTFLAGS)
WITH_POSTGRES := go run ./internal/database/dbtest/pgrun
NODE_MODULES := web/node_modules/.package-lock.json

.DEFAULT_GOAL := help
.PHONY: help run build web generate migration test test-long check bench bench-inner audit fmt

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build all and serve sample data on http://127.0.0.1:8080 (ARGS="--addr …" for upr serve)
	bin/upr serve --sample $(ARGS)

build: ## build bin/upr, with the web pages where npm is installed
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory web; \
		else echo "npm is not installed: building without the web pages" >&2; fi
	go build -o bin/upr ./cmd/upr

web: $(NODE_MODULES) ## build the web pages that bin/upr serves
	npm --prefix web run build

# npm ci also runs after a pull that changed the lock file.
$(NODE_MODULES): web/package-lock.json
	npm --prefix web ci
	@touch $@

test: ## run all tests: Go on SQLite and PostgreSQL, the web pages, a browser, clients; installs what they need
	.ci/setup
	$(WITH_POSTGRES) $(TEST) ./...
	@$(MAKE) --no-print-directory build
	npm --prefix web run check
	.ci/e2e
	.ci/clients

test-long: ## run the tests that wait long: connections that do not end by themselves, a full disk under PostgreSQL
	.ci/setup
	UPR_LONG=1 $(WITH_POSTGRES) $(TEST) -run '^TestLong' ./cmd/upr ./internal/server

check: $(NODE_MODULES) ## what CI demands beside the tests: generated code, format, vet, lint, go.mod, types
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$unformatted" || \
		{ echo "not formatted (make fmt does it):"; echo "$$unformatted"; exit 1; }
	go mod tidy -diff
	go vet ./...
	cd web && npx tsc --noEmit
	.ci/check-generated
	$(LINT) run

generate: ## write ent's and gqlgen's code and schema.graphqls again
	go generate ./...

migration: ## write a migration for changed entities, NAME=what_changes
	$(WITH_POSTGRES) go run ./internal/database/newmigration $(NAME)

bench: ## measure upr beside a bare handler and hand-written SQL; docs/benchmarks.md (ARGS="-only q1 …")
	internal/bench/setup
	$(WITH_POSTGRES) go run ./internal/bench $(ARGS)

bench-inner: ## run the Go benchmarks of the parts, six times for benchstat (ARGS="-bench Search …")
	@$(WITH_POSTGRES) go test -run '^$$' -bench . -benchmem -count 6 $(ARGS) ./internal/record ./graph ./internal/slice

audit: ## look up known vulnerabilities of what is used; needs vuln.go.dev and npm's registry
	$(AUDIT) ./...
	npm --prefix web audit --omit=dev

fmt: ## format the Go code
	gofmt -w $$(git ls-files '*.go')
