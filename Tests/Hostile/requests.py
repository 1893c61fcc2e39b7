"""Random hostile requests beside 64-frame sound: what is heard stays what was played, and mute answers at once.

    requests.py [--minutes 10] [--rate 1000] [--seed N] [--clock waiting|monotonic] [--build DIR]

Runs a daemon between two virtual cables, plays noise through it, and sends RATE requests a minute, of kinds drawn by a seeded
generator. Meanwhile another process asks for the status, mutes and unmutes, and notes how long that takes, and how long a mere echo does.
Outputs 0 and 1 pass their inputs unchanged and are compared bit for bit, apart from the stretches that were muted; output 2 is
what uploads may change. Prints a report as JSON; exits with 1 where something is not as it must be.
"""
import argparse, collections, json, os, queue, random, shutil, signal, socket, struct, subprocess, sys, tempfile, threading, time

HERE = os.path.dirname(os.path.abspath(__file__))
RATE, BLOCK, FRAME, FADE_MS = 48000, 64, 3, 20
# A request that waits for others to be prepared may take as long as they may.
PATIENCE = 75
# Filters that uploads may change.
SPARE = ["spare", "spare1", "spare2", "spare3"]


# ---------------------------------------------------------------------------------------------------------------- the rig

class Rig:
  """A daemon between two cables: source -> capture -> daemon -> playback -> sink."""

  def __init__(self, build, clock="waiting", config=None, extra=""):
    self.build, self.cable = build, os.path.join(build, "cable")
    self.folder = tempfile.mkdtemp(prefix="hostile-", dir=os.environ.get("TMPDIR", "/tmp"))
    self.shm = tempfile.mkdtemp(prefix="hostile-", dir="/dev/shm")
    self.socket = self.path("s")
    clocked = f'clock "{self.shm}/clock"' if clock == "waiting" else ""
    ends = [f'pcm.{name} {{ type cable path "{self.shm}/cable{n}" {clocked} }}'
            for name, n in (("source", 1), ("capture", 1), ("playback", 2), ("sink", 2))]
    kinds = [f'{k}_type.cable {{ lib "{self.cable}/libasound_module_{k}_cable.so" }}' for k in ("pcm", "ctl")]
    # What no request may open.
    files = ['pcm.evil { type file slave.pcm "null" file "owned" format "raw" }', 'pcm.hidden { type plug slave.pcm "evil" }']
    self.write("asound.conf", "\n".join(["</usr/share/alsa/alsa.conf>"] + kinds + ends + files + [extra, ""]))
    self.config = config or "\n".join([
      f"rate: {RATE}", f"block: {BLOCK}", f"fade: {FADE_MS}",
      "capture: { device: capture, format: S24_3LE, channels: 2 }",
      "playback: { device: playback, format: S24_3LE, channels: 3 }",
      "filters:",
      "  - { name: f0, from: 0, to: 0, kernel: dirac }",
      "  - { name: f1, from: 1, to: 1, kernel: dirac }",
      # Its delay takes in what resampled kernels have before their time 0, which would delay the other outputs too.
      *(f"  - {{ name: {name}, from: 0, to: 2, kernel: dirac, delay: 4800, gain: -20 }}" for name in SPARE),
      "control: { socket: s }", ""])
    self.write("convolved.yaml", self.config)
    self.environment = dict(
      os.environ, ALSA_CONFIG_PATH=self.path("asound.conf"), XDG_CACHE_HOME=os.path.join(build, "cache"),
      STATE_DIRECTORY=self.path("state"))
    self.daemon = None

  def path(self, name): return os.path.join(self.folder, name)

  def write(self, name, text):
    with open(self.path(name), "wb") as file: file.write(text if isinstance(text, bytes) else text.encode())

  def start(self, wrap=()):
    log = open(self.path("log"), "ab")
    self.daemon = subprocess.Popen(
      list(wrap) + [os.path.join(self.build, "release/convolved"), "--config", self.path("convolved.yaml")],
      env=self.environment, stderr=log, cwd=self.folder)
    self.wait(lambda: self.state() == "running", "the daemon does not run")

  def state(self):
    try: return self.status().get("state")
    except (OSError, ValueError): return None

  def wait(self, is_so, what, patience=30):
    end = time.monotonic() + patience
    while not is_so():
      if self.daemon.poll() is not None: raise SystemExit(f"the daemon ended with {self.daemon.returncode}: {self.log()[-2000:]}")
      if time.monotonic() > end: raise SystemExit(f"{what}: {self.log()[-2000:]}")
      time.sleep(0.01)

  def status(self):
    code, body = ask(self.socket, request("GET", "/v1/status"))
    return json.loads(body) if code == 200 else {}

  def log(self):
    with open(self.path("log"), errors="replace") as file: return file.read()

  def held(self):
    """Resident KiB, descriptors, and threads of the daemon."""
    with open(f"/proc/{self.daemon.pid}/status") as file:
      fields = dict(line.split(":", 1) for line in file if ":" in line)
    return {"rssKiB": int(fields["VmRSS"].split()[0]), "descriptors": len(os.listdir(f"/proc/{self.daemon.pid}/fd")),
            "threads": int(fields["Threads"])}

  def play(self, frames, channels=2, out_channels=3, patience=120):
    """Plays frames and returns what came out, the frame at which the first one was due without latency, and xruns."""
    self.write("in.raw", frames)
    done = subprocess.run(
      [os.path.join(self.cable, "cableio"), "--play", "source", "--in", self.path("in.raw"), "--record", "sink", "--out",
       self.path("out.raw"), "--format", "S24_3LE", "--rate", str(RATE), "--channels", str(channels), "--record-channels",
       str(out_channels), "--lead", "2048", "--tail", "4096"],
      env=self.environment, capture_output=True, timeout=patience)
    report = json.loads(done.stdout)
    with open(self.path("out.raw"), "rb") as file: heard = file.read()
    at = report["playStartSlot"] + report["leadFrames"] - report["recordStartSlot"]
    return heard, at, report["playXruns"] + report["recordXruns"]

  def stop(self):
    self.daemon.send_signal(signal.SIGTERM)
    try: return self.daemon.wait(20)
    except subprocess.TimeoutExpired:
      self.daemon.kill()
      return None

  def remove(self):
    for folder in (self.folder, self.shm): shutil.rmtree(folder, ignore_errors=True)


# ------------------------------------------------------------------------------------------------------------------- HTTP

def request(method, target, body=None, kind=None, *headers, version="HTTP/1.1"):
  lines = [f"{method} {target} {version}", "Host: localhost"] + list(headers)
  if kind: lines.append(f"Content-Type: {kind}")
  if body is not None: lines.append(f"Content-Length: {len(body)}")
  return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + (body or b"")


def patch(target, document):
  body = document if isinstance(document, bytes) else json.dumps(document).encode()
  return request("PATCH", target, body, "application/json")


def connect(path, patience=PATIENCE):
  end = time.monotonic() + patience
  while True:
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(patience)
    try:
      s.connect(path)
      return s
    except BlockingIOError:
      s.close()
      if time.monotonic() > end: raise
      time.sleep(0.005)
    except OSError:
      s.close()
      raise


def receive(s, most=1 << 27):
  """The final answer's status and body; (0, what came) where there is none."""
  data = b""
  while True:
    while b"\r\n\r\n" not in data:
      piece = s.recv(1 << 16)
      if not piece: return 0, data
      data += piece
    head, rest = data.split(b"\r\n\r\n", 1)
    code = int(head[9:12])
    if code >= 200: break
    data = rest
  fields = {line.split(b":", 1)[0].lower(): line.split(b":", 1)[1].strip() for line in head.split(b"\r\n")[1:]}
  length = int(fields.get(b"content-length", b"0"))
  pieces, got = [rest], len(rest)
  while got < min(length, most):
    piece = s.recv(1 << 20)
    if not piece: break
    pieces.append(piece)
    got += len(piece)
  return code, b"".join(pieces)


def ask(path, data, half_close=False, patience=PATIENCE):
  with connect(path, patience) as s:
    try: s.sendall(data)
    except (BrokenPipeError, ConnectionResetError): pass
    if half_close:
      try: s.shutdown(socket.SHUT_WR)
      except OSError: pass
    try: return receive(s)
    except ConnectionResetError: return 0, b""


# ---------------------------------------------------------------------------------------------------------- hostile things

class Hostile:
  """Draws requests. None of them may change outputs 0 and 1, but for by what they are refused for."""

  def __init__(self, rig, seed):
    self.rig, self.r, self.surprises = rig, random.Random(seed), []
    self.kinds = [getattr(self, name) for name in dir(self) if name.startswith("do_")]

  def draw(self):
    """A name, and what sends it: a function of the socket's path that returns a status, or None where none is due."""
    make = self.r.choice(self.kinds)
    return make.__name__[3:], make()

  # What is sent at once, and answered or cut off.
  def plain(self, data, half_close=True, allowed=(400, 403, 404, 405, 408, 409, 413, 414, 415, 417, 422, 431, 501, 503, 0)):
    def send(path):
      code, body = ask(path, data, half_close)
      if code not in allowed: self.surprises.append((code, data[:3000].decode("latin-1"), body[:300].decode("latin-1")))
      return code, code in allowed
    return send

  def refused(self, data): return self.plain(data, half_close=False)

  def free(self, data): return self.plain(data, False, (200, 400, 404, 405, 409, 413, 414, 415, 422, 503, 0))

  def noise(self, most):
    return self.r.randbytes(self.r.randrange(most))

  def word(self, most=40):
    r = self.r
    return r.choice([
      lambda: "".join(chr(r.randrange(32, 127)) for _ in range(r.randrange(most))), lambda: "A" * r.randrange(1, 3000),
      lambda: "\x1b[31m" * 5, lambda: "é\u0301\u202e" * r.randrange(1, 50), lambda: "<script>", lambda: "../" * 20 + "etc/passwd",
      lambda: "%00%2e%2e%2f" * 5, lambda: str(2 ** r.randrange(1, 300)), lambda: "nan", lambda: "-", lambda: "\r\nX: y"])()

  def do_bytes(self): return self.plain(self.noise(4096) or b"\0")

  def do_line(self):
    r = self.r
    line = r.choice([
      b"GET /v1/status", b"GET /v1/status HTTP/0.9", b"GET /v1/status HTTP/3.7\r\nHost: a", b"get /v1/status HTTP/1.1\r\nHost: a",
      b"CONNECT a:1 HTTP/1.1\r\nHost: a", b"PRI * HTTP/2.0", b"GET /v1/status HTTP/1.1", b"GET /v1/status HTTP/1.1\r\nHost: a\r\nHost: b",
      b"GET /v1/status HTTP/1.1\r\nHost: a\r\nOrigin: http://x", b"GET\t/v1/status\tHTTP/1.1\r\nHost: a",
      b"GET /v1/status HTTP/1.1\r\nHost : a", b"GET /v1/status HTTP/1.1\r\n Host: a", b"GET /v1/status HTTP/1.1\r\nHost: a\r\n folded: b",
      b"GET /" + b"a" * r.randrange(20000) + b" HTTP/1.1\r\nHost: a",
      b"GET /v1/status HTTP/1.1\r\nHost: a\r\n" + b"\r\n".join(b"X%d: y" % n for n in range(r.randrange(101, 3000))),
      b"GET /v1/status HTTP/1.1\r\nHost: a\r\nX: " + b"y" * r.randrange(17000, 200000),
    ])
    return self.plain(line + r.choice([b"\r\n\r\n", b"\n\n", b""]), allowed=tuple(range(200, 600)) + (0,))

  def do_framing(self):
    r = self.r
    heads = r.choice([
      ["Content-Length: 4", "Transfer-Encoding: chunked"], ["Content-Length: 4", "Content-Length: 5"], ["Content-Length: -1"],
      ["Content-Length: +4"], ["Content-Length: 99999999999999999999"], ["Content-Length: 0x10"], ["Transfer-Encoding: chunked, chunked"],
      ["Transfer-Encoding: gzip, chunked"], ["Transfer-Encoding: xchunked"], ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
      ["Transfer-Encoding:\x0bchunked"], ["Content-Length: 4\r\n 4"]])
    body = r.choice([b"ffffffffffffffff\r\nx", b"7fffffff\r\nx", b"-1\r\n", b"4\r\n{}  \r\n0\r\n\r\n", b"0\r\nX: " + b"y" * 70000, b"4;" + b"e" * 9000])
    smuggled = b"PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\nnull"
    head = "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + "\r\n".join(heads) + "\r\n\r\n"
    return self.plain(head.encode("latin-1") + body + smuggled)

  def do_pipeline(self):
    count = self.r.randrange(2, 200)
    data = request("GET", self.r.choice(["/v1/status", "/metrics", "/nothing"])) * count
    def send(path):
      # Never reads, and goes.
      with connect(path) as s:
        s.settimeout(0.2)
        try: s.sendall(data)
        except OSError: pass
      return None, True
    return send

  def do_path(self):
    r = self.r
    step = r.choice(["..", "%2e%2e", "%00", "%", "%zz", "%c0%af", "%ff", "f0%2fkernel", "", "A" * 9000, "%F0%9F%92%A9", self.word()])
    target = r.choice(["/v1/{}", "/v1/filters/{}/kernel", "/{}/status", "//v1/{}", "http://x/{}", "*", "/v1/filters/{}/kernel?channel=0"])
    target = target.format(step.replace(" ", "%20").replace("\r\n", ""))
    return self.plain(request(r.choice(["GET", "PUT", "POST", "DELETE", "OPTIONS", "TRACE", "HEAD", "PROPFIND"]), target, b"1\n"))

  def do_query(self):
    r = self.r
    query = r.choice(["channel=-1", "channel=1024", "channel=99999999999999999999", "channel=0&channel=0", "channel=", "x=1", "resample=yes",
                      "channel=%30", "channel=1e3", "&" * 5000 + "channel=x", "resample=true&resample=false"])
    return self.refused(request("PUT", f"/v1/filters/{self.r.choice(SPARE)}/kernel?{query}", b"1\n"))

  def do_json(self):
    r = self.r
    bad = r.choice([
      b"", b"{", b"[]", b"null", b'"a"', b"{}", b'{"volume":1e999}', b'{"volume":1}', b'{"volume":-121}', b'{"volume":NaN}', b'{"mute":1}',
      b'{"mute":"true"}', b'{"x":' + b"[" * 5000 + b"]" * 5000 + b"}", b'{"\\ud800":1}', b'{"ceiling":1e308}', b'{"dither":"loud"}',
      b'{"volume":' + b"9" * 60000 + b"}", b'{"mute":false,"volume":"-20"}', b"\xff\xfe{\0}\0", b'{"a\\u0000":1}', b'{"mute":false}x',
      b'{"' + b"a" * 65000 + b'":1}', b" " * 65537, self.noise(2000) or b"\1", json.dumps({self.word(): 1}).encode()])
    return self.refused(patch("/v1/output", bad))

  def do_filters(self):
    r = self.r
    member = r.choice([
      {"gain": 1e308}, {"gain": 61}, {"gain": "0"}, {"delay": 2 ** 63}, {"delay": -1}, {"delay": 0.5}, {"delay": 1048577}, {"channel": 0},
      {"kernel": ""}, {"kernel": "/dev/zero"}, {"kernel": "/dev/full"}, {"kernel": "/proc/self/mem"}, {"kernel": "/proc/self/fd/0"},
      {"kernel": "fifo"}, {"kernel": "-"}, {"kernel": "link"}, {"kernel": "/etc/shadow"}, {"kernel": "."}, {"kernel": "box:0"},
      {"kernel": "box:99999999999999999999"}, {"kernel": "box:16777216"}, {"kernel": "taps:nan"}, {"kernel": "taps:1e999"},
      {"kernel": "taps:" + "1," * 30000}, {"kernel": "|id"}, {"kernel": "/" + "a" * 5000}, {"kernel": "sparse.wav"}, {}, {self.word(): 1}])
    return self.refused(patch("/v1/filters", {r.choice(SPARE): member} if r.random() < 0.8 else {"f0": {"gain": 0}, self.word(): member}))

  def device(self):
    r = self.r
    return r.choice([
      "file:'|touch owned',raw", "file:FILE=/tmp/x,FORMAT=raw", "tee:SLAVE=null,FILE=owned,FORMAT=raw", "plug:tee", "plug:SLAVE=tee",
      "plug:{type file}", "{ type file slave.pcm null file owned }", "@args", "null,$HOME", "plug:'tee:null,owned,raw'", "", "a" * 200, "evil",
      "plug:evil", "hidden", "pcm.evil", "\x1b[2J", "../x", "plug:SLAVE=evil", "dmix:evil"])

  def yaml(self):
    """A configuration that is to be refused."""
    r, text = self.r, self.rig.config
    return r.choice([
      lambda: text.replace("device: capture", f"device: {json.dumps(self.device() or '')}"),
      lambda: text.replace("device: playback", f"device: {json.dumps(self.device() or '')}"),
      lambda: text.replace("kernel: dirac", f"kernel: {json.dumps(r.choice(['/dev/zero', '/proc/kmsg', 'fifo', '-', 'link', '/etc/shadow', 'nothing', 'box:0', 'sparse.wav']))}"),
      lambda: text.replace("rate: 48000", f"rate: {r.choice(['0', '-1', '1e9', '48000.0', '99999999999999999999', '[]', '{}', '~', '0x10', '010'])}"),
      lambda: text.replace("block: 64", f"block: {r.choice(['0', '16385', '-64', '1e2', '&a 64', '*a', '!!int 64'])}"),
      lambda: text + "plan: " + r.choice(['"64:"', '"0: direct"', '"64: direct 128 + 999999999999999999 x 128 + 256"', "'32: '"]) + "\n",
      lambda: text + "workers: 17\n", lambda: text + "fade: 1e999\n", lambda: text + "q" + self.word() + ": 1\n", lambda: "[" * 100_000,
      lambda: "a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n", lambda: text * 2, lambda: text + "---\n" + text, lambda: "\0" * 1000,
      lambda: "#" * (1 << 20) + "\n#", lambda: "".join(f"{n:x}:\n" for n in range(50_000)), lambda: "", lambda: "\xff\xfe",
      lambda: text.replace("name: f1", "name: f0"), lambda: text.replace("to: 1", "to: 64"),
      lambda: text.replace("dirac", '"taps:1e308,1e308", gain: 61', 1), lambda: text.replace("kernel: dirac }", "kernels: [" + ", ".join(["box:1048577"] * 9) + "] }"),
      lambda: text.replace("socket: s", "socket: " + "s" * 200), lambda: "x: 1\n" + self.mutated(text.encode()).decode("latin-1"),
    ])().encode("utf-8", "replace")

  def do_config(self):
    target = self.r.choice([("PUT", "/v1/config"), ("POST", "/v1/config/check"), ("POST", "/v1/config/check?folder=/etc")])
    return self.refused(request(*target, self.yaml(), "application/yaml"))

  def do_same_config(self):
    # What is in force already, and its file: taken over without being heard.
    if self.r.random() < 0.7: return self.free(request("GET", "/v1/config"))
    which = self.r.choice([request("PUT", "/v1/config", self.rig.config.encode()), request("POST", "/v1/config/reload", b"")])
    return self.free(which)

  def mutated(self, data):
    data = bytearray(data)
    for _ in range(self.r.randrange(1, 12)):
      if data: data[self.r.randrange(len(data))] = self.r.randrange(256)
    return bytes(data)

  def sound(self):
    r = self.r
    frames, channels, rate = r.choice([1, 2, 64, 5000]), r.choice([1, 2, 3, 64, 1024]), r.choice([RATE, RATE, 44100, 47999, 1, 2 ** 31 - 1, 0])
    data = r.randbytes(2 * frames * min(channels, 8))
    head = struct.pack("<HHIIHH", 1, channels, rate, (rate * 2 * channels) % 2 ** 32, 2 * channels % 65536, 16)
    wav = b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", 16) + head + b"data" + struct.pack("<I", len(data)) + data
    shape = r.choice(["(8,)", "(0,)", "()", "(2, 4)", "(9223372036854775807,)", "(4294967296, 4294967296)", "(8", "(-1,)", "(" + "1, " * 65 + ")"])
    descr = r.choice(["'<f8'", "'<f4'", "'>i2'", "'|b1'", "'<c16'", "'|O'", "[('a', '<f8')]", "'<f99999999999'", "'" + "A" * 500 + "'"])
    text = f"{{'descr': {descr}, 'fortran_order': {r.choice(['False', 'True', '1'])}, 'shape': {shape}, }}"
    npy = b"\x93NUMPY" + bytes([r.choice([1, 2, 3, 9]), 0]) + struct.pack("<H", len(text)) + text.encode() + r.randbytes(r.choice([0, 63, 64, 65]))
    return r.choice([
      lambda: wav, lambda: self.mutated(wav), lambda: npy, lambda: self.mutated(npy), lambda: b"\n" * r.choice([1, 1000, 1 << 20]),
      lambda: b"1\n" * r.choice([1, 5000]), lambda: b"1,0\n2,0\n", lambda: b"1e999\n", lambda: b"nan\n", lambda: b"1" * 100_000, lambda: b"1,1;" * 100_000,
      lambda: b"RIFF\xff\xff\xff\xffWAVE" + self.noise(500), lambda: b"fLaC" + self.noise(5000), lambda: b"FORM" + self.noise(500),
      lambda: b"OggS" + self.noise(5000), lambda: b"caff" + self.noise(500), lambda: b".snd" + self.noise(500), lambda: b"ID3" + self.noise(500),
      lambda: b"\xff\xfb" + self.noise(5000), lambda: self.noise(50_000) or b"\0", lambda: b"riff" + self.noise(300), lambda: b"a" + "\u0301".encode() * 20000])()

  def do_upload(self):
    kind = self.r.choice([None, "audio/wav", "text/plain", "text/csv", "application/octet-stream", "multipart/form-data", self.word().split("\r")[0]])
    if kind and not kind.isascii(): kind = None
    if kind: kind = "".join(c for c in kind if c >= " ")
    target = f"/v1/filters/{self.r.choice(SPARE)}/kernel?" + self.r.choice(["", "channel=0", "channel=3", "resample=true", "resample=true&channel=1"])
    return self.free(request("PUT", target, self.sound(), kind))

  def do_large(self):
    # Taken by its limit, or left half-way.
    taps = self.r.choice([100_000, 500_000])
    body = struct.pack("<d", 1.0) + self.r.randbytes(8) * 0 + bytes(8 * (taps - 1))
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({taps},), }}"
    return self.free(request("PUT", f"/v1/filters/{self.r.choice(SPARE)}/kernel", b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text.encode() + body))

  def do_long(self):
    """Preparation that takes long, whose client goes."""
    if self.r.random() < 0.7: return self.do_query()
    r, text = self.r, self.rig.config
    kernels = r.choice([["box:1048576", "box:1048576"], ["box:524288"] * 4, ["box:2097152", "dirac", "dirac", "dirac"]])
    config = text.replace("to: 2, kernel: dirac", f"to: 2, kernels: [{', '.join(kernels)}]", 1)
    data = request("POST", "/v1/config/check", config.encode())
    patience = r.choice([0.05, 0.5, 2])
    def send(path):
      with connect(path) as s:
        s.settimeout(patience)
        try:
          s.sendall(data)
          s.recv(100)
        except OSError: pass
      return None, True
    return send

  def do_slow(self):
    """A byte now and then, and gone."""
    data = self.r.choice([request("GET", "/v1/status"), patch("/v1/output", {"mute": 7}), request("PUT", "/v1/config", b"x" * 100)])
    pace, count = self.r.choice([0.02, 0.1, 0.4]), self.r.randrange(1, 12)
    def send(path):
      with connect(path) as s:
        for n in range(min(count, len(data) - 1)):
          try: s.send(data[n:n + 1])
          except OSError: break
          time.sleep(pace)
      return None, True
    return send

  def do_events(self):
    """Listens and never reads."""
    seconds = self.r.choice([0, 0.3, 3])
    def send(path):
      with connect(path) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.sendall(request("GET", "/v1/events"))
        time.sleep(seconds)
      return None, True
    return send

  def do_gone(self):
    """Cut off within the body."""
    data = request("PUT", "/v1/filters/spare/kernel", b"1\n" * 50_000)
    cut = self.r.randrange(1, len(data))
    def send(path):
      with connect(path) as s:
        try: s.sendall(data[:cut])
        except OSError: pass
      return None, True
    return send

  def do_crowd(self):
    count = self.r.randrange(10, 90)
    def send(path):
      held = []
      try:
        for _ in range(count): held.append(connect(path, 5))
      except OSError: pass
      for s in held: s.close()
      return None, True
    return send

  def preset(self):
    return self.r.choice(["a", "b", "c", "d", "z" * 64, "z" * 65, ".a", "a%2fb", "..", "%00", "A" * 3000, self.word().replace(" ", "%20").replace("\r\n", "")])

  def do_preset_save(self):
    """What is in force with changes that are not heard, of filters that are not compared, or what is refused."""
    r = self.r
    body = r.choice([
      lambda: b"", lambda: b"{}", lambda: b"[]", lambda: json.dumps({r.choice(SPARE): {"gain": r.choice([-60, 0, 61])}}).encode(),
      lambda: json.dumps({name: {"kernel": r.choice(["box:65536", "box:2097152", "fifo", "sparse.wav", "lowpass:BW2@20"])} for name in SPARE}).encode(),
      lambda: json.dumps({self.word(): {}}).encode(), lambda: self.noise(500)])()
    return self.free(request("PUT", f"/v1/presets/{self.preset()}", body, "application/json"))

  def do_preset_use(self):
    """None that is heard: those that are saved here leave outputs 0 and 1 as they are, but a switch is a fade for all."""
    body = self.r.choice([b'{"trim":1}', b'{"trim":-1e999}', b'{"match":false}', b'{"match":["%s"]}' % (b"a" * 70), b'{"match":["none"]}', b'{"x":1}', b"[",
                          b'{"match":[' + b'"a",' * 40 + b'"a"]}'])
    return self.refused(request("POST", f"/v1/presets/{self.preset()}/activate", body, "application/json"))

  def do_preset_list(self):
    r = self.r
    return self.free(r.choice([request("GET", "/v1/presets"), request("DELETE", f"/v1/presets/{self.preset()}"), request("HEAD", "/v1/presets")]))

  def do_response(self):
    r = self.r
    query = "&".join(f"{name}={r.choice([0, 1, 2, 64, 2048, 2049, 4096, 2 ** 31, 2 ** 31 + 1, -1, 'x', ''])}"
                     for name in r.sample(["points", "samples", "start", "frames", "input"], r.randrange(4)))
    what = r.choice([f"filters/{r.choice(SPARE + ['f0', 'none', '%2e'])}", f"outputs/{r.choice([0, 1, 2, 3, 64, -1, 10 ** 30, 'x'])}"])
    return self.free(request("GET", f"/v1/{what}/response?{query}"))

  def do_words(self):
    """Bodies that are the file of words."""
    r = self.r
    words = r.choice(["eq:x", "graphic:x", "response:x", "minimum:x", "linear/4096:x", "invert:minimum:f32:x", "minimum/1048576:x", "eq:eq:x", "taps:1", "box:3",
                      "linear-above@300/4096:response:x", "s16+1/2:x", self.word()[:600]])
    body = r.choice([
      lambda: b"Filter 1: ON PK Fc 1000 Hz Gain -3 dB Q 1.4\n" * r.choice([1, 20, 2000]), lambda: b"GraphicEQ: " + b"20 1; " * r.choice([1, 1000]),
      lambda: b"GraphicEQ: " + b"; ".join(b"%d %d" % (n + 20, n % 7) for n in range(r.choice([1, 5000]))), lambda: b"20 1\n30 -200 1e99\n",
      lambda: b"".join(b"%d %d\n" % (n + 1, -n % 9) for n in range(r.choice([2, 20_000]))), lambda: b"\n" * r.choice([1, 1 << 20]),
      lambda: "PK Fc 1000 Hz Gain 1 dB Q 1\n".encode("utf-16"), lambda: b"e\xcc\x81" * 20_000, self.sound])()
    target = f"/v1/filters/{r.choice(SPARE)}/kernel?words=" + "".join("%%%02X" % b for b in words.encode("utf-8", "replace"))
    return self.free(request("PUT", target, body))

  def do_verify(self):
    r = self.r
    body = r.choice([b'{"seconds":0}', b'{"seconds":1e308}', b'{"seconds":-1}', b'{"seed":-1}', b'{"seed":1e308}', b'{"x":1}', b'[1]', b'{"seconds":"1"}'])
    return self.refused(request("POST", "/v1/verify", body, "application/json"))


# --------------------------------------------------------------------------------------------------------------- measuring

class Standstills:
  """How long the machine itself stood still."""

  def __init__(self, cable):
    self.process = subprocess.Popen([os.path.join(cable, "standstill")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    self.found = []
    threading.Thread(target=self.read, daemon=True).start()

  def read(self):
    for line in self.process.stdout:
      try: self.found.append(json.loads(line))
      except ValueError: self.found.append({"line": line.strip()})

  def end(self):
    self.process.stdin.close()
    self.process.wait()
    return self.found


def differing(heard, played, at, out_channels=3):
  """Runs of frames (first, last) in which outputs 0 and 1 are not what was played, none nearer than 4,800 frames to the next, and
  whether each is a fade: nothing louder than what was played, or of another sign."""
  stride, frames = FRAME * out_channels, len(played) // (2 * FRAME)
  runs = []
  step = 480
  for begin in range(0, frames, step):
    count = min(step, frames - begin)
    piece = heard[(at + begin) * stride:(at + begin + count) * stride]
    pair = b"".join(piece[n:n + 2 * FRAME] for n in range(0, len(piece), stride))
    wanted = played[begin * 2 * FRAME:(begin + count) * 2 * FRAME]
    if pair == wanted: continue
    if len(pair) < len(wanted): runs.append([begin, begin + count, False]); continue
    for n in range(count):
      a, b = pair[6 * n:6 * n + 6], wanted[6 * n:6 * n + 6]
      if a == b: continue
      is_fade = all(quieter(a[c:c + 3], b[c:c + 3]) for c in (0, 3))
      if runs and begin + n - runs[-1][1] < 4800:
        runs[-1][1] = begin + n
        runs[-1][2] = runs[-1][2] and is_fade
      else: runs.append([begin + n, begin + n, is_fade])
  return runs


def quieter(a, b):
  x, y = int.from_bytes(a, "little", signed=True), int.from_bytes(b, "little", signed=True)
  # A fade may round away from zero by one.
  return (0 <= x <= y + 1) if y >= 0 else (y - 1 <= x <= 0)


class Probe:
  """Measures status, mute and, as a control, a mere echo: in a process of its own, which the others' work does not hold up."""

  def __init__(self, path, echo):
    self.path, self.echo = path, echo
    self.taken = {"status": [], "mute": [], "echo": [], "turnedAway": []}
    self.problems, self.mutes, self.end, self.lock = [], 0, threading.Event(), threading.Lock()

  def timed(self, what, data):
    begin, turns = time.time(), 0
    # Others of the same user may have all the places there are: one that is turned away tries again, and is counted apart.
    while True:
      try: code, _ = ask(self.path, data)
      except OSError as error: code = repr(error)
      if code == 200 or self.end.is_set(): break
      if code not in (503, 0): self.problems.append(f"{what}: {code}"); break
      turns += 1
      time.sleep(0.002)
    with self.lock: self.taken["turnedAway" if turns else what].append((begin, (time.time() - begin) * 1000))

  def watch_status(self):
    while not self.end.wait(0.05): self.timed("status", request("GET", "/v1/status"))

  def watch_mute(self):
    # A real mute now and then; setting what is set goes the same way.
    turn = 0
    while not self.end.wait(0.1):
      turn += 1
      if turn % 40 == 0:
        self.mutes += 1
        self.timed("mute", patch("/v1/output", {"mute": True}))
      self.timed("mute", patch("/v1/output", {"mute": False}))

  def watch_echo(self):
    while not self.end.wait(0.05):
      begin = time.time()
      with connect(self.echo) as s:
        s.sendall(b"x")
        s.recv(1)
      with self.lock: self.taken["echo"].append((begin, (time.time() - begin) * 1000))

  def run(self):
    threads = [threading.Thread(target=f, daemon=True) for f in (self.watch_status, self.watch_mute, self.watch_echo)]
    for t in threads: t.start()
    sys.stdin.read()
    self.end.set()
    for t in threads: t.join(10)
    print(json.dumps({"taken": self.taken, "problems": self.problems, "mutes": self.mutes}))


def serve_echo(path):
  server = socket.socket(socket.AF_UNIX)
  server.bind(path)
  server.listen(64)
  while True:
    s, _ = server.accept()
    with s: s.sendall(s.recv(1))


def summary(taken):
  v = sorted(ms for _, ms in taken)
  if not v: return None
  return {"count": len(v), "medianMs": round(v[len(v) // 2], 2), "p99Ms": round(v[min(len(v) - 1, int(len(v) * 0.99))], 2), "maxMs": round(v[-1], 2)}


def late(taken, machine):
  """What took longer than 100 ms, the longest echo meanwhile, and for how long one processor stood still for real-time threads."""
  told = []
  for what in ("status", "mute"):
    for begin, ms in taken[what]:
      if ms <= 100: continue
      echo = max((e for at, e in taken["echo"] if at <= begin + ms / 1000 and at + e / 1000 >= begin), default=0)
      stood = collections.Counter()
      for m in machine:
        if begin * 1e9 <= m.get("endNs", 0) <= begin * 1e9 + (ms + 20) * 1e6: stood[m.get("processor")] += m["lateNs"] / 1e6
      told.append({"what": what, "ms": round(ms), "echoMs": round(echo), "stoodStillMs": round(max(stood.values(), default=0))})
  return sorted(told, key=lambda m: -m["ms"])


class Run:
  def __init__(self, rig, options):
    self.rig, self.options = rig, options
    self.end = threading.Event()
    self.codes, self.unexpected = collections.Counter(), collections.Counter()
    self.hostile, self.lock = Hostile(rig, options.seed), threading.Lock()
    self.work = queue.Queue(maxsize=40)
    self.sent = self.behind = 0

  def send(self):
    while True:
      item = self.work.get()
      if item is None: return
      kind, send = item
      try:
        code, is_allowed = send(self.rig.socket)
      except (OSError, ValueError) as error:
        code, is_allowed = type(error).__name__, isinstance(error, (ConnectionError, BlockingIOError))
      with self.lock:
        self.codes[f"{kind} {code}"] += 1
        if not is_allowed: self.unexpected[f"{kind} {code}"] += 1

  def hand_out(self, until):
    hostile = self.hostile
    pace, next_at = 60 / self.options.rate, time.monotonic()
    while time.monotonic() < until and self.rig.daemon.poll() is None:
      item = hostile.draw()
      try: self.work.put(item, timeout=0.5)
      except queue.Full:
        self.behind += 1
        continue
      self.sent += 1
      next_at += pace
      if (pause := next_at - time.monotonic()) > 0: self.end.wait(pause)
      elif pause < -5: next_at = time.monotonic()

  def run(self):
    rig, o = self.rig, self.options
    for name, make in (("fifo", os.mkfifo), ("link", lambda p: os.symlink("/etc/shadow", p))): make(rig.path(name))
    with open(rig.path("sparse.wav"), "wb") as file: file.truncate(20 << 30)
    rig.start()
    noise = random.Random(o.seed + 1).randbytes(o.stretch * RATE * 2 * FRAME)
    heard, at, _ = rig.play(noise[:RATE * 2 * FRAME])
    latency = rig.status()["latency"]["measuredFrames"]
    if differing(heard, noise[:RATE * 2 * FRAME], at + latency): raise SystemExit("the sound is not right before anything is sent")
    before, status = rig.held(), rig.status()
    stills = Standstills(rig.cable)
    me = [sys.executable, os.path.abspath(__file__), "--socket", rig.socket, "--echo", rig.path("echo")]
    echo = subprocess.Popen(me + ["--serve-echo"])
    rig.wait(lambda: os.path.exists(rig.path("echo")), "no echo")
    probe = subprocess.Popen(me + ["--probe"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    senders = [threading.Thread(target=self.send, daemon=True) for _ in range(30)]
    until = time.monotonic() + 60 * o.minutes
    hand_out = threading.Thread(target=self.hand_out, args=(until,), daemon=True)
    for t in senders + [hand_out]: t.start()
    runs, stretches, others = [], 0, 0
    while hand_out.is_alive() and rig.daemon.poll() is None:
      heard, at, xruns = rig.play(noise, patience=o.stretch * 3 + 60)
      found = differing(heard, noise, at + latency)
      runs += [(stretches, *run) for run in found]
      stretches, others = stretches + 1, others + xruns
    hand_out.join()
    for _ in senders: self.work.put(None)
    for t in senders: t.join(PATIENCE)
    self.end.set()
    probed = json.loads(probe.communicate()[0])
    echo.kill()
    echo.wait()
    taken, lates, died = probed["taken"], [], rig.daemon.poll()
    machine = stills.end()
    lates = late(taken, machine)
    # Late where an echo was not: not the machine's doing.
    own = [l for l in lates if l["ms"] > 100 + 2 * l["echoMs"] + l["stoodStillMs"]]
    report = {"seed": o.seed, "minutes": o.minutes, "sent": self.sent, "waitedForSenders": self.behind,
              **{what: summary(values) for what, values in taken.items()},
              "over100ms": {"count": len(lates), "longest": lates[:20], "whereAnEchoWasNot": own[:20], "whereAnEchoWasNotCount": len(own)},
              "unexpected": dict(self.unexpected), "surprises": self.hostile.surprises[:10], "problems": probed["problems"][:20], "codes": dict(sorted(self.codes.items())),
              "stretches": stretches, "secondsOfSound": stretches * o.stretch, "mutes": probed["mutes"], "before": before,
              "loadAverage": os.getloadavg(), "machineStoodStill": len(machine),
              "longestStandstillsMs": sorted((round(m.get("lateNs", 0) / 1e6, 1) for m in machine), reverse=True)[:5]}
    notFades = [run for run in runs if not run[3]]
    tooLong = [run for run in runs if run[3] and run[2] - run[1] > RATE]
    report["sound"] = {"fadedStretches": len(runs), "wrong": notFades[:20], "wrongCount": len(notFades), "longerThanASecond": tooLong[:10]}
    fine = died is None and not self.unexpected and not probed["problems"] and not notFades and not tooLong and len(runs) <= probed["mutes"] and not own
    if died is None:
      # What was sent last may still be prepared.
      rig.wait(lambda: rig.held()["descriptors"] <= before["descriptors"] + 2, "descriptors are left", 60)
      after, now = rig.held(), rig.status()
      report["after"] = after
      report["xruns"] = {"daemon": sum(now["xruns"][d] - status["xruns"][d] for d in ("capture", "playback")), "others": others, "last": now["xruns"]["last"][-5:]}
      report["missedBlocks"] = now["load"]["missed"] - status["load"]["missed"]
      report["load"] = {k: now["load"][k] for k in ("mean", "p99", "max")}
      report["exit"] = rig.stop()
      fine = fine and report["xruns"]["daemon"] == 0 and report["exit"] == 0
    else: report["died"] = died
    owned = [name for name in os.listdir(rig.folder) if "owned" in name]
    report["owned"] = owned
    print(json.dumps(report, indent=1))
    return 0 if fine and not owned else 1


def main():
  parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  parser.add_argument("--minutes", type=float, default=10)
  parser.add_argument("--rate", type=float, default=1000, help="requests a minute")
  parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "little"))
  parser.add_argument("--clock", choices=["waiting", "monotonic"], default="waiting")
  parser.add_argument("--build", default=os.path.join(HERE, "../../.build"))
  parser.add_argument("--stretch", type=int, default=20, help="seconds that are played and compared at once")
  parser.add_argument("--keep", action="store_true", help="leave the daemon's folder")
  for own in ("--socket", "--echo"): parser.add_argument(own, help=argparse.SUPPRESS)
  for own in ("--probe", "--serve-echo"): parser.add_argument(own, action="store_true", help=argparse.SUPPRESS)
  options = parser.parse_args()
  if options.serve_echo: return serve_echo(options.echo)
  if options.probe: return Probe(options.socket, options.echo).run()
  print(f"seed {options.seed}", file=sys.stderr, flush=True)
  rig = Rig(options.build, options.clock)
  try: status = Run(rig, options).run()
  finally:
    if rig.daemon and rig.daemon.poll() is None: rig.daemon.kill()
    if options.keep: print(rig.folder, file=sys.stderr)
    else: rig.remove()
  sys.exit(status)


if __name__ == "__main__": main()
