"""What happens to a daemon in a long time, each drawn at random. A happening that may be heard says from when to when."""
import os
import resource
import signal
import subprocess
import time

from ledger import Gap
from station import patch, request


class Happenings:
    """Draws what happens. A fault of a device must be counted by the daemon; what no listener may notice leaves no gap."""

    def __init__(self, station, random):
        self.station, self.random = station, random
        self.gaps, self.counts, self.problems = [], {}, []
        self.all = [getattr(self, name) for name in dir(self) if name.startswith("do_")]

    def happen(self):
        happening = self.random.choice(self.all)
        name = happening.__name__[3:]
        self.counts[name] = self.counts.get(name, 0) + 1
        happening()

    def problem(self, text):
        self.problems.append(text)

    def unheard(self, name, data):
        """Sends what changes output 2 alone, or is refused."""
        code, answer = self.station.call(data)
        if code not in (200, 409, 422, 503):
            self.problem(f"{name}: {code} {answer[:200]}")

    def heard(self, name, body, is_fault=False):
        """Does what may be heard; the gap ends when the daemon runs again."""
        station = self.station
        before = 0 if not is_fault else self.interruptions()
        first = station.slot()
        starts = station.starts
        body()
        station.wait(lambda: station.state() == "running", f"{name}: it does not run again", 60)
        # Time to be counted, and to be heard through the queue.
        time.sleep(0.3)
        gap = Gap(name, first, station.slot(), is_fault)
        # A daemon that was started anew counts from 0.
        gap.counted = self.interruptions() - (before if starts == station.starts else 0)
        self.gaps.append(gap)

    def interruptions(self):
        xruns = self.station.status().get("xruns", {})
        return xruns.get("capture", 0) + xruns.get("playback", 0)

    # ------------------------------------------------------------------------------------------------- not to be heard

    def do_ask(self):
        for path in ("/v1/status", "/metrics", "/v1/config", "/v1/openapi.json") * 5:
            code, _ = self.station.call(request("GET", path))
            if code != 200:
                self.problem(f"GET {path}: {code}")

    def do_upload(self):
        taps = self.random.choice([1, 100, 20_000, 300_000])
        body = b"1\n" + b"0\n" * (taps - 1)
        self.unheard("upload", request("PUT", f"/v1/filters/spare{self.random.randint(1, 3)}/kernel", body, "text/plain"))

    def do_change_spare(self):
        self.unheard("change of a gain", patch("/v1/filters", {"spare": {"gain": -self.random.randint(10, 40)}}))

    def do_refused(self):
        code, _ = self.station.call(request("PUT", "/v1/config", b"rate: 48000\nqblock: 7\n", "application/yaml"))
        if code not in (422, 409):
            self.problem(f"a bad configuration: {code}")

    def do_clock(self):
        """The time of day jumps, as when a clock is set."""
        self.station.step_clock(self.random.choice([0, 3_600, -3_600, 86_400 * 400, -86_400 * 4_000]))
        self.do_ask()

    def do_suspended_clients(self):
        """Clients that stop in the middle of what they do, for seconds."""
        program = os.path.join(self.station.build, "release/convolvectl")
        with open(os.devnull, "w") as nowhere:
            words = self.random.choice([["watch"], ["verify"], ["status"], ["load", "spare2", self.station.path("kernel.wav")]])
            clients = [subprocess.Popen([program, "--socket", self.station.socket, *words], stdout=nowhere, stderr=nowhere,
                                        env=self.station.player_environment, start_new_session=True) for _ in range(3)]
        time.sleep(self.random.uniform(0, 0.2))
        for client in clients:
            client.send_signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(0.5, 4))
        self.do_ask()
        for client in clients:
            client.kill()
            client.wait()

    def do_little_memory(self):
        """No more memory for a while, and uploads that want some."""
        pid = self.station.daemon.pid
        with open(f"/proc/{pid}/status") as file:
            size = next(int(line.split()[1]) << 10 for line in file if line.startswith("VmSize"))
        before = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (size + (self.random.choice([8, 32, 128]) << 20), before[1]))
        try:
            body = b"1\n" + b"0\n" * 900_000
            self.unheard("upload with little memory", request("PUT", "/v1/filters/spare3/kernel", body, "text/plain"))
        finally:
            resource.prlimit(pid, resource.RLIMIT_AS, before)

    # ----------------------------------------------------------------------------------------------------- to be heard

    def do_mute(self):
        def body():
            self.station.change_output(mute=True)
            time.sleep(self.random.uniform(0, 0.5))
            self.station.change_output(mute=False)
        # Muted is a state of its own: it runs again at once.
        self.heard("mute", body)

    def do_volume(self):
        def body():
            self.station.change_output(volume=-self.random.randint(1, 60))
            self.station.change_output(volume=0)
        self.heard("volume", body)

    def do_reload(self):
        def body():
            code, answer = self.station.call(request("POST", "/v1/config/reload", b""))
            if code not in (200, 409):
                self.problem(f"a reload: {code} {answer[:200]}")
        self.heard("reload", body)

    def do_full_disk(self):
        """Nothing more can be kept: sound and answers go on."""
        station = self.station
        if not station.has_disk:
            return

        def body():
            with open(os.path.join(station.state_folder, "fill"), "wb", buffering=0) as file:
                try:
                    while True:
                        file.write(bytes(1 << 10))
                except OSError:
                    pass
            if station.change_output(volume=-3) != 200:
                self.problem("no volume with a full disk")
            time.sleep(1.5)
            os.unlink(os.path.join(station.state_folder, "fill"))
            station.change_output(volume=0)
        self.heard("full disk", body)

    def do_restart(self):
        def body():
            code = self.station.stop()
            if code != 0:
                self.problem(f"SIGTERM: it ends with {code}")
            self.station.start()
        self.heard("restart", body)

    def do_kill(self):
        def body():
            self.station.daemon.kill()
            self.station.daemon.wait()
            self.station.start()
        self.heard("SIGKILL", body)

    # ---------------------------------------------------------------------------------------------- faults of devices

    def end(self):
        """The cable of one of the daemon's ends, and its side."""
        return self.random.choice([(1, "capture"), (2, "play")])

    def do_xrun(self):
        cable, side = self.end()
        self.heard(f"xrun of {side}", lambda: self.station.control(cable, "xrun", side), True)

    def do_suspend(self):
        cable, side = self.end()
        self.heard(f"suspended {side}", lambda: self.station.control(cable, "suspend", side), True)

    def do_stall(self):
        cable, side = self.end()

        def body():
            self.station.control(cable, "stall", side)
            time.sleep(self.random.uniform(0.3, 2))
            self.station.control(cable, "go", side)
            # Standing still is noticed after a while.
            time.sleep(1)
        self.heard(f"stalled {side}", body, True)

    def do_unplug(self):
        cable, side = self.end()

        def body():
            self.station.control(cable, "unplug", side)
            time.sleep(self.random.uniform(0.1, 3))
            self.station.control(cable, "plug", side)
            time.sleep(0.2)
        self.heard(f"unplugged {side}", body, True)
