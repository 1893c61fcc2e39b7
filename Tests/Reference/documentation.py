"""Runs the examples of a document, or of one section of it, in their order.

usage: documentation.py DOCUMENT SECTION FOLDER PROGRAMS

```python, ```yaml  the first line is "# name": the block is saved as that file in FOLDER
```console  each "$ command" prints what follows it; "..." stands for any text in a line, alone in one for any lines
```sh       each line is a command that ends well, and of which convolve says nothing on standard error
```pycon    a Python session, one for the whole document

SECTION is a heading, or "" for all. Names each example that does otherwise, and how many examples of each kind there were.
"""
import doctest
import os
import re
import subprocess
import sys


def run(command):
    """Exit code, and what a terminal shows."""
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def matches(expected, shown):
    pattern = re.sub(r"^\\\.\\\.\\\.\\\n", r"(?:.*\\n)*", re.escape(expected), flags=re.M)
    return re.fullmatch(pattern.replace(r"\.\.\.", ".*"), shown) is not None


def console(block):
    examples = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.M)
    for command, expected in examples:
        status, shown = run(command)
        if not matches(expected, shown):
            yield f"$ {command}\n{shown}(exit code {status}), and not\n{expected}"
    return len(examples)


def shell(block):
    commands = block.strip().split("\n")
    for command in commands:
        status, shown = run(command)
        if status != 0 or re.search("^convolve: ", shown, flags=re.M):
            yield f"{command}\n{shown}(exit code {status})"
    return len(commands)


def session(block, names):
    test = doctest.DocTestParser().get_doctest(block, names, "session", None, 0)
    faults = []
    doctest.DocTestRunner(verbose=False).run(test, out=faults.append, clear_globs=False)
    names.update(test.globs)
    yield from faults
    return len(test.examples)


def script(block):
    name, text = re.match(r"# ([\w-]+\.(?:py|yaml))\n", block).group(1), block
    with open(name, "w") as file:
        file.write(text)
    yield from ()
    return 1


def main(document, section, folder, programs):
    with open(document) as file:
        text = file.read()
    if section:
        text = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    os.chdir(folder)
    os.environ["PATH"] = os.pathsep.join([programs, os.path.dirname(sys.executable), os.environ["PATH"]])
    # No machine of a test need have a sound card: aplay plays to the device that swallows everything.
    with open("asound.conf", "w") as file:
        file.write("pcm.default { type null }\n")
    os.environ["ALSA_CONFIG_PATH"] = os.path.abspath("asound.conf")
    names, faults = {}, []
    counts = dict.fromkeys(["python", "yaml", "console", "sh", "pycon"], 0)
    readers = {"python": script, "yaml": script, "console": console, "sh": shell, "pycon": lambda block: session(block, names)}

    def collect(kind, block):
        counts[kind] += yield from readers[kind](block)

    for kind, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.M | re.S):
        faults += collect(kind, block)
    print(" ".join(f"{kind} {count}" for kind, count in counts.items() if count))
    sys.exit("\n".join(faults) or 0)


main(*sys.argv[1:])
