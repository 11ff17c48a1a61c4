# The front door. Every target sets up what it needs: see `make help`.
PREFIX ?= /usr/local
SOURCES = find . \( -path './build*' -o -name '.?*' \) -prune -o -name '*.[ch]'

.PHONY: all run check bench sanitize install format clean help
.NOTPARALLEL:

all: ## build the command, build/sheaf, and the library
	@tools/setup build
	@tools/build build

run: ## build and run the demonstration, examples/archive
	@tools/setup build
	@tools/build build
	@build/examples/archive/archive-demo

check: ## build and run every test; FILTER=word runs some, FUZZ=seconds fuzzes too
	@tools/setup build server pooler c++ $(if $(FUZZ),fuzz)
	@tools/build build
	@tests/run $(if $(FILTER),--filter $(FILTER)) $(if $(FUZZ),--fuzz $(FUZZ))

bench: ## build and run the benchmarks
	@tools/setup build server
	@tools/build build
	@tests/pg run build/bench/sheaf-bench
	@printf '\ncode generated for the compiled shapes, in bytes:\n'
	@size build/bench/libbench_shapes.a

sanitize: ## run every test under the address, undefined-behaviour and thread sanitizers
	@tools/setup build server pooler c++ sanitize
	@CC=gcc tools/build build-asan -Db_sanitize=address,undefined -Db_lundef=false
	@CC=gcc tools/build build-tsan -Db_sanitize=thread -Db_lundef=false
	@tests/run --build build-asan
	@tests/run --build build-tsan

install: ## build for release and install under PREFIX (/usr/local); DESTDIR stages
	@tools/setup build
	@tools/build build-release --buildtype=release --prefix=$(PREFIX)
	@meson install -C build-release --no-rebuild --quiet

format: ## lay out the C code with clang-format
	@tools/setup format
	@$(SOURCES) -exec clang-format -i {} +

clean: ## delete the build folders
	@rm -rf build build-asan build-tsan build-release build-fuzz

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 16
