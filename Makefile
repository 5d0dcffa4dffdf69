# What a fresh Debian machine with the Rust toolchain needs: `make demo`, `make test`.

CARGO ?= cargo
FINWHALE = target/release/finwhale

# Field story 1 first, then all others by name.
STORY = captures/tls-fin-after-finished-10-v4-fin/capture.pcapng
CASES = $(wildcard captures/*/capture.pcapng)

.PHONY: demo test build tools

demo: build
	@for capture in $(STORY) $(filter-out $(STORY),$(CASES)); do \
		echo; echo "== finwhale $$capture"; \
		$(FINWHALE) $$capture; status=$$?; \
		if [ $$status -gt 1 ]; then echo "exit status $$status"; exit $$status; fi; \
	done
	@echo; echo "Exit status 1 of finwhale means that errors were found; that is what the captures are for."

test: tools
	$(CARGO) test

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
