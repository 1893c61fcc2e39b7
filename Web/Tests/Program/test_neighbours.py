"""What docs/page.md prints for others, as it is printed: nginx, Caddy and Prometheus themselves, and what Home Assistant would ask.

They have a network of their own, in which the guide's ports are nobody else's.
"""
import ctypes, http.client, json, os, re, shutil, ssl, subprocess, tempfile, textwrap, time, unittest
import jinja2, yaml
import rig
from rig import Web, bearer
from test_attacks import make_certificate

NEIGHBOURS = os.path.join(rig.ROOT, ".build/neighbours")
NEW_NETWORK = 0x40000000
libc = ctypes.CDLL(None, use_errno=True)
with open(os.path.join(rig.ROOT, "docs/page.md")) as file: GUIDE = file.read()


def indented(first):
  """The block of the guide that begins with this line."""
  lines = GUIDE.split("\n")
  begin = lines.index("    " + first)
  # Another block may follow at once: each begins with the name of its file.
  end = next(n for n in range(begin + 1, len(lines)) if lines[n].startswith("    # ") or lines[n] and not lines[n].startswith("    "))
  return textwrap.dedent("\n".join(lines[begin:end]))


@unittest.skipUnless(os.geteuid() == 0, "a network of its own needs root")
class Neighbours(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    cls.network = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    assert libc.unshare(NEW_NETWORK) == 0, os.strerror(ctypes.get_errno())
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    cls.folder = tempfile.mkdtemp(prefix="web-")
    cls.token_file, cls.full, cls.read_only = rig.tokens(cls.folder)
    cls.certificate, cls.key = make_certificate(cls.folder)
    cls.daemon = rig.hostile.Rig(rig.BUILD)
    cls.daemon.start()

  @classmethod
  def tearDownClass(cls):
    cls.daemon.stop()
    cls.daemon.remove()
    shutil.rmtree(cls.folder)
    libc.setns(cls.network, 0)
    os.close(cls.network)

  def path(self, name, text=None):
    path = os.path.join(self.folder, name)
    if text is not None:
      with open(path, "w") as file: file.write(text)
    return path

  def serve(self, *options):
    web = Web(self.daemon.socket, "--token-file", self.token_file, *options, port=8095)
    self.addCleanup(web.stop)
    return web

  def start(self, program, *arguments):
    command = [os.path.join(NEIGHBOURS, program), *arguments]
    log = open(self.path("log"), "w+b")
    started = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder, env=dict(os.environ, HOME=self.folder))
    def end():
      started.terminate()
      started.wait(20)
      log.close()
    self.addCleanup(end)
    return started

  def until(self, is_so, patience=60):
    """Waits until it answers, and returns what."""
    end = time.monotonic() + patience
    while True:
      try:
        if value := is_so(): return value
      except OSError: pass
      with open(self.path("log"), errors="replace") as file: self.assertLess(time.monotonic(), end, file.read())
      time.sleep(0.1)

  def connect(self, port, context):
    """As to music.example, which leads to this machine."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=context)
    context.check_hostname = False
    return connection

  def ask(self, port, method, path, headers=None, body=None, host="music.example"):
    connection = self.connect(port, ssl._create_unverified_context())
    try:
      connection.request(method, path, body, {"Host": host, **(headers or {})})
      answer = connection.getresponse()
      return answer.status, answer.headers, answer.read().decode()
    finally: connection.close()

  # MARK: Proxies

  def is_passed_on(self):
    """The page, a session, a change and events, through a proxy at 443."""
    self.until(lambda: self.ask(443, "GET", "/")[0] == 200)
    self.assertEqual(json.loads(self.ask(443, "GET", "/session")[2])["access"], "none")
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://music.example", "Accept": "application/json"}
    code, fields, text = self.ask(443, "POST", "/login", form, f"token={self.full}")
    self.assertEqual((code, json.loads(text)["access"]), (200, "full"))
    self.assertIn("Secure", fields["Set-Cookie"])
    own = {"Cookie": fields["Set-Cookie"].split(";")[0], "Content-Type": "application/json"}
    self.assertEqual(self.ask(443, "PATCH", "/v1/output", {**own, "Origin": "https://other.example"}, '{"volume": -7}')[0], 403)
    code, _, text = self.ask(443, "PATCH", "/v1/output", {**own, "Origin": "https://music.example"}, '{"volume": -7}')
    self.assertEqual((code, json.loads(text)["volume"]), (200, -7))
    self.assertNotIn("convolved", self.ask(443, "GET", "/", host="other.example")[2])
    # An event comes when it happens, though the answer never ends.
    connection = self.connect(443, ssl._create_unverified_context())
    self.addCleanup(connection.close)
    connection.request("GET", "/v1/events", headers={"Host": "music.example", "Cookie": own["Cookie"]})
    events = connection.getresponse()
    began, seen = time.monotonic(), 0
    while seen < 4:
      if events.readline().startswith(b"event: levels"): seen += 1
      self.assertLess(time.monotonic() - began, 15)

  def test_nginx(self):
    self.serve("--behind-proxy", "--host", "music.example")
    own = "\n".join(f"{kind}_temp_path {self.path(kind)};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    configuration = self.path("nginx.conf", f"""
daemon off; master_process off; pid {self.path("nginx.pid")}; error_log stderr;
events {{}}
http {{
{own}
access_log off;
server {{
listen 127.0.0.1:443 ssl; server_name music.example; ssl_certificate {self.certificate}; ssl_certificate_key {self.key};
{indented("# nginx")}
}}
server {{ listen 127.0.0.1:443 ssl default_server; ssl_certificate {self.certificate}; ssl_certificate_key {self.key}; return 421; }}
}}
""")
    self.start("usr/sbin/nginx", "-e", "stderr", "-p", self.folder, "-c", configuration)
    self.is_passed_on()

  def test_caddy(self):
    self.serve("--behind-proxy", "--host", "music.example")
    # Nobody signs a certificate for it here, and no name leads to it.
    configuration = self.path("Caddyfile", "{\n  local_certs\n  skip_install_trust\n  admin off\n  default_sni music.example\n}\n" + indented("# Caddyfile"))
    self.start("usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", configuration)
    self.is_passed_on()

  # MARK: Prometheus and Home Assistant

  def test_prometheus(self):
    self.serve()
    text, = re.findall(r"```yaml\n# prometheus.yaml\n(.*?)```", GUIDE, flags=re.S)
    text = text.replace("/etc/prometheus/convolved-token", self.path("prometheus-token", self.read_only))
    configuration = self.path("prometheus.yaml", "global: { scrape_interval: 1s }\n" + text)
    self.start("usr/bin/prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={self.path('tsdb')}", "--web.listen-address=127.0.0.1:9090")

    def value(query):
      connection = http.client.HTTPConnection("127.0.0.1", 9090, timeout=20)
      try:
        connection.request("GET", f"/api/v1/query?query={query}")
        result = json.loads(connection.getresponse().read())["data"]["result"]
        return float(result[0]["value"][1]) if result else None
      except ValueError: return None
      finally: connection.close()
    self.until(lambda: value("up") == 1)
    block = json.loads(rig.hostile.ask(self.daemon.socket, rig.hostile.request("GET", "/v1/status"))[1])["block"]
    self.assertEqual(value("convolved_block_frames"), block)

  def test_home_assistant(self):
    self.serve("--certificate", self.certificate, "--key", self.key, "--host", "music.example")

    class Loader(yaml.SafeLoader): pass
    Loader.add_constructor("!secret", lambda loader, node: {"convolved": f"Bearer {self.full}"}[node.value])
    configuration = yaml.load(indented("# configuration.yaml"), Loader)

    def call(method, address, headers, body=None, content_type=None):
      found = re.fullmatch(r"https://music\.example:8095(/\S+)", address)
      headers = dict(headers, **({"Content-Type": content_type} if content_type else {}))
      code, _, text = self.ask(8095, method.upper(), found[1], headers, body, host="music.example:8095")
      self.assertEqual(code, 200, text)
      return json.loads(text)

    def drawn(template, **values): return jinja2.Template(template).render(**values)

    command = configuration["rest_command"]["convolved_volume"]
    call(command["method"], command["url"], command["headers"], drawn(command["payload"], volume=-23.5), command["content_type"])
    rest, = configuration["rest"]
    status = call("get", rest["resource"], rest["headers"])
    state, volume = rest["sensor"]
    self.assertIn(drawn(state["value_template"], value_json=status), ("running", "muted"))
    self.assertEqual(drawn(volume["value_template"], value_json=status), "-23.5")
    # The cause is there where there is one.
    self.assertLessEqual(set(state["json_attributes"]) - {"cause"}, set(status))
    switch, = configuration["switch"]
    for body, is_on in (switch["body_on"], "True"), (switch["body_off"], "False"):
      call(switch["method"], switch["resource"], switch["headers"], body)
      now = call("get", switch["state_resource"], switch["headers"])
      self.assertEqual(drawn(switch["is_on_template"], value_json=now), is_on)


if __name__ == "__main__": unittest.main()
