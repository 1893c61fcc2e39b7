#!/usr/bin/env python3
"""Compares the imports of each target's sources with Package.swift.

usage: imports.py [--graph | --write | --unused] [PACKAGE]

Without an option, names what a target imports and does not declare, what it declares and does not import, a target that
depends on one below it, and a circle of imports; exits with 1 if there are any. Imports count in every branch of #if,
except `#if arch` of another processor than this one, or than CONVOLVED_ARCHITECTURE says, as in Package.swift. A test
target may declare executables, which it runs. C sources import the target whose header they include.

--graph   prints the graph of the modules below Sources, as it stands in docs/design.md
--write   writes it there
--unused  names imports of the package's modules of which a file uses no name; a report: the compiler decides
"""
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile

# Modules of the toolchain, which no package declares.
TOOLCHAIN = set(
    "Dispatch Foundation FoundationEssentials Glibc PackageDescription Swift Synchronization Testing".split())
MARKERS = ("<!-- imports: begin -->\n", "<!-- imports: end -->\n")
WIDTH = 120

# What hides an import that is none: comments and strings.
HIDDEN = re.compile(r'//[^\n]*|/\*.*?\*/|(#*)""".*?"""\1|"(?:\\.|[^"\\\n])*"', re.S)
IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|private|fileprivate)\s+)?import\s+"
    r"(?:(?:typealias|struct|class|enum|protocol|let|var|func)\s+)?(\w+)", re.M)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*(?:include|import)[ \t]*[<"]([^">]+)[">]', re.M)
ARCH = re.compile(r"#(if|elseif|else|endif)\b[ \t]*(?:arch\((\w+)\)[ \t]*$)?")
NAME = re.compile(
    r"\b(?:public|package|open)\s[^={\n]*?\b(?:func|var|let|struct|class|enum|actor|protocol|typealias)\s+([^\s(<:={]+)"
    r"|^\s*case\s+(?:let\b)?([^:=\n]+)$", re.M)


def blank(match):
    return "\n" * match[0].count("\n") or " "


def other_processors_lines(lines):
    """Numbers of the lines that `#if arch` keeps from this processor, as Package.swift does."""
    machine = os.environ.get("CONVOLVED_ARCHITECTURE", platform.machine())
    processor = {"aarch64": "arm64"}.get(machine, machine)
    left_out, stack = set(), []
    for number, line in enumerate(lines, 1):
        match = ARCH.match(line.strip())
        if match and match[1] != "if" and stack:
            known, taken = stack.pop()
        if match and match[1] in ("if", "elseif"):
            stack.append((match[2] is not None, match[2] in (None, processor)))
        elif match and match[1] == "else":
            stack.append((known, not known or not taken))
        if not all(taken for _, taken in stack):
            left_out.add(number)
    return left_out


class Target:
    def __init__(self, package, described):
        self.name, self.kind = described["name"], described["type"]
        default = ("Tests/" if self.kind == "test" else "Sources/") + self.name
        self.folder = package.root / described.get("path", default)
        self.declared = [next(iter(d.values()))[0] for d in described["dependencies"]]
        self.files = sorted(self.find(described.get("sources") or ["."], described["exclude"]))
        self.headers = {file.name for file in self.files if file.suffix == ".h"}
        self.imports = {}  # module: where it is imported

    def find(self, sources, exclude):
        excluded = [self.folder / path for path in exclude]
        for source in sources:
            top = self.folder / source
            if top.is_file():
                yield top
            for folder, folders, names in os.walk(top, followlinks=True):
                folders[:] = [f for f in folders if pathlib.Path(folder, f) not in excluded]
                for path in (pathlib.Path(folder, name) for name in names):
                    if path.suffix in (".swift", ".c", ".cpp", ".h") and path not in excluded:
                        yield path


class Package:
    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        with tempfile.TemporaryDirectory() as scratch:
            command = ["swift", "package", "--package-path", str(self.root), "--scratch-path", scratch, "dump-package"]
            self.described = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        self.targets = {described["name"]: Target(self, described) for described in self.described["targets"]}
        self.place = {name: place for place, name in enumerate(self.targets)}
        self.manifest = (self.root / "Package.swift").read_text().split("\n")
        for target in self.targets.values():
            for file in target.files:
                for module, line in self.read(target, file):
                    target.imports.setdefault(module, f"{self.relative(file)}:{line}")

    def relative(self, file):
        return os.path.relpath(file.resolve(), self.root)

    def read(self, target, file):
        """Modules of others that a file imports, with their lines."""
        text = file.read_text()
        if file.suffix == ".swift":
            text = HIDDEN.sub(blank, text)
            left_out = other_processors_lines(text.split("\n"))
            found = ((match[1], match.start(1)) for match in IMPORT.finditer(text))
        else:
            left_out = ()
            found = ((self.owner(target, match[1]), match.start(1)) for match in INCLUDE.finditer(text))
        for module, start in found:
            line = text.count("\n", 0, start) + 1
            if module and module != target.name and module not in TOOLCHAIN and line not in left_out:
                yield module, line

    def owner(self, target, header):
        """The other target that has a header; none for the system's."""
        name = os.path.basename(header)
        if name not in target.headers:
            return next((other.name for other in self.targets.values() if name in other.headers), None)

    def products(self):
        """Modules of each product that is not named like its one module: those of packages beside this one."""
        modules = {}
        for dependency in self.described["dependencies"]:
            for local in dependency.get("fileSystem", []):
                for product in Package(local["path"]).described["products"]:
                    modules[product["name"]] = product["targets"]
        return modules

    def line(self, target, module=""):
        """Where Package.swift declares a dependency; the file alone where a function or a variable does so."""
        numbered = enumerate(self.manifest, 1)
        for first, line in numbered:
            if f'name: "{target}"' in line and not re.search(r"\.(executable|library)\(", line):
                break
        else:
            return "Package.swift"
        number = first
        while f'"{module}"' not in line:
            number, line = next(numbered, (first, f'"{module}"'))
            if re.search(r"arget\((name:|$)", line):
                return f"Package.swift:{first}"
        return f"Package.swift:{number}"

    def faults(self):
        products = self.products()
        for target in self.targets.values():
            name = target.name
            allowed = {module for declared in target.declared for module in products.get(declared, [declared])}
            for module, place in target.imports.items():
                if module not in allowed:
                    yield f"{place}: {name} imports {module}, which it does not declare: add it to Package.swift"
            for declared in target.declared:
                place = self.line(name, declared)
                runs = target.kind == "test" and getattr(self.targets.get(declared), "kind", "") == "executable"
                if not runs and not target.imports.keys() & set(products.get(declared, [declared])):
                    yield f"{place}: {name} declares {declared}, which it does not import: remove it"
                if self.place.get(declared, -1) > self.place[name]:
                    yield f"{place}: {name} depends on {declared}, which stands below it: move {declared} up"
        for circle in self.circles():
            yield f"{self.targets[circle[0]].imports[circle[1]]}: circle of imports: {' → '.join(circle)}"

    def circles(self):
        """Circles in what the sources import, each from its first target in Package.swift."""
        found, done = [], set()

        def visit(name, path):
            if name in path:
                found.append(path[path.index(name):] + [name])
            elif name not in done:
                for module in sorted(self.own(name), key=self.place.get):
                    visit(module, path + [name])
                done.add(name)

        for name in self.targets:
            visit(name, [])
        return found

    def own(self, name):
        return [module for module in self.targets[name].imports if module in self.targets]

    def graph(self):
        """A picture of layers and a table of imports. Targets of one set of sources are one."""
        shown = [t for t in self.targets.values() if self.root / "Sources" in t.folder.parents]
        twins = {}
        for target in shown:
            files = frozenset(file.resolve() for file in target.files)
            twins.setdefault(files or target.name, []).append(target.name)
        label = {}
        for names in twins.values():
            label |= dict.fromkeys(names, os.path.commonprefix(names) + ("…" if len(names) > 1 else ""))
        layer, rows = {}, {}
        for target in shown:
            own = sorted(self.own(target.name), key=self.place.get)
            layer[label[target.name]] = 1 + max((layer.get(label[module], -1) for module in own), default=-1)
            others = sorted(target.imports.keys() - set(own))
            rows[label[target.name]] = list(dict.fromkeys([label[module] for module in own] + others))
        yield "Modules by layer: each imports only from layers below its own."
        yield ""
        yield "```text"
        for number in range(max(layer.values()), -1, -1):
            yield from wrap(f"{number:2}", "  ", [name for name in rows if layer[name] == number], "")
        yield "```"
        yield ""
        yield "| module | imports |"
        yield "| --- | --- |"
        for name, imports in rows.items():
            yield from wrap(f"| {name} | ", ", ", imports, " |", "| | ")

    def unused(self):
        names = {target.name: self.names(target) for target in self.targets.values()}
        for target in self.targets.values():
            for file in (file for file in target.files if file.suffix == ".swift"):
                words = set(re.findall(r"\w+|[^\w\s()\[\]{},;]+", IMPORT.sub("", file.read_text())))
                for module, line in self.read(target, file):
                    if names.get(module) and not names[module] & words:
                        yield f"{self.relative(file)}:{line}: uses no name of {module}"

    def names(self, target):
        """What a module declares for others; nothing for a shim, whose names are the system's."""
        if target.kind == "system":
            return set()
        found = {"rawValue"}  # The compiler declares it.
        for file in target.files:
            text = HIDDEN.sub(blank, file.read_text())
            if file.suffix != ".swift":
                found |= set(re.findall(r"\w+", text))
            for name, cases in NAME.findall(text):
                found |= set(re.findall(r"\w+", cases)) | {name.strip("`")}
        return found - {""}


def wrap(start, separator, words, end, continued="    "):
    line = start
    for index, word in enumerate(words):
        part = ("" if line.endswith("| ") else separator) + word
        if len(line + part + end) + 1 > WIDTH:
            yield line + ("," if separator == ", " else "") + end
            line, part = continued, word
        line += part
    yield (line + end).replace("|  |", "| |")


def main(arguments):
    options = [argument for argument in arguments if argument.startswith("-")]
    roots = [argument for argument in arguments if not argument.startswith("-")]
    option = options[0] if options else None
    if len(options) > 1 or len(roots) > 1 or option not in (None, "--graph", "--write", "--unused"):
        sys.exit(__doc__)
    package = Package(roots[0] if roots else pathlib.Path(__file__).resolve().parent.parent)
    lines = {None: package.faults, "--unused": package.unused}.get(option, package.graph)()
    if option == "--write":
        document = package.root / "docs/design.md"
        before, rest = document.read_text().split(MARKERS[0])
        after = rest.split(MARKERS[1])[1]
        document.write_text(before + MARKERS[0] + "".join(line + "\n" for line in lines) + MARKERS[1] + after)
        return
    count = 0
    for count, line in enumerate(lines, 1):
        print(line)
    sys.exit(1 if option is None and count else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
