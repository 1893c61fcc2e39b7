"""A daemon between two virtual cables, and the web server in front of it."""
import importlib.util, os, secrets, socket, struct, subprocess, time, urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "../../.."))
PAGE = os.path.join(ROOT, "Web/Page")


def load(path, name):
  spec = importlib.util.spec_from_file_location(name, path)
  module = importlib.util.module_from_spec(spec)
  spec.loader.exec_module(module)
  return module


hostile = load(os.path.join(ROOT, "Tests/Hostile/requests.py"), "hostile_requests")
FILTERS = """\
  - { name: left, from: 0, to: 0, kernel: dirac }
  - { name: right, from: 1, to: 1, kernel: dirac }
  - { name: bass, from: 0, to: 2, kernel: "eq:PK Fc 100 Hz Gain 3 dB Q 1", gain: -20 }
"""


def configuration(filters=FILTERS, inputs=2, outputs=3, block=64):
  return "\n".join([
    "rate: 48000", f"block: {block}", f"capture: {{ device: capture, format: S24_3LE, channels: {inputs} }}",
    f"playback: {{ device: playback, format: S24_3LE, channels: {outputs} }}", "filters:", filters.rstrip(), "control: { socket: s }", ""])


class Stage:
  """Starts with `config`; `address` is the page's."""

  def __init__(self, build, server, config=None, token=True):
    self.rig = hostile.Rig(build, config=config or configuration())
    self.rig.start()
    self.server, self.process = server, None
    self.full, self.read_only = secrets.token_hex(32), secrets.token_hex(32)
    self.token_file = self.rig.path("token") if token else None
    if token:
      with open(os.open(self.token_file, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
        file.write(f"full {self.full}\nread-only {self.read_only}\n")
    with socket.socket() as free:
      free.bind(("127.0.0.1", 0))
      self.port = free.getsockname()[1]
    self.serve()

  @property
  def address(self): return f"http://127.0.0.1:{self.port}/"

  def serve(self):
    command = [self.server, "--listen", f"127.0.0.1:{self.port}", "--socket", self.rig.socket, "--page", PAGE]
    if self.token_file: command += ["--token-file", self.token_file]
    self.process = subprocess.Popen(command, env=dict(os.environ, STATE_DIRECTORY=self.rig.folder), stderr=open(self.rig.path("web.log"), "ab"))
    self.rig.wait(self.answers, "the web server does not answer")

  def answers(self):
    try: return urllib.request.urlopen(self.address + "session", timeout=5).status == 200
    except OSError: return False

  def stop_server(self):
    self.process.terminate()
    self.process.wait(20)

  def status(self): return self.rig.status()

  def route(self, name): return next(one for one in self.status()["filters"] if one["name"] == name)

  def ask(self, method, path, body=None, kind=None):
    return hostile.ask(self.rig.socket, hostile.request(method, path, body, kind))

  def hear(self, samples, inputs=2, outputs=3):
    """Plays frames of integers of 24 bits, and returns what was heard of as many, without the latency."""
    frames = b"".join(struct.pack("<i", value << 8)[1:] for frame in samples for value in frame)
    latency = self.status()["latency"]["measuredFrames"]
    heard, at, _ = self.rig.play(frames, inputs, outputs)
    values = [int.from_bytes(heard[place:place + 3], "little", signed=True) for place in range(0, len(heard), 3)]
    return [tuple(values[frame * outputs:(frame + 1) * outputs]) for frame in range(at + latency, at + latency + len(samples))]

  def end(self):
    self.stop_server()
    self.rig.stop()
    self.rig.remove()


def until(is_so, patience=20.0, what="it does not become so"):
  """Waits until it is so, and returns what it was."""
  end = time.monotonic() + patience
  while True:
    value = is_so()
    if value: return value
    assert time.monotonic() < end, what() if callable(what) else what
    time.sleep(0.02)
