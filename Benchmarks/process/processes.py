"""What the processes of a session take, by what the kernel counts for each of their threads. proc(5)"""
import os
from dataclasses import dataclass


@dataclass
class Count:
    """Nanoseconds of processor, and voluntary waits, since the start."""

    nanoseconds: int = 0
    waits: int = 0

    def __sub__(self, other):
        return Count(self.nanoseconds - other.nanoseconds, self.waits - other.waits)


def session(leaders):
    """Numbers of all living processes whose session one of `leaders` leads."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getsid(int(name)) in leaders:
                found.append(int(name))
        except ProcessLookupError:
            pass
    return found


def text(path):
    """Empty where the process has ended."""
    try:
        with open(path) as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def count(numbers):
    total = Count()
    for number in numbers:
        for thread in os.listdir(f"/proc/{number}/task"):
            folder = f"/proc/{number}/task/{thread}"
            total.nanoseconds += int((text(f"{folder}/schedstat").split() or ["0"])[0])
            total.waits += fields(text(f"{folder}/status")).get("voluntary_ctxt_switches", 0)
    return total


def fields(lines):
    """Those that are numbers, perhaps with a unit."""
    split = (line.split() for line in lines.splitlines())
    return {words[0].rstrip(":"): int(words[1]) for words in split if len(words) > 1 and words[1].isdigit()}


def memory(numbers, left_out):
    """MiB of resident and of proportional memory, without the mappings of files below `left_out`: a sound card keeps those to itself.

    What processes share is resident in each of them, but counts once in all of their proportional memory.
    """
    kibibytes = {"Rss": 0, "Pss": 0}
    for number in numbers:
        is_counted = True
        for line in text(f"/proc/{number}/smaps").splitlines():
            name, _, rest = line.partition(":")
            if " " in name:
                # The head of a mapping, which has a time and perhaps a path.
                is_counted = left_out not in line
            elif is_counted and name in kibibytes:
                kibibytes[name] += int(rest.split()[0])
    return kibibytes["Rss"] / 1024, kibibytes["Pss"] / 1024
