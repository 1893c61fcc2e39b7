"""Puts small faults into the sources, and says which tests notice each.

usage: mutants.py FOLDER [--count 200] [--minutes M] [--seed N] [--modules MODULE...] [--only NUMBER...]

FOLDER is where a copy of the package is built, once, with all faults in it: CONVOLVED_MUTANT, read when a program starts, says which is
in force. A first run of each test without a fault tells which faults it comes by; each fault then meets those tests alone, the quick
ones first. After --minutes no further one is tried. --modules takes, of what is drawn, the faults of these, and their tests alone. What
is in equivalent.txt is not counted. Exits with 1 where fewer than nine in ten are noticed.
"""
import argparse
import collections
import concurrent.futures
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import faults

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE.parent.parent
MODULES = "Numbers Convolution Analysis Design NPY NumPy AudioFile WordKernels PCM BlockProcessing ConfigurationFile".split()
# Numbers has no tests of its own.
SUITED = [*MODULES[1:], "Verification"]
MANIFEST = """
package.targets.insert(.target(name: "CMutants", path: "Tests/Mutants/Switch"), at: 0)
for target in package.targets where {names}.contains(target.name) {{ target.dependencies.append("CMutants") }}
"""
ERROR = re.compile(r"^(/\S+\.swift):(\d+):\d+: error: (.*)$", re.M)
FAILED = re.compile(r'Test ("[^"\n]*"|\w+\(\S*\)) (?:with .* )?(?:recorded an issue|failed after)')


class Tree:
    """The copy that is built."""

    def __init__(self, folder, suites):
        self.path, self.suites = folder / "tree", suites
        self.path.mkdir(parents=True, exist_ok=True)
        self.path = self.path.resolve()
        self.tests = self.path / ".build/release/convolvedPackageTests.xctest"

    def put(self, name, text):
        """A file, left alone where it is the same, so that it is not compiled again."""
        path = self.path / name
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def copy(self):
        for name in ("Sources", "Tests", "docs", "Examples", "packaging"):
            subprocess.run(["cp", "-au", PACKAGE / name, self.path], check=True)
            for path in (self.path / name).rglob("*"):
                if path.is_file() and path.name != "Mutants.swift" and not (PACKAGE / path.relative_to(self.path)).exists():
                    path.unlink()
        for name in ("README.md", "CHANGELOG.md", "Package.resolved"):
            shutil.copy2(PACKAGE / name, self.path / name)
        (self.path / ".build").mkdir(exist_ok=True)
        if not (self.path / ".build/numpy").exists():
            (self.path / ".build/numpy").symlink_to(PACKAGE / ".build/numpy")
        names = "[" + ", ".join(f'"{name}"' for name in MODULES) + "]"
        self.put("Package.swift", (PACKAGE / "Package.swift").read_text() + MANIFEST.format(names=names))

    def write(self, chosen):
        """The sources of all modules, with the chosen faults."""
        by_file = collections.defaultdict(list)
        for fault in chosen:
            by_file[fault.file].append(fault)
        for module in MODULES:
            for path in sorted((PACKAGE / "Sources" / module).rglob("*.swift")):
                name = str(path.relative_to(PACKAGE))
                self.put(name, faults.written(path.read_text(), by_file[name]))
            own = [fault for fault in chosen if fault.file.startswith(f"Sources/{module}/")]
            self.put(f"Sources/{module}/Mutants.swift", faults.operators(own))

    def build(self, chosen, known):
        """Builds, without the faults that the compiler refuses, which a file keeps: those that are left."""
        refused = set(known.read_text().split("\n")) if known.exists() else set()
        while True:
            chosen = [fault for fault in chosen if told(fault) not in refused]
            self.write(chosen)
            built = subprocess.run(
                ["swift", "build", "-c", "release", "--product", "convolvedPackageTests"], cwd=self.path,
                env=dict(os.environ, CONVOLVED_TESTS=" ".join(f"{suite}Tests" for suite in self.suites)), stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True)
            if built.returncode == 0:
                return chosen, len(refused)
            wrong = {told(fault) for fault in culprits(self.path, built.stdout, chosen)}
            if not wrong:
                sys.exit(f"mutants.py: no fault explains this:\n{built.stdout[-4000:]}")
            print(f"the compiler refuses {len(wrong)}", flush=True)
            refused |= wrong
            known.write_text("\n".join(sorted(refused)))


def culprits(tree, text, chosen):
    """The faults of which the compiler's errors speak: on their lines, or the nearest before."""
    for path, line, _ in set(ERROR.findall(text)):
        name, line = str(pathlib.Path(path).relative_to(tree)), int(line) - 1
        if name.endswith("/Mutants.swift"):
            signs = (tree / name).read_text().split("\n")[line]
            yield from (fault for fault in chosen if faults.SIGNS[fault.number] in signs)
            continue
        own = sorted((fault for fault in chosen if fault.file == name), key=lambda fault: fault.line)
        yield from [fault for fault in own if fault.line == line] or [fault for fault in own if fault.line < line][-1:] or own[:1]


def is_busy(process):
    """Whether a program, or one that it has started, runs or waits for a processor: on a busy machine nothing is to be read from time."""
    for _ in range(20):
        listed = subprocess.run(["ps", "-L", "-o", "stat=", "-g", str(process)], stdout=subprocess.PIPE, text=True)
        if "R" in listed.stdout:
            return True
        time.sleep(0.1)
    return False


class Tests:
    """What the built tests reach, and how long they take."""

    def __init__(self, tree):
        self.tree, self.seconds, self.reached = tree, {}, {}

    def run(self, names, number, seconds, reached=None):
        """Runs tests with a fault: None where they pass, else what failed; and their processor time."""
        pattern = "^(" + "|".join(re.escape(name) for name in names) + ")"
        environment = dict(os.environ, CONVOLVED_MUTANT=str(number), SWIFT_BACKTRACE="enable=no", OPENBLAS_NUM_THREADS="1")
        if reached:
            environment["CONVOLVED_REACHED"] = str(reached)

        def limit():
            resource.setrlimit(resource.RLIMIT_CPU, (int(10 + 5 * seconds), int(15 + 5 * seconds)))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (12 << 30, 12 << 30))

        with tempfile.TemporaryFile("w+", errors="replace") as output:
            process = subprocess.Popen(
                [self.tree.tests, "--testing-library", "swift-testing", "--filter", pattern], cwd=self.tree.path, env=environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, preexec_fn=limit)
            patience = 120 + 30 * seconds
            end = time.monotonic() + patience
            while True:
                done, status, usage = os.wait4(process.pid, os.WNOHANG)
                if done:
                    break
                if time.monotonic() > end and is_busy(process.pid):
                    end += patience
                elif time.monotonic() > end:
                    os.killpg(process.pid, 9)
                    _, status, usage = os.wait4(process.pid, 0)
                    return "it never ended", 0
                time.sleep(0.02)
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(0)
            text = output.read()
        if process.returncode == 0:
            return None, usage.ru_utime + usage.ru_stime
        failed = list(dict.fromkeys(FAILED.findall(text)))
        if failed:
            return ", ".join(failed[:3]) + (f" and {len(failed) - 3} more" if len(failed) > 3 else ""), 0
        why = {-24: "it ran on", -9: "it ran on"}.get(process.returncode, f"a crash ({process.returncode})")
        return why + (f" in {names[0]}" if len(names) == 1 else f" in {names[0]} or one of {len(names)}"), 0

    def measure(self, names, chosen, pool):
        """Runs each test once without a fault. Those that fail are left out."""
        def one(name):
            with tempfile.NamedTemporaryFile() as file:
                file.truncate(4096)
                failed, seconds = self.run([name], 0, 120, file.name)
                reached = pathlib.Path(file.name).read_bytes()
            return name, failed, seconds, reached

        for name, failed, seconds, reached in pool.map(one, names):
            if failed:
                print(f"left out, as it fails without a fault: {name} ({failed})", flush=True)
                continue
            self.seconds[name], self.reached[name] = seconds, {fault.number for fault in chosen if reached[fault.number]}

    def notice(self, fault):
        """What notices a fault: quick tests at once, then the slower ones, a few seconds at a time."""
        names = sorted((name for name, reached in self.reached.items() if fault.number in reached), key=self.seconds.get)
        part, cost = [], 0.0
        for index, name in enumerate(names):
            part.append(name)
            cost += self.seconds[name]
            if cost > 2 or index == len(names) - 1:
                failed, _ = self.run(part, fault.number, cost)
                if failed:
                    return failed
                part, cost = [], 0.0
        return None


def names_of(tree):
    listed = subprocess.run(
        [tree.tests, "--testing-library", "swift-testing", "--list-tests"], stdout=subprocess.PIPE, check=True, text=True)
    return sorted(line for line in listed.stdout.split("\n") if "/" in line)


def explained():
    """Faults that change nothing that a test could tell: kind, file and line of code, each after the lines (#) that say why."""
    return {line for line in (HERE / "equivalent.txt").read_text().split("\n") if line and not line.startswith("#")}


def told(fault):
    return f"{fault.kind:7}{fault.file}:{fault.line + 1}: {fault.old} -> {fault.new}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=600)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--modules", nargs="*", choices=MODULES, default=MODULES)
    parser.add_argument("--only", type=int, nargs="*", default=[])
    given = parser.parse_args()
    print(f"seed {given.seed}", flush=True)
    tree = Tree(given.folder.resolve(), [suite for suite in SUITED if suite in given.modules or given.modules == MODULES])
    tree.copy()
    # A third more, for those that do not compile.
    drawn = faults.drawn(PACKAGE / "Sources", MODULES, given.count * 3 // 2, given.seed)
    drawn = [fault for fault in drawn if fault.file.split("/")[1] in given.modules]
    chosen, refused = tree.build(drawn, given.folder / f"refused-{given.seed}.txt")
    chosen = chosen[:given.count]
    print(f"{len(chosen)} faults; the compiler refused {refused} others", flush=True)
    tests, begin = Tests(tree), time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        tests.measure(names_of(tree), chosen, pool)
        print(f"{len(tests.seconds)} tests, {sum(tests.seconds.values()):.0f} s of processor time", flush=True)
        run = [fault for fault in chosen if not given.only or fault.number in given.only]
        rows = collections.defaultdict(collections.Counter)
        known, missed = explained(), []
        end = time.monotonic() + 60 * given.minutes
        for fault, noticed in zip(run, pool.map(lambda fault: time.monotonic() < end and tests.notice(fault), run)):
            if noticed is False:
                break
            verdict = f"noticed by {noticed}" if noticed else "NOT NOTICED"
            if not noticed and f"{fault.kind} {fault.file}: {fault.source}" in known:
                verdict = "equivalent"
            elif not noticed:
                missed.append(fault)
            rows[fault.kind]["noticed" if noticed else verdict] += 1
            came = sum(fault.number in reached for reached in tests.reached.values())
            print(f"{fault.number:4} {told(fault)}\n       {verdict}" + ("" if noticed else f"; {came} tests come by it"), flush=True)
    report(rows, missed)
    print(f"{time.monotonic() - begin:.0f} s of tests")
    sys.exit(sum(row["noticed"] for row in rows.values()) < 0.9 * sum(row["noticed"] + row["NOT NOTICED"] for row in rows.values()))


def report(rows, missed):
    print(f"\n{'kind':10}{'faults':>7}{'noticed':>9}{'equivalent':>12}{'missed':>8}")
    total = sum(rows.values(), collections.Counter())
    for kind, row in [*sorted(rows.items()), ("all", total)]:
        print(f"{kind:10}{sum(row.values()):>7}{row['noticed']:>9}{row['equivalent']:>12}{row['NOT NOTICED']:>8}")
    for fault in missed:
        print(f"missed: {fault.number} {told(fault)}")


if __name__ == "__main__":
    main()
