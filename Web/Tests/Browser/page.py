"""The page in Chromium, as somebody uses it."""
import base64, contextlib, time

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from stage import until

PHONE, DESKTOP = (360, 780), (1280, 900)


def chromium():
  options = Options()
  options.binary_location = "/usr/bin/chromium"
  # The sandbox needs rights that containers do not have; the page is our own.
  for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"): options.add_argument(argument)
  options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
  driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
  driver.set_script_timeout(60)
  return driver


class Page:
  def __init__(self, driver, stage, token=None):
    self.driver, self.stage = driver, stage
    self.token = token or stage.full

  def open(self, view="sound", is_connected=True):
    self.driver.delete_all_cookies()
    self.driver.get("about:blank")
    self.driver.get(f"{self.stage.address}#{view}")
    if self.stage.token_file:
      until(lambda: self.shown("login"), what="no form for the token")
      self.find("#token").send_keys(self.token, Keys.ENTER)
    if is_connected: self.wait_for("state", ("running", "muted"))
    return self

  def show(self, view):
    self.find(f'nav a[href="#{view}"]').click()
    until(lambda: self.shown(view))

  # Reading
  def js(self, script, *arguments): return self.driver.execute_script(script, *arguments)
  def js_async(self, script, *arguments): return self.driver.execute_async_script(script, *arguments)

  def module(self, name, expression, *arguments):
    """The value of an expression of a module `m` of the page and of `arguments`."""
    result = self.js_async(
      f"const done = arguments[arguments.length - 1]; const given = [...arguments].slice(0, -1);"
      f"import('./{name}').then((m) => done({{ value: {expression} }})).catch((e) => done({{ fault: String(e) }}));", *arguments)
    assert "fault" not in result, result["fault"]
    return result["value"]

  def find(self, selector): return self.driver.find_element(By.CSS_SELECTOR, selector)
  def all(self, selector): return self.driver.find_elements(By.CSS_SELECTOR, selector)
  def text(self, id): return self.js("return document.getElementById(arguments[0]).textContent", id)
  def value(self, id): return self.js("return document.getElementById(arguments[0]).value", id)
  def shown(self, id): return self.js("return document.getElementById(arguments[0]).checkVisibility()", id)
  def pressed(self, id): return self.find(f"#{id}").get_attribute("aria-pressed") == "true"

  def wait_for(self, id, wanted):
    wanted = (wanted,) if isinstance(wanted, str) else wanted
    return until(lambda: any(one in self.text(id) for one in wanted), what=lambda: f"#{id} is {self.text(id)!r}, not {wanted}")

  def faults(self):
    """What the browser's console has of errors, but for answers that were asked for."""
    return [line["message"] for line in self.driver.get_log("browser") if line["level"] == "SEVERE" and "Failed to load resource" not in line["message"]]

  # Doing
  def click(self, selector):
    def done():
      # What comes with the daemon's next answer is waited for.
      with contextlib.suppress(StaleElementReferenceException, NoSuchElementException):
        control = self.find(selector)
        # A click on a disabled control is lost.
        if not control.is_enabled(): return False
        control.click()
        return True
    until(done, what=f"{selector} cannot be clicked")

  def enter(self, selector, text):
    field = self.find(selector)
    field.click()
    field.send_keys(Keys.CONTROL + "a")
    field.send_keys(text, Keys.ENTER)

  def row(self, name): return f'.route[data-key="{name}"]'

  def drop(self, selector, name, content):
    """Drops a file."""
    self.js("""
      const bytes = Uint8Array.from(atob(arguments[2]), (one) => one.charCodeAt(0));
      const carried = new DataTransfer();
      carried.items.add(new File([bytes], arguments[1]));
      for (const kind of ["dragenter", "dragover", "drop"])
        document.querySelector(arguments[0]).dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true }));
      """, selector, name, base64.b64encode(content).decode())

  def appearance(self, size=DESKTOP, scheme="light"):
    self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE})
    self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})

  def longest_task(self, seconds):
    """Milliseconds for which the page did not react, at the most, while `seconds` passed."""
    return self.js_async("""
      const [seconds, done] = arguments;
      let last = performance.now(), longest = 0;
      const end = last + seconds * 1000;
      (function tick() {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        if (now < end) setTimeout(tick); else done(longest);
      })();""", seconds)


def pause(seconds): time.sleep(seconds)
