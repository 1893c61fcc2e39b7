#!/usr/bin/env python3
"""The software bill of materials: what the programs hold, in CycloneDX 1.5.

bill.py PROGRAM BUILD                  prints that of what has been resolved in the scratch folder BUILD, and of the toolchain
bill.py PROGRAM BUILD --swift VERSION  prints it with another toolchain than this machine's
bill.py PROGRAM BUILD --check          fails where the committed one says something else

PROGRAM is convolved, which has packaging/bill.cdx.json, or convolved-web, which has packaging/web-bill.cdx.json.
"""
import json
import pathlib
import re
import subprocess
import sys

COMMITTED = {"convolved": "bill.cdx.json", "convolved-web": "web-bill.cdx.json"}
# Copied into the packages above, or part of the toolchain's static libraries: licences by SPDX.
EXCEPTION = "Apache-2.0 WITH Swift-exception"
LICENCES = {
    "swift-argument-parser": EXCEPTION, "swift-atomics": EXCEPTION, "swift-collections": EXCEPTION, "swift-log": "Apache-2.0",
    "swift-nio": "Apache-2.0", "swift-nio-ssl": "Apache-2.0", "swift-system": EXCEPTION,
}
INSIDE = {
    "swift-nio": [("llhttp", "MIT"), ("uSHET cpp_magic.h", "MIT"), ("FreeBSD sha1", "BSD-3-Clause"), ("netty", "Apache-2.0")],
    "swift-nio-ssl": [("BoringSSL", "Apache-2.0 AND BSD-3-Clause AND ISC AND MIT")],
    "swift": [
        ("swift-runtime", EXCEPTION), ("swift-foundation", EXCEPTION), ("swift-corelibs-libdispatch", EXCEPTION),
        ("llvm", "Apache-2.0 WITH LLVM-exception"), ("uuid.c of Apple", "BSD-3-Clause"),
    ],
}


def component(name, version, licence, **more):
    return {"type": "library", "name": name, "version": version, "licenses": [{"expression": licence}], **more}


def inside(holder, version):
    return [component(name, f"as in {holder} {version}", licence) for name, licence in INSIDE.get(holder, [])]


def resolved(build):
    state = json.loads((pathlib.Path(build) / "workspace-state.json").read_text())
    components = []
    for dependency in state["object"]["dependencies"]:
        package, state = dependency["packageRef"], dependency["state"]
        if state["name"] != "sourceControlCheckout":
            sys.exit(f"{package['identity']}: it is {state['name']}, not the release that was resolved: `swift package unedit` it")
        checkout = state["checkoutState"]
        name, version = package["identity"], checkout.get("version", checkout["revision"])
        url = re.sub(r"\.git$", "", package["location"])
        if name not in LICENCES:
            sys.exit(f"{name}: packaging/bill.py and packaging/debian/copyright do not know its licence: add it to both")
        components.append(
            component(
                name, version, LICENCES[name], purl=f"pkg:swift/{url.removeprefix('https://')}@{version}",
                pedigree={"commits": [{"uid": checkout["revision"], "url": url}]}, components=inside(name, version)))
    return sorted(components, key=lambda each: each["name"])


def toolchain(version):
    if not version:
        text = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True).stdout
        version = re.search(r"Swift version ([\d.]+)", text)[1]
    return component("swift", version, EXCEPTION, components=inside("swift", version))


def bill(program, build, swift=None):
    header = pathlib.Path(__file__).parent.parent / "Sources/CConvolved/include/convolved.h"
    version = re.search(r'#define CONVOLVED_VERSION "(.*)"', header.read_text())[1]
    document = {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {"type": "application", "name": program, "version": version}},
        "components": [toolchain(swift), *resolved(build)],
    }
    return json.dumps(document, indent=1) + "\n"


def main():
    arguments, options = sys.argv[1:3], sys.argv[3:]
    if len(arguments) != 2 or arguments[0] not in COMMITTED or options not in ([], ["--check"]) and options[:-1] != ["--swift"]:
        sys.exit(__doc__)
    program, build = arguments
    found = bill(program, build, *options[1:])
    if options != ["--check"]:
        print(found, end="")
        return
    file = pathlib.Path(__file__).with_name(COMMITTED[program])
    committed = file.read_text()
    if found == committed:
        return
    differences = sorted(set(found.splitlines()) ^ set(committed.splitlines()))
    print("\n".join(line.strip() for line in differences), file=sys.stderr)
    sys.exit(f"{file}: it differs from what was resolved in these lines: look at what is new, then `make bill`")


main()
