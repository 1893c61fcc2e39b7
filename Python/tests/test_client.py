"""The clients against a real daemon on the virtual cable."""

import asyncio
import gc
import inspect
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from contextlib import aclosing, suppress
from pathlib import Path

import numpy as np
import pytest
from conftest import TREE

from convolved import AsyncClient, Client, ProblemError, documents


@pytest.fixture
def client(rig):
    return Client(rig.socket)


def test_status_has_the_members_of_its_type(client):
    status = client.status()
    assert status["state"] == "running"
    has_members(status, documents.Status)


def test_types_are_those_of_the_description(client, tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(client.description()))
    made = subprocess.run([sys.executable, TREE / "Python/generate_documents.py", path], check=True, stdout=subprocess.PIPE, text=True).stdout
    assert made == Path(documents.__file__).read_text(), "run make python-documents, and commit what it writes"


def test_filters_change(client, tmp_path):
    heard = client.set("spare", gain=-25, delay=4801)
    [spare] = [one for one in heard["filters"] if one["name"] == "spare"]
    assert (spare["gain"], spare["delay"]) == (-25, 4801)
    heard = client.change({"spare": {"gain": -20}, "spare1": {"kernel": "taps:0.5,0.25"}})
    assert {one["name"]: one["taps"] for one in heard["filters"]}["spare1"] == 2
    assert client.load("spare2", np.array([0.5, 0.25, 0.125]))["taps"] == 3
    file = tmp_path / "room ü.txt"
    file.write_text("1\n0.5\n")
    assert client.load("spare3", file)["taps"] == 2
    assert [one["kernel"] for one in client.status()["filters"] if one["name"] == "spare3"] == ["room ü.txt"]
    assert client.load("spare3", b"1\n")["taps"] == 1


def test_output_changes(client):
    assert client.volume(-20)["volume"] == -20
    assert client.mute()["mute"] is True
    assert client.status()["state"] == "muted"
    assert client.unmute()["mute"] is False
    assert client.bypass(True)["bypass"] is True
    assert client.output(bypass=False, ceiling=-3.0, dither="tpdf", volume=0)["ceiling"] == -3
    assert "ceiling" not in client.output(ceiling="none", dither="none")


def test_configuration_is_read_checked_and_replaced(client, rig):
    text = client.configuration()
    assert "capture" in text
    assert client.check(text)["filters"] == client.configure(text.encode())["filters"] == client.reload()["filters"] == 6
    with pytest.raises(ProblemError) as refused:
        client.configure(text.replace("rate: 48000", "rate: -1"))
    assert refused.value.status == 422 and refused.value.faults[0][0] == 1 and "rate" in str(refused.value)
    assert client.configuration() == text


def test_metrics_and_verification(client):
    assert "convolved_block_frames" in client.metrics()
    assert client.verify(seconds=0.2, seed=5)["seed"] == 5


def test_a_refusal_says_what_the_daemon_says(client):
    with pytest.raises(ProblemError, match="nothing/like it") as refused:
        client.set("nothing/like it", gain=0)
    assert refused.value.status == 404
    with pytest.raises(ProblemError) as refused:
        client.load("nothing/like it", b"1\n")
    assert refused.value.status == 404
    for kernel, words in [([1.0], r"np.array.*, not \[1.0\]"), (np.array([1j]), "complex128: give real numbers"), (np.array([None]), "object")]:
        with pytest.raises(TypeError, match=words):
            client.load("spare", kernel)
    with pytest.raises(ValueError):
        client.volume(float("nan"))
    with pytest.raises(ProblemError):
        client.volume(1)


def test_responses_have_the_members_of_their_type(client):
    client.set("spare", kernel="taps:0.5,0.25", gain=0, delay=4800)
    response = client.response("spare", points=5, samples=7, frames=7, start=4800)
    has_members(response, documents.FilterResponse)
    assert (response["filters"], response["delayFrames"], response["peakFrames"]) == (["spare"], 4800, 4800)
    assert len(response["frequencies"]) == len(response["magnitudes"]) == len(response["phases"]) == 5
    assert response["magnitudes"][0] == pytest.approx(20 * np.log10(0.75), abs=0.01)
    has_members(response["impulse"], documents.Trace)
    assert response["impulse"]["maxima"] == [0.5, 0.25] and response["stepResponse"]["maxima"] == [0.5, 0.75]
    assert len(client.response("spare")["frequencies"]) == 512
    assert client.output_response(0)["filters"] == ["f0"] and client.output_response(1, input=1, points=2)["filters"] == ["f1"]
    for asked in [lambda: client.response("no/body"), lambda: client.output_response(9)]:
        with pytest.raises(ProblemError) as refused:
            asked()
        assert refused.value.status == 404
    with pytest.raises(ProblemError, match="points"):
        client.response("spare", points=1)


def has_members(document, kind):
    assert set(document) <= set(kind.__annotations__) and kind.__required_keys__ <= set(document)


def test_presets_are_saved_heard_and_deleted(client):
    client.set("f0", kernel="dirac", gain=0)
    saved = client.save_preset("flat")
    has_members(saved, documents.PresetReport)
    assert saved["name"] == "flat" and saved["active"] and saved["filters"] == 6
    loud = client.save_preset("loud", {"f0": {"gain": 6}, "f1": {"gain": 6}})
    assert not loud["active"] and gain(client.status(), "f0") == 0
    listed = client.presets()
    has_members(listed, documents.PresetList)
    assert [preset["name"] for preset in listed["presets"]] == ["flat", "loud"] and listed["most"] == 32
    used = client.activate("loud")
    has_members(used, documents.PresetUse)
    assert used["preset"] == "loud" and gain(used, "f0") == 6 and client.status()["preset"] == "loud"
    assert gain(client.activate("flat", trim=-3), "f0") == -3
    matched = client.activate("loud", match=["flat", "loud"])
    assert matched["trim"] == pytest.approx(saved["level"] - loud["level"]) and matched["trim"] < -1
    assert gain(matched, "f0") == pytest.approx(6 + matched["trim"])
    assert client.activate("flat", match=True)["trim"] == 0
    assert [preset["name"] for preset in client.delete_preset("loud")["presets"]] == ["flat"]
    for asked in [lambda: client.activate("loud"), lambda: client.delete_preset("loud"), lambda: client.save_preset("a b/c")]:
        with pytest.raises(ProblemError) as refused:
            asked()
        assert refused.value.status in (400, 404)
    assert client.delete_preset("flat")["presets"] == []


def gain(document, name):
    return {one["name"]: one["gain"] for one in document["filters"]}[name]


def test_a_daemon_that_is_not_there_is_named(tmp_path):
    nowhere = tmp_path / "nowhere.sock"
    with pytest.raises(FileNotFoundError, match=r"start the daemon \(convolved --config FILE\).*Client\(PATH\).*nowhere.sock") as missing:
        Client(nowhere).status()
    assert missing.value.filename == str(nowhere)
    with socket.socket(socket.AF_UNIX) as left_behind:
        left_behind.bind(str(nowhere))
    with pytest.raises(ConnectionRefusedError, match="start the daemon.*nowhere.sock"):
        Client(nowhere).status()
    with pytest.raises(ConnectionRefusedError, match="start convolved-web.*127.0.0.1"):
        Client(f"http://127.0.0.1:{free_port()}").status()
    with pytest.raises(socket.gaierror, match="http://nobody.invalid:80"):
        Client("http://nobody.invalid").status()
    for text in ["ftp://host", "http://host/?x=1", "http://", "http://host:99999", "", "unix:"]:
        with pytest.raises(ValueError, match="give a socket's path"):
            Client(text)
    with pytest.raises(TypeError, match="not 5: give a socket's path"):
        Client(5)
    with pytest.raises(ValueError, match="token"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            Client(f"http://127.0.0.1:{server.getsockname()[1]}", "a\r\nb").status()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user, whom a socket's mode keeps out")
def test_a_socket_of_others_says_whose_it_is(client, rig):
    code = f"import os, convolved\nos.setgid(65534), os.setuid(65534)\nconvolved.Client({rig.socket!r}).status()"
    ended = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    assert re.search(r"PermissionError: .*owner and mode do not allow it", ended.stderr), ended.stderr


def test_a_certificate_that_nobody_signed_says_what_to_do(tmp_path):
    names = ["-subj", "/CN=localhost", "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names], cwd=tmp_path, check=True, stderr=subprocess.DEVNULL)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    with served.wrap_socket(socket.create_server(("127.0.0.1", 0)), server_side=True) as server:
        url = f"https://localhost:{server.getsockname()[1]}"

        def accept():
            for _ in range(2):
                with suppress(OSError):
                    server.accept()

        threading.Thread(target=accept, daemon=True).start()
        with pytest.raises(ssl.SSLCertVerificationError, match=f"self-signed.*context=ssl.create_default_context.*{url}"):
            Client(url).status()
        with pytest.raises(ssl.SSLCertVerificationError, match=f"context=.*{url}"):
            asyncio.run(AsyncClient(url).status())


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_events_come(client):
    with client.events() as events:
        first = [next(events) for _ in range(6)]
    assert {event.name for event in first} >= {"state", "xruns", "changes", "realtime", "levels"}
    assert {event.name: event.data for event in first}["state"]["state"] == "running"
    with client.events("levels") as levels:
        assert all(next(levels).name == "levels" for _ in range(3))


def test_another_thread_ends_events(client):
    events = client.events("nothing of this name")
    got = []
    thread = threading.Thread(target=lambda: got.extend(events))
    thread.start()
    time.sleep(0.3)
    began = time.monotonic()
    events.close()
    thread.join(2)
    assert not thread.is_alive() and time.monotonic() - began < 0.5 and got == []


def test_events_go_on_after_a_restart_of_the_daemon(client, rig):
    events = client.events("state")
    assert next(events).data["state"] == "running"
    rig.stop()
    restarted = threading.Timer(0.5, rig.start)
    restarted.start()
    states = [next(events).data["state"]]
    while states[-1] != "running":
        states.append(next(events).data["state"])
    restarted.join()
    events.close()
    assert next(events, None) is None


def test_events_end_where_patience_ends(tmp_path):
    began = time.monotonic()
    with pytest.raises(FileNotFoundError):
        next(Client(tmp_path / "nowhere.sock").events(patience=0.3))
    assert 0.25 < time.monotonic() - began < 3


def test_a_page_of_the_web_passes_the_api_on_with_a_token(rig, web):
    client = Client(web.url, web.token)
    assert client.status()["state"] == "running"
    with client.events("state") as events:
        assert next(events).data["state"] == "running"
    assert asyncio.run(AsyncClient(web.url, web.token).status())["state"] == "running"
    with pytest.raises(ProblemError) as refused:
        Client(web.url, web.token + "x").status()
    assert refused.value.status == 401


class Forwarder:
    """Takes TCP to the daemon's socket where requests have the token, in portions of few bytes: what stands between in practice."""

    token = "0123456789abcdef"

    def __init__(self, path):
        self.path, self.server = path, socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            try:
                threading.Thread(target=self.forward, args=[self.server.accept()[0]], daemon=True).start()
            except OSError:
                return

    def forward(self, client):
        with client, socket.socket(socket.AF_UNIX) as daemon:
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(65536)
            if f"Authorization: Bearer {self.token}\r\n".encode() not in head:
                body = b'{"title": "Unauthorized", "status": 401, "detail": "a token is needed"}'
                client.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Type: application/problem+json\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
                return
            daemon.connect(self.path)
            daemon.sendall(head)
            with suppress(OSError):  # Either side may go.
                while data := daemon.recv(7):
                    client.sendall(data)


@pytest.fixture
def web(rig):
    forwarder = Forwarder(rig.socket)
    yield forwarder
    forwarder.server.close()


def test_the_asynchronous_client_does_the_same(rig, client, tmp_path):
    async def calls():
        there = AsyncClient(rig.socket)
        status, volume = await asyncio.gather(there.status(), there.volume(-10))
        assert status["state"] == "running" and volume["volume"] == -10
        assert (await there.load("spare", np.array([0.5, 0.25])))["taps"] == 2
        assert (await there.set("spare", gain=-21))["filters"]
        assert await there.configuration() == client.configuration()
        assert (await there.check(await there.configuration()))["filters"] == 6
        assert "convolved_block_frames" in await there.metrics()
        assert len((await there.response("spare", points=3))["magnitudes"]) == 3
        assert (await there.output_response(1, input=1, points=3))["filters"] == ["f1"]
        assert (await there.save_preset("mine", {"f0": {"gain": -1}}))["name"] == "mine"
        assert [preset["name"] for preset in (await there.presets())["presets"]] == ["mine"]
        assert (await there.activate("mine", trim=-1))["trim"] == -1
        assert (await there.delete_preset("mine"))["presets"] == []
        with pytest.raises(ProblemError, match="nobody"):
            await there.set("nobody", gain=0)
        with pytest.raises(FileNotFoundError, match=r"start the daemon.*AsyncClient\(PATH\).*nowhere"):
            await AsyncClient(tmp_path / "nowhere").status()
        await there.volume(0)

    asyncio.run(calls())


def test_both_clients_have_the_same_calls():
    for name, method in vars(Client).items():
        if not name.startswith("_"):
            own = inspect.signature(getattr(AsyncClient, name))
            assert own.parameters == inspect.signature(method).parameters and "self" in own.parameters, name
            assert getattr(AsyncClient, name).__doc__ and method.__doc__, name
            assert method.__qualname__ == f"Client.{name}" and method.__name__ == name
    assert str(inspect.signature(Client.volume)) == "(self, /, decibels: 'float') -> 'Output'"


def test_a_cancelled_task_leaves_nothing_open(rig):
    def descriptors():
        return len(os.listdir("/proc/self/fd"))

    async def listen(there, got):
        async with aclosing(there.events("levels")) as events:
            async for event in events:
                got.append(event)

    async def cancelled():
        there, got = AsyncClient(rig.socket), []
        tasks = [asyncio.create_task(listen(there, got)) for _ in range(3)]
        while len(got) < 6:
            await asyncio.sleep(0.05)
        began = time.monotonic()
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results)
        assert time.monotonic() - began < 0.5
        # A call that takes long is broken off too.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(there.verify(60), 0.2)

    gc.collect()
    before = descriptors()
    asyncio.run(cancelled())
    gc.collect()
    assert descriptors() <= before


def test_asynchronous_events_go_on_after_a_restart(rig):
    async def listen():
        async with aclosing(AsyncClient(rig.socket).events("state")) as events:
            assert (await anext(events)).data["state"] == "running"
            await asyncio.to_thread(rig.stop)
            starting = asyncio.create_task(asyncio.to_thread(rig.start))
            while (await anext(events)).data["state"] != "running":
                pass
            await starting

    asyncio.run(asyncio.wait_for(listen(), 60))


def test_ctrl_c_ends_waiting_for_events(rig):
    code = f"import convolved, signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nprint('listening', flush=True)\n"
    code += f"for event in convolved.Client({rig.socket!r}).events('nothing'): pass"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "listening\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    try:
        _, said = process.communicate(timeout=5)
    finally:
        process.kill()
    assert process.returncode == -signal.SIGINT and "KeyboardInterrupt" in said
