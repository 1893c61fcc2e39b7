"""Runs the fuzzers one after the other, and reports what they found.

usage: fuzz.py FUZZ FOLDER [--seconds 600] [--only TARGET...] [--seed N]

FUZZ is the program, FOLDER where what is worth keeping stays: the inputs that reach further, for the next run, and those that break a
law. Exits with 1 where there are findings. Run one again with `FUZZ_TARGET=TARGET FUZZ FOLDER/found/FILE`, beside FOLDER/seeds/beside.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
# Targets, and the longest input of each.
TARGETS = {
    "sound": 8192, "array": 4096, "taps": 4096, "words": 2048, "equaliser": 4096, "configuration": 8192, "import": 8192, "request": 4096,
    "document": 4096,
}
# Whose threads hold memory by pointers with marks in their low bits, which LeakSanitizer takes for lost: the bound of all memory remains.
SERVED = {"request", "document"}
# What libFuzzer says of a run.
STATISTIC = re.compile(r"^stat::(\w+):\s+(\d+)", re.M)
REACHED = re.compile(r"cov: (\d+) ft: (\d+) corp: (\d+)")
CAUSE = re.compile(r"^(FOUND: .*|.*Fatal error: .*|SUMMARY: .*|==\d+== ?ERROR: .*)$", re.M)
# After as many findings a target is left: the next ones would be the same.
MOST_FINDINGS = 5


def options(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("fuzz", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--only", nargs="*", choices=TARGETS, default=list(TARGETS))
    parser.add_argument("--seed", type=int, default=int(time.time()))
    return parser.parse_args(arguments)


def environment(target):
    # What is freed is kept for a while, to tell its use: a little of it, or every run grows by it.
    leaks = int(target not in SERVED)
    sanitizer = f"detect_leaks={leaks}:quarantine_size_mb=16:allocator_may_return_null=1:handle_abort=0"
    # Swift's own report of a crash would wait for a terminal.
    return dict(os.environ, FUZZ_TARGET=target, ASAN_OPTIONS=sanitizer, SWIFT_BACKTRACE="enable=no", MALLOC_ARENA_MAX="2")


def run(given, target, seconds, seed, work):
    """One run of libFuzzer, to its first finding or its end: what it printed."""
    corpus, found = given.folder / "corpus" / target, given.folder / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    command = [
        given.fuzz.resolve(), f"-max_total_time={seconds}", f"-max_len={TARGETS[target]}", f"-seed={seed % 2**32 or 1}", "-timeout=25",
        "-rss_limit_mb=1536", "-malloc_limit_mb=512", "-print_final_stats=1", f"-dict={given.folder / 'seeds' / target}.dict",
        f"-detect_leaks={int(target not in SERVED)}", f"-artifact_prefix={found}/{target}-", corpus, given.folder / "seeds" / target,
    ]
    process = subprocess.run(
        list(map(str, command)), cwd=work, env=environment(target), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, errors="replace", preexec_fn=lambda: os.nice(10))
    return process.returncode, process.stdout


def fuzz(given, target):
    """All runs of a target: a row of the report, and the findings."""
    end, seed, total, findings = time.time() + given.seconds, given.seed, {"runs": 0, "mb": 0, "reached": 0, "kept": 0}, []
    while len(findings) < MOST_FINDINGS and time.time() < end - 1:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as work:
            shutil.copytree(given.folder / "seeds/beside", work, dirs_exist_ok=True)
            status, text = run(given, target, max(1, round(end - time.time())), seed, work)
        statistics = dict(STATISTIC.findall(text))
        total["runs"] += int(statistics.get("number_of_executed_units", 0))
        total["mb"] = max(total["mb"], int(statistics.get("peak_rss_mb", 0)))
        for _, features, kept in REACHED.findall(text)[-1:]:
            total["reached"], total["kept"] = int(features), int(kept)
        if status == 0:
            break
        (given.folder / "log").mkdir(exist_ok=True)
        log = given.folder / "log" / f"{target}-{len(findings)}.log"
        log.write_text(text)
        file = re.search(r"Test unit written to (\S+)", text)
        cause = CAUSE.search(text)
        findings.append((file[1] if file else "no file", cause[1] if cause else f"status {status}", log))
        seed += 1
    return total, findings


def main(arguments):
    given = options(arguments)
    given.folder = given.folder.resolve()
    shutil.rmtree(given.folder / "seeds", ignore_errors=True)
    subprocess.run([sys.executable, HERE / "seeds.py", given.folder / "seeds"], check=True)
    print(f"seed {given.seed}, {given.seconds} s each", flush=True)
    print(f"{'target':14}{'inputs':>10}{'a second':>10}{'reached':>9}{'kept':>6}{'MB':>6}  findings")
    worst = 0
    for target in given.only:
        begin = time.time()
        total, findings = fuzz(given, target)
        rate = round(total["runs"] / max(1, time.time() - begin))
        print(f"{target:14}{total['runs']:>10}{rate:>10}{total['reached']:>9}{total['kept']:>6}{total['mb']:>6}  {len(findings)}", flush=True)
        for file, cause, log in findings:
            print(f"    {cause[:200]}\n      {file}\n      {log}", flush=True)
        worst |= bool(findings)
    sys.exit(worst)


if __name__ == "__main__":
    main(sys.argv[1:])
