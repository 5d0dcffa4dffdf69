# What a fresh Debian machine with the Rust toolchain needs: `make demo`, `make test`. How fast it is: `make bench-large`.

CARGO ?= cargo
FINWHALE = target/release/finwhale

# Field story 1 first, then all others by name.
STORY = captures/tls-fin-after-finished-10-v4-fin/capture.pcapng
CASES = $(wildcard captures/*/capture.pcapng)

# The capture of `make bench-large`: what it is mixed of (office, handshake, bulk), how large, where it goes; or one of
# your own. Each program runs RUNS times; README=1 puts the table into README.md.
MIX ?= office
SIZE ?= 4G
SEED ?= 1
RUNS ?= 3
FOLDER ?= target/bench
CAPTURE ?=

.PHONY: demo test build tools bench-large instructions

demo: build
	@for capture in $(STORY) $(filter-out $(STORY),$(CASES)); do \
		echo; echo "== finwhale $$capture"; \
		$(FINWHALE) $$capture; status=$$?; \
		if [ $$status -gt 1 ]; then echo "exit status $$status"; exit $$status; fi; \
	done
	@echo; echo "Exit status 1 of finwhale means that errors were found; that is what the captures are for."

test: tools
	$(CARGO) test

bench-large: tools
	@command -v python3 >/dev/null || { echo "Needs python3: apt-get install python3"; exit 1; }
	$(CARGO) build --release --bin finwhale --example generate
	@python3 benches/compare.py --mix $(MIX) --size $(SIZE) --seed $(SEED) --runs $(RUNS) --folder $(FOLDER) \
		$(if $(CAPTURE),--capture $(CAPTURE)) $(if $(README),--readme)

# Instruction counts against benches/instructions.tsv; RENEW=1 writes that file anew.
instructions: tools
	@command -v python3 >/dev/null || { echo "Needs python3: apt-get install python3"; exit 1; }
	@python3 benches/instructions.py $(if $(RENEW),--renew)

build: tools
	$(CARGO) build --release

# A C compiler (liblzma, zstd and ring have C in them) and libpcap's headers. Asks for nothing when they are there.
tools:
	@missing=; \
	command -v cc >/dev/null 2>&1 || missing="build-essential"; \
	test -e /usr/include/pcap/pcap.h || missing="$$missing libpcap-dev"; \
	[ -z "$$missing" ] && exit 0; \
	as_root=; [ "$$(id -u)" = 0 ] || as_root=sudo; \
	if [ -n "$$as_root" ] && ! command -v sudo >/dev/null 2>&1; then \
		echo "As root, install what is missing: apt-get install $$missing"; exit 1; \
	fi; \
	echo "Installing $$missing; this needs root."; \
	$$as_root apt-get update -q && $$as_root apt-get install -qy --no-install-recommends $$missing
