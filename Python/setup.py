"""Builds convolved._library against libconvolved.so: that of $CONVOLVED_PREFIX, of `make lib` in the tree around this folder, or
the one that pkg-config knows. One build serves CPython 3.11 and later (abi3)."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy
from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel

HERE = Path(__file__).resolve().parent
HEADER = HERE.parent / "Sources/CConvolved/include/convolved.h"
MINIMUM = "0x030B0000"


def find_library():
    """The options that find convolved.h and libconvolved.so."""
    built = HERE.parent / ".build"
    prefix = os.environ.get("CONVOLVED_PREFIX") or (built if (built / "lib/libconvolved.so").exists() else None)
    if prefix:
        return {"include_dirs": [f"{prefix}/include"], "library_dirs": [f"{prefix}/lib"]}
    if not shutil.which("pkg-config") or subprocess.run(["pkg-config", "--exists", "convolved"]).returncode:
        raise SystemExit(
            "convolved needs libconvolved.so and convolved_arrays.h: install a wheel, or libconvolved-dev, or run `make lib` and set "
            "CONVOLVED_PREFIX to its folder .build"
        )
    flags = {}
    for option, key in (("--cflags-only-I", "include_dirs"), ("--libs-only-L", "library_dirs")):
        words = subprocess.run(["pkg-config", option, "convolved"], check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        flags[key] = [word[2:] for word in words]
    return flags


def version():
    """The library's version, from its header; in a source distribution, which has none, from that."""
    if HEADER.exists():
        return re.search(r'^#define CONVOLVED_VERSION "(.*)"$', HEADER.read_text(), re.M)[1]
    return re.search(r"^Version: (.*)$", (HERE / "PKG-INFO").read_text(), re.M)[1]


class StableWheel(bdist_wheel):
    """Names the wheel for CPython 3.11 and later."""

    def finalize_options(self):
        self.py_limited_api = "cp311"
        super().finalize_options()


found = find_library()
found["include_dirs"].append(numpy.get_include())
setup(
    version=version(),
    cmdclass={"bdist_wheel": StableWheel},
    ext_modules=[
        Extension(
            "convolved._library",
            sources=sorted(str(path.relative_to(HERE)) for path in (HERE / "library").glob("*.c")),
            depends=["library/library.h"],
            libraries=["convolved"],
            runtime_library_dirs=os.environ["CONVOLVED_RPATH"].split(":") if "CONVOLVED_RPATH" in os.environ else [],
            extra_compile_args=["-std=c11", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers"],
            define_macros=[("Py_LIMITED_API", MINIMUM)],
            py_limited_api=True,
            **found,
        )
    ],
)
