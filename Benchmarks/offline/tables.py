"""Markdown of the figures, and the targets that they miss."""

FAST, EXACT, ARRAYS = 0.5, 0.7, 0.25
RESIDENT, GROWTH, RESIDENT_TAPS = 48, 4, 16384


def table(header, rows):
    rule = ["---" if column == 0 else "---:" for column in range(len(header))]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in [header, rule, *rows]) + "\n"


def difference(result):
    if result is None:
        return ""
    lsb = result["lsb"]
    text = f"{lsb:.3f}" if lsb >= 0.001 or lsb == 0 else f"{lsb:.0e}"
    return text if result["differing"] is None else f"{text}; {result['differing']} values unlike np.convolve's"


def cell_rows(taps, programs, runs, accuracies):
    """One row for each program; ratio: wall time by the fastest peer's."""
    fastest = fastest_peer(programs, runs)
    rows = []
    for program, run, accuracy in zip(programs, runs, accuracies):
        if run.error:
            rows.append([program.name, f"{taps:,}", f"failed: {run.error}", "", "", "", ""])
            continue
        ratio = f"{run.wall / fastest:.2f}" if fastest else ""
        rows.append(
            [program.name, f"{taps:,}", f"{run.wall:.2f}", f"{run.cpu:.2f}", f"{run.resident:.0f}", ratio, difference(accuracy)])
    return rows


def fastest_peer(programs, runs):
    return min((run.wall for program, run in zip(programs, runs) if not program.ours and not run.error), default=None)


def missed_in_cell(form, taps, programs, runs):
    """Rows of target, cell and figure."""
    fastest, rows = fastest_peer(programs, runs), []
    direct = next((run.wall for program, run in zip(programs, runs) if program.name == "np.convolve" and not run.error), None)
    for program, run in zip(programs, runs):
        if not program.ours:
            continue
        place = f"{program.name}, {form}, {taps:,} taps"
        if run.error:
            rows.append([place, "runs", run.error])
            continue
        base, limit, what = fastest, None, "the fastest peer's time"
        if form == "npy":
            base, limit, what = direct, ARRAYS, "np.convolve's time"
        elif program.name.endswith("--fast"):
            limit = FAST
        elif form in ("s16", "s24"):
            limit = EXACT
        if limit and base and run.wall > limit * base:
            rows.append([place, f"at most {limit} of {what}", f"{run.wall / base:.2f}"])
        if form != "npy" and taps <= RESIDENT_TAPS and run.resident > RESIDENT:
            rows.append([place, f"resident: at most {RESIDENT} MiB", f"{run.resident:.0f} MiB"])
    return rows


def memory_rows(results):
    """results: by taps, a pair of runs, the short sound's and the long one's (or None)."""
    rows = []
    for taps, (short, long) in results.items():
        growth = f"{long.resident - short.resident:+.1f}" if long and not long.error and not short.error else ""
        rows.append([f"{taps:,}", resident(short), resident(long), growth])
    return rows


def resident(run):
    return "not measured" if run is None else f"failed: {run.error}" if run.error else f"{run.resident:.1f}"


def missed_memory(results):
    rows = []
    for taps, (short, long) in results.items():
        for length, run in [("a minute", short), ("an hour", long)]:
            place = f"convolve, s16, {taps:,} taps, {length}"
            if run is not None and run.error:
                rows.append([place, "runs", run.error])
            elif run is not None and taps <= RESIDENT_TAPS and run.resident > RESIDENT:
                rows.append([place, f"resident: at most {RESIDENT} MiB", f"{run.resident:.0f} MiB"])
        if long and not long.error and not short.error and abs(long.resident - short.resident) > GROWTH:
            rows.append(
                [f"convolve, s16, {taps:,} taps", f"a minute and an hour equal within {GROWTH} MiB",
                 f"{long.resident - short.resident:+.0f} MiB"])
    return rows
