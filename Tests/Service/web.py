"""convolved-web under systemd: its port starts it, it ends by itself, and has a share of its own at the daemon's socket."""
import json
import os
import re
import urllib.error
import urllib.request

from guest import *

PAGE = "http://127.0.0.1:8095"


def ask(path, token=None, body=None):
    """Status and text."""
    request = urllib.request.Request(PAGE + path, body, method="PATCH" if body else "GET")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    if body:
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@step
def install_web():
    """the package of the page installs beside it, and enables nothing"""
    run("dpkg", "--install", "/tests/convolved-web.deb")
    assert systemctl("is-enabled", "convolved-web.socket", status=None).stdout.strip() == "disabled"
    text = run("systemd-analyze", "security", "--offline=true", "--no-pager", property_of("convolved-web", "FragmentPath")).stdout
    exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", text)[1])
    assert exposure <= 1, exposure
    return f"exposure {exposure}"


@step
def page_by_socket():
    """the port starts it, read-only; it sees the daemon, and nobody changes anything"""
    systemctl("enable", "--now", "convolved-web.socket")
    assert main_pid("convolved-web") == 0
    assert ask("/")[0] == 200
    assert main_pid("convolved-web") != 0
    code, text = ask("/v1/status")
    assert code == 200 and json.loads(text)["state"], text
    assert ask("/v1/output", body=b'{"volume": -3}')[0] == 403
    assert ask("/v1/config")[0] == 403


@step
def page_by_token():
    """tokens that convolvectl makes are taken over by a restart"""
    tokens = dict(re.findall(r"(\S+): +(\w{64})", control("web-token").stdout))
    systemctl("restart", "convolved-web")
    assert ask("/v1/status")[0] == 401
    assert ask("/v1/output", tokens["read-only"], b'{"volume": -3}')[0] == 403
    code, text = ask("/v1/output", tokens["full"], b'{"volume": -3}')
    assert code == 200 and json.loads(text)["volume"] == -3, text
    control("volume", "0")


@step
def page_is_small():
    """it can write to nothing but its own folder, has no network of its own, and little memory"""
    pid = main_pid("convolved-web")
    with open(f"/proc/{pid}/net/dev") as file:
        devices = [line.split(":")[0].strip() for line in file if ":" in line]
    assert devices == ["lo"], devices
    with open(f"/proc/{pid}/status") as file:
        status = dict(line.split(":", 1) for line in file)
    assert int(status["CapEff"], 16) == 0, status["CapEff"]
    assert int(status["VmRSS"].split()[0]) < 32 << 10, status["VmRSS"]
    return status["VmRSS"].strip()


@step
def page_ends():
    """a minute after its last client it ends, and the next one starts it again"""
    until("ended", lambda: main_pid("convolved-web") == 0, 90)
    assert property_of("convolved-web", "Result") == "success"
    assert ask("/")[0] == 200
    systemctl("stop", "convolved-web.socket", "convolved-web.service")
