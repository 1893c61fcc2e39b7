"""Accounts for every frame that was played: heard as the offline result says, or within a gap that was announced."""
import numpy as np

# Differing frames that are nearer than this are one gap: what lies between may be equal by chance, silence for instance.
APART = 4_800


def samples(raw, channels):
    """Samples of packed 24 bits, a row for each frame."""
    bytes_ = np.frombuffer(raw, np.uint8)[:len(raw) // (3 * channels) * 3 * channels].reshape(-1, channels, 3).astype(np.int32)
    return ((bytes_[..., 0] | bytes_[..., 1] << 8 | bytes_[..., 2] << 16) ^ 0x800000) - 0x800000


def packed(values):
    """The bytes of samples, packed in 24 bits."""
    values = np.asarray(values, np.int32)
    return np.stack([values & 0xFF, values >> 8 & 0xFF, values >> 16 & 0xFF], -1).astype(np.uint8).tobytes()


class Gap:
    """A stretch in which something was done that may be heard, in slots of the cables' clock.

    is_fault: of a device, which the daemon counts.
    """

    def __init__(self, name, first, last, is_fault):
        self.name, self.first, self.last, self.is_fault = name, first, last, is_fault
        # Frames that differ within it.
        self.frames = 0


def account(heard, wanted, at, start, gaps, settle):
    """Compares what was recorded with what is due, frame by frame, and gives each gap its frames.

    heard: (frames, outputs); wanted: (frames, 2), the offline result of outputs 0 and 1; at: the frame of `heard` at which the first of
    `wanted` is due; start: the slot of the first of `heard`; settle: frames that a gap may go on behind its end.

    Yields a sentence for each stretch that no gap explains.
    """
    # What is due and was not recorded is missing, as silence is.
    padded = np.zeros((len(wanted), 2), np.int32)
    piece = heard[at:at + len(wanted), :2]
    padded[:len(piece)] = piece
    differing = np.flatnonzero((padded != wanted).any(axis=1))
    if not len(differing):
        return
    cuts = np.flatnonzero(np.diff(differing) > APART) + 1
    for run in np.split(differing, cuts):
        first, last = int(run[0]), int(run[-1])
        slots = start + at + first, start + at + last
        gap = next((gap for gap in gaps if gap.first - APART <= slots[0] and slots[1] <= gap.last + settle), None)
        shown = f"frames {first} to {last} ({len(run)} differ)"
        if gap is None:
            yield f"{shown} have no cause: {padded[first].tolist()} was heard for {wanted[first].tolist()}"
            continue
        gap.frames += len(run)
        wrong = [n for n in run if not quieter(int(padded[n, 0]), int(wanted[n, 0]))]
        if wrong:
            n = int(wrong[0])
            yield f"{shown}, {gap.name}: frame {n} is neither due nor a fade of it: {padded[n, 0]} was heard for {wanted[n, 0]}"


def quieter(heard, wanted):
    """Whether a sample is a fade of another, which may round away from zero by one."""
    return 0 <= heard <= wanted + 1 if wanted >= 0 else wanted - 1 <= heard <= 0
