"""What the tests do inside the container or the virtual machine: commands, waiting, sound, and a list of steps."""
import json
import os
import random
import re
import subprocess
import sys
import time
import traceback
import wave

TESTS = "/tests"
CONFIGURATION = "/etc/convolved/convolved.yaml"
RATE = 48000


def run(*command, status=0, **options):
    """Runs a command to its end; any other exit status than `status` fails. None: each is right."""
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, **options)
    if status is not None and done.returncode != status:
        raise AssertionError(f"{' '.join(map(str, command))}: exit {done.returncode}, not {status}: {done.stdout}{done.stderr}")
    return done


def systemctl(*arguments, **options):
    return run("systemctl", *arguments, **options)


def control(*arguments, **options):
    return run("convolvectl", *arguments, **options)


def status(*target):
    return json.loads(control("status", "--json", *target).stdout)


def xruns():
    counted = status()["xruns"]
    return counted["capture"] + counted["playback"]


def property_of(unit, name):
    return systemctl("show", "--value", "--property", name, unit).stdout.strip()


def main_pid(unit="convolved"):
    return int(property_of(unit, "MainPID"))


def journal(unit="convolved", *arguments):
    return run("journalctl", "--quiet", "--boot", "--output=cat", "--unit", unit, *arguments).stdout


def until(what, condition, seconds=30):
    """Waits until the condition holds, and returns what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            result, reason = condition(), ""
        except (AssertionError, ValueError, OSError) as error:
            result, reason = None, f": {error}"
        if result:
            return result
        assert time.monotonic() < deadline, f"not {what} after {seconds} s{reason}"
        time.sleep(0.02)


def is_in_state(word, *target):
    return lambda: status(*target)["state"] == word


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# Sound of two channels.


def write_sound(path, frames, bits=24):
    """Frames: integers, left and right."""
    with wave.open(path, "wb") as file:
        file.setparams((2, bits // 8, RATE, 0, "NONE", ""))
        file.writeframes(b"".join(sample.to_bytes(bits // 8, "little", signed=True) for frame in frames for sample in frame))


def read_sound(path):
    with wave.open(path, "rb") as file:
        return file.readframes(file.getnframes())


def samples(raw):
    """Of 24 bits, of the left channel."""
    return [int.from_bytes(raw[n : n + 3], "little", signed=True) for n in range(0, len(raw), 6)]


def write_noise(path, count, seed, bits=24):
    """Of 24 bits, in a container of so many."""
    noise, step = random.Random(seed), 2 ** (bits - 24)
    write_sound(path, [(step * noise.randint(-(2**22), 2**22), step * noise.randint(-(2**22), 2**22)) for _ in range(count)], bits)


def write_kernel(path, taps, seed):
    """A decaying noise whose output cannot clip."""
    noise = random.Random(seed)
    values = [noise.uniform(-1, 1) * 0.995**n for n in range(taps)]
    scale = sum(map(abs, values))
    write(path, "".join(f"{value / scale!r}\n" for value in values))


def convolved_file(sound, kernel):
    """What `convolve` makes of it: bytes of frames."""
    run("convolve", sound, kernel, "-o", "/tmp/wet.wav", "--quiet")
    return read_sound("/tmp/wet.wav")


# What the system says of the service.


def real_time_note():
    """Status has what the kernel has of the audio thread: policy, priority, locked memory."""
    pid, told = main_pid(), status()["realtime"]
    thread = next(task for task in os.listdir(f"/proc/{pid}/task") if open(f"/proc/{pid}/task/{task}/comm").read() == "convolved-audio\n")
    fields = open(f"/proc/{pid}/task/{thread}/stat").read().rpartition(")")[2].split()
    priority, policy = int(fields[37]), {0: "SCHED_OTHER", 1: "SCHED_FIFO"}[int(fields[38])]
    assert (told["policy"], told["priority"]) == (policy, priority), (told, policy, priority)
    locked = int(re.search(r"VmLck:\s+([0-9]+) kB", open(f"/proc/{pid}/status").read())[1]) * 1024
    assert locked >= told["lockedBytes"] > 2**19, (locked, told)
    return f"{policy} {priority}, {locked // 1024} KiB locked"


#: What lies behind /tmp and /var/tmp is the service's own.
OWN_PATHS = {"/tmp", "/var/tmp", "/var/lib/private/convolved-probe", "/var/cache/private/convolved-probe"}


def writable_paths():
    """What an instance could write to whose program is another one."""
    program = "Type=oneshot\nExecStart=\nExecStart=/usr/bin/python3 -B /tests/writable.py\nRestart=no\nExecPaths=/usr/bin\n"
    write("/etc/systemd/system/convolved@probe.service.d/probe.conf", f"[Service]\n{program}")
    systemctl("daemon-reload")
    systemctl("start", "convolved@probe")
    systemctl("stop", "convolved@probe.socket")
    return [line for line in journal("convolved@probe").splitlines() if line.startswith("/")]


# Steps.


def step(function):
    """A test, in the order in which they stand; its docstring is what it shows."""
    STEPS.append(function)
    return function


STEPS = []


def run_steps():
    """Stops at the first that fails: they build on each other. Returns the exit status."""
    started = time.monotonic()
    for function in STEPS:
        begin = time.monotonic()
        try:
            note = function()
        except Exception:
            print(f"FAILED: {function.__doc__}", file=sys.stderr)
            traceback.print_exc()
            print(run("journalctl", "--quiet", "--boot", "--lines=60", "--unit=convolved*", status=None).stdout, file=sys.stderr)
            return 1
        print(f"{time.monotonic() - begin:6.2f} s  {function.__doc__}" + (f" ({note})" if note else ""), flush=True)
    print(f"{len(STEPS)} passed in {time.monotonic() - started:.0f} s", flush=True)
    return 0
