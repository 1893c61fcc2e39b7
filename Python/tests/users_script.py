"""A script of a user who checks types: test_types.py does it for him, and runs nothing of it."""
import asyncio
import numpy as np
import convolved
import convolved.dask
from numpy.typing import NDArray
from convolved import AsyncClient, Client, Convolver, Event, ProblemError, Route


def work(x: NDArray[np.float64]) -> float:
    y = convolved.convolve(x, [1.0, 2.0], "same", threads=-1)
    z = convolved.correlate(x, x, mode="full", out=np.empty(2 * len(x) - 1))
    image = convolved.convolve2d(np.eye(3), np.ones((2, 2)), "same", "symm", fillvalue=0, threads=2)
    fast, bound = convolved.oaconvolve(x, y, return_bound=True)
    plain = convolved.oaconvolve(x, y, axes=[0])
    return float(y.sum() + z.sum() + image.sum() + fast.sum() + plain.sum()) + bound


def live() -> None:
    convolver = Convolver([Route(0, 0, [1.0, 0.5]), (0, 1, np.ones(3))], block=64, precision="float32")
    convolver.process(np.zeros((1, 64), np.float32))
    convolver.replace([1.0], fade=3)
    for block in convolver.blocks(np.zeros(n) for n in range(3)):
        print(block.shape)


def control() -> None:
    client = Client("control.sock", timeout=3)
    status = client.status()
    state: str = status["state"]
    print(state, [filter["name"] for filter in status["filters"]])
    client.set("left", gain=-3)
    client.load("left", np.ones(3), channel=1)
    client.change({"left": {"gain": -3}})
    client.activate("flat", match=True, trim=-6)
    try:
        client.volume(-20)
    except ProblemError as problem:
        print(problem.status, problem.faults)
    with client.events("levels", patience=3) as events:
        event: Event = next(events)
        print(event.name)


async def control_too() -> None:
    client = AsyncClient()
    print((await client.status())["state"])
    await client.set("left", gain=-3)
    async for event in client.events():
        print(event.data)
        break


asyncio.run(control_too())
report = convolved.convolve_files("*.wav", "kernel.wav", "out", options=["--gain", "-6"])
print(len(report.failed), convolved.design("lowpass:LR4@2000", 48000, phase="linear").shape, convolved.dask.convolve(np.ones(3), np.ones(3)))
