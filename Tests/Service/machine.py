"""The service with a kernel's ALSA: sound through snd-aloop, with real-time priority and locked memory granted."""
import os
import subprocess
import sys

from guest import *

#: What plays to device 0 is captured from device 1 of the same subdevice.
ALOOP = """\
rate: 48000
block: 2048
capture: { device: "hw:Loopback,1,0", format: S32_LE }
playback: { device: "hw:Loopback,0,1", format: S32_LE, periods: 4 }
filters: [ { name: left, from: 0, to: 0, kernel: room.txt }, { name: right, from: 1, to: 1, kernel: room.txt } ]
output: { volume: 0 }
"""


def play(sound, seconds):
    """Plays a file into one end of the loopback while the other is recorded. Returns the frames that came."""
    recorder = subprocess.Popen(
        f"arecord --quiet -D hw:Loopback,1,1 -f S32_LE -r {RATE} -c 2 -d {seconds} --buffer-size 65536 /tmp/heard.wav".split())
    run("aplay", "--quiet", "-D", "hw:Loopback,0,0", "--buffer-size", "65536", sound)
    assert recorder.wait() == 0
    return read_sound("/tmp/heard.wav")


@step
def install():
    """the package installs, and the kernel's loopback is there"""
    run("dpkg", "--install", f"{TESTS}/convolved.deb")
    run("modprobe", "snd-aloop")
    version = os.uname().release
    return f"Linux {version}"


@step
def start():
    """enable --now: it runs, as a user that was made for it"""
    write_kernel("/etc/convolved/room.txt", 1024, seed=1)
    write(CONFIGURATION, ALOOP)
    systemctl("enable", "--now", "convolved")
    until("running", is_in_state("running"), 60)
    uid = os.stat(f"/proc/{main_pid()}").st_uid
    assert 61184 <= uid <= 65519, uid
    return f"uid {uid}"


@step
def real_time():
    """real-time priority and locked memory are granted: the kernel says what status says"""
    note = real_time_note()
    told = status()["realtime"]
    assert (told["policy"], told["priority"], told["warnings"]) == ("SCHED_FIFO", 70, []), told
    return note


@step
def same_as_convolve():
    """sound through snd-aloop is what convolve makes of it, bit for bit"""
    for attempt in range(5):
        before = xruns()
        write_noise("/tmp/dry.wav", 2 * RATE, seed=attempt, bits=32)
        expected = convolved_file("/tmp/dry.wav", "/etc/convolved/room.txt")
        heard = play("/tmp/dry.wav", seconds=6)
        at = heard.find(expected)
        if at >= 0:
            assert at % 8 == 0
            return f"{len(expected) // 8} frames are the same"
        assert xruns() > before, "no xrun, and not the same"
    raise AssertionError("five runs had xruns")


@step
def follows_rate():
    """with `rate: auto` the loopback's own controls say what plays, and it follows"""
    write(CONFIGURATION, ALOOP.replace("rate: 48000", "rate: auto"))
    systemctl("reload", "convolved")
    until("waiting for a source", is_in_state("waiting"), 60)
    for rate in 44100, 96000:
        player = subprocess.Popen(
            ["aplay", "--quiet", "-D", "hw:Loopback,0,0", "-t", "raw", "-f", "S32_LE", "-c", "2", "-r", str(rate), "/dev/zero"])
        try:
            until(f"running at {rate} Hz", lambda: is_in_state("running")() and status()["rate"] == rate, 60)
        finally:
            player.terminate()
            player.wait()
        until("waiting for a source", is_in_state("waiting"), 60)
    return "44100 and 96000 Hz"


@step
def devices():
    """the service can write to its own folders and to ALSA's devices, and to nothing else"""
    found = writable_paths()
    alsa = {path for path in found if path.startswith("/dev/snd/")}
    assert alsa and set(found) - alsa == OWN_PATHS, found
    return f"{len(found) - len(alsa)} folders, {len(alsa)} devices"


sys.exit(run_steps())
