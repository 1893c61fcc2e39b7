"""Runs the examples of a page from top to bottom: page.py README.md SOCKET, in an empty folder. SOCKET is a running daemon's."""

import doctest
import os
import re
import sys
from pathlib import Path


def examples(page):
    """The kind and text of each block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", Path(page).read_text(), flags=re.M | re.S)


def run(page, socket):
    """Runs every block in the working folder, as printed; those that begin with a file's name become that file. Returns how many."""
    os.symlink(socket, "control.sock")
    os.mkdir("pictures")
    names, parser, runner = {}, doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    blocks = examples(page)
    for kind, block in blocks:
        if kind == "pycon":
            test, faults = parser.get_doctest(block, names, "README.md", None, 0), []
            runner.run(test, out=faults.append, clear_globs=False)
            assert not faults, "".join(faults)
            names = test.globs
        elif name := re.match(r"# (\w+\.py)\n", block):
            Path(name[1]).write_text(block)
        else:
            exec(compile(block, "README.md", "exec"), names)
    return len(blocks)


if __name__ == "__main__":
    import matplotlib

    matplotlib.use("agg")
    count = run(*sys.argv[1:])
    import convolved
    import numpy

    print(f"{count} blocks, Python {sys.version.split()[0]}, NumPy {numpy.__version__}, convolved {convolved.__version__}")
