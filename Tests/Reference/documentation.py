"""Runs the examples of a document, or of one section of it, in their order.

usage: documentation.py DOCUMENT SECTION FOLDER PROGRAMS

```python, ```yaml, ```c, ```text  the first line is "# name", "// name" or "* name": the block is saved as that file in FOLDER
```console  each "$ command" prints what follows it; "..." stands for any text in a line, alone in one for any lines
```sh       each line is a command that ends well, and of which convolve says nothing on standard error; one that ends with "&" goes
            on until the document's end, and the next is tried again until it succeeds; what goes on "until Ctrl-C" is stopped
```asound  is added to ALSA's configuration
```pycon    a Python session, one for the whole document

SECTION is a heading, several with " + " between them, or "" for all. Names each example that does otherwise, and how many examples of each kind there were.
"""
import doctest
import os
import re
import shlex
import signal
import subprocess
import sys
import time


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


def shell(block, background):
    commands = block.strip().split("\n")
    # What was started takes its time to be there.
    waiting = bool(background)
    for command in commands:
        if command.endswith("&"):
            with open(f"background{len(background)}.log", "w") as log:
                background.append(subprocess.Popen(["bash", "-c", "exec " + command[:-1]], stdout=log, stderr=log))
            waiting = True
            continue
        if "until Ctrl-C" in command:
            status, shown = run(f"timeout 1 bash -c {shlex.quote('exec ' + command)}")
            if status not in (0, 124) or not shown:
                yield f"{command}\n{shown}(exit code {status})"
            continue
        status, shown = run(command)
        end = time.monotonic() + 20
        while waiting and status != 0 and time.monotonic() < end:
            time.sleep(0.05)
            status, shown = run(command)
        waiting = False
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


def devices(block):
    with open(os.environ["ALSA_CONFIG_PATH"], "a") as file:
        file.write(block)
    yield from ()
    return 1


def script(block):
    name, text = re.match(r"(?:#|//|\*) ([\w-]+\.(?:py|yaml|yml|c|txt|frd|conf))\b", block).group(1), block
    with open(name, "w") as file:
        file.write(text)
    yield from ()
    return 1


def main(document, section, folder, programs):
    with open(document) as file:
        text = file.read()
    if section:
        text = "".join(text.split(f"\n## {name}\n")[1].split("\n## ")[0] for name in section.split(" + "))
    os.chdir(folder)
    os.environ["PATH"] = os.pathsep.join([programs, os.path.dirname(sys.executable), os.environ["PATH"]])
    # No machine of a test need have a sound card: aplay plays to the device that swallows everything.
    if "ALSA_CONFIG_PATH" not in os.environ:
        with open("asound.conf", "w") as file:
            file.write("pcm.default { type null }\n")
        os.environ["ALSA_CONFIG_PATH"] = os.path.abspath("asound.conf")
    # Threads of a test runner block signals, and so would all that is started here.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    names, faults, background = {}, [], []
    counts = dict.fromkeys(["python", "yaml", "c", "asound", "console", "sh", "pycon", "text"], 0)
    readers = {
        "python": script, "yaml": script, "c": script, "text": script, "asound": devices, "console": console, "sh": lambda block: shell(block, background),
        "pycon": lambda block: session(block, names),
    }

    def collect(kind, block):
        counts[kind] += yield from readers[kind](block)

    try:
        for kind, block in re.findall(r"^```(\w+)\n(.*?)^```$", text, flags=re.M | re.S):
            if kind in readers:
                faults += collect(kind, block)
    finally:
        for process in background:
            process.terminate()
            process.wait()
    print(" ".join(f"{kind} {count}" for kind, count in counts.items() if count))
    sys.exit("\n".join(faults) or 0)


main(*sys.argv[1:])
