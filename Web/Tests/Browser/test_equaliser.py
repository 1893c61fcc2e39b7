"""Bands that are dragged on the response, and heard when they are let go."""
import json, math, random

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from stage import configuration, until

LINES = "Preamp: -6.4 dB\nFilter 1: ON LSC Fc 105 Hz Gain 6.1 dB Q 0.7\nFilter 2: ON PK Fc 1050 Hz Gain -1.3 dB Q 1.83\n" + \
  "Filter 3: ON PK Fc 3410 Hz Gain -3.4 dB Q 2.36\nFilter 4: OFF PK Fc 5585 Hz Gain 3.2 dB Q 2.07\nFilter 5: ON HSC Fc 10000 Hz Gain -2.3 dB Q 0.7\n"
TWO = """\
  - { name: left, from: 0, to: 0, kernel: "eq:PK Fc 1000 Hz Gain 3 dB Q 1" }
  - { name: right, from: 1, to: 1, kernel: "eq:PK Fc 1000 Hz Gain 3 dB Q 1" }
  - { name: plain, from: 0, to: 2, kernel: dirac }
"""


@pytest.fixture(scope="module")
def stage(stages): return stages(configuration(TWO))


def reset(stage):
  change = {"left": {"kernel": "eq:PK Fc 1000 Hz Gain 3 dB Q 1"}, "right": {"kernel": "eq:PK Fc 1000 Hz Gain 3 dB Q 1"}, "plain": {"kernel": "dirac"}}
  assert stage.ask("PATCH", "/v1/filters", json.dumps(change).encode(), "application/json")[0] == 200


def opened(page, stage):
  reset(stage)
  page.open("equaliser")
  until(lambda: len(page.all("#eq-handles .handle")) == 1)


def lines(stage, name="left"): return stage.route(name)["equaliser"]


def test_equal_routes_are_taken_together(page, stage):
  opened(page, stage)
  assert [one.get_property("checked") for one in page.all("#eq-routes input")] == [True, True, False]


def test_a_dragged_band_is_heard_when_it_is_let_go(page, stage):
  opened(page, stage)
  changes = stage.status()["changes"]
  handle = page.find("#eq-handles .handle")
  held = ActionChains(page.driver).click_and_hold(handle)
  for _ in range(8): held = held.move_by_offset(12, -5)
  held.perform()
  assert stage.status()["changes"] == changes, "nothing is heard while it is dragged"
  ActionChains(page.driver).release().perform()
  until(lambda: stage.status()["changes"] > changes)
  assert stage.status()["changes"] == changes + 1, "both routes change in one step"
  until(lambda: lines(stage) == lines(stage, "right") and "1000 Hz" not in lines(stage))
  moved = page.module("equaliser-text.js", "m.read(given[0])", lines(stage))["bands"][0]
  assert moved["frequency"] > 1200 and moved["gain"] > 4 and moved["q"] == 1
  assert stage.route("plain")["kernel"] == "dirac"
  page.click("#eq-undo")
  until(lambda: "1000 Hz" in lines(stage) and "Gain 3 dB" in lines(stage))


def test_keys_and_fields_move_a_band(page, stage):
  opened(page, stage)
  handle = page.find("#eq-handles .handle")
  handle.send_keys(Keys.ARROW_UP * 5)
  until(lambda: "Gain 4 dB" in lines(stage))
  handle.send_keys("+")
  until(lambda: "Q 1.1" in lines(stage))
  page.enter("#eq-bands .band .unit:nth-of-type(2) input", "2,5 kHz")
  until(lambda: "Fc 2500 Hz" in lines(stage))
  assert "2.5 kHz" in handle.get_attribute("aria-label")
  page.click("#eq-add")
  until(lambda: lines(stage).count("PK") == 2)
  page.click("#eq-bands .band:nth-child(2) .remove")
  until(lambda: lines(stage).count("PK") == 1)
  page.click("#eq-safe")
  until(lambda: "Preamp: -4 dB" in lines(stage))


def test_keys_while_an_answer_is_on_its_way_are_not_lost(page, stage):
  opened(page, stage)
  handle = page.find("#eq-handles .handle")
  for step in range(6):
    handle.send_keys(Keys.ARROW_UP)
    # What was pressed before is heard by now, and its answer is near.
    until(lambda: f"Gain {3.2 + 0.4 * step:.1f}".removesuffix(".0") in lines(stage))
    handle.send_keys(Keys.ARROW_UP)
    until(lambda: f"Gain {3.4 + 0.4 * step:.1f}".removesuffix(".0") in lines(stage))


def test_bands_cannot_be_moved_while_the_connection_is_lost(page, stage):
  opened(page, stage)
  handle = page.find("#eq-handles .handle")
  handle.send_keys(Keys.ARROW_UP)
  until(lambda: "Gain 3.2 dB" in lines(stage))
  stage.rig.stop()
  try:
    page.wait_for("state", "connection lost")
    until(lambda: not handle.is_enabled())
  finally: stage.rig.start()
  page.wait_for("state", "running")
  # The file's filters sound again, and are what is shown.
  until(lambda: page.find("#eq-handles .handle").is_enabled() and "Gain 3 dB" in page.value("eq-text"))
  assert page.text("eq-readout") == ""


def test_other_kernels_are_only_replaced_when_that_is_said(page, stage):
  opened(page, stage)
  for box in page.all("#eq-routes input")[:2]: box.click()
  page.all("#eq-routes input")[2].click()
  page.wait_for("eq-place", "It takes the place of dirac on plain")
  page.click("#eq-add")
  assert stage.route("plain")["kernel"] == "dirac"
  page.click("#eq-place button")
  until(lambda: "equaliser" in stage.route("plain"))


def test_routes_with_other_bands_are_told_before_they_are_replaced(page, stage):
  opened(page, stage)
  stage.ask("PATCH", "/v1/filters", b'{"right":{"kernel":"eq:PK Fc 50 Hz Gain -3 dB Q 1"}}', "application/json")
  page.wait_for("eq-place", "right: another equaliser")
  page.all("#eq-routes input")[1].click()
  until(lambda: not page.shown("eq-place"))
  page.click("#eq-add")
  until(lambda: lines(stage).count("PK") == 2)
  assert "50 Hz" in lines(stage, "right")


def test_text_is_played_and_kept_whole(page, stage):
  opened(page, stage)
  page.js("document.getElementById('eq-text').value = arguments[0]", LINES)
  page.click("#eq-take")
  until(lambda: lines(stage).count(";") == 5)
  until(lambda: len(page.all("#eq-bands .band")) == 5)
  page.driver.refresh()
  until(lambda: len(page.all("#eq-bands .band")) == 5)
  assert page.value("eq-text") == LINES, "what the daemon has is what is shown again"


def write(page, text):
  field = page.find("#eq-text")
  field.click()
  field.send_keys(Keys.CONTROL + "a")
  field.send_keys(text)


def test_what_is_refused_is_told_and_goes(page, stage):
  """From the drawing: its text stays, so that the fault can be mended."""
  opened(page, stage)
  wrong = "PK Fc 1000 Hz Gain 3 dB Q 1\nPK Fc 100 Hz Gain 3 dB"
  write(page, wrong)
  page.click("#eq-take")
  page.wait_for("eq-note", "Q")
  assert "1000 Hz" in lines(stage) and "100 Hz Gain 3 dB;" not in lines(stage)
  until(lambda: len(page.all("#eq-bands .band")) == 1)
  assert page.value("eq-text") == wrong
  page.click("#eq-back")
  until(lambda: page.module("equaliser-text.js", "m.read(given[0]).others", page.value("eq-text")) == [])
  assert not page.shown("eq-back")


def test_text_that_is_written_stays_until_it_is_played(page, stage):
  opened(page, stage)
  write(page, LINES)
  for box in page.all("#eq-routes input")[:2]:
    box.click()
    box.click()
  # Somebody else changes what is heard, which the drawing follows.
  change = {name: {"kernel": "eq:PK Fc 70 Hz Gain 1 dB Q 1; PK Fc 80 Hz Gain 1 dB Q 1"} for name in ("left", "right")}
  assert stage.ask("PATCH", "/v1/filters", json.dumps(change).encode(), "application/json")[0] == 200
  until(lambda: len(page.all("#eq-bands .band")) == 2)
  assert page.value("eq-text") == LINES
  page.click("#eq-take")
  until(lambda: lines(stage).count(";") == 5 and lines(stage) == lines(stage, "right"))
  until(lambda: not page.shown("eq-back"))
  assert page.value("eq-text") == LINES


def test_bands_that_are_not_heard_are_kept_until_that_is_decided(page, stage):
  opened(page, stage)
  boxes = page.all("#eq-routes input")
  for box in boxes[:2]: box.click()
  page.click("#eq-add")
  until(lambda: len(page.all("#eq-bands .band")) == 2)
  page.wait_for("eq-place", "It is not heard yet. Choose the routes")
  boxes[0].click()
  page.wait_for("eq-place", "It replaces the equaliser of left.")
  # A change of something else does not take them away.
  assert stage.ask("PATCH", "/v1/filters", b'{"plain":{"gain":-1}}', "application/json")[0] == 200
  until(lambda: page.module("live.js", "m.live.status.filters.find((one) => one.name === 'plain').gain") == -1)
  assert len(page.all("#eq-bands .band")) == 2 and lines(stage).count("PK") == 1
  page.click("#eq-place button:last-child")
  until(lambda: len(page.all("#eq-bands .band")) == 1)
  boxes[0].click()
  page.click("#eq-add")
  boxes[0].click()
  page.click("#eq-place button")
  until(lambda: lines(stage).count("PK") == 2 and lines(stage, "right").count("PK") == 1)
  until(lambda: "not heard" not in page.text("eq-place"))


def test_a_file_is_opened_and_played(page, stage):
  opened(page, stage)
  path = stage.rig.path("equaliser.txt")
  stage.rig.write("equaliser.txt", LINES)
  page.find("#eq-file").send_keys(path)
  until(lambda: len(page.all("#eq-bands .band")) == 5)
  page.wait_for("eq-place", "It is not heard yet")
  page.click("#eq-take")
  until(lambda: lines(stage).count(";") == 5 and lines(stage) == lines(stage, "right"))


def test_the_drawn_response_is_the_daemons(page, stage):
  """Random bands: the page's mathematics against the response of what is heard."""
  opened(page, stage)
  seed = random.randrange(1 << 32)
  print("seed", seed)
  chance = random.Random(seed)
  for _ in range(6):
    bands = [f"{kind} Fc {10 ** chance.uniform(1.5, 4.2):.1f} Hz" + (f" Gain {chance.uniform(-15, 15):.1f} dB" if kind in ("PK", "LSC", "HSC") else "") +
             f" Q {10 ** chance.uniform(-0.4, 0.8):.2f}" for kind in chance.sample(["PK", "LSC", "HSC", "LPQ", "HPQ", "AP", "PK"], 4)]
    words = "eq:" + "; ".join(["Preamp: -9.5 dB"] + bands)
    code, body = stage.ask("PATCH", "/v1/filters", json.dumps({"left": {"kernel": words}}).encode(), "application/json")
    assert code == 200, (words, body)
    response = json.loads(stage.ask("GET", "/v1/filters/left/response?points=300")[1])
    drawn = page.js_async("""
      const [words, frequencies, done] = arguments;
      Promise.all([import("./equaliser-text.js"), import("./equaliser-math.js")]).then(([text, math]) => done(math.response(text.read(words), frequencies, 48000)));
      """, words, response["frequencies"])
    largest = max(value for value in response["magnitudes"] if value is not None)
    for frequency, value, wanted in zip(response["frequencies"], drawn, response["magnitudes"]):
      if wanted is not None and wanted > largest - 80 and frequency < 23900:
        assert math.isclose(value, wanted, abs_tol=0.01), (words, frequency, value, wanted)
