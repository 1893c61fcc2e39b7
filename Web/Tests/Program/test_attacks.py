"""Floods and slow clients, while the daemon's sound stays bit-equal and the program's memory small.

    test_attacks.py [SEED]

Each attack runs beside sound on the virtual cable. What is heard is compared bit for bit; the peak of the program's resident memory stays
below 32 MiB; calm requests are answered afterwards.
"""
import os, random, shutil, socket, ssl, subprocess, sys, tempfile, threading, time, unittest
import rig
from rig import Web, bearer

SEED = int(os.environ.get("SEED") or int.from_bytes(os.urandom(4), "little"))
MOST_KIB = 32 << 10
FRAMES = 8 * rig.hostile.RATE


class Attacks(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    print(f"seed {SEED}", file=sys.stderr)
    cls.random = random.Random(SEED)
    cls.daemon = rig.hostile.Rig(rig.BUILD)
    cls.daemon.start()
    cls.folder = tempfile.mkdtemp(prefix="web-")
    cls.token_file, cls.full, cls.reading = rig.tokens(cls.folder)
    cls.certificate, cls.key = make_certificate(cls.folder)
    cls.noise = random.Random(SEED + 1).randbytes(FRAMES * 2 * rig.hostile.FRAME)
    short = cls.noise[:rig.hostile.RATE * 2 * rig.hostile.FRAME]
    heard, at, _ = cls.daemon.play(short)
    cls.latency = cls.daemon.status()["latency"]["measuredFrames"]
    assert not rig.hostile.differing(heard, short, at + cls.latency), "the sound is not right before anything is sent"

  @classmethod
  def tearDownClass(cls):
    cls.daemon.stop()
    cls.daemon.remove()
    shutil.rmtree(cls.folder)

  def setUp(self):
    self.web = Web(self.daemon.socket, "--token-file", self.token_file)
    self.held = []

  def tearDown(self):
    for s in self.held: s.close()
    self.assertIsNone(self.web.process.poll(), self.web.log())
    peak = self.web.peak_kib()
    print(f"{self.id().split('.')[-1]}: peak {peak} KiB", file=sys.stderr)
    self.assertLess(peak, MOST_KIB)
    self.assertEqual(self.web.stop(), 0)

  def beside_sound(self, attack, senders=8):
    """Runs an attack on several threads for as long as the sound lasts."""
    end, errors = threading.Event(), []
    def run(number):
      draw = random.Random(SEED * 1000 + number)
      while not end.is_set():
        try: attack(draw, end)
        except OSError: time.sleep(0.01)
        except Exception as error: return errors.append(repr(error))
    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(senders)]
    before = self.daemon.status()["xruns"]
    for thread in threads: thread.start()
    heard, at, _ = self.daemon.play(self.noise)
    end.set()
    for thread in threads: thread.join(30)
    self.assertEqual(rig.hostile.differing(heard, self.noise, at + self.latency), [])
    self.assertEqual(self.daemon.status()["xruns"]["capture"], before["capture"])
    self.assertEqual(errors, [])

  def calm(self):
    """Once the attack is over, who has the token gets an answer."""
    for s in self.held: s.close()
    self.held = []
    end = time.monotonic() + 30
    while True:
      try: code = self.web.ask("GET", "/v1/status", [bearer(self.full)])[0]
      except OSError as error: code = error
      if code == 200: return
      self.assertLess(time.monotonic(), end, f"no answer after the attack: {code}")
      time.sleep(0.5)

  def request(self, target="/v1/status", *headers, method="GET"):
    return "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {self.web.host}", *headers, "", ""]).encode()

  def test_wrong_tokens_are_slowed(self):
    codes, lock, tried = {}, threading.Lock(), []
    def attack(draw, end):
      token = draw.randbytes(32).hex()
      if draw.random() < 0.5: code = self.web.ask("GET", "/v1/status", [bearer(token)])[0]
      else: code = self.web.ask("POST", "/login", ["Content-Type: application/x-www-form-urlencoded"], f"token={token}".encode())[0]
      with lock: codes[code] = codes.get(code, 0) + 1
    begin = time.monotonic()
    self.beside_sound(attack)
    seconds = time.monotonic() - begin
    print(f"{codes} in {seconds:.0f} s", file=sys.stderr)
    self.assertNotIn(200, codes)
    # Eight at once, then one in five seconds: whatever is sent.
    self.assertLessEqual(codes.get(401, 0), 8 + seconds / 5 + 1)
    self.assertGreater(codes[429], 20)
    self.calm()

  def test_headers_without_end(self):
    def attack(draw, end):
      with self.web.connect() as s:
        s.sendall(self.request()[:-2])
        piece = draw.choice([b"X: " + b"y" * 60000, b"X%d: y\r\n" % draw.randrange(10 ** 6) * 7000, b"Cookie: convolved=" + b"0" * 16000 + b"\r\n"])
        sent = 0
        while not end.is_set():
          s.sendall(piece)
          sent += len(piece)
          # The system itself holds some MiB of what is not read.
          if sent > 64 << 20: raise AssertionError("64 MiB of header, and it still reads")
    self.beside_sound(attack)
    with self.web.connect() as s:
      s.sendall(self.request()[:-2] + b"X: " + b"y" * 20000 + b"\r\n\r\n")
      self.assertEqual(rig.answer(s)[0], 431)
    self.calm()

  def test_bodies_without_end(self):
    def attack(draw, end):
      with self.web.connect() as s:
        token = draw.choice([[], [bearer(self.full)], [bearer(self.reading)]])
        size = draw.choice(["Content-Length: 67108864", "Content-Length: 99999999999", "Transfer-Encoding: chunked"])
        target = draw.choice(["/v1/filters/spare/kernel", "/v1/config", "/login", "/v1/nothing"])
        s.sendall(self.request(target, *token, size, "Content-Type: application/x-www-form-urlencoded", method=draw.choice(["PUT", "POST"])))
        piece = b"10000\r\n" + b"\0" * 0x10000 + b"\r\n" if "chunked" in size else b"\0" * 0x10000
        for _ in range(draw.randrange(1, 200)):
          s.sendall(piece)
          if end.is_set(): return
    self.beside_sound(attack)
    for size, code in (("Content-Length: 67108865", 413), ("Content-Length: 99999999999", 413)):
      self.assertEqual(self.web.ask("PUT", "/v1/filters/spare/kernel", [bearer(self.full), size], b"")[0], code)
    self.calm()

  def test_slow_clients(self):
    begin = time.monotonic()
    def attack(draw, end):
      with self.web.connect() as s:
        data = draw.choice([self.request(), self.request("/v1/output", bearer(self.full), "Content-Length: 50000", method="PATCH") + b"x" * 9999])
        cut = draw.choice([1, 20, len(data) - 1])
        s.sendall(data[:cut])
        for byte in data[cut:]:
          s.sendall(bytes([byte]))
          if end.wait(0.3): return
    self.beside_sound(attack, senders=60)
    # Who says nothing, or nothing more, is closed: the places are for others.
    self.held = [self.web.connect() for _ in range(70)]
    for s in self.held[::2]: s.sendall(self.request()[:30])
    for s in self.held:
      s.settimeout(25)
      try: self.assertIn(rig.answer(s)[0], (0, 408))
      except OSError: pass
    self.calm()

  def test_clients_that_do_not_read(self):
    def attack(draw, end):
      with self.web.connect() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.sendall(self.request(draw.choice(["/v1/events", "/v1/openapi.json", "/metrics"]), bearer(self.full)) * draw.choice([1, 300]))
        end.wait(draw.choice([0.1, 3, 12]))
    self.beside_sound(attack, senders=40)
    self.calm()

  def test_a_thousand_streams(self):
    ended, opened = [], []
    def listen(number):
      try:
        s = self.web.connect(5)
        s.settimeout(5)
        s.sendall(self.request("/v1/events", bearer(self.reading)))
        code = rig.answer(s)[0]
        (opened if code == 200 else ended).append(code)
        if code == 200: self.held.append(s)
        else: s.close()
      except OSError as error: ended.append(type(error).__name__)
    def crowd():
      for batch in range(20):
        threads = [threading.Thread(target=listen, args=(n,), daemon=True) for n in range(50)]
        for t in threads: t.start()
        for t in threads: t.join(30)
    crowding = threading.Thread(target=crowd, daemon=True)
    crowding.start()
    self.beside_sound(lambda draw, end: end.wait(1), senders=1)
    crowding.join(120)
    print(f"{len(opened)} streams, {len(ended)} refused", file=sys.stderr)
    self.assertEqual(len(opened) + len(ended), 1000)
    self.assertTrue(1 <= len(opened) <= 6, opened)
    # Those that are there go on.
    for s in self.held:
      s.settimeout(5)
      self.assertTrue(s.recv(1 << 16))
    # Beside them there is place for other calls.
    self.calm()

  def test_crowds(self):
    def attack(draw, end):
      held = []
      for _ in range(draw.randrange(10, 60)): held.append(self.web.connect(2))
      for s in held[::3]: s.sendall(self.request()[:draw.randrange(1, 40)])
      end.wait(0.2)
      for s in held: s.close()
    self.beside_sound(attack, senders=10)
    self.calm()

  def test_many_requests(self):
    codes = {}
    def attack(draw, end):
      with self.web.connect() as s:
        s.sendall(self.request("/", ) * 500)
        while piece := s.recv(1 << 16):
          for code in (b"200", b"429", b"503"): codes[code] = codes.get(code, 0) + piece.count(b"HTTP/1.1 " + code)
    begin = time.monotonic()
    self.beside_sound(attack)
    print(codes, file=sys.stderr)
    self.assertLessEqual(codes[b"200"], 200 + 50 * (time.monotonic() - begin) + 50)
    self.assertGreater(codes[b"429"], 0)
    self.calm()

  def test_bytes_that_are_no_http(self):
    def attack(draw, end):
      with self.web.connect() as s:
        s.sendall(draw.choice([draw.randbytes(3000), b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 5000, b"GET " + b"/" * 100000, self.request() + draw.randbytes(500)]))
        s.shutdown(socket.SHUT_WR)
        while s.recv(1 << 16): pass
    self.beside_sound(attack)
    self.calm()

  def test_requests_of_the_daemons_own_hostile_test(self):
    """By TCP, with the token, in place of the socket."""
    connect, request = rig.hostile.connect, rig.hostile.request
    rig.hostile.connect = lambda path, patience=75: self.web.connect(patience) if path == "web" else connect(path, patience)
    rig.hostile.request = lambda method, target, body=None, kind=None, *headers, **more: request(
      method, target, body, kind, bearer(self.full), *headers, **more)
    drawn, lock = rig.hostile.Hostile(self.daemon, SEED), threading.Lock()
    def attack(draw, end):
      with lock: name, send = drawn.draw()
      # Those change what is heard, or are tested above.
      if name not in ("long", "same_config", "crowd"): send("web")
      end.wait(0.1)
    try: self.beside_sound(attack)
    finally: rig.hostile.connect, rig.hostile.request = connect, request
    self.calm()

  def test_tls(self):
    self.web.stop()
    self.web = Web(self.daemon.socket, "--token-file", self.token_file, "--certificate", self.certificate, "--key", self.key)
    trust = ssl.create_default_context(cafile=self.certificate)
    def connect():
      s = self.web.connect(10)
      try: return trust.wrap_socket(s, server_hostname="127.0.0.1")
      except BaseException:
        s.close()
        raise
    def attack(draw, end):
      kind = draw.randrange(5)
      if kind == 0:
        with connect() as s:
          s.sendall(self.request("/v1/events", bearer(self.full)))
          end.wait(1)
      elif kind == 1:
        with self.web.connect() as s:
          s.sendall(b"\x16\x03\x01\x02\x00\x01\x00" + draw.randbytes(600))
          end.wait(draw.random())
      elif kind == 2:
        held = [self.web.connect(2) for _ in range(40)]
        end.wait(0.5)
        for s in held: s.close()
      elif kind == 3:
        with connect() as s: s.sendall(self.request("/v1/config", bearer(self.full), "Content-Length: 1000000", method="PUT") + b"x" * 500000)
      else:
        with self.web.connect() as s: s.sendall(self.request())
    self.beside_sound(attack)
    end = time.monotonic() + 30
    while True:
      try:
        code, fields, _ = self.web.ask("GET", "/v1/status", [bearer(self.full), f"Origin: https://{self.web.host}"], stream=connect())
        if code == 200: break
      except OSError: pass
      self.assertLess(time.monotonic(), end)
      time.sleep(0.5)
    self.assertEqual(self.web.ask("GET", "/v1/status", [bearer(self.full), f"Origin: http://{self.web.host}"], stream=connect())[0], 403)
    _, fields, _ = self.web.ask("POST", "/login", ["Content-Type: application/x-www-form-urlencoded"], f"token={self.full}".encode(), stream=connect())
    self.assertTrue(fields["set-cookie"].startswith("__Host-convolved=") and "Secure" in fields["set-cookie"])
    old = ssl.create_default_context(cafile=self.certificate)
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with self.web.connect() as s, self.assertRaises((ssl.SSLError, OSError)): old.wrap_socket(s, server_hostname="127.0.0.1")


def make_certificate(folder):
  """Self-made, as of a home."""
  certificate, key = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
  subprocess.run(
    ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
     "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
  os.chmod(key, 0o600)
  return certificate, key


if __name__ == "__main__": unittest.main()
