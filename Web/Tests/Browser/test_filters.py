"""Routes: gain, delay and kernels changed in place, and heard."""
import io, json, random, struct, wave

import pytest
from selenium.webdriver.common.keys import Keys

from stage import configuration, until

RANDOM = random.Random(7)


@pytest.fixture(scope="module")
def stage(stages): return stages(configuration())


def note(page, name): return page.js("return document.querySelector(arguments[0] + ' .note').textContent", page.row(name))


def test_routes_are_shown_with_what_is_exact(page, stage):
  page.open("filters")
  until(lambda: len(page.all(".route")) == 3)
  left = page.find(page.row("left")).text
  assert "0 → 0" in left and "dirac" in left and "unit impulse" in left and "1 tap" in left
  heads = [one.text for one in page.all(".output-head")]
  assert "worst case 0.0 dB" in heads[0] and "exact, ties included" in heads[0]
  assert "not exact: the gain of bass" in heads[2]
  assert page.text("plan") == "Plan: " + stage.status()["plan"]


def test_gain_and_delay_change_in_place(page, stage):
  page.open("filters")
  until(lambda: page.all(page.row("right")))
  gain, delay = f'{page.row("right")} .unit:nth-of-type(1) input', f'{page.row("right")} .unit:nth-of-type(2) input'
  page.enter(gain, "-6,5")
  until(lambda: stage.route("right")["gain"] == -6.5)
  page.enter(delay, "10 ms")
  until(lambda: stage.route("right")["delay"] == 480)
  until(lambda: "frames, 10 ms" in page.find(page.row("right")).text)
  assert page.find(gain).get_property("value") == "−6.5" and page.find(delay).get_property("value") == "480"
  until(lambda: page.shown("differs"))
  page.enter(gain, "61")
  until(lambda: "from -200 to 60 dB" in note(page, "right"))
  assert stage.route("right")["gain"] == -6.5
  until(lambda: page.find(gain).get_property("value") == "−6.5")
  page.enter(delay, "soon")
  until(lambda: "no delay" in note(page, "right"))
  page.find(gain).send_keys("7", Keys.ESCAPE)
  until(lambda: page.find(gain).get_property("value") == "−6.5")


def wav(channels, samples):
  file = io.BytesIO()
  with wave.open(file, "wb") as writer:
    writer.setparams((channels, 2, 48000, 0, "NONE", ""))
    writer.writeframes(struct.pack(f"<{len(samples)}h", *samples))
  return file.getvalue()


def test_a_dropped_kernel_is_heard(page, stage):
  page.open("filters")
  until(lambda: page.all(page.row("left")))
  page.drop(page.row("left"), "half + 1.txt", b"0.5\n0\n-0.25\n")
  until(lambda: "half + 1.txt, 12 bytes" in page.find(page.row("left")).text)
  # It is checked before it is wanted: 0.75 is its worst case.
  until(lambda: "3 taps, worst case of the output −2.5 dB, load " in note(page, "left"), what=lambda: note(page, "left"))
  assert stage.route("left")["kernel"] == "dirac", "nothing is heard before it is wanted"
  page.click(f'{page.row("left")} .kernel-panel .primary')
  until(lambda: stage.route("left")["kernel"] == "half + 1.txt")
  samples = [(RANDOM.randrange(-2**20, 2**20) * 4, 0) for _ in range(4800)]
  heard = [frame[0] for frame in stage.hear(samples)]
  wanted = [samples[n][0] // 2 - (samples[n - 2][0] // 4 if n > 1 else 0) for n in range(len(samples))]
  assert heard == wanted
  until(lambda: "half + 1.txt" in page.find(page.row("left")).text and "3 taps" in page.find(page.row("left")).text)
  assert not page.find(f'{page.row("left")} .kernel-panel').is_displayed()


def test_words_are_heard_and_a_refusal_changes_nothing(page, stage):
  page.open("filters")
  until(lambda: page.all(page.row("right")))
  page.click(f'{page.row("right")} .kernel')
  words = f'{page.row("right")} .words'
  page.enter(words, "lowpass:LR4@2000")
  until(lambda: stage.route("right")["kernel"] == "lowpass:LR4@2000")
  page.click(f'{page.row("right")} .kernel')
  page.find(words).send_keys(Keys.CONTROL + "a")
  page.find(words).send_keys("lowpass:LR4@500")
  page.click(f'{page.row("right")} button.check')
  until(lambda: "It can be played" in note(page, "right"), what=lambda: note(page, "right"))
  assert stage.route("right")["kernel"] == "lowpass:LR4@2000", "a check changes nothing"
  page.enter(words, "lowpass:LR5@2000")
  until(lambda: "LR5" in note(page, "right"))
  refusal = json.loads(stage.ask("PATCH", "/v1/filters", b'{"right":{"kernel":"lowpass:LR5@2000"}}', "application/json")[1])
  assert note(page, "right") == refusal["detail"]
  assert stage.route("right")["kernel"] == "lowpass:LR4@2000"


def test_a_check_tells_of_silence_and_of_what_can_clip(page, stage):
  page.open("filters")
  until(lambda: page.all(page.row("left")))
  before = stage.route("left")
  for name, content, told in (("loud.txt", b"1e6\n", "can clip: text, 1 tap, worst case of the output 120.0 dB"), ("none.txt", b"0\n0\n", "it is silence")):
    page.drop(page.row("left"), name, content)
    until(lambda: told in note(page, "left"), what=lambda: note(page, "left"))
    assert "is-faulty" in page.find(f'{page.row("left")} .note').get_attribute("class")
  page.find(f'{page.row("left")} .kernel-panel .primary').send_keys(Keys.ESCAPE)
  until(lambda: not page.find(f'{page.row("left")} .kernel-panel').is_displayed())
  assert stage.route("left") == before


def test_a_panel_begins_anew_when_its_kernel_is_played(page, stage):
  page.open("filters")
  until(lambda: page.all(page.row("right")))
  panel = page.row("right") + " .kernel-panel "
  page.drop(page.row("right"), "two.wav", wav(2, [16384, -16384]))
  until(lambda: "It can be played" in note(page, "right"))
  page.js("const c = document.querySelector(arguments[0]); c.value = '1'; c.dispatchEvent(new Event('change'))", panel + "input[type=number]")
  page.click(panel + ".primary")
  until(lambda: stage.route("right")["kernel"] == "two.wav")
  until(lambda: not page.find(panel).is_displayed())
  page.click(page.row("right") + " .kernel")
  page.enter(panel + ".words", "lowpass:LR4@2000")
  until(lambda: stage.route("right")["kernel"] == "lowpass:LR4@2000", what=lambda: note(page, "right"))
  # Words can be written further.
  page.click(page.row("right") + " .kernel")
  until(lambda: page.find(panel + ".words").get_property("value") == "lowpass:LR4@2000")


@pytest.mark.parametrize("name, content, told", [
  ("noise.wav", b"RIFF" + bytes(40), ""), ("empty.npy", b"", ""), ("text.txt", b"no numbers here\n", "line 1"), ("nan.txt", b"1\nnan\n", "line 2")])
def test_a_file_that_is_no_kernel_is_refused_in_the_daemons_words(page, stage, name, content, told):
  page.open("filters")
  until(lambda: page.all(page.row("bass")))
  before = stage.route("bass")
  page.drop(page.row("bass"), name, content)
  until(lambda: note(page, "bass") and "checks it" not in note(page, "bass"))
  assert told in note(page, "bass") and "is-faulty" in page.find(f'{page.row("bass")} .note').get_attribute("class")
  page.click(f'{page.row("bass")} .kernel-panel .primary')
  until(lambda: note(page, "bass") and "checks it" not in note(page, "bass"))
  assert told in note(page, "bass") and "is-faulty" in page.find(f'{page.row("bass")} .note').get_attribute("class")
  assert stage.route("bass") == before


def test_what_a_file_most_likely_is(page, stage):
  page.open("filters")
  for name, beginning, reading in [
    ("a.dbl", "", "f64"), ("a.wav", "Preamp: 1 dB", ""), ("a.txt", "0.5\n0.25\n", ""), ("ParametricEQ.txt", "Preamp: -6 dB\nFilter 1: ON PK Fc 1 Hz", "eq:"),
    ("x.txt", "GraphicEQ: 20 -1; 21 -2", "graphic:"), ("t.frd", "* house\n20 6\n", "response:"), ("rew.txt", "* x\n20.0 1.5 30\n", "response:"), ("l.pcm", "", "f32")]:
    assert page.module("kernels.js", "m.likelyReading(given[0], given[1])", name, beginning) == reading, name


def test_an_equalisers_file_is_taken_as_one(page, stage):
  page.open("filters")
  until(lambda: page.all(page.row("bass")))
  page.drop(page.row("bass"), "HD 650 ParametricEQ.txt", b"Preamp: -6.4 dB\nFilter 1: ON PK Fc 105 Hz Gain 6.1 dB Q 0.70\n")
  until(lambda: "ParametricEQ" in page.find(f'{page.row("bass")} .staged').text)
  until(lambda: page.find(f'{page.row("bass")} select').get_property("value") == "eq:")
  page.click(f'{page.row("bass")} .kernel-panel .primary')
  until(lambda: "made at 48000 Hz" in stage.route("bass")["layout"] and "ParametricEQ" in stage.route("bass")["kernel"])
