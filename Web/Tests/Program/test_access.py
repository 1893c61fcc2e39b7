"""Who may do what: tokens, sessions, foreign pages and names, paths, methods."""
import json, os, shutil, tempfile, time, unittest
import rig
from rig import Web, bearer


class Access(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    cls.daemon = rig.hostile.Rig(rig.BUILD)
    cls.daemon.start()
    cls.folder = tempfile.mkdtemp(prefix="web-")
    cls.token_file, cls.full, cls.reading = rig.tokens(cls.folder)
    cls.open = Web(cls.daemon.socket)
    cls.web = Web(cls.daemon.socket, "--token-file", cls.token_file, "--host", "music.example")

  @classmethod
  def tearDownClass(cls):
    for web in (cls.open, cls.web): web.stop()
    cls.daemon.stop()
    cls.daemon.remove()
    shutil.rmtree(cls.folder)

  # The rates are for attacks.
  def setUp(self): time.sleep(0.3)

  def volume(self): return self.daemon.status()["output"]["volume"]

  def change(self, web, *headers, **options):
    return web.ask("PATCH", "/v1/output", ["Content-Type: application/json", *headers], b'{"volume": -7}', **options)[0]

  def log_in(self, web, token, *headers):
    return web.ask("POST", "/login", ["Content-Type: application/x-www-form-urlencoded", *headers], f"token={token}".encode())

  def test_without_a_token_it_only_reads(self):
    for path in ("/v1/status", "/metrics", "/v1/openapi.json", "/v1/presets", "/v1/filters/f0/response", "/v1/outputs/0/response?input=0", "/"):
      self.assertEqual(self.open.ask("GET", path)[0], 200, path)
    self.assertEqual(self.open.json("GET", "/session"), {"access": "read-only", "login": False, "signedIn": False})
    before = self.volume()
    self.assertEqual(self.change(self.open), 403)
    # What a header says does not matter where nobody has a token.
    self.assertEqual(self.change(self.open, bearer(self.full)), 403)
    self.assertEqual(self.open.ask("GET", "/v1/config")[0], 403)
    self.assertEqual(self.log_in(self.open, self.full)[0], 404)
    for method, path in (("POST", "/v1/verify"), ("POST", "/v1/config/reload"), ("PUT", "/v1/filters/f0/kernel"), ("PATCH", "/v1/filters"),
                         ("DELETE", "/v1/presets/x"), ("POST", "/v1/status"), ("PUT", "/v1/config"), ("POST", "/v1/config/check")):
      self.assertEqual(self.open.ask(method, path, body=b"")[0], 403, (method, path))
    self.assertEqual(self.volume(), before)

  def test_with_a_token_nothing_but_the_page_is_shown_to_others(self):
    self.assertEqual(self.web.ask("GET", "/")[0], 200)
    self.assertEqual(self.web.json("GET", "/session"), {"access": "none", "login": True, "signedIn": False})
    for path in ("/v1/status", "/metrics", "/v1/events", "/v1/config", "/v1/unknown"):
      code, fields, body = self.web.ask("GET", path)
      self.assertEqual(code, 401, path)
      self.assertIn("Bearer", fields["www-authenticate"])
      self.assertNotIn(b"f0", body)

  def test_each_token_allows_what_it_says(self):
    self.assertEqual(self.web.ask("GET", "/v1/status", [bearer(self.reading)])[0], 200)
    self.assertEqual(self.web.ask("GET", "/v1/config", [bearer(self.reading)])[0], 200)
    self.assertEqual(self.change(self.web, bearer(self.reading)), 403)
    self.assertEqual(self.change(self.web, bearer(self.full)), 200)
    self.assertEqual(self.volume(), -7)
    self.assertEqual(self.web.json("GET", "/session", [bearer(self.full)])["access"], "full")
    self.assertEqual(self.web.json("GET", "/session", [bearer(self.reading.upper())])["access"], "read-only")

  def test_what_is_nearly_a_token_is_none(self):
    for given in (self.full[:-1], self.full + "0", self.full[:-1] + ("0" if self.full[-1] != "0" else "1"), "", "0" * 64, self.full[::-1]):
      self.assertIn(self.web.ask("GET", "/v1/status", [f"Authorization: Bearer {given}"], stream=None)[0], (401, 429), given)
    for field in (self.full, f"Basic {self.full}", f"Bearer  x{self.full}", "Bearer"):
      self.assertIn(self.web.ask("GET", "/v1/status", [f"Authorization: {field}"])[0], (401, 429), field)
    self.restart()

  def restart(self):
    """With buckets that are full again."""
    type(self).web.stop()
    type(self).web = Web(self.daemon.socket, "--token-file", self.token_file, "--host", "music.example")

  def test_a_session_begins_and_ends(self):
    code, fields, body = self.log_in(self.web, self.full, "Accept: application/json")
    self.assertEqual((code, json.loads(body)), (200, {"access": "full", "login": True, "signedIn": True}))
    cookie = fields["set-cookie"]
    for word in ("HttpOnly", "SameSite=Strict", "Path=/"): self.assertIn(word, cookie)
    self.assertNotIn(self.full, cookie)
    sent = "Cookie: a=b; " + cookie.split(";")[0]
    self.assertEqual(self.web.json("GET", "/session", [sent]), {"access": "full", "login": True, "signedIn": True})
    origin = f"Origin: http://{self.web.host}"
    self.assertEqual(self.change(self.web, sent, origin), 200)
    # A form of another page would be sent without it, or with another.
    self.assertEqual(self.change(self.web, sent), 403)
    self.assertEqual(self.change(self.web, sent, "Origin: null"), 403)
    code, fields, _ = self.web.ask("POST", "/logout", [sent, origin], b"")
    self.assertEqual((code, fields["location"]), (303, "/"))
    self.assertEqual(self.web.ask("GET", "/v1/status", [sent])[0], 401)

  def test_a_form_leads_back_to_the_page(self):
    code, fields, _ = self.log_in(self.web, self.reading, f"Origin: http://{self.web.host}")
    self.assertEqual((code, fields["location"]), (303, "/"))
    sent = "Cookie: " + fields["set-cookie"].split(";")[0]
    self.assertEqual(self.web.json("GET", "/session", [sent])["access"], "read-only")
    self.assertEqual(self.change(self.web, sent, f"Origin: http://{self.web.host}"), 403)

  def test_forms_are_small_and_forms(self):
    form = "Content-Type: application/x-www-form-urlencoded"
    self.assertEqual(self.web.ask("POST", "/login", [form], b"token=" + b"0" * 4000)[0], 413)
    self.assertEqual(self.web.ask("POST", "/login", [form], b"")[0], 400)
    self.assertEqual(self.web.ask("POST", "/login", ["Content-Type: application/json"], b"{}")[0], 415)
    self.assertEqual(self.web.ask("GET", "/login")[0], 405)
    self.assertEqual(self.web.ask("GET", "/logout")[0], 405)

  def test_foreign_pages_are_refused(self):
    own = self.web.host
    for origin in ("http://evil.example", "null", f"https://{own}", f"http://{own}.evil.example", "http://127.0.0.1:1", f"http://{own}/",
                   f"http://x@{own}", "file://", "", f"http://localhost:{self.web.port}"):
      self.assertEqual(self.change(self.web, bearer(self.full), f"Origin: {origin}"), 403, origin)
      self.assertEqual(self.web.ask("GET", "/v1/status", [bearer(self.full), f"Origin: {origin}"])[0], 403, origin)
      self.assertEqual(self.log_in(self.web, self.full, f"Origin: {origin}")[0], 403, origin)
    self.assertEqual(self.change(self.web, bearer(self.full), f"Origin: http://{own}"), 200)
    for site in ("cross-site", "same-site", "x"):
      self.assertEqual(self.open.ask("GET", "/v1/status", [f"Sec-Fetch-Site: {site}"])[0], 403, site)
      self.assertEqual(self.open.ask("GET", "/", [f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors"])[0], 403, site)
      self.assertEqual(self.open.ask("GET", "/", [f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate"])[0], 200, site)
    self.assertEqual(self.open.ask("GET", "/v1/status", ["Sec-Fetch-Site: same-origin"])[0], 200)

  def test_no_answer_lets_other_pages_read_it(self):
    for method, path, headers in (("GET", "/", []), ("GET", "/v1/status", [bearer(self.full)]), ("GET", "/v1/status", []), ("OPTIONS", "/v1/output", []),
                                  ("GET", "/nothing", [])):
      code, fields, _ = self.web.ask(method, path, headers + [f"Origin: http://{self.web.host}"])
      self.assertFalse([name for name in fields if name.startswith("access-control")], path)
      self.assertIn("default-src 'none'", fields["content-security-policy"])
      self.assertEqual(fields["x-content-type-options"], "nosniff")
      self.assertEqual(fields["x-frame-options"], "DENY")
      self.assertEqual(fields["referrer-policy"], "no-referrer")
      if path != "/": self.assertIn("no-", fields["cache-control"])
    self.assertEqual(self.web.ask("OPTIONS", "/v1/output", ["Access-Control-Request-Method: PATCH"])[0], 405)

  def test_foreign_names_are_refused(self):
    port = self.web.port
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.2", "127.0.0.1.evil.example", "[::1]", "0.0.0.0", "10.0.0.1"):
      self.assertEqual(self.web.ask("GET", "/v1/status", [bearer(self.full)], host=host)[0], 421, host)
      self.assertEqual(self.web.ask("GET", "/", host=host)[0], 421, host)
    for host in ("a b", "[::1", "x:y", "http://127.0.0.1", "127.0.0.1:999999", "a/b", "user@127.0.0.1"):
      self.assertEqual(self.web.ask("GET", "/", host=host)[0], 400, host)
    self.assertEqual(self.web.ask("GET", "/", host="")[0], 400)
    self.assertEqual(self.web.ask("GET", "/", ["Host: 127.0.0.1"])[0], 400)
    for host in ("localhost", f"LocalHost:{port}", "127.0.0.1", f"music.example:{port}", "MUSIC.example"):
      self.assertEqual(self.web.ask("GET", "/", host=host)[0], 200, host)

  def test_paths_lead_nowhere_else(self):
    page, full = self.web.ask("GET", "/")[2], [bearer(self.full)]
    for path in ("//v1/status", "/v1//status", "/v1/../metrics", "/v1/./status", "/v1/%2e%2e/metrics", "/v1/%2E/status", "/v1/status/", "/./", "/..",
                 "/%2e%2e/etc/passwd", "/v1/..%2fmetrics/%5c", "/v1/%00", "/v1/%", "/v1/%zz", "/v1/%1f", "/v1\\status", "http://127.0.0.1/v1/status",
                 "*", "v1/status", "/v1/" + "a/" * 40, "/v1/é", "/v1/<x>", "/v1/status#x", "/v1/{name}"):
      self.assertEqual(self.web.ask("GET", path, full)[0], 400, path)
      time.sleep(0.02)
    for path in ("/v1", "/v1%2Fstatus", "/V1/status", "/index.htm", "/etc/passwd", "/metrics/x", "/session/x", "/page.c", "/v1status"):
      self.assertEqual(self.web.ask("GET", path, full)[0], 404, path)
    self.assertEqual(self.web.ask("GET", "/" + "a" * 2100, full)[0], 414)
    self.assertEqual(self.web.ask("GET", "/v1/status?" + "a" * 9000, full)[0], 414)
    self.assertEqual(self.web.ask("GET", "/index.html")[2], page)
    # What the daemon says of a name with a slash in it is its own.
    code, fields, body = self.web.ask("PUT", "/v1/filters/no%2Fsuch/kernel", full, b"1\n")
    self.assertEqual((code, fields["content-type"]), (404, "application/problem+json"))
    self.assertIn("no/such", json.loads(body)["detail"])

  def test_methods_and_protocols(self):
    for method in ("OPTIONS", "TRACE", "PROPFIND", "MKCOL", "LOCK"):
      self.assertEqual(self.web.ask(method, "/v1/status", [bearer(self.full)])[0], 405, method)
    for method in ("PUT", "POST", "DELETE", "PATCH"): self.assertEqual(self.web.ask(method, "/", body=b"")[0], 405, method)
    for headers in (["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: x"],
                    ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: "]):
      self.assertEqual(self.web.ask("GET", "/v1/events", headers + [bearer(self.full)])[0], 400)
    self.assertIn(self.raw(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n"), (400, 405))
    self.assertIn(self.raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), (0, 400))
    self.assertIn(self.raw(b"\x16\x03\x01\x00\xa5\x01\x00\x00"), (0, 400, 408))

  def raw(self, data):
    with self.web.connect() as s:
      s.sendall(data)
      return rig.answer(s)[0]

  def test_framing_hides_no_request(self):
    host, token = self.web.host, bearer(self.full)
    before = self.volume()
    inner = f"PATCH /v1/output HTTP/1.1\r\nHost: {host}\r\n{token}\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n" + '{"volume":-99}'
    for heads in (["Content-Length: 4", "Transfer-Encoding: chunked"], ["Content-Length: 4", "Content-Length: 200"], ["Content-Length: -1"],
                  ["Transfer-Encoding: xchunked"], ["Transfer-Encoding: chunked, chunked"], ["Transfer-Encoding:\x0bchunked"], ["Content-Length: 4\r\n 4"],
                  ["Transfer-Encoding: gzip, chunked"]):
      head = f"POST /v1/verify HTTP/1.1\r\nHost: {host}\r\n{bearer(self.reading)}\r\n" + "\r\n".join(heads) + "\r\n\r\n0\r\n\r\n"
      with self.web.connect() as s:
        s.sendall((head + inner.replace(self.full, self.reading)).encode("latin-1"))
        self.assertIn(rig.answer(s)[0], (400, 403, 501), heads)
    self.assertEqual(self.volume(), before)

  def test_the_daemons_refusals_pass(self):
    code, fields, body = self.web.ask("PATCH", "/v1/output", [bearer(self.full), "Content-Type: application/json"], b'{"volume": 3}')
    self.assertEqual((code, fields["content-type"]), (400, "application/problem+json"))
    self.assertIn("amplify by a filter's gain", json.loads(body)["detail"])
    self.assertEqual(self.web.ask("PATCH", "/v1/output", [bearer(self.full)], b"{}")[0], 415)
    code, fields, _ = self.web.ask("DELETE", "/v1/output", [bearer(self.full)])
    self.assertEqual((code, fields["allow"]), (405, "PATCH"))

  def test_a_kernel_is_passed_on(self):
    taps = b"".join(b"%d\n" % (n == 0) for n in range(200_000))
    for headers, body in (([], taps), (["Transfer-Encoding: chunked"], b"%x\r\n%b\r\n0\r\n\r\n" % (len(taps), taps)), (["Expect: 100-continue"], taps)):
      code, _, said = self.web.ask("PUT", "/v1/filters/spare/kernel?name=long.txt", [bearer(self.full), "Content-Type: text/plain", *headers], body, patience=60)
      self.assertEqual(code, 200, said)
    names = {f["name"]: f["kernel"] for f in self.daemon.status()["filters"]}
    self.assertIn("long.txt", str(names["spare"]))

  def test_each_reading_of_the_daemon_has_a_row(self):
    paths = json.loads(self.open.ask("GET", "/v1/openapi.json")[2])["paths"]
    for path, methods in paths.items():
      if "get" not in methods: continue
      target = path.replace("{name}", "f0")
      code = self.web.ask("GET", target, [bearer(self.reading)], patience=5)[0]
      self.assertNotIn(code, (401, 403), f"{path}: add it to Route.readings")

  def test_a_request_of_http_1_0(self):
    with self.open.connect() as s:
      s.sendall(f"GET /v1/status HTTP/1.0\r\nHost: {self.open.host}\r\n\r\n".encode())
      data = b""
      while piece := s.recv(1 << 16): data += piece
    self.assertIn(b"200 OK", data.split(b"\r\n")[0])
    self.assertTrue(json.loads(data.split(b"\r\n\r\n", 1)[1])["state"])

  def test_several_requests_on_one_connection(self):
    with self.open.connect() as s:
      for path in ("/v1/status", "/", "/session", "/v1/nothing", "/v1/status"):
        s.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.open.host}\r\n\r\n".encode())
        self.assertEqual(rig.answer(s)[0], 403 if path == "/v1/nothing" else 200)
      # A HEAD has no body that could be taken for the next answer.
      s.sendall(f"HEAD /v1/status HTTP/1.1\r\nHost: {self.open.host}\r\n\r\nGET /session HTTP/1.1\r\nHost: {self.open.host}\r\n\r\n".encode())
      self.assertEqual(rig.answer(s, is_head=True)[0], 200)

  def test_files_are_known_by_their_tags(self):
    code, fields, body = self.open.ask("GET", "/")
    self.assertIn("text/html", fields["content-type"])
    self.assertEqual(self.open.ask("GET", "/", [f"If-None-Match: {fields['etag']}"])[0], 304)
    self.assertEqual(self.open.ask("HEAD", "/")[1]["content-length"], str(len(body)))
    with open(os.path.join(rig.ROOT, "Web/Page/index.html"), "rb") as file: self.assertEqual(file.read(), body)

  def test_every_file_of_the_page_is_built_in(self):
    for name in os.listdir(os.path.join(rig.ROOT, "Web/Page")):
      with open(os.path.join(rig.ROOT, "Web/Page", name), "rb") as file:
        self.assertEqual(self.open.ask("GET", f"/{name}")[2], file.read(), f"{name}: see Web/Sources/CPage/page.c, and build")
      time.sleep(0.05)

  def test_events_come_as_they_are_sent(self):
    with self.web.connect() as s:
      s.sendall(f"GET /v1/events HTTP/1.1\r\nHost: {self.web.host}\r\n{bearer(self.reading)}\r\n\r\n".encode())
      begin, data, times = time.monotonic(), b"", []
      while len(times) < 8 and time.monotonic() < begin + 20:
        data += s.recv(1 << 16)
        times += [time.monotonic()] * (data.count(b"event: levels") - len(times))
      self.assertEqual(len(times), 8)
      # Four a second, not all at the end.
      self.assertGreater(times[-1] - times[0], 1)
      self.assertIn(b"x-accel-buffering: no", data.lower())
    # The daemon's end of it closes with the client's.
    end = time.monotonic() + 5
    while self.listeners() and time.monotonic() < end: time.sleep(0.1)
    self.assertEqual(self.listeners(), 0)

  def listeners(self):
    """Connections of the program to the daemon."""
    with open("/proc/net/unix") as file: return sum(line.rstrip().endswith(self.daemon.socket) for line in file if " 03 " in line)

  def test_the_daemon_is_away(self):
    web = Web("/nonexistent/socket")
    try:
      code, _, body = web.ask("GET", "/v1/status")
      self.assertEqual(code, 502)
      self.assertIn("/nonexistent/socket", json.loads(body)["detail"])
      self.assertEqual(web.ask("GET", "/")[0], 200)
    finally: web.stop()

  def test_a_proxy_speaks_for_its_clients(self):
    web = Web(self.daemon.socket, "--token-file", self.token_file, "--behind-proxy", "--host", "music.example")
    try:
      self.assertEqual(self.change(web, bearer(self.full), "Origin: https://music.example", host="music.example"), 200)
      self.assertEqual(self.change(web, bearer(self.full), "Origin: http://music.example", host="music.example"), 403)
      _, fields, _ = self.log_in(web, self.full)
      self.assertIn("Secure", fields["set-cookie"])
      self.assertTrue(fields["set-cookie"].startswith("__Host-convolved="))
      # Wrong tokens of one client do not keep out another.
      codes = [web.ask("GET", "/v1/status", [bearer("0" * 64), "X-Forwarded-For: 203.0.113.9, 192.0.2.1"])[0] for _ in range(12)]
      self.assertEqual(codes[0], 401)
      self.assertEqual(codes[-1], 429)
      self.assertEqual(web.ask("GET", "/v1/status", [bearer(self.full), "X-Forwarded-For: 192.0.2.2"])[0], 200)
    finally: web.stop()

  def test_sessions_outlive_the_program_where_it_has_a_folder(self):
    folder = os.path.join(self.folder, "kept")
    os.makedirs(os.path.join(folder, "state"))
    token_file, full, _ = rig.tokens(folder)
    def run(use):
      web = Web(self.daemon.socket, "--token-file", token_file, environment={"STATE_DIRECTORY": os.path.join(folder, "state")})
      try: return use(web)
      finally: self.assertEqual(web.stop(), 0)
    cookie = run(lambda web: "Cookie: " + self.log_in(web, full)[1]["set-cookie"].split(";")[0])
    self.assertEqual(os.stat(os.path.join(folder, "state/sessions")).st_mode & 0o777, 0o600)
    self.assertEqual(run(lambda web: web.ask("GET", "/v1/status", [cookie])[0]), 200)
    # Other tokens end what began with the former ones.
    rig.tokens(folder)
    self.assertEqual(run(lambda web: web.ask("GET", "/v1/status", [cookie])[0]), 401)


if __name__ == "__main__": unittest.main()
