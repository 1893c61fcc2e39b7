"""A real daemon between two virtual cables, with convolved-web before it, and clients that say exactly what they are told."""
import importlib.util, json, os, shutil, signal, socket, ssl, subprocess, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "../../.."))
BUILD = os.path.join(ROOT, ".build")
PROGRAM = os.environ.get("CONVOLVED_WEB", os.path.join(ROOT, "Web/.build/release/convolved-web"))
CONTROL = os.environ.get("CONVOLVECTL", os.path.join(BUILD, "release/convolvectl"))

# The requests of the daemon's own hostile test, and its rig.
spec = importlib.util.spec_from_file_location("hostile_requests", os.path.join(ROOT, "Tests/Hostile/requests.py"))
hostile = importlib.util.module_from_spec(spec)
spec.loader.exec_module(hostile)


def free_port(address="127.0.0.1"):
  with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as s:
    s.bind((address, 0))
    return s.getsockname()[1]


class Web:
  """The program. `port` is where it listens; `hosts` what is sent as Host."""

  def __init__(self, control, *options, address="127.0.0.1", port=None, environment=None, wrap=(), descriptors=None, listen=True, waits=True):
    self.address, self.port = address, port or free_port(address)
    self.folder = tempfile.mkdtemp(prefix="web-")
    shown = f"[{address}]" if ":" in address else address
    command = list(wrap) + [PROGRAM, "--socket", control] + (["--listen", f"{shown}:{self.port}"] if listen else []) + list(options)
    self.host = f"{shown}:{self.port}"
    self.log_path = os.path.join(self.folder, "log")
    with open(self.log_path, "wb") as log:
      self.process = subprocess.Popen(command, stderr=log, stdout=log, env=dict(os.environ, **(environment or {})))
    if waits: self.wait_until_it_listens()

  def wait_until_it_listens(self, patience=20):
    end = time.monotonic() + patience
    while True:
      if self.process.poll() is not None: raise AssertionError(f"ended with {self.process.returncode}: {self.log()}")
      try: return socket.create_connection((self.address, self.port), 1).close()
      except OSError:
        if time.monotonic() > end: raise AssertionError(f"does not listen: {self.log()}")
        time.sleep(0.02)

  def log(self):
    with open(self.log_path, errors="replace") as file: return file.read()

  def connect(self, patience=20):
    return socket.create_connection((self.address, self.port), patience)

  def status(self, field):
    with open(f"/proc/{self.process.pid}/status") as file:
      return int(next(line for line in file if line.startswith(field)).split()[1])

  def peak_kib(self): return self.status("VmHWM:")

  def descriptors(self): return len(os.listdir(f"/proc/{self.process.pid}/fd"))

  def ask(self, method, target, headers=(), body=None, host=None, stream=None, patience=20):
    """Status, header fields in small letters, body."""
    lines = [f"{method} {target} HTTP/1.1"]
    if host != "": lines.append(f"Host: {host or self.host}")
    lines += list(headers)
    if body is not None and not any(h.lower().startswith(("content-length", "transfer-encoding")) for h in headers):
      lines.append(f"Content-Length: {len(body)}")
    data = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + (body or b"")
    with stream or self.connect(patience) as s:
      try: s.sendall(data)
      except (BrokenPipeError, ConnectionResetError): pass
      return answer(s, is_head=method == "HEAD")

  def json(self, *arguments, **options): return json.loads(self.ask(*arguments, **options)[2])

  def stop(self, number=signal.SIGTERM):
    if self.process.poll() is None:
      self.process.send_signal(number)
      try: self.process.wait(20)
      except subprocess.TimeoutExpired: self.process.kill()
    code = self.process.wait()
    shutil.rmtree(self.folder, ignore_errors=True)
    return code


def answer(s, is_head=False):
  """The next final answer of a connection; (0, {}, b"") where it is closed without one."""
  data = b""
  while True:
    while b"\r\n\r\n" not in data:
      try: piece = s.recv(1 << 16)
      except (ConnectionResetError, ssl.SSLError): piece = b""
      if not piece: return 0, {}, data
      data += piece
    head, data = data.split(b"\r\n\r\n", 1)
    lines = head.decode("latin-1").split("\r\n")
    code = int(lines[0].split()[1])
    if code >= 200: break
  fields = {}
  for line in lines[1:]:
    name, value = line.split(":", 1)
    fields.setdefault(name.lower(), []).append(value.strip())
  fields = {name: ", ".join(values) for name, values in fields.items()}
  if is_head or code in (204, 304): return code, fields, b""
  if "content-length" in fields:
    while len(data) < int(fields["content-length"]):
      piece = s.recv(1 << 16)
      if not piece: break
      data += piece
    return code, fields, data
  if "event-stream" in fields.get("content-type", ""): return code, fields, data
  while True:
    try: piece = s.recv(1 << 16)
    except ConnectionResetError: piece = b""
    if not piece: return code, fields, data
    data += piece


def tokens(folder):
  """A file of tokens as convolvectl makes it, with both of them."""
  path = os.path.join(folder, "token")
  done = subprocess.run([CONTROL, "web-token", "--file", path, "--force"], capture_output=True, text=True)
  assert done.returncode == 0, done.stderr
  with open(path) as file: words = dict(line.split() for line in file if not line.startswith("#"))
  return path, words["full"], words["read-only"]


def bearer(token): return f"Authorization: Bearer {token}"
