"""np.convolve bit for bit and faster, convolution in real time, and a client of the daemon convolved.

    convolve, correlate, convolve2d   NumPy's and SciPy's functions, bit for bit
    oaconvolve                        by transforms, with a bound of the errors
    Convolver                         block by block, while kernels change
    Client, AsyncClient               control of a running daemon
    read_kernel, inspect, design      kernels, by the command `convolve`
    convolve_files                    many files, by the command or in this process
    convolved.dask                    arrays of Dask
"""

from ._library import Busy, Overtaken, convolve, correlate, profile
from ._library import version as __version__
from .async_client import AsyncClient
from .client import Client, Events
from .commands import CommandError, design, inspect, read_kernel
from .convolver import Convolver, Route
from .events import Event
from .files import FileReport, Report, convolve_files
from .overlap_add import oaconvolve
from .planes import convolve2d
from .problem import ProblemError

__all__ = [
    "AsyncClient", "Busy", "Client", "CommandError", "Convolver", "Event", "Events", "FileReport", "Overtaken", "ProblemError",
    "Report", "Route",
    "__version__", "convolve", "convolve2d", "convolve_files", "correlate", "design", "inspect", "oaconvolve", "profile", "read_kernel",
]  # fmt: skip
