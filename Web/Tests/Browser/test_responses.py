"""Responses that are laid over each other, with a cursor."""
import json, re

import pytest
from selenium.webdriver.common.keys import Keys

from stage import configuration, until

ROUTES = """\
  - { name: peak, from: 0, to: 0, kernel: "eq:PK Fc 1000 Hz Gain 6 dB Q 1", gain: -3 }
  - { name: late, from: 1, to: 1, kernel: "taps:0.5,0,-0.25", delay: 480 }
  - { name: low, from: 0, to: 2, kernel: "lowpass:LR4@500" }
  - { name: low-right, from: 1, to: 2, kernel: "lowpass:LR4@500", gain: -6 }
"""


@pytest.fixture(scope="module")
def stage(stages): return stages(configuration(ROUTES))


def opened(page):
  page.open("filters")
  until(lambda: [one.text for one in page.all("#traces .name")] == ["peak"], what="the first route's response is drawn by itself")


def kind(page, name): page.js("[...document.querySelectorAll('#response-kinds button')].find((one) => one.textContent === arguments[0]).click()", name)


def drawn(page):
  """How many pixels of the chart have each of the colours of the first three responses."""
  return page.js("""
    const canvas = document.getElementById("response-chart");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const style = getComputedStyle(document.documentElement);
    return [1, 2, 3].map((number) => {
      const wanted = style.getPropertyValue(`--trace-${number}`).trim().slice(1).match(/../g).map((one) => parseInt(one, 16));
      let count = 0;
      for (let n = 0; n < data.length; n += 4) if (wanted.every((one, place) => Math.abs(one - data[n + place]) < 12) && data[n + 3] > 200) count += 1;
      return count;
    });""")


def cursor_at(page, share):
  page.js("""
    const chart = document.getElementById("response-chart"), place = chart.getBoundingClientRect();
    const x = place.left + 46 + (place.width - 58) * arguments[0];
    chart.dispatchEvent(new PointerEvent("pointermove", { clientX: x, clientY: place.top + 50 }));""", share)
  return until(lambda: page.text("response-readout"))


def test_the_cursor_tells_the_daemons_values(page, stage):
  opened(page)
  until(lambda: drawn(page)[0] > 200)
  for share in (0.2, 0.55, 0.9):
    text = cursor_at(page, share)
    found = re.fullmatch(r"([\d.]+) (k?)Hz: peak (−?)([\d.]+) dB", text)
    assert found, text
    hertz = float(found[1]) * (1000 if found[2] else 1)
    response = json.loads(stage.ask("GET", "/v1/filters/peak/response?points=2000")[1])
    near = min(range(2000), key=lambda n: abs(response["frequencies"][n] - hertz))
    value = float(found[4]) * (-1 if found[3] else 1)
    assert abs(value - response["magnitudes"][near]) < 0.12, (text, response["magnitudes"][near])


def test_keys_move_the_cursor(page, stage):
  opened(page)
  until(lambda: drawn(page)[0] > 200)
  chart = page.find("#response-chart")
  chart.send_keys(Keys.ARROW_RIGHT)
  first = until(lambda: page.text("response-readout"))
  chart.send_keys(Keys.ARROW_RIGHT)
  until(lambda: page.text("response-readout") != first)
  assert page.find("#response-readout").get_attribute("aria-live") == "polite"


def test_several_are_laid_over_each_other_and_taken_away(page, stage):
  opened(page)
  page.click(f'{page.row("late")} .draw')
  page.click('.output[data-key="2"] .output-head .draw')
  until(lambda: [one.text for one in page.all("#traces .name")] == ["peak", "late", "output 2 from input 0"])
  until(lambda: min(drawn(page)) > 50, what=lambda: str(drawn(page)))
  assert page.find(f'{page.row("late")} .draw').get_attribute("aria-pressed") == "true"
  assert cursor_at(page, 0.5).count("dB") == 3
  page.click("#traces li:nth-child(2) button")
  until(lambda: drawn(page)[1] < 20)
  assert page.find(f'{page.row("late")} .draw').get_attribute("aria-pressed") == "false"


def test_each_kind_is_drawn(page, stage):
  opened(page)
  page.click(f'{page.row("late")} .draw')
  until(lambda: min(drawn(page)[:2]) > 50)
  readings = {"Phase": "°", "Group delay": "ms", "Impulse": "ms: ", "Step": "ms: ", "Magnitude": "dB"}
  for name, unit in readings.items():
    kind(page, name)
    until(lambda: max(drawn(page)[:2]) > 50, what=lambda: f"{name}: {drawn(page)}")
    assert unit in cursor_at(page, 0.4), name
    assert name in page.find("#response-chart").get_attribute("aria-label")
    assert page.shown("response-frames") == (name in ("Impulse", "Step"))


def test_peaks_of_routes_are_measured(page, stage):
  opened(page)
  until(lambda: "peak −6.0 dB" in page.find(page.row("late")).text)
  stage.ask("PATCH", "/v1/filters", b'{"late":{"gain":-6.0}}', "application/json")
  until(lambda: "peak −12.0 dB" in page.find(page.row("late")).text)


def test_a_change_is_drawn_again(page, stage):
  opened(page)
  cursor_at(page, 0.566)
  until(lambda: "peak 2." in page.text("response-readout") or "peak 3." in page.text("response-readout"), what=lambda: page.text("response-readout"))
  stage.ask("PATCH", "/v1/filters", b'{"peak":{"kernel":"dirac","gain":-20}}', "application/json")
  until(lambda: "peak −20.00 dB" in page.text("response-readout"), what=lambda: page.text("response-readout"))
