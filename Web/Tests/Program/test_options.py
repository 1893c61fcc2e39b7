"""The command line, start by socket, end when idle, and the examples of docs/page.md."""
import os, re, shutil, socket, subprocess, sys, tempfile, time, unittest
import rig
from rig import Web, bearer
from test_attacks import make_certificate


class Options(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    cls.folder = tempfile.mkdtemp(prefix="web-")
    cls.token_file, cls.full, _ = rig.tokens(cls.folder)
    cls.certificate, cls.key = make_certificate(cls.folder)

  @classmethod
  def tearDownClass(cls): shutil.rmtree(cls.folder)

  def write(self, name, text, mode=0o600):
    path = os.path.join(self.folder, name)
    with open(path, "w") as file: file.write(text)
    os.chmod(path, mode)
    return path

  def refused(self, status, words, *options, environment=None):
    done = subprocess.run([rig.PROGRAM, *options], capture_output=True, text=True, timeout=20, env=dict(os.environ, **(environment or {})))
    self.assertEqual((done.returncode, done.stdout), (status, ""), (options, done.stderr))
    self.assertTrue(done.stderr.startswith("convolved-web: ") and done.stderr.count("\n") == 1, done.stderr)
    self.assertIn(words, done.stderr)

  def test_usage(self):
    for options in (["--nonsense"], ["x"], ["--listen"], ["--idle-exit", "x"], ["--idle-exit", "0"], ["--idle-exit", "nan"], ["--idle-exit=1e9"],
                    ["--certificate", self.certificate], ["--key", self.key], ["--host", "http://x"], ["--host", "a:80"], ["--host", ""], ["--host", "a b"]):
      self.refused(64, "convolved-web --help", *options)
    for address in ("127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "localhost:8095", "a:b:c", ":8095", "[::1:8095", "300.0.0.1:80", ""):
      self.refused(64, "--listen", "--listen", address)
    help = subprocess.run([rig.PROGRAM, "--help"], capture_output=True, text=True)
    self.assertTrue(help.returncode == 0 and "USAGE: convolved-web" in help.stdout)
    with open(os.path.join(rig.ROOT, "docs/man/convolved-web.8")) as file: page = file.read()
    for option in re.findall(r"--[a-z-]+[a-z]", help.stdout): self.assertIn(f"Fl {option[1:]}", page.replace("Fl h , -", "Fl -"), option)

  def test_other_addresses_need_a_token_and_tls(self):
    address = "0.0.0.0:" + str(rig.free_port())
    self.refused(64, "--token-file", "--listen", address)
    self.refused(64, "--token-file", "--listen", address, "--certificate", self.certificate, "--key", self.key)
    self.refused(64, "--token-file", "--listen", address, "--behind-proxy")
    self.refused(64, "--certificate", "--listen", address, "--token-file", self.token_file)
    self.refused(64, "--token-file", "--listen", "[::]:" + str(rig.free_port()))
    self.refused(64, "--token-file", "--listen", address, "--token-file", self.write("none", "none\n"))
    for options in (["--certificate", self.certificate, "--key", self.key], ["--behind-proxy"]):
      web = Web("/nonexistent", "--listen", address, "--token-file", self.token_file, *options, listen=False, waits=False)
      web.port = int(address.split(":")[1])
      try: web.wait_until_it_listens()
      finally: self.assertEqual(web.stop(), 0)

  def test_addresses(self):
    with socket.socket() as s:
      s.bind(("127.0.0.1", 0))
      s.listen()
      self.refused(73, "is in use", "--listen", "127.0.0.1:%d" % s.getsockname()[1])
    self.refused(73, "no address of this machine", "--listen", "203.0.113.7:8095", "--token-file", self.token_file, "--behind-proxy")
    web = Web("/nonexistent", address="::1")
    try: self.assertEqual(web.ask("GET", "/")[0], 200)
    finally: self.assertEqual(web.stop(), 0)

  def test_files(self):
    self.refused(66, "cannot be read", "--token-file", "/nonexistent")
    self.refused(66, "cannot be read", "--token-file", self.folder)
    self.refused(77, "chmod 600", "--token-file", self.write("open", f"full {self.full}\n", 0o644))
    self.refused(77, "chmod 600", "--token-file", self.write("group", f"full {self.full}\n", 0o640))
    for text in ("", "# nothing\n", "full\n", f"full {self.full[:-1]}\n", f"all {self.full}\n", f"full {self.full} x\n", f"{self.full}\n",
                 f"full {self.full}\n" * 17, "full " + "g" * 64 + "\n", "\0" * 100, "none none\n"):
      self.refused(65, self.write("bad", text), "--token-file", os.path.join(self.folder, "bad"))
    self.refused(65, "more than", "--token-file", self.write("large", "#" * 300_000))
    self.refused(66, "cannot be read", "--certificate", "/nonexistent", "--key", self.key)
    self.refused(65, "no certificate", "--certificate", self.key, "--key", self.key)
    self.refused(65, "no private key", "--certificate", self.certificate, "--key", self.write("k", "x"))
    other = os.path.join(self.folder, "other")
    os.mkdir(other)
    self.refused(65, "is not the key of", "--certificate", self.certificate, "--key", make_certificate(other)[1])
    self.refused(77, "chmod 600", "--certificate", self.certificate, "--key", self.write("open-key", "x", 0o644))
    self.refused(66, "/nonexistent", "--page", "/nonexistent")
    self.refused(66, "index.html", "--page", other)

  def test_no_message_shows_a_token(self):
    done = subprocess.run([rig.PROGRAM, "--token-file", self.write("shown", f"fool {self.full}\n")], capture_output=True, text=True)
    self.assertNotIn(self.full[:8], done.stderr)

  def test_a_folder_of_the_page(self):
    folder = os.path.join(self.folder, "page")
    os.mkdir(folder)
    for name in ("index.html", "a.js", "a-b.css", "x.svg"):
      with open(os.path.join(folder, name), "w") as file: file.write(name)
    for name in ("secret.txt", ".hidden.js", "A.js", "a.b.js"):
      with open(os.path.join(folder, name), "w") as file: file.write(name)
    web = Web("/nonexistent", "--page", folder)
    try:
      for name, kind in (("index.html", "text/html"), ("a.js", "text/javascript"), ("a-b.css", "text/css"), ("x.svg", "image/svg+xml")):
        code, fields, body = web.ask("GET", f"/{name}")
        self.assertEqual((code, body.decode()), (200, name))
        self.assertIn(kind, fields["content-type"])
      for name in ("secret.txt", ".hidden.js", "A.js", "a.b.js"): self.assertEqual(web.ask("GET", f"/{name}")[0], 404, name)
    finally: web.stop()

  def test_systemd_hands_a_socket_over(self):
    port = rig.free_port()
    log = os.path.join(self.folder, "activated")
    with open(log, "wb") as file:
      starter = subprocess.Popen(
        ["systemd-socket-activate", "-l", f"127.0.0.1:{port}", rig.PROGRAM, "--socket", "/nonexistent", "--idle-exit", "2"], stderr=file, stdout=file)
    web = Web.__new__(Web)
    web.address, web.port, web.host = "127.0.0.1", port, f"127.0.0.1:{port}"
    try:
      time.sleep(1)
      # The first client starts it.
      with web.connect() as s:
        begin = time.monotonic()
        self.assertEqual(web.ask("GET", "/")[0], 200)
        # Somebody is there: it does not end.
        while time.monotonic() < begin + 5: self.assertIsNone(starter.poll(), read(log)); time.sleep(0.2)
        s.sendall(f"GET /session HTTP/1.1\r\nHost: {web.host}\r\n\r\n".encode())
        self.assertIn(rig.answer(s)[0], (0, 200))
      self.assertEqual(starter.wait(20), 0, read(log))
      self.assertIn("nobody has been connected", read(log))
    finally:
      if starter.poll() is None: starter.kill(); starter.wait()

  def test_a_handed_over_socket_is_judged_as_an_own_one(self):
    for address, code in (("0.0.0.0", 64), ("127.0.0.1", None)):
      with socket.socket() as s:
        s.bind((address, 0))
        s.listen()
        program = ("import os,sys; os.dup2(int(sys.argv[1]), 3, inheritable=True); os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
                   "os.execv(sys.argv[2], sys.argv[2:])")
        started = subprocess.Popen([sys.executable, "-c", program, str(s.fileno()), rig.PROGRAM, "--socket", "/nonexistent"], pass_fds=[s.fileno()], stderr=subprocess.PIPE)
        if code is None:
          with socket.create_connection(s.getsockname(), 10) as c:
            c.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertEqual(rig.answer(c)[0], 200)
          started.terminate()
        self.assertEqual(started.wait(20), code or 0)
        started.stderr.close()

  def test_it_ends_well_while_clients_come(self):
    for count in range(24):
      web = Web("/nonexistent")
      clients = [web.connect() for _ in range(count % 6)]
      try:
        if clients and count % 2: clients[0].sendall(f"GET / HTTP/1.1\r\nHost: {web.host}\r\n\r\n".encode())
      finally:
        log = web.log()
        self.assertEqual(web.stop(), 0, log)
        for client in clients: client.close()

  def test_the_units_are_tight(self):
    folder = os.path.join(self.folder, "units")
    os.mkdir(folder)
    for name in ("convolved-web.service", "convolved-web.socket", "convolved.socket", "convolved.service"):
      with open(os.path.join(rig.ROOT, "systemd", name)) as file: text = file.read()
      with open(os.path.join(folder, name), "w") as file: file.write(text.replace("/usr/bin/convolved", "/bin/true # ").replace("/usr/bin/convolvectl", "/bin/true"))
    shown = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", os.path.join(folder, "convolved-web.service")], capture_output=True, text=True)
    exposure = float(shown.stdout.split("Overall exposure level for convolved-web.service:")[1].split()[0])
    self.assertLessEqual(exposure, 1.0)

  def test_the_examples_of_the_guide(self):
    folder, programs = os.path.join(self.folder, "guide"), os.path.join(self.folder, "programs")
    for path in (folder, programs): os.mkdir(path)
    for path in (rig.PROGRAM, rig.CONTROL, os.path.join(rig.BUILD, "release/convolved")): os.symlink(path, os.path.join(programs, os.path.basename(path)))
    command = [sys.executable, os.path.join(rig.ROOT, "Tests/Reference/documentation.py"), os.path.join(rig.ROOT, "docs/page.md"), "", folder, programs]
    # Its ports are those of the guide: as root they are nobody else's.
    if os.geteuid() == 0: command = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"] + command
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    self.assertEqual((done.returncode, done.stdout), (0, "yaml 2 sh 15\n"), done.stderr)


def read(path):
  with open(path, errors="replace") as file: return file.read()


if __name__ == "__main__": unittest.main()
