"""The service under systemd, on the virtual cable: what plays into one cable comes out of the other, filtered."""
import json
import os
import pwd
import re
import subprocess
import sys
import time

from guest import *

CABLES = "/run/cables"
#: Deadlines four times as long: other work on this machine must not make xruns.
SPEED = 0.25
SIX_LINES = """\
rate: 48000
block: 1024
capture: { device: capture, format: S24_3LE }
playback: { device: playback, format: S24_3LE, periods: 4 }
filters: [ { name: left, from: 0, to: 0, kernel: room.txt }, { name: right, from: 1, to: 1, kernel: room.txt } ]
output: { volume: 0 }
"""


def make_cables():
    """The cables' memory is on a tmpfs that the sandbox, made for sound cards, would not let the service write to."""
    lines = ["</usr/share/alsa/alsa.conf>", 'pcm_type.cable { lib "/tests/cable/libasound_module_pcm_cable.so" }']
    for name, cable in ("source", 1), ("capture", 1), ("playback", 2), ("sink", 2):
        lines.append(f'pcm.{name} {{ type cable path "{CABLES}/{cable}" speed {SPEED} }}')
    write("/etc/asound.conf", "\n".join(lines) + "\n")
    os.makedirs(CABLES, mode=0o777)
    os.chmod(CABLES, 0o777)
    for unit in "convolved.service", "convolved@.service":
        write(f"/etc/systemd/system/{unit}.d/cables.conf", f"[Service]\nBindPaths={CABLES}\nExecPaths=/tests/cable\n")
    systemctl("daemon-reload")


def play(sound, during=None):
    """Plays a file into the first cable while the second is recorded. Again, if the machine was late meanwhile."""
    for _ in range(5):
        with open("/tmp/in.raw", "wb") as file:
            file.write(read_sound(sound))
        before = xruns()
        cableio = subprocess.Popen(
            f"/tests/cable/cableio --play source --in /tmp/in.raw --record sink --out /tmp/out.raw --format S24_3LE"
            f" --rate {RATE} --channels 2 --lead 4096 --tail 16384".split(),
            stdout=subprocess.PIPE,
        )
        if during:
            during()
        report = json.loads(cableio.communicate()[0])
        if xruns() + report["playXruns"] + report["recordXruns"] == before:
            with open("/tmp/out.raw", "rb") as file:
                return file.read()
    raise AssertionError(f"five runs had xruns: {journal()}")


def assert_filtered(kernel, seed):
    """What comes out is what `convolve` makes of what went in, bit for bit."""
    write_noise("/tmp/dry.wav", RATE // 2, seed)
    expected = convolved_file("/tmp/dry.wav", kernel)
    heard = play("/tmp/dry.wav")
    at = heard.find(expected)
    assert at >= 0 and at % 6 == 0, f"not among the {len(heard) // 6} frames that were heard"
    assert not any(heard[:at]) and not any(heard[at + len(expected) :]), "sound where none was played"
    return f"{len(expected) // 6} frames are the same"


@step
def install():
    """the package installs on a Debian without Swift"""
    run("dpkg", "--install", "/tests/convolved.deb")
    for program in "convolved", "convolve", "convolvectl":
        run(program, "--help")


@step
def units():
    """systemd has nothing to say against the units, and no more exposure than 0.8"""
    folder = os.path.dirname(property_of("convolved.service", "FragmentPath"))
    names = [name for name in os.listdir(folder) if name.startswith("convolved")]
    assert len(names) == 4, names
    for name in names:
        verified = run("systemd-analyze", "verify", "--man=no", f"{folder}/{name}")
        assert verified.stdout + verified.stderr == "", verified.stdout + verified.stderr
    exposures = []
    for name in "convolved.service", "convolved@.service":
        text = run("systemd-analyze", "security", "--offline=true", "--no-pager", f"{folder}/{name}").stdout
        exposures.append(float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", text)[1]))
    assert max(exposures) <= 0.8, exposures
    return f"exposure {max(exposures)}"


@step
def unconfigured():
    """before there is a configuration it waits, and says what to write"""
    make_cables()
    systemctl("start", "convolved")
    first = status()
    assert first["state"] == "waiting" and CONFIGURATION in first["cause"] and "convolvectl setup" in first["cause"], first["cause"]
    assert first["devices"] == {} and property_of("convolved", "StatusText").startswith("waiting: "), first
    pid = main_pid()
    write_kernel("/etc/convolved/room.txt", 1024, seed=1)
    write(CONFIGURATION, SIX_LINES)
    systemctl("reload", "convolved")
    until("running", is_in_state("running"))
    assert main_pid() == pid
    systemctl("stop", "convolved")


@step
def enable():
    """six lines of configuration, enable --now: it runs, and would after a boot"""
    systemctl("enable", "--now", "convolved")
    assert property_of("convolved", "ActiveState") == "active"
    until("running", is_in_state("running"))
    until("in the status", lambda: property_of("convolved", "StatusText") == "running")
    for unit in "convolved.service", "convolved.socket":
        assert systemctl("is-enabled", unit).stdout.strip() == "enabled"


@step
def same_as_convolve():
    """music into one cable comes out of the other as convolve would filter it, bit for bit"""
    return assert_filtered("/etc/convolved/room.txt", seed=3)


@step
def costs():
    """what it measured of the processor is kept under the processor's name, though /proc hides that"""
    def kept():
        return [name for name in os.listdir("/var/cache/convolved") if re.fullmatch(r"costs-\d+-float64-\w+-.+", name)]

    until("measured", kept)
    return kept()[0]


@step
def real_time():
    """what was granted of real-time priority and locked memory is what the kernel says, and what was not is warned of"""
    note = real_time_note()
    told = status()["realtime"]
    warned = [line for line in journal("convolved", "--priority=warning").splitlines() if "real-time priority" in line]
    assert bool(warned) == (told["policy"] == "SCHED_OTHER") == bool(told["warnings"]), (warned, told)
    return note


@step
def reload():
    """reload under sound: another kernel, without a click, and it returns when that is heard"""
    # At 100 Hz the sixth difference of a sine is below a millionth of a millionth of it; a step's is ten times the step.
    import math

    sine = [round(2**21 * math.sin(2 * math.pi * 100 * n / RATE)) for n in range(RATE)]
    write_sound("/tmp/sine.wav", [(value, value) for value in sine])
    write("/etc/convolved/one.txt", "1\n")
    write("/etc/convolved/half.txt", "0.5\n")
    levels = {"one.txt": 2**21, "half.txt": 2**20}
    write(CONFIGURATION, SIX_LINES.replace("room", "one"))
    systemctl("reload", "convolved")

    def reload_to(kernel):
        write(CONFIGURATION, SIX_LINES.replace("room.txt", kernel))
        systemctl("reload", "convolved")
        assert all(filter["kernel"].endswith(kernel) for filter in status()["filters"]), "reload returned before it was done"

    def twice():
        time.sleep(0.25 * len(sine) / RATE / SPEED)
        reload_to("half.txt")
        time.sleep(0.25 * len(sine) / RATE / SPEED)
        reload_to("one.txt")

    heard = samples(play("/tmp/sine.wav", during=twice))
    first = next(n for n, value in enumerate(heard) if value)
    inner = heard[first + 100 : first + len(sine) - 100]
    loudest = [max(map(abs, inner[n : n + 480])) for n in range(0, len(inner) - 480, 480)]
    assert max(loudest) == levels["one.txt"] and min(loudest) <= levels["half.txt"], (max(loudest), min(loudest))
    assert loudest[0] == loudest[-1] == levels["one.txt"], loudest
    difference = inner
    for _ in range(6):
        difference = [b - a for a, b in zip(difference, difference[1:])]
    # The played sine was rounded, by at most half a step, and what is heard is rounded again: each value is at most a step from a
    # smooth one. The coefficients of a sixth difference sum to 64; 20 ms of fade add 0.07. A step of -110 dBFS makes 265.
    assert max(map(abs, difference)) <= 64, max(map(abs, difference))
    write(CONFIGURATION, SIX_LINES)
    systemctl("reload", "convolved")
    return f"largest sixth difference {max(map(abs, difference))} of {2**23}"


@step
def bad_reload():
    """a reload of a bad configuration fails and changes nothing, and the journal has its faults with their lines"""
    pid = main_pid()
    write(CONFIGURATION, SIX_LINES.replace("rate: 48000", "rate: fast"))
    systemctl("reload", "convolved", status=1)
    assert status()["state"] == "running" and main_pid() == pid
    assert f"not reloaded: {CONFIGURATION}:1: `rate`" in journal("convolved", "--priority=err")
    write(CONFIGURATION, SIX_LINES)


@step
def killed():
    """kill -9: it is back within two seconds, with the volume as it was"""
    control("volume", "-17.5")
    control("mute")
    pid = main_pid()
    os.kill(pid, 9)
    killed = time.monotonic()
    until("muted again", lambda: is_in_state("muted")() and main_pid() not in (0, pid), 10)
    seconds = time.monotonic() - killed
    output = status()["output"]
    assert (output["volume"], output["mute"]) == (-17.5, True), output
    assert seconds < 2, seconds
    control("unmute")
    control("volume", "0")
    return f"{seconds:.2f} s"


@step
def watchdog():
    """the watchdog finds an audio thread that is stopped, and lets one be that waits for a device"""
    write("/etc/convolved/away.yaml", SIX_LINES.replace("capture,", '"hw:Absent",'))
    systemctl("start", "convolved@away")
    until("waiting", is_in_state("waiting", "--instance", "away"))
    waiting, pid = main_pid("convolved@away"), main_pid()
    stopper = subprocess.Popen(
        ["python3", "-B", "/tests/stop_thread.py", str(pid), "convolved-audio"], stdout=subprocess.PIPE, text=True)
    assert stopper.stdout.readline() == "stopped\n"
    stopped = time.monotonic()
    until("started anew", lambda: main_pid() not in (0, pid) and is_in_state("running")(), 30)
    seconds = time.monotonic() - stopped
    stopper.wait()
    assert "Watchdog timeout" in journal(), journal()
    # Both had ten seconds.
    assert main_pid("convolved@away") == waiting and property_of("convolved@away", "NRestarts") == "0"
    assert "hw:Absent" in property_of("convolved@away", "StatusText")
    systemctl("stop", "convolved@away", "convolved@away.socket")
    return f"found after {seconds:.1f} s"


@step
def socket_activation():
    """the socket starts it on the first request, is there while it is not, and goes with its unit"""
    systemctl("stop", "convolved")
    assert main_pid() == 0
    assert os.stat("/run/convolved/convolved.sock").st_mode & 0o777 == 0o660
    assert status()["version"]
    until("running", is_in_state("running"))
    assert main_pid() != 0
    write(CONFIGURATION, SIX_LINES + "control: { socket: /run/cables/other.sock }\n")
    systemctl("restart", "convolved")
    assert status()["version"] and not os.path.exists("/run/cables/other.sock")
    write(CONFIGURATION, SIX_LINES)
    systemctl("stop", "convolved.socket")
    assert not os.path.exists("/run/convolved/convolved.sock") and main_pid() == 0
    systemctl("start", "convolved")


@step
def who_may():
    """whoever is not in the group audio is refused by the socket"""
    refused = run("runuser", "-u", "stranger", "--", "convolvectl", "status", status=77)
    assert "/run/convolved/convolved.sock" in refused.stderr, refused.stderr
    run("runuser", "-u", "listener", "--", "convolvectl", "status")


@step
def shares():
    """a user who takes all the connections that he may have leaves the others theirs"""
    hold = "import socket, time; held = [socket.socket(socket.AF_UNIX) for _ in range(32)];"
    hold += "[s.connect('/run/convolved/convolved.sock') for s in held]; print('held', flush=True); time.sleep(30)"
    holder = subprocess.Popen(["runuser", "-u", "listener", "--", "python3", "-c", hold], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        run("runuser", "-u", "listener", "--", "convolvectl", "status", status=69)
        run("runuser", "-u", "stranger", "-G", "audio", "--", "convolvectl", "status")
    finally:
        holder.kill()
        holder.wait()


@step
def writable():
    """the service can write to nothing but its own folders"""
    # A container's kernel keeps no devices away: what DevicePolicy does shows in the virtual machine.
    found = [path for path in writable_paths() if not path.startswith(("/dev/", CABLES))]
    assert set(found) == OWN_PATHS, found
    return f"{len(found)} folders"


@step
def bad_start():
    """a bad configuration ends it once, with every fault; a request starts it once, and the socket stays however many come"""
    systemctl("stop", "convolved")
    write(CONFIGURATION, SIX_LINES.replace("rate: 48000", "rate: fast").replace("1024", "0"))
    systemctl("start", "convolved", status=1)
    assert property_of("convolved", "ExecMainStatus") == "65" and property_of("convolved", "NRestarts") == "0"
    faults = journal("convolved", "--priority=err")
    assert f"{CONFIGURATION}:1: `rate`" in faults and f"{CONFIGURATION}:2: `block`" in faults, faults
    before = faults.count(f"{CONFIGURATION}:1: `rate`")
    for _ in range(30):
        control("status", status=69)
    time.sleep(1)
    assert journal("convolved", "--priority=err").count(f"{CONFIGURATION}:1: `rate`") <= before + 30
    systemctl("is-active", "convolved.socket")
    write(CONFIGURATION, SIX_LINES)
    systemctl("start", "convolved")
    until("running", is_in_state("running"))


@step
def user_service():
    """a user's own service, with its own socket, where convolvectl looks first"""
    uid = pwd.getpwnam("listener").pw_uid
    home = "/home/listener/.config/convolved"
    systemctl("stop", "convolved")
    run("runuser", "-u", "listener", "--", "mkdir", "-p", home)
    write(f"{home}/convolved.yaml", SIX_LINES.replace("room.txt", "/etc/convolved/room.txt"))
    systemctl("start", f"user@{uid}")
    as_user = ["runuser", "-u", "listener", "--", "env", f"XDG_RUNTIME_DIR=/run/user/{uid}"]
    run(*as_user, "systemctl", "--user", "enable", "--now", "convolved")
    until("running", lambda: json.loads(run(*as_user, "convolvectl", "status", "--json").stdout)["state"] == "running")
    assert os.stat(f"/run/user/{uid}/convolved.sock").st_uid == uid
    run(*as_user, "systemctl", "--user", "reload", "convolved")
    run(*as_user, "systemctl", "--user", "disable", "--now", "convolved.service", "convolved.socket")
    systemctl("start", "convolved")


@step
def story():
    """the journal tells the story, each line with its priority"""
    story = journal()
    for part in (
        "Started convolved.service", "control socket: /run/convolved/convolved.sock", "capture: capture, S24_3LE, 48000 Hz",
        "reloaded " + CONFIGURATION, "status=9/KILL", "Watchdog timeout", "stopping: SIGTERM", "Stopped convolved.service",
    ):
        assert part in story, f"{part}: {story}"
    assert "control socket" not in journal("convolved", "--priority=warning")


import web  # noqa: E402, F401: its steps are the last

sys.exit(run_steps())
