"""A daemon for hours: noise is played through it, and things happen to it at random. Every frame is accounted for.

usage: endurance.py [--minutes 480] [--seed N] [--build .build] [--only mute,xrun,...]      with the NumPy of Tests/requirements.txt

A frame that comes out is what `convolve` makes of the input, or lies in a gap that something made which may be heard; the daemon counts
the faults of devices among these. Memory and descriptors at the end are those of the beginning. Prints a line for each round, then a
report as JSON; exits with 1 where something is not as it must be.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from happenings import Happenings
from ledger import account
from station import RATES, Station

# Seconds that are played at once.
LEAST, MOST = 8, 40
# Seconds after a gap until all is as it was: the fade, the queue, and the kernel that has to fill again.
SETTLE = 0.5


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=480)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
    parser.add_argument("--build", default=str(HERE.parent.parent / ".build"))
    parser.add_argument("--only", type=lambda text: text.split(","), help="happenings by their names")
    parser.add_argument("--keep", action="store_true", help="leave the daemon's folder")
    return parser.parse_args()


class Endurance:
    def __init__(self, given):
        self.given, self.random = given, random.Random(given.seed)
        self.station = Station(given.build, self.random)
        self.happenings = Happenings(self.station, self.random)
        if given.only:
            self.happenings.all = [body for body in self.happenings.all if body.__name__[3:] in given.only]
        self.faults, self.held = [], []
        self.frames = collections.Counter()
        self.kinds = collections.Counter()
        # By rate.
        self.latencies = {}

    def latency(self):
        """Frames by which everything is late: measured before anything happens, once for each rate."""
        station = self.station
        frames = station.noise(1, 0)
        process = station.play(frames)
        station.played(process, 120)
        return station.status()["latency"]["measuredFrames"]

    def round(self, number):
        station, happenings = self.station, self.happenings
        if self.random.random() < 0.2:
            station.change_rate(self.random.choice(RATES))
        for _ in range(self.random.randrange(3)):
            happenings.happen()
        happenings.gaps.clear()
        if station.rate not in self.latencies:
            self.latencies[station.rate] = self.latency()
        latency = self.latencies[station.rate]
        seconds = self.random.uniform(LEAST, MOST)
        frames = station.noise(seconds, self.given.seed + number)
        wanted = station.wanted(frames)
        process = station.play(frames)
        end = time.monotonic() + seconds
        time.sleep(1)
        # The last seconds are quiet, so that the end is known to be right.
        while time.monotonic() < end - 4 and process.poll() is None:
            happenings.happen()
            time.sleep(self.random.expovariate(1))
        heard, at, start, others = station.played(process, 300)
        for fault in account(heard, wanted, at + latency, start, happenings.gaps, int(SETTLE * station.rate)):
            self.faults.append(f"round {number}: {fault}")
        if others:
            self.faults.append(f"round {number}: {others} xruns of the player")
        for gap in happenings.gaps:
            self.kinds[gap.name] += gap.frames
            if gap.is_fault and gap.frames and gap.counted < 1:
                self.faults.append(f"round {number}: {gap.name} cost {gap.frames} frames, and the daemon counts no interruption")
        in_gaps = sum(gap.frames for gap in happenings.gaps)
        self.frames.update(played=len(frames), inGaps=in_gaps)
        return f"{station.rate} Hz, {seconds:.0f} s, {len(happenings.gaps)} gaps of {in_gaps} frames"

    def run(self):
        station = self.station
        station.start()
        begin, number, told, starts = time.monotonic(), 0, 0, station.starts
        while time.monotonic() < begin + 60 * self.given.minutes:
            line = self.round(number)
            self.faults += [f"round {number}: {problem}" for problem in self.happenings.problems]
            self.happenings.problems.clear()
            # What a daemon holds is compared with itself.
            if station.starts != starts:
                starts, self.held = station.starts, []
            self.held.append(station.held())
            self.flat(number)
            print(f"round {number}: {line}; {station.held()}", *self.faults[told:], sep="\n  ", flush=True)
            told = len(self.faults)
            number += 1
        code = station.stop()
        if code != 0:
            self.faults.append(f"at the end it ends with {code}")
        return number

    def flat(self, number):
        """Whether what is held has stayed: the second half of a daemon's rounds beside the first."""
        if len(self.held) < 8:
            return
        half = len(self.held) // 2
        for what, most in (("rssKiB", 32 << 10), ("descriptors", 4), ("threads", 4)):
            before = max(held[what] for held in self.held[1:half])
            now = min(held[what] for held in self.held[half:])
            if now > before + most:
                self.faults.append(f"round {number}: {what} grows: {before} at most, and {now} at least later")
                self.held = []
                return

    def report(self, rounds):
        return {
            "seed": self.given.seed, "minutes": self.given.minutes, "rounds": rounds, "frames": dict(self.frames), "starts": self.station.starts,
            "happened": dict(sorted(self.happenings.counts.items())), "framesInGapsOf": dict(self.kinds), "faults": self.faults[:50],
            "faultsCount": len(self.faults)}


def main():
    given = options()
    print(f"seed {given.seed}", flush=True)
    endurance = Endurance(given)
    try:
        rounds = endurance.run()
        print(json.dumps(endurance.report(rounds), indent=1))
    finally:
        if endurance.station.daemon and endurance.station.daemon.poll() is None:
            endurance.station.daemon.kill()
        if given.keep:
            print(endurance.station.folder)
        else:
            endurance.station.remove()
    sys.exit(bool(endurance.faults))


if __name__ == "__main__":
    main()
