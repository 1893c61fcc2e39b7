"""Firefox by WebDriver BiDi, which it speaks itself: Debian has no geckodriver."""
import itertools, json, os, re, shutil, subprocess, tempfile, threading

import websocket


class Firefox:
  def __init__(self):
    self.profile = tempfile.mkdtemp(prefix="firefox-")
    self.numbers, self.answers, self.arrived = itertools.count(1), {}, threading.Condition()
    self.faults = []
    self.process = subprocess.Popen(
      ["firefox-esr", "--headless", "--no-remote", "--profile", self.profile, "--remote-debugging-port", "0", "about:blank"],
      env=dict(os.environ, HOME=self.profile, MOZ_HEADLESS_WIDTH="1280", MOZ_HEADLESS_HEIGHT="900"), stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    address = next(found.group(1) for line in self.process.stderr if (found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line)))
    # What it says later must not fill the pipe.
    threading.Thread(target=self.process.stderr.read, daemon=True).start()
    self.socket = websocket.create_connection(address + "/session", timeout=60, suppress_origin=True)
    threading.Thread(target=self.listen, daemon=True).start()
    try:
      self.call("session.new", capabilities={})
      self.call("session.subscribe", events=["log.entryAdded"])
      self.context = self.call("browsingContext.getTree")["contexts"][0]["context"]
    except BaseException:
      # One that does not answer would stay.
      self.end()
      raise

  def listen(self):
    try:
      while text := self.socket.recv():
        message = json.loads(text)
        if message.get("method") == "log.entryAdded" and message["params"]["level"] == "error": self.faults.append(message["params"]["text"])
        if "id" not in message: continue
        with self.arrived:
          self.answers[message["id"]] = message
          self.arrived.notify_all()
    except (OSError, websocket.WebSocketException): pass

  def call(self, method, **parameters):
    number = next(self.numbers)
    self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
    with self.arrived:
      assert self.arrived.wait_for(lambda: number in self.answers, 60), f"no answer to {method}"
      answer = self.answers.pop(number)
    assert answer["type"] == "success", answer
    return answer["result"]

  def open(self, address): self.call("browsingContext.navigate", context=self.context, url=address, wait="complete")

  def js(self, function):
    """The JSON of what an async function without arguments returns."""
    result = self.call("script.evaluate", expression=f"(async () => JSON.stringify(await ({function})()))()", target={"context": self.context}, awaitPromise=True)
    assert result["type"] == "success", result["exceptionDetails"]["text"]
    return json.loads(result["result"].get("value", "null"))

  def size(self, width, height): self.call("browsingContext.setViewport", context=self.context, viewport={"width": width, "height": height})

  def pointer(self, *actions):
    """A mouse's moves, presses and releases."""
    self.call("input.performActions", context=self.context, actions=[{"type": "pointer", "id": "mouse", "actions": list(actions)}])

  def end(self):
    self.socket.close()
    self.process.terminate()
    try: self.process.wait(20)
    except subprocess.TimeoutExpired: self.process.kill()
    shutil.rmtree(self.profile, ignore_errors=True)
