"""Times convolved.dask.convolve with one worker of one thread, and with two: python_dask.py [--rounds N] [--quick].

Values are made where they are convolved, and each result is reduced to a number, so that what is timed is convolutions and Dask.
"""

import argparse
import os
import time

import dask
import dask.array as da
import numpy as np
from distributed import Client, LocalCluster

import convolved.dask

CHUNK = 1_000_000


def seconds(client, count, taps):
    chunks = [da.from_delayed(dask.delayed(np.ones)(CHUNK), (CHUNK,), float) for _ in range(count)]
    made = convolved.dask.convolve(da.concatenate(chunks), np.ones(taps), "same").sum()
    began = time.perf_counter()
    client.compute(made).result()
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to try it out")
    options = parser.parse_args()
    count = 4 if options.quick else 40
    print(f"{len(os.sched_getaffinity(0))} processors, {count} chunks of {CHUNK:,} float64")
    print("| taps | one worker | two workers | ratio |\n| ---: | ---: | ---: | ---: |")
    settings = {"threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with LocalCluster(n_workers=1, **settings) as one, LocalCluster(n_workers=2, **settings) as two, Client(one) as first, Client(two) as second:
        for taps in (101, 1001, 10_001):
            times = [[seconds(client, count, taps) for client in (first, second)] for _ in range(options.rounds)]
            alone, shared = (min(column) for column in zip(*times))
            print(f"| {taps:,} | {alone:.2f} s | {shared:.2f} s | {shared / alone:.2f} |", flush=True)


if __name__ == "__main__":
    main()
