"""What the tests do inside the container or the virtual machine: commands, waiting, sound, and a list of steps."""
import json
import os
import random
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


# Sound: 24 bits, two channels.


def write_sound(path, frames):
    """Frames: integers of 24 bits, left and right."""
    with wave.open(path, "wb") as file:
        file.setparams((2, 3, RATE, 0, "NONE", ""))
        file.writeframes(b"".join(sample.to_bytes(3, "little", signed=True) for frame in frames for sample in frame))


def read_sound(path):
    with wave.open(path, "rb") as file:
        return file.readframes(file.getnframes())


def samples(raw):
    """Of the left channel."""
    return [int.from_bytes(raw[n : n + 3], "little", signed=True) for n in range(0, len(raw), 6)]


def write_noise(path, count, seed):
    noise = random.Random(seed)
    write_sound(path, [(noise.randint(-(2**22), 2**22), noise.randint(-(2**22), 2**22)) for _ in range(count)])


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


def second_of(frames):
    return f"{frames / RATE:.3f} s"


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
