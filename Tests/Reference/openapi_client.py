"""Uses every operation of a running daemon through a generated client, the package `client` of this folder: openapi_client.py URL"""
import importlib
import io
import os
import sys
import wave

sys.path.insert(0, os.getcwd())
from client import Client
from client.models import *
from client.types import UNSET, File


def call(operation, **arguments):
    answer = importlib.import_module(f"client.api.default.{operation}").sync_detailed(client=client, **arguments)
    return answer.status_code, answer.parsed


client = Client(sys.argv[1], timeout=60)
code, status = call("get_status")
assert code == 200 and isinstance(status, Status) and status.state.value == "running", status
assert not status.additional_properties, status.additional_properties
assert isinstance(status.exact[0], Exact) and status.exact[0].always and len(status.filters) == 2
code, output = call("change_output", body=ChangeOutputBody(volume=-6.5, dither=ChangeOutputBodyDither.TPDF))
assert code == 200 and isinstance(output, Output) and output.volume == -6.5 and output.dither.value == "tpdf", output
code, output = call("change_output", body=ChangeOutputBody(volume=-6.5, ceiling=ChangeOutputBodyCeilingType1.NONE, mute=False))
assert code == 200 and output.ceiling is UNSET
code, problem = call("change_output", body=ChangeOutputBody(volume=3))
assert code == 400 and isinstance(problem, Problem) and "volume" in problem.detail
changes = ChangeFiltersBody.from_dict({status.filters[0].name: {"gain": -3, "delay": 48}})
code, filters = call("change_filters", body=changes)
assert code == 200 and isinstance(filters, FilterList) and filters.filters[0].gain == -3
code, problem = call("change_filters", body=ChangeFiltersBody.from_dict({"missing": {"gain": 1}}))
assert code == 404 and isinstance(problem, Problem)
kernel = io.BytesIO()
with wave.open(kernel, "wb") as file:
    file.setparams((1, 2, 48_000, 0, "NONE", ""))
    file.writeframes(bytes([0, 64, 0, 32]))
kernel = File(payload=io.BytesIO(kernel.getvalue()))
code, report = call("replace_kernel", name_path=status.filters[0].name, body=kernel, channel=0)
assert code == 200 and isinstance(report, KernelReport) and report.taps == 2, (code, report)
code, report = call("verify", body=VerifyBody(seconds=0.05, seed=3))
assert code == 200 and isinstance(report, VerificationReport) and report.seed == 3 and len(report.outputs) == 2
code, report = call("reload_configuration")
assert code == 200 and isinstance(report, ConfigurationReport) and report.filters == 2
code, text = call("get_configuration")
assert code == 200, code
code, metrics = call("get_metrics")
assert code == 200, code
for name in ["check_configuration", "replace_configuration"]:
    code, problem = call(name, body=File(payload=io.BytesIO(b"rate: x\n")))
    assert code == 422 and isinstance(problem, Problem) and problem.faults[0].line == 1, (code, problem)
