"""Presets, and the blind test between them."""
import json, math, random

import pytest

from page import pause
from stage import configuration, until

TWO = """\
  - { name: left, from: 0, to: 0, kernel: dirac }
  - { name: right, from: 1, to: 1, kernel: dirac }
"""


@pytest.fixture(scope="module")
def stage(stages):
  stage = stages(configuration(TWO, outputs=2))
  assert stage.ask("PUT", "/v1/presets/flat")[0] == 200
  change = json.dumps({name: {"kernel": "eq:PK Fc 1000 Hz Gain 6 dB Q 1"} for name in ("left", "right")}).encode()
  assert stage.ask("PUT", "/v1/presets/bright", change, "application/json")[0] == 200
  return stage


def active(stage): return stage.status().get("preset")
def letters(page): return [one.text.split("\n")[0] for one in page.all("#letters button")]


def opened(page):
  page.open("compare")
  until(lambda: len(page.all("#presets .preset")) >= 2)


def choose(page, *names):
  for name in names: page.click(f'#presets .preset[data-key="{name}"] input')
  until(lambda: len(page.all("#letters button")) == len(names))


def test_what_is_heard_is_saved_used_and_deleted(page, stage):
  opened(page)
  page.enter("#preset-name", "third")
  until(lambda: page.all('#presets .preset[data-key="third"]'))
  assert "third" in [one["name"] for one in stage.status()["presets"]]
  page.click('#presets .preset[data-key="bright"] button')
  until(lambda: active(stage) == "bright")
  until(lambda: "heard now" in page.find('#presets .preset[data-key="bright"]').text)
  remove = '#presets .preset[data-key="third"] button:last-child'
  page.click(remove)
  until(lambda: page.find(remove).text == "Delete it?")
  assert "third" in [one["name"] for one in stage.status()["presets"]], "it asks before"
  page.click("#preset-name")
  until(lambda: page.find(remove).text == "Delete")
  page.click(remove)
  page.click(remove)
  until(lambda: "third" not in [one["name"] for one in stage.status()["presets"]])
  until(lambda: not page.all('#presets .preset[data-key="third"]'))


def test_letters_are_matched_in_level_which_is_stated(page, stage):
  opened(page)
  choose(page, "flat", "bright")
  assert letters(page) == ["A", "B"]
  assert "level of the quietest, " in page.text("matched")
  page.click("#letters button:nth-child(2)")
  until(lambda: active(stage) == "bright")
  until(lambda: "As heard: B −" in page.text("matched"))
  assert stage.route("left")["gain"] < -0.5, "it is lowered to the level of the other one"
  page.find("body").send_keys("a")
  until(lambda: active(stage) == "flat")
  assert abs(stage.route("left")["gain"]) < 1e-9
  page.click("#match")
  page.click("#letters button:nth-child(2)")
  until(lambda: active(stage) == "bright" and stage.route("left")["gain"] == 0)
  assert "Not matched" in page.text("matched")


def test_a_preset_is_replaced_when_that_is_said_twice(page, stage):
  opened(page)
  saved = lambda: next(one["saved"] for one in stage.status()["presets"] if one["name"] == "twice")
  page.enter("#preset-name", "twice")
  until(lambda: page.all('#presets .preset[data-key="twice"]'))
  first = saved()
  page.enter("#preset-name", "twice")
  page.wait_for("preset-note", "There is a preset twice already")
  assert saved() == first
  page.click("#preset-form button")
  until(lambda: saved() != first)
  until(lambda: not page.shown("preset-note"))
  assert stage.ask("DELETE", "/v1/presets/twice")[0] == 200


def test_a_letter_goes_out_when_somebody_else_changes_what_is_heard(page, stage):
  opened(page)
  choose(page, "flat", "bright")
  page.click("#letters button:nth-child(2)")
  lit = lambda: [one.get_attribute("aria-pressed") for one in page.all("#letters button")]
  until(lambda: lit() == ["false", "true"])
  # It stays lit while nothing else happens.
  pause(1.5)
  assert lit() == ["false", "true"]
  assert stage.ask("PATCH", "/v1/filters", b'{"left":{"gain":-9}}', "application/json")[0] == 200
  until(lambda: lit() == ["false", "false"])
  page.wait_for("compare-note", "press a letter")
  page.click("#letters button:nth-child(1)")
  until(lambda: lit() == ["true", "false"] and not page.shown("compare-note"))
  # In a blind test too, where nothing tells what X is.
  page.click("#begin")
  until(lambda: lit() == ["false", "false", "true"])
  pause(1.5)
  assert lit() == ["false", "false", "true"]
  assert stage.ask("PATCH", "/v1/filters", b'{"left":{"gain":-8}}', "application/json")[0] == 200
  until(lambda: lit() == ["false"] * 3)
  page.click("#letters button:nth-child(3)")
  until(lambda: lit() == ["false", "false", "true"])
  page.click("#stop")


def test_a_blind_test_counts_and_tells_its_p_value(page, stage):
  opened(page)
  choose(page, "flat", "bright")
  page.js("document.getElementById('trials').value = '8'")
  page.click("#begin")
  until(lambda: letters(page) == ["A", "B", "X"])
  names = {"flat": 1, "bright": 2}
  drawn = []
  for trial in range(8):
    page.wait_for("result", f"Trial {trial + 1} of 8.")
    until(lambda: page.find("#letters button:nth-child(3)").get_attribute("aria-pressed") == "true")
    assert "heard now" not in page.text("presets"), "the list does not tell what X is"
    drawn.append(active(stage))
    # Right but for the last one.
    wrong = {"flat": "bright", "bright": "flat"}
    answer = drawn[-1] if trial < 7 else wrong[drawn[-1]]
    page.click(f"#answers button:nth-child({names[answer]})")
  page.wait_for("result", "7 of 8 right")
  p = sum(math.comb(8, right) for right in (7, 8)) / 2**8
  assert f"p = {p:.3f}" in page.text("result") and "hardly by chance" in page.text("result")
  assert not page.shown("answers") and letters(page) == ["A", "B"]


def test_a_test_that_is_stopped_says_what_that_means(page, stage):
  opened(page)
  choose(page, "flat", "bright")
  page.click("#begin")
  until(lambda: page.shown("answers"))
  page.click("#answers button:nth-child(1)")
  page.wait_for("result", "Trial 2 of 16")
  page.click("#stop")
  page.wait_for("result", "It was stopped after 1 of 16 trials")


def test_chance_is_the_binomial_test(page):
  page.open("compare")
  chance = random.Random(3)
  for _ in range(40):
    trials, choices = chance.randrange(1, 400), chance.randrange(2, 9)
    right = chance.randrange(0, trials + 1)
    ways = sum(math.comb(trials, count) * (choices - 1) ** (trials - count) for count in range(right, trials + 1))
    wanted = ways / choices**trials
    assert math.isclose(page.module("statistics.js", "m.chance(given[0], given[1], given[2])", right, trials, choices), wanted, rel_tol=1e-9), (right, trials, choices)


def test_x_is_drawn_evenly_and_without_memory(page):
  page.open("compare")
  for choices in (2, 3, 5):
    drawn = page.module("statistics.js", "Array.from({ length: 6000 }, () => m.draw(given[0]))", choices)
    for counted in ([drawn.count(n) for n in range(choices)], [sum(1 for a, b in zip(drawn, drawn[1:]) if (b - a) % choices == n) for n in range(choices)]):
      deviation = math.sqrt(len(drawn) * (1 / choices) * (1 - 1 / choices))
      assert all(abs(one - len(drawn) / choices) < 5 * deviation for one in counted), counted
