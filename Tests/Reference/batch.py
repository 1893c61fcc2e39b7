"""Runs a batch of the convolve command over files of hostile names, and checks what comes of each.

usage: batch.py PROGRAM FOLDER SEED

Prints what is wrong, and nothing if all is well.
"""
import os
import random
import resource
import shutil
import subprocess
import sys

import numpy as np

import wav

PARTS = [b"-", b"--", b"-h", b" ", b"\n", b"%s", b"%n", b"{}", b"{stem}", b"{name}", b"{{", b"}", b"*", b"?", b"$(x)", b"'", b'"', b"\\", b"~",
         b"a", b"b", b".", b"=", b":", b"-o", b"--mode", b"taps:1", b"\x1b[31m", "é".encode(), "e\u0301".encode(), "\u0301".encode(),
         "\u202e".encode(), "漢".encode(), "\U0010ff41".encode(), b"\xff", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\t", b"\r\n"]


def write(name, samples):
    wav.write(name, wav.encode(np.asarray(samples, float).reshape(-1, 1), "s16"), "s16", 1)


def read(name):
    return wav.decode(wav.read(name)[2], "s16", 1)[:, 0]


def names(random_numbers, count):
    made = set()
    while len(made) < count:
        name = b"".join(random_numbers.choices(PARTS, k=random_numbers.randint(1, 5))) + b".wav"
        # An option with its value, that is a file as well, is refused: a test of its own.
        if not name.startswith((b"--mode=", b"--output=")) and len(name) < 200:
            made.add(name)
    return sorted(made)


def run(program, arguments, **options):
    completed = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    return completed.returncode, completed.stdout, completed.stderr


def check(condition, *what):
    if not condition:
        print(*what)


def whole(program, count):
    """All files, one of which is damaged and one missing, with the kernel among them."""
    random_numbers = random.Random(int(sys.argv[3]))
    inputs = names(random_numbers, count)
    noise = np.random.default_rng(int(sys.argv[3]))
    for name in inputs:
        write(name, np.rint(noise.uniform(-0.4, 0.4, 64) * 2**15) / 2**15)
    damaged = inputs[count // 2]
    with open(damaged, "r+b") as file:
        file.truncate(60)
    write(b"hall.wav", [0.5, 0.25])
    before = {name: open(name, "rb").read() for name in inputs}
    status, output, error = run(program, [*inputs, b"no\xffne.wav", b"hall.wav", b"hall.wav", b"-o", b"out/"])
    check(status == 66, "exit code", status, error)
    lines = error.decode().splitlines()
    check(len(lines) == 4 and output == b"", "told:", lines, output)
    check("hall.wav is the kernel: it is passed over" in lines[0], lines)
    check("no\\xFFne.wav: there is no such file" in error.decode(), lines)
    check(lines[-1].endswith(f"2 of {count + 1} inputs failed, for the reasons above; {count - 1} are written"), lines)
    check(set(os.listdir(b"out")) == set(inputs) - {damaged}, "files:", set(os.listdir(b"out")) ^ (set(inputs) - {damaged}))
    check(all(open(name, "rb").read() == data for name, data in before.items()), "an input was changed")
    for name in set(inputs) - {damaged}:
        exact = np.rint(np.convolve(read(name), [0.5, 0.25]) * 2**15) / 2**15
        check(np.array_equal(read(b"out/" + name), exact), "samples of", name)
    status, _, error = run(program, [*inputs[:40], b"hall.wav", b"-o", b"wet-{stem}.flac"])
    wet = {name for name in os.listdir(b".") if name.startswith(b"wet-")}
    check(status == 0 and error == b"", "template:", status, error)
    check(wet == {b"wet-" + name[: -len(b".wav")] + b".flac" if name != b".wav" else b"wet-.wav.flac" for name in inputs[:40]}, "template:", wet)


def full(program):
    """A disk that is full in the middle: what is there is whole, the rest is named, and nothing else is left."""
    inputs = [b"long-%02d.wav" % index for index in range(30)]
    for name in inputs:
        write(name, np.zeros(40_000))
    os.mkdir("small")
    arguments = [program, *inputs, b"hall.wav", b"-o", b"small/"]
    is_root = os.geteuid() == 0
    script = b'mount -t tmpfs -o size=1m none small && "$@"; code=$?; mkdir -p kept; cp small/* kept/; exit $code'
    mounted = is_root and run("unshare", ["-m", "mount", "-t", "tmpfs", "none", "small"])[0] == 0
    if mounted:
        status, _, error = run("unshare", ["-m", "sh", "-c", script, "sh", *arguments])
    else:
        for name in inputs[:10]:
            write(name, np.zeros(4_000))
        limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        status, _, error = run(program, arguments[1:], preexec_fn=limit)
        shutil.copytree("small", "kept")
    kept = set(os.listdir(b"kept"))
    lines = error.decode().splitlines()
    check(status == 74, "exit code of a full disk:", status, lines)
    check(0 < len(kept) < len(inputs), "kept:", kept)
    sizes = {os.path.getsize(b"kept/" + name) - os.path.getsize(name) for name in kept}
    check(sizes == {2}, "a file is not whole:", sizes)
    check(len(lines) == len(inputs) - len(kept) + 1, "told:", lines)
    for name in set(inputs) - kept:
        check(any(f"small/{name.decode()}: writing failed, nothing was left behind" in line for line in lines), "not told:", name)


def unreadable(program):
    """A file that may not be read does not stop the others."""
    for name in (b"a.wav", b"b.wav", b"c.wav"):
        write(name, np.zeros(10))
    os.chmod(b"b.wav", 0)
    os.mkdir("open")
    # root may read anything else.
    before = [b"setpriv", b"--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*before, program, b"a.wav", b"b.wav", b"c.wav", b"hall.wav", b"-o", b"open"]
    status, _, error = run(command[0], command[1:])
    check(status == 77 and b"b.wav: you may not read it" in error and b"1 of 3" in error, "unreadable:", status, error)
    check(sorted(os.listdir("open")) == ["a.wav", "c.wav"], os.listdir("open"))


def main(program, folder):
    os.chdir(folder)
    os.chmod(".", 0o755)
    whole(program.encode(), 500)
    full(program.encode())
    unreadable(program.encode())


main(*sys.argv[1:3])
