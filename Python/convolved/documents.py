"""Documents of the control API, as docs/control-api.md describes them. generate_documents.py makes this file of GET /v1/openapi.json."""

from typing import Any, Literal, NotRequired, TypedDict, Union


class ConfigurationReport(TypedDict):
    filters: int
    plan: str
    load: float
    """Predicted share of its time that a block takes."""
    workersLoad: NotRequired[float]
    """That of the busiest worker."""
    restart: list[str]
    """Keys whose change takes a restart."""
    interrupts: list[str]
    """Keys whose change makes the sound pause."""
    cause: NotRequired[str]
    """Why nothing is heard though it has been taken over."""


class Device(TypedDict):
    name: str
    format: str
    rate: int
    channels: int
    periodFrames: int
    bufferFrames: int


class Exact(TypedDict):
    signalBits: NotRequired[int]
    """The most bits of a signal whose output is exact."""
    always: bool
    """Whether the capture format holds no more."""
    grid: NotRequired[int]
    """Sums are multiples of 2^grid."""
    cause: NotRequired[str]
    """Why it is exact for no signal."""
    bound: NotRequired[float]
    """Of the errors of other signals; full scale is 1."""
    steps: NotRequired[int]
    """Of the playback format, by which other signals differ at most."""


class Exactness(TypedDict):
    exact: bool
    grid: NotRequired[int]
    cause: NotRequired[str]


Filter = TypedDict(
    'Filter',
    {
        'name': str,
        'from': int,
        'to': int,
        'kernel': str,
        'layout': str,
        'taps': int,
        'gain': float,  # dB
        'delay': int,  # Frames
        'equaliser': NotRequired[str],  # Filter lines of which the kernel is made.
        'bypass': Literal['impulse', 'mute'],
    },
)


class FilterChange(TypedDict):
    kernel: NotRequired[str]
    """Path from the configuration's folder, or words."""
    channel: NotRequired[int]
    """Of the kernel file."""
    gain: NotRequired[float]
    """dB"""
    delay: NotRequired[int]
    """Frames"""


class FilterList(TypedDict):
    filters: list[Filter]


class Trace(TypedDict):
    start: int
    """The frame of the first point."""
    step: int
    """Frames of a point."""
    minima: list[float]
    maxima: list[float]


class FilterResponse(TypedDict):
    rate: int
    """Hz"""
    filters: list[str]
    """Those that are added up."""
    taps: int
    """Frames from the first tap to the last."""
    delayFrames: int
    """Before the first tap."""
    peakFrames: NotRequired[int]
    """Until the largest tap, the delay included."""
    peak: NotRequired[float]
    """Its value."""
    frequencies: list[float]
    """Hz"""
    magnitudes: list[Union[float, None]]
    """dB"""
    phases: list[Union[float, None]]
    """Degrees, without the delay of the peak."""
    groupDelays: list[Union[float, None]]
    """Frames, the delay included."""
    impulse: Trace
    stepResponse: Trace


class Guards(TypedDict):
    unusableSamples: int
    """Captured samples that were no number, or 120 dB above full scale: taken as silence."""
    faultyBlocks: int
    """Blocks that were not finite when they were convolved: played as silence."""
    closures: int
    """Times that the ceiling has muted the output."""
    rollbacks: int
    """Changes that were taken back, since blocks or tails took longer than they last."""


class KernelReport(TypedDict):
    filter: str
    taps: int
    layout: str
    method: str
    blocks: NotRequired[int]
    """From the request to the end of the fade."""
    load: NotRequired[float]
    """Of a check: the share of the deadline that all filters would take, predicted."""
    worstCase: NotRequired[float]
    """Of a check: dB by which the filter's output would amplify some signal."""


class OutputLatency(TypedDict):
    kernelFrames: NotRequired[int]
    unalignedFrames: NotRequired[int]
    """What kernelFrames was before `align: peaks`."""
    promisedFrames: NotRequired[int]
    promisedMilliseconds: NotRequired[float]
    measuredFrames: NotRequired[int]
    measuredMilliseconds: NotRequired[float]


class Latency(TypedDict):
    blockFrames: int
    queueFrames: NotRequired[int]
    resamplerFrames: NotRequired[int]
    measuredFrames: NotRequired[int]
    leadFrames: NotRequired[int]
    outputs: list[OutputLatency]


class Levels(TypedDict):
    inputs: list[Union[float, None]]
    """dBFS"""
    outputs: list[Union[float, None]]
    """dBFS"""


class LoadHistogram(TypedDict):
    bounds: list[float]
    blocks: list[int]


class Load(TypedDict):
    mean: float
    p99: float
    max: float
    missed: int
    late: int
    predicted: float
    predictedWorkers: NotRequired[float]
    """That of the busiest worker."""
    histogram: LoadHistogram


class Output(TypedDict):
    mute: bool
    bypass: bool
    volume: float
    """dB"""
    dither: Literal['none', 'tpdf']
    ceiling: NotRequired[float]
    """dB of full scale"""


class OutputVerification(TypedDict):
    output: int
    differing: int
    atTies: int
    largestDifference: float
    largestDecibels: NotRequired[float]
    largestSteps: float
    ties: NotRequired[int]
    undecided: int
    bound: float
    grid: NotRequired[int]


class Preset(TypedDict):
    name: str
    saved: str
    """ISO 8601, UTC"""


class PresetReportOutputs(TypedDict):
    level: NotRequired[float]
    """dB, of K-weighted pink noise."""
    peakFrames: NotRequired[int]
    """Until the main peak."""


class PresetReport(TypedDict):
    name: str
    saved: str
    """ISO 8601, UTC"""
    active: bool
    rate: int
    """Hz"""
    filters: int
    """How many."""
    bytes: int
    """Of memory."""
    level: NotRequired[float]
    """dB, of K-weighted pink noise."""
    peakFrames: NotRequired[int]
    """Until the main peak."""
    outputs: list[PresetReportOutputs]
    refusal: NotRequired[str]
    """Why it cannot be activated now."""


class PresetList(TypedDict):
    presets: list[PresetReport]
    most: int
    """How many there can be."""
    bytes: int
    """Of memory."""
    mostBytes: int


class PresetUse(TypedDict):
    preset: str
    trim: float
    """dB, by which gains are less than the preset's."""
    delayFrames: int
    """By which its main peaks are later."""
    filters: list[Filter]


class ProblemFaults(TypedDict):
    line: int
    message: str


class Problem(TypedDict):
    type: str
    title: str
    status: int
    detail: str
    """The text that the commands print."""
    faults: NotRequired[list[ProblemFaults]]
    """All that is wrong with a configuration."""


class RealTimeLimits(TypedDict):
    priority: NotRequired[int]
    lockedBytes: NotRequired[int]
    microseconds: NotRequired[int]


class RealTime(TypedDict):
    policy: str
    priority: int
    lockedBytes: int
    neededBytes: int
    denormalsFlushed: bool
    governor: NotRequired[str]
    limits: RealTimeLimits
    warnings: list[str]


class StatusDevices(TypedDict):
    capture: NotRequired[Device]
    playback: NotRequired[Device]


class StatusResampler(TypedDict):
    state: Literal['off', 'settling', 'settled']
    ppm: NotRequired[float]


class XrunsLast(TypedDict):
    time: str
    direction: str
    cause: str
    text: str


class Xruns(TypedDict):
    capture: int
    playback: int
    causes: dict[str, int]
    last: list[XrunsLast]


class Status(TypedDict):
    state: Literal['starting', 'running', 'waiting', 'muted', 'failed']
    cause: NotRequired[str]
    rate: int
    """Hz"""
    block: int
    precision: str
    devices: StatusDevices
    latency: Latency
    resampler: StatusResampler
    load: Load
    xruns: Xruns
    changes: int
    clipped: int
    levels: Levels
    realtime: RealTime
    filters: list[Filter]
    plan: str
    output: Output
    guards: Guards
    worstCase: list[Union[float, None]]
    """dB"""
    rollback: NotRequired[str]
    exact: list[Exact]
    exactness: list[Exactness]
    preset: NotRequired[str]
    """The one in force, unchanged."""
    presets: NotRequired[list[Preset]]
    differsFromFile: bool
    version: str


class VerificationReport(TypedDict):
    seed: int
    frames: int
    capture: str
    playback: str
    precision: str
    plan: str
    clipped: int
    outputs: list[OutputVerification]
