#!/bin/bash
# Runs test suites that a sanitizer is compiled into: run.sh TESTS SUITE... TESTS is the bundle; a suite is such as PCM.
#
# One process each, so that a fault of one does not hide those of the next. Fails where a test does, or the sanitizer has found something.
set -uo pipefail
tests=${1:?usage: run.sh TESTS SUITE...}
shift
cd "$(dirname "$0")/../.."
log=$(mktemp -d)
trap 'rm -r "$log"' EXIT
# A sanitizer that has found something ends the process with 99. Swift's own report of a crash would wait for a terminal.
export ASAN_OPTIONS=exitcode=99:detect_leaks=0:detect_stack_use_after_return=1:allocator_may_return_null=1:log_path=$log/found
export TSAN_OPTIONS=exitcode=99:halt_on_error=0:log_path=$log/found
export SWIFT_BACKTRACE=enable=no OPENBLAS_NUM_THREADS=1 CONVOLVED_SANITIZED=1
worst=0
for suite in "$@"; do
  "$tests" --testing-library swift-testing --no-parallel --filter "^${suite}Tests[./]" > "$log/output" 2>&1
  status=$?
  printf '%-20s %s\n' "$suite" "$(grep -a 'Test run with' "$log/output" | tail -1 | sed 's/^.*Test run with/status '$status':/')"
  # What a program of a test finds is written too, whatever the test makes of how it ended.
  if [ "$status" != 0 ] || compgen -G "$log/found*" > /dev/null; then
    worst=1
    grep -aE 'recorded an issue|SUMMARY' "$log/output" "$log"/found* | head -40
    cat "$log"/found* 2> /dev/null | head -120
    rm -f "$log"/found*
  fi
done
exit $worst
