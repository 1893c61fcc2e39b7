"""The page in Firefox ESR: each view, controls, a kernel that is dropped, a band that is dragged."""
import json

import pytest

from firefox import Firefox
from stage import configuration, until

VIEWS = ("sound", "filters", "equaliser", "compare", "configuration")


@pytest.fixture(scope="module")
def stage(stages):
  return stages(configuration("""\
  - { name: left, from: 0, to: 0, kernel: dirac }
  - { name: right, from: 1, to: 1, kernel: "eq:PK Fc 1000 Hz Gain 3 dB Q 1" }
"""))


@pytest.fixture(scope="module")
def firefox():
  firefox = Firefox()
  yield firefox
  firefox.end()


@pytest.fixture
def page(firefox, stage):
  firefox.faults.clear()
  firefox.open("about:blank")
  firefox.open(stage.address)
  until(lambda: firefox.js("() => { const f = document.getElementById('login'); return !f.hidden || document.getElementById('state').textContent === 'running'; }"))
  firefox.js(f"""() => {{
    if (document.getElementById("login").hidden) return;
    document.getElementById("token").value = "{stage.full}";
    document.getElementById("login").requestSubmit();
  }}""")
  until(lambda: firefox.js("() => document.getElementById('state').textContent") == "running")
  yield firefox
  assert firefox.faults == []


def test_each_view_is_drawn_on_phone_and_desktop(page, stage):
  for width, height in ((1280, 900), (360, 780)):
    page.size(width, height)
    for view in VIEWS:
      page.js(f"() => {{ location.hash = '{view}'; }}")
      until(lambda: page.js(f"() => document.getElementById('{view}').checkVisibility()"))
      assert page.js("() => document.documentElement.scrollWidth") <= width, view
  page.size(1280, 900)


def test_controls_change_the_daemon(page, stage):
  page.js("() => document.getElementById('mute').click()")
  until(lambda: stage.status()["output"]["mute"])
  until(lambda: page.js("() => document.getElementById('mute').getAttribute('aria-pressed')") == "true")
  page.js("() => document.getElementById('mute').click()")
  until(lambda: not stage.status()["output"]["mute"])


def test_a_dropped_kernel_is_heard(page, stage):
  page.js("() => { location.hash = 'filters'; }")
  until(lambda: page.js("() => document.querySelectorAll('.route').length") == 2)
  page.js("""() => {
    const carried = new DataTransfer();
    carried.items.add(new File(["0.5\\n"], "half.txt"));
    document.querySelector('.route[data-key="left"]').dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
    document.querySelector('.route[data-key="left"] form').requestSubmit();
  }""")
  until(lambda: stage.route("left")["kernel"] == "half.txt")
  assert [frame[0] for frame in stage.hear([(1000 * n, 0) for n in range(480)])] == [500 * n for n in range(480)]


def test_a_band_is_dragged(page, stage):
  page.js("() => { location.hash = 'equaliser'; }")
  until(lambda: page.js("() => document.querySelectorAll('#eq-handles .handle').length") == 1)
  page.js("() => { document.querySelector('#eq-handles .handle').scrollIntoView({ block: 'center' }); }")
  place = page.js("() => { const r = document.querySelector('#eq-handles .handle').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; }")
  x, y = map(round, place)
  page.pointer(
    {"type": "pointerMove", "x": x, "y": y}, {"type": "pointerDown", "button": 0}, {"type": "pointerMove", "x": x + 60, "y": y - 30, "duration": 100},
    {"type": "pointerUp", "button": 0})
  moved = until(lambda: (text := stage.route("right")["equaliser"]) != "PK Fc 1000 Hz Gain 3 dB Q 1" and text)
  assert "1000 Hz" not in moved, json.dumps(moved)
