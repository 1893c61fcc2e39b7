"""Names with markup, 64 channels and 10,000 interruptions."""
import glob, os, re, subprocess, time, urllib.parse

import pytest

from page import PHONE, Page
from stage import PAGE, configuration, until

MARKUP = ["<img src=x onerror=window.harm=1>", "</li><script>window.harm=1</script>", "&lt;b&gt;", "a\"'`=/>", "${window.harm=1}", "javascript:window.harm=1"]


@pytest.fixture(scope="module")
def wide(stages):
  routes = "\n".join(f"  - {{ name: r{n}, from: {n}, to: {n}, kernel: dirac }}" for n in range(64))
  return stages(configuration(routes, 64, 64))


def is_unharmed(page):
  return page.js("return window.harm") is None and page.js("return document.querySelectorAll('main img, main script').length") == 0


@pytest.mark.parametrize("markup", MARKUP)
def test_markup_from_whoever_sends_a_kernel_is_text(page, stage, markup):
  page.open("filters")
  code, _ = stage.ask("PUT", "/v1/filters/left/kernel?name=" + urllib.parse.quote(markup, safe=""), b"1\n")
  assert code == 200
  until(lambda: page.js("return document.querySelector('.route .kernel-name').textContent") == stage.route("left")["kernel"])
  assert stage.route("left")["kernel"] == markup
  # What is refused is quoted.
  page.click(f'{page.row("right")} .kernel')
  page.enter(f'{page.row("right")} .words', "lowpass:" + markup)
  until(lambda: "lowpass:" in page.find(f'{page.row("right")} .note').text)
  page.show("configuration")
  until(lambda: page.value("text"))
  page.js("const t = document.getElementById('text'); t.value = arguments[0]; t.dispatchEvent(new Event('input'))", f"rate: 48000\n'{markup.replace(chr(39), '')}': 1\n")
  page.click("#check")
  until(lambda: len(page.all("#faults li")) > 1)
  for view in ("sound", "equaliser", "compare"):
    page.show(view)
    time.sleep(0.2)
  assert is_unharmed(page)


def test_markup_in_every_text_of_a_status_is_text(page, stage):
  """The daemon takes no such names of filters; the page does not rely on it."""
  page.open("filters")
  until(lambda: page.all(".route"))
  shown = page.js_async("""
    const [markup, done] = arguments;
    import("./live.js").then((m) => {
      const poison = (value) => typeof value === "string" ? markup : Array.isArray(value) ? value.map(poison)
        : value && typeof value === "object" ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poison(one)])) : value;
      const poisoned = poison(m.live.status);
      poisoned.xruns.last = [{ time: markup, direction: markup, cause: markup, text: markup }];
      poisoned.filters.forEach((one, n) => { one.name = `${markup} ${n}`; });
      m.live.interruptions = poisoned.xruns.last;
      m.live.status = poisoned;
      for (const topic of ["status", "state", "realtime", "changes", "xruns", "levels"]) m.announce(topic);
      requestAnimationFrame(() => requestAnimationFrame(() => done(document.querySelector("#matrix").textContent + document.querySelector("#xruns").textContent)));
    });""", MARKUP[0])
  assert shown.count(MARKUP[0]) > 6 and is_unharmed(page)


def test_the_page_has_no_way_to_make_markup_of_text():
  files = glob.glob(os.path.join(PAGE, "*"))
  for path in files:
    text = open(path, encoding="utf-8").read()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|style=\"|srcdoc|DOMParser", text), path
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", text), path
    assert re.fullmatch(r"[a-z0-9-]+\.[a-z0-9]+", os.path.basename(path))
  assert sum(os.path.getsize(path) for path in files) <= 200_000


def test_64_channels_do_not_freeze_it(driver, wide):
  page = Page(driver, wide)
  page.appearance()
  page.open("sound")
  until(lambda: len(page.all("#outputs .meter")) == 64 and len(page.all("#inputs .meter")) == 64)
  assert page.longest_task(4) < 250
  page.show("filters")
  until(lambda: len(page.all(".route")) == 64)
  assert page.longest_task(3) < 400
  page.appearance(PHONE)
  assert page.js("return document.documentElement.scrollWidth") <= 360
  page.appearance()
  assert page.faults() == []


def test_many_routes_come_by_pages(driver, stages):
  routes = "\n".join(f"  - {{ name: r{n}, from: {n % 16}, to: {n // 16}, kernel: dirac }}" for n in range(256))
  page = Page(driver, stages(configuration(routes, 16, 16))).open("filters")
  until(lambda: len(page.all(".route")) == 128)
  page.click("#more-routes")
  until(lambda: len(page.all(".route")) == 256)
  assert not page.shown("more-routes")


def test_interruptions_of_the_daemon_are_shown_with_their_cause(page, stage):
  page.open()
  for _ in range(40):
    subprocess.run([f"{stage.rig.cable}/cablectl", f"{stage.rig.shm}/cable2", "xrun", "play"], check=True, capture_output=True)
    time.sleep(0.05)
  count = stage.status()["xruns"]
  total = until(lambda: count["capture"] + count["playback"])
  assert total >= 20
  until(lambda: page.text("xruns-total").startswith(f"{total} since the start"), what=lambda: page.text("xruns-total"))
  shown = page.all("#xruns li")
  assert 16 <= len(shown) <= 100 and "playback" in shown[0].text


def test_10000_interruptions_do_not_freeze_it(page):
  """The list itself, with as many as a bad night has, in bursts of 16 as events tell them."""
  page.open()
  longest, rows, kept = page.js_async("""
    const done = arguments[0];
    Promise.all([import("./interruptions.js"), import("./live.js")]).then(([list, live]) => {
      let kept = [], longest = 0;
      for (let n = 0; n < 10000; n += 16) {
        const began = performance.now();
        const burst = Array.from({ length: 16 }, (_, k) => ({ time: new Date(1.7e12 + (n + k) * 50).toISOString(), direction: "playback", cause: "lateBlock", text: `xrun ${n + k}` }));
        kept = live.merged(burst, kept);
        list.drawList(document.getElementById("xruns"), kept);
        longest = Math.max(longest, performance.now() - began);
      }
      done([longest, document.querySelectorAll("#xruns li").length, kept.length]);
    });""")
  assert rows == 100 and kept == 200 and longest < 200
