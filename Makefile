# Each target does its own set-up on a bare Debian 12 with the Swift toolchain.

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
BUILD := swift build -c release

# What the programs are built with, and what their tests need besides.
BUILD_PACKAGES := libasound2-dev libsndfile1-dev libsamplerate0-dev libyaml-dev libarchive-dev pkg-config git ca-certificates \
  libc6-dev libstdc++-12-dev
DEMO_PACKAGES := alsa-utils
DEB_PACKAGES := debhelper lintian python3
TEST_PACKAGES := alsa-utils brutefir python3-venv sox ffmpeg mandoc groff-base systemd curl
SERVICE_PACKAGES := mmdebstrap systemd-container
MACHINE_PACKAGES := mmdebstrap qemu-system-x86 seabios cpio kmod
BROWSER_PACKAGES := chromium chromium-driver firefox-esr fonts-dejavu-core python3-venv
WEB_PACKAGES := openssl systemd curl iproute2 python3-yaml python3-jinja2
PEER_PACKAGES := ffmpeg sox python3-venv
LIVE_PEER_PACKAGES := libzita-convolver-dev libfftw3-dev
PYTHON_PACKAGES := python3-venv python3-dev gcc libc6-dev
PROCESS_PEER_PACKAGES := alsa-utils brutefir jconvolver jackd2 pipewire pipewire-bin libpipewire-0.3-modules curl python3

.PHONY: run build static install uninstall lib install-lib deb bill test-package test-service test-vm test-hostile test-autoeq model test test-live test-arm-bits soak test-cable test-baseline lint graph bench bench-instructions bench-costs bench-offline bench-start bench-page bench-process bench-python python python-documents test-python wheels test-wheels arm-kit arm deb-arm test-arm web web-static test-web install-web test-page fuzz endurance mutants sanitize clean

## Plays the demonstration: the real engine on recorded speech, no sound card needed.
run: build
	$(call install,$(DEMO_PACKAGES))
	.build/release/convolved --demo

## Builds convolved, convolve and convolvectl into .build/release.
build:
	$(call install,$(BUILD_PACKAGES))
	$(BUILD)

## Builds libconvolved.so into .build/lib and its headers into .build/include, for programs in C: docs/c-library.md.
lib:
	$(call install,$(BUILD_PACKAGES))
	rm -f .build/release/libCAPI.a # keeps members of files that are gone
	$(BUILD) --product CAPI
	Sources/CAPI/link.sh .build/release .build

## Builds the same with the Swift runtime inside, into .build/static/release: no symbols for others, none looked up while sound runs.
STATIC_FLAGS := --static-swift-stdlib --disable-local-rpath -Xlinker --no-export-dynamic -Xlinker -z -Xlinker now
STATIC := $(BUILD) --scratch-path .build/static $(STATIC_FLAGS)
static:
	$(call install,$(BUILD_PACKAGES))
	$(STATIC)

## Builds convolved-web into Web/.build/release: docs/page.md. The first time BoringSSL takes minutes.
web:
	$(call install,$(BUILD_PACKAGES))
	cd Web && $(BUILD) --product convolved-web

## Attacks convolved-web beside sound that is compared bit for bit, tests what it refuses, and has its neighbours (nginx, Caddy,
## Prometheus) run what docs/page.md prints: some 3 minutes, after those of test-page.
test-web: build web .build/neighbours/done
	$(call install,$(TEST_PACKAGES) $(WEB_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	python3 -B -m unittest discover --start-directory Web/Tests/Program --verbose

web-static:
	$(call install,$(BUILD_PACKAGES))
	cd Web && $(STATIC) --product convolved-web

## Puts programs, man pages, completions, units and a configuration to be filled in below PREFIX and /etc. DESTDIR goes before both.
PREFIX := /usr/local
quoted = '$(subst ','\'',$(1))'
INSTALL = $(if $(DESTDIR),,$(SUDO)) env \
  $(foreach name,DESTDIR PREFIX SYSCONFDIR UNITDIR USERUNITDIR ZSHDIR,$(if $($(name)),$(name)=$(call quoted,$($(name))))) \
  packaging/install.sh
install: static
	$(INSTALL) .build/static/release

## Puts convolved-web there, with its man page, completions and units.
install-web: web-static
	$(INSTALL) --web Web/.build/static/release

## Puts libconvolved.so and its headers below PREFIX.
install-lib:
	$(call install,$(BUILD_PACKAGES))
	rm -f .build/static/release/libCAPI.a # keeps members of files that are gone
	$(STATIC) --product CAPI
	Sources/CAPI/link.sh .build/static/release $(call quoted,$(DESTDIR)$(PREFIX))

## Takes both away again, but for a configuration that was written.
uninstall:
	$(INSTALL) --remove

## Makes the Debian packages convolved, convolved-web, libconvolved0 and libconvolved-dev in .build/deb.
## Fails where what was resolved differs from packaging/bill.cdx.json, which the packages hold.
deb: static web-static
	$(call install,$(DEB_PACKAGES))
	python3 packaging/bill.py convolved .build/static --check
	python3 packaging/bill.py convolved-web Web/.build/static --check
	WEB_BUILD=Web/.build/static/release packaging/deb.sh .build/static/release .build/deb
	lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs --allow-root .build/deb/*.changes

## Puts into .build/arm what builds for 64-bit Arm on another machine: Debian's Swift, and libraries of Debian 13. Some 5 GB.
ARM := .build/arm
arm-kit:
	$(call install,mmdebstrap)
	mkdir -p $(ARM)
	$(SUDO) packaging/arm/kit.sh $(ARM)

## Builds the programs for 64-bit Arm (Raspberry Pi OS 13, Debian 13) into .build/arm/static/release, and libconvolved.so into
## .build/arm/lib. JOBS at once: of 2 GB each.
JOBS := 2
arm: arm-kit
	test -e $(ARM)/static/workspace-state.json || swift package --scratch-path $(ARM)/static resolve
	$(SUDO) packaging/arm/build.sh $(ARM) $(ARM)/static -j $(JOBS) $(STATIC_FLAGS)
	$(SUDO) rm -f $(ARM)/static/release/libCAPI.a # keeps members of files that are gone
	$(SUDO) packaging/arm/build.sh $(ARM) $(ARM)/static -j $(JOBS) $(STATIC_FLAGS) --product CAPI
	$(SUDO) packaging/arm/library.sh $(ARM) $(ARM)/static $(ARM)

## Makes the same Debian packages for 64-bit Arm, in .build/arm/deb: for Debian 13 and Raspberry Pi OS 13.
deb-arm: arm
	$(call install,$(DEB_PACKAGES))
	python3 packaging/bill.py convolved $(ARM)/static --check
	$(SUDO) packaging/arm/deb.sh $(ARM) $(ARM)/static $(ARM) $(ARM)/deb
	lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs --allow-root $(ARM)/deb/*.changes

## Runs SUITES for 64-bit Arm, emulated, against NumPy's wheel for Arm; installs and uses the packages in an emulated Debian 13. Needs
## Linux 6.7 or later. Left out: what needs a true clock (Live, Engine, Clocks, Control, Service, Systemd) or a C compiler (CAPI).
## SUITES= runs the packages' part alone.
SUITES := PCM Convolution NumPy AudioFile Convolve ConfigurationFile Analysis
ARM_TESTS = $(SUDO) env CONVOLVED_TESTS="$(SUITES:%=%Tests)" packaging/arm/build.sh $(ARM) $(ARM)/tests -j $(JOBS)
test-arm: deb-arm
	$(call install,python3-venv)
	test -x $(ARM)/pip/bin/pip || python3 -m venv $(ARM)/pip
	$(SUDO) Tests/Arm/roots.sh $(ARM) $(ARM)/pip/bin/pip
	$(SUDO) Tests/Arm/package.sh $(ARM) $(ARM)/deb
ifneq ($(SUITES),)
	test -e $(ARM)/tests/workspace-state.json || swift package --scratch-path $(ARM)/tests resolve
	$(ARM_TESTS) --product convolvedPackageTests
	$(SUDO) Tests/Arm/suites.sh $(ARM) $(ARM)/tests $(SUITES)
endif

# Suites of LiveTests that are tested for their time, or have clients that need Swift's threads.
ALONE := LiveTests/((Clocks|ClockFaults|Deadlines|TailDeadlines|Unpaced|Clients|Events|Guides)/|Faults/(missing|replugged)|Following/(rates|resampled|changes)|Words/rates|Command/demonstration|Verify/one)

## Runs every test. The live ones come last, some of them one by one, so that they have the processor.
test: .build/numpy/done .build/openapi/done
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(BUILD) --build-tests
	rm -f .build/release/libCAPI.a # keeps members of files that are gone
	$(BUILD) --product CAPI
	Sources/CAPI/link.sh .build/release .build
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	swift test -c release --skip-build --skip LiveTests --skip ControlTests
	swift test -c release --skip-build --no-parallel --filter ControlTests
	$(MAKE) test-live

## Runs the live tests, which `make test` sets up.
test-live:
	swift test -c release --skip-build --no-parallel --filter '$(ALONE)'
	swift test -c release --skip-build --parallel --filter LiveTests --skip '$(ALONE)'

## Compares 2,000 random convolutions, or CASES of them, and as many of two dimensions, with the wheels of NumPy and SciPy for 64-bit
## Arm, emulated as several of its processors. Needs no Arm processor; half an hour.
test-arm-bits: CASES := 2000
test-arm-bits: .build/arm-numpy/python
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(BUILD) --build-tests
	CONVOLVED_ARM_PYTHON=$(CURDIR)/$< CONVOLVED_ARM_CASES=$(CASES) swift test -c release --skip-build --filter ArmWheelTests

## Compares 100,000 random convolutions with NumPy's, and as many of two dimensions with SciPy's, or CASES of them, and as many again by
## the C library; 2,000 cascades of filters with SciPy's; then long sounds, 10,000 damaged files twice, hundreds of matrices against the
## offline result, two clocks for a minute each and for an hour, changes of kernels by the thousand, 60 of each device fault, and 100
## restarts: some 55 minutes, on a machine that does nothing else.
CASES := 100000
soak: lib .build/numpy/done .build/openapi/done
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(BUILD) --build-tests
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	CONVOLVED_SOAK=$(CASES) swift test -c release --skip-build --filter 'CorpusTests|ArmOrderTests|CAPITests.ArrayTests/soak|Convolve2DTests|MutationTests|RateMatcherTests|VerificationTests|CascadeTests|OutputSumsTests|BlockProcessingTests.(GridTests|SignalWidthTests)'
	CONVOLVED_SOAK=$(CASES) swift test -c release --skip-build --no-parallel \
	  --filter 'LiveTests.(Clocks/(minutes|step|shortBlocks|hour)|ClockFaults|Changes/longSine|Presets/thousand|AtomicChanges/thousand|Clients/busyMinute|OpenAPI|Faults|Restarts)'

## Builds the package of Python/README.md into .build/python-package, over .build/lib/libconvolved.so. PYTHONPATH leads to it.
PYTHON := .build/python/bin/python3
python: lib .build/python/done
	cd Python && CONVOLVED_RPATH=$(CURDIR)/.build/lib ../$(PYTHON) setup.py --quiet build --build-lib ../.build/python-package \
	  --build-temp ../.build/python-objects

## Tests it: NumPy's and SciPy's own tests with its functions in place, 2,000 random cases or CASES (SEED repeats a run), the clients against a
## daemon on the virtual cable, Dask's workers, and the examples of its page. TESTS=test_client.py for a part.
test-python: build python
	$(call install,$(TEST_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	$(PYTHON) -m mypy --config-file Python/pyproject.toml --python-version 3.11 Python/convolved
	PATH=$(CURDIR)/.build/release:$$PATH PYTHONPATH=$(CURDIR)/.build/python-package OPENBLAS_NUM_THREADS=1 \
	  $(if $(filter command line,$(origin CASES)),CASES=$(CASES)) \
	  $(PYTHON) -m pytest -q -p no:cacheprovider --rootdir Python $(addprefix Python/tests/,$(or $(TESTS),.))

## Writes the types of the API's documents, of what the daemon says of its API. Their changes are for review.
python-documents: build .build/python/done
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	$(PYTHON) Python/generate_documents.py --daemon .build > .build/documents.py && cp .build/documents.py Python/convolved/documents.py

## Makes wheels and the source distribution of the Python package in .build/wheels, and tests the wheel in fresh environments of the
## PYTHONS that there are. The wheel has the library with the Swift runtime inside.
PYTHONS := python3.11 python3.12 python3.13 python3.14
wheels: lib .build/wheel-tools/done
	$(call install,$(PYTHON_PACKAGES))
	Python/wheels.sh .build $(PYTHONS)

## Installs the wheel into fresh environments of bare Debian 12 and 13, and runs the examples of its page there. As root; the systems stay in
## .build/wheel-systems, some 2 GB.
DEBIANS := bookworm trixie
test-wheels: build wheels .build/python/done
	$(call install,$(TEST_PACKAGES) mmdebstrap)
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	$(SUDO) Python/tests/systems.sh .build $(DEBIANS)

## Sends 1,000 hostile requests a minute for MINUTES beside 64-frame sound, which is compared bit for bit; measures how soon mute answers.
MINUTES := 10
test-hostile: build
	$(call install,$(TEST_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	python3 Tests/Hostile/requests.py --minutes $(MINUTES)

## Compares kernels of AutoEq's files with AutoEq's own responses and its WAV, of ten headphones: a quarter of a minute. AutoEq wants
## Python 3.8 to 3.11, as Debian 12 has it.
test-autoeq: build .build/autoeq/done
	.build/autoeq/bin/python3 Tests/Reference/autoeq_files.py .build/release/convolve

## Tests the page in Chromium and in Firefox, against a daemon on the virtual cable: some ten minutes.
test-page: build web .build/web/done
	$(call install,$(TEST_PACKAGES) $(BROWSER_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	.build/web/bin/python3 -B -m pytest -q -p no:cacheprovider Web/Tests/Browser
test-web: test-page

## Writes the software bill of materials of what was resolved. Its changes are for review.
bill: static web-static
	$(call install,python3)
	python3 packaging/bill.py convolved .build/static > packaging/bill.new && mv packaging/bill.new packaging/bill.cdx.json
	python3 packaging/bill.py convolved-web Web/.build/static > packaging/bill.new && mv packaging/bill.new packaging/web-bill.cdx.json

## Installs, uses, upgrades and purges the packages in a bare Debian 12.
test-package: deb
	$(call install,debootstrap)
	$(SUDO) Tests/Package/test.sh .build/deb .build/package-test

## Runs the package under systemd in a container of bare Debian 12, on the virtual cable. As root; the image stays in .build/service.
test-service: deb
	$(call install,$(SERVICE_PACKAGES))
	$(SUDO) Tests/Service/debian.sh .build/service
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	$(SUDO) Tests/Service/container.sh .build/service .build/deb/convolved_*.deb .build/deb/convolved-web_*.deb

## Runs it in a virtual machine with ALSA's loopback (snd-aloop) and real-time rights. Without KVM the machine is emulated.
test-vm: deb
	$(call install,$(MACHINE_PACKAGES))
	$(SUDO) Tests/Service/debian.sh .build/service
	$(SUDO) Tests/Service/machine.sh .build/service .build/deb/convolved_*.deb

## Proves in Spin that no interleaving loses, doubles or frees early what the threads hand over: minutes.
model:
	$(call install,spin gcc libc6-dev)
	Tests/Model/check.sh

## Feeds every reader of what comes from outside with what libFuzzer makes of examples, SECONDS for each, or ONLY="sound words"; memory is
## checked. What it finds stays in .build/fuzz/kept: docs/testing.md.
SECONDS := 600
fuzz: .build/numpy/done
	$(call install,$(BUILD_PACKAGES))
	CONVOLVED_FUZZ=1 $(BUILD) --scratch-path .build/fuzz --sanitize fuzzer --sanitize address --product Fuzz
	.build/numpy/bin/python3 Tests/Fuzz/fuzz.py .build/fuzz/release/Fuzz .build/fuzz/kept --seconds $(SECONDS) $(if $(ONLY),--only $(ONLY))

## Runs the tests of CHECKED with memory under AddressSanitizer, and those of THREADED, none yet, with memory order under
## ThreadSanitizer: docs/testing.md. CHECKED="AudioFile NPY" is a part.
CHECKED := PCM Convolution Analysis Design NPY NumPy AudioFile WordKernels BlockProcessing Verification ConfigurationFile
THREADED :=
SANITIZED = CONVOLVED_TESTS="$(2:%=%Tests)" $(BUILD) --scratch-path .build/$(1) --sanitize $(1) --product convolvedPackageTests && \
  Tests/Sanitize/run.sh .build/$(1)/release/convolvedPackageTests.xctest $(2)
sanitize: .build/numpy/done
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	$(if $(CHECKED),$(call SANITIZED,address,$(CHECKED)))
	$(if $(THREADED),$(call SANITIZED,thread,$(THREADED)))

## Puts COUNT small faults into the sources, at random from SEED, builds a copy with all of them behind a switch, and says which tests
## notice each, of all modules or of MODULES: docs/testing.md. Fails where fewer than nine in ten are noticed.
COUNT := 200
mutants: .build/numpy/done
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	mkdir -p .build/mutants
	python3 -B Tests/Mutants/mutants.py .build/mutants --count $(COUNT) $(if $(SEED),--seed $(SEED)) $(if $(MODULES),--modules $(MODULES))

## Plays through a daemon for HOURS, or MINUTES, while devices fail, disks fill, clients stop and configurations change at random, and
## accounts for every frame: docs/testing.md. As root for a disk of its own.
HOURS := 8
endurance: MINUTES = $(shell expr $(HOURS) \* 60)
endurance: build .build/numpy/done
	$(call install,$(TEST_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	.build/numpy/bin/python3 Tests/Endurance/endurance.py --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

## Tests the virtual cable itself. It needs a quiet machine: it measures wake-ups.
test-cable:
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	Tests/VirtualCable/selftest.sh $(CURDIR)/.build/cable

## Runs the convolver's tests and the programs as a processor without AVX would.
test-baseline:
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES) qemu-user)
	$(BUILD) --build-tests
	Tests/baseline.sh

## Checks format, and that Package.swift declares what the sources import, in order.
lint:
	$(call install,python3)
	python3 Tests/imports.py
	CONVOLVED_ARCHITECTURE=aarch64 python3 Tests/imports.py
	python3 Tests/imports.py Benchmarks
	python3 Tests/imports.py Web
	swift format lint -s -r Sources Tests Benchmarks/Sources Web/Sources Package.swift Benchmarks/Package.swift Web/Package.swift

## Writes the graph of imports into docs/design.md.
graph:
	$(call install,python3)
	python3 Tests/imports.py --write

## Compares the convolver with zita-convolver, FFTW and the direct sum: Benchmarks/README.md. Some 10 minutes; QUICK=1 to try it
## out, MODES=paced for a part.
MODES := peers alone paced matrix precision interface changes creation
bench:
	$(call install,$(BUILD_PACKAGES) $(LIVE_PEER_PACKAGES))
	cd Benchmarks && $(BUILD) --product bench
	@for mode in $(MODES); do \
	  Benchmarks/.build/release/bench $$(test $$mode = peers || echo --$$mode) $(if $(QUICK),--quick) || exit; \
	done

## Counts the instructions of a block: of samples whose sums are exact, and of samples with too many bits.
bench-instructions: lib
	$(call install,valgrind)
	cc -O2 -o .build/blocks Benchmarks/blocks.c -I.build/include -L.build/lib -lconvolved -Wl,-rpath,$(CURDIR)/.build/lib -lm
	@for bits in 16 24; do \
	  valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='convolved_process_f64' .build/blocks $$bits 2>&1 | \
	    awk '/^samples/ { print } /Collected/ { print int($$NF / 4096), "instructions a block" }' || exit; \
	done

## Measures the figures of the shipped cost tables.
bench-costs:
	$(call install,$(BUILD_PACKAGES))
	cd Benchmarks && $(BUILD) --product costs && $(BUILD) --product offline-costs
	Benchmarks/.build/release/costs && Benchmarks/.build/release/offline-costs

## Compares convolve with ffmpeg, SoX, SciPy and NumPy: Benchmarks/README.md. ROUNDS of each; QUICK=1 to try it out.
ROUNDS := 3
bench-offline: .build/bench-venv/done
	$(call install,$(BUILD_PACKAGES) $(PEER_PACKAGES))
	$(BUILD) --product convolve
	.build/bench-venv/bin/python3 Benchmarks/offline/compare.py --rounds $(ROUNDS) $(if $(QUICK),--quick)

## Measures start to first audio, and idle memory: stereo, 1,024 taps, on the virtual cable.
bench-start: static
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	python3 Benchmarks/start.py .build/static/release/convolved .build/cable

## Measures what the page costs the daemon and convolved-web, and how soon it shows a change: docs/page.md. ROUNDS of it.
bench-page: build web .build/web/done
	$(call install,$(TEST_PACKAGES) $(BROWSER_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	.build/web/bin/python3 -B Benchmarks/page.py --rounds $(ROUNDS)

## Compares whole daemons, with BruteFIR, jconvolver and PipeWire: Benchmarks/README.md. Some two hours for ROUNDS of 3; QUICK=1 to try
## it out, ONLY="convolved BruteFIR" for a part.
bench-process: static
	$(call install,$(BUILD_PACKAGES) $(PROCESS_PEER_PACKAGES))
	Tests/VirtualCable/build.sh $(CURDIR)/.build/cable
	python3 Benchmarks/process/compare.py .build/static/release/convolved .build/cable --rounds $(ROUNDS) $(if $(QUICK),--quick) \
	  $(if $(ONLY),--only $(ONLY))

## Compares the Python package with NumPy and SciPy, one BLAS thread each: Benchmarks/README.md. ROUNDS of each; QUICK=1 to try it out.
bench-python: python
	PYTHONPATH=.build/python-package OPENBLAS_NUM_THREADS=1 $(PYTHON) Benchmarks/python.py --rounds $(ROUNDS) $(if $(QUICK),--quick)
	PYTHONPATH=.build/python-package $(PYTHON) Benchmarks/python_dask.py --rounds $(ROUNDS) $(if $(QUICK),--quick)

clean:
	rm -rf .build Benchmarks/.build Web/.build

# The NumPy and SciPy whose bits are the reference, in an environment of their own.
.build/numpy/done: Tests/requirements.txt
	$(call install,$(TEST_PACKAGES))
	python3 -m venv .build/numpy
	.build/numpy/bin/python3 -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

# The same for 64-bit Arm, with a Python to be emulated.
.build/arm-numpy/python: Tests/Arm/numpy.sh Tests/requirements.txt .build/numpy/done
	$(call install,mmdebstrap debian-archive-keyring qemu-user)
	Tests/Arm/numpy.sh .build/arm-numpy .build/numpy/bin/python3 -m pip
	touch $@

# The Python package's tests and measurements, with the same NumPy and SciPy.
.build/python/done: Tests/requirements.txt Python/tests/requirements.txt
	$(call install,$(PYTHON_PACKAGES))
	python3 -m venv .build/python
	.build/python/bin/python3 -m pip install --quiet --disable-pip-version-check -r Tests/requirements.txt -r Python/tests/requirements.txt
	touch $@

# What makes wheels, and checks that they run on other systems.
.build/wheel-tools/done: Python/wheel-requirements.txt
	$(call install,$(PYTHON_PACKAGES))
	python3 -m venv .build/wheel-tools
	.build/wheel-tools/bin/python3 -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

# The generator of clients and the tester of what OpenAPI describes.
.build/openapi/done: Tests/openapi-requirements.txt
	$(call install,$(TEST_PACKAGES))
	python3 -m venv .build/openapi
	.build/openapi/bin/python3 -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

# What drives browsers. Of the last one only axe.min.js is used, so it comes without Playwright.
.build/web/done: Web/Tests/requirements.txt Web/Tests/axe-requirements.txt
	$(call install,python3-venv)
	python3 -m venv .build/web
	.build/web/bin/python3 -m pip install --quiet --disable-pip-version-check -r $<
	.build/web/bin/python3 -m pip install --quiet --disable-pip-version-check --no-deps -r Web/Tests/axe-requirements.txt
	touch $@

# What docs/page.md prints examples for. Unpacked, not installed: installed they would begin to serve.
.build/neighbours/done:
	mkdir -p .build/neighbours
	cd .build/neighbours && apt-get download -qq nginx caddy prometheus && for package in *.deb; do dpkg-deb -x $$package . || exit; done
	touch $@

# AutoEq, with the old NumPy that it pins.
.build/autoeq/done: Tests/autoeq-requirements.txt
	$(call install,python3-venv)
	python3 -m venv .build/autoeq
	.build/autoeq/bin/python3 -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

# The peers that are Python's.
.build/bench-venv/done: Benchmarks/offline/requirements.txt
	$(call install,$(PEER_PACKAGES))
	python3 -m venv .build/bench-venv
	.build/bench-venv/bin/python3 -m pip install --quiet --disable-pip-version-check -r $<
	touch $@

# Installs the packages of $(1) that are missing; asks apt only if there are any, and waits for another that installs.
define install
@missing=$$(dpkg-query -W -f '$${Status} $${Package}\n' $(1) 2>&1 | grep -v '^install ok installed' | sed 's/.* //'); \
if [ -n "$$missing" ]; then \
  export DEBIAN_FRONTEND=noninteractive; \
  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=600 $(1); \
fi
endef
