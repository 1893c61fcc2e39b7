"""The configuration as text."""
import re

import pytest

from stage import configuration, until


@pytest.fixture(scope="module")
def stage(stages): return stages(configuration())


def write(page, text): page.js("const t = document.getElementById('text'); t.value = arguments[0]; t.dispatchEvent(new Event('input'))", text)
def in_force(stage): return stage.ask("GET", "/v1/config")[1].decode()


def opened(page):
  page.open("configuration")
  until(lambda: page.value("text"), what=lambda: f"no text: {page.text('configuration-note')} {page.text('cause')}")
  return page.value("text")


def test_it_is_what_is_in_force(page, stage):
  assert opened(page) == in_force(stage)
  assert page.find("#gutter").text.split()[:3] == ["1", "2", "3"]


def test_faults_stand_at_their_lines(page, stage):
  text = opened(page)
  write(page, text.replace("rate: 48000", "rate: fast").replace("gain: -20", "gian: -20"))
  page.click("#check")
  until(lambda: len(page.all("#faults li")) == 2)
  told = [one.text for one in page.all("#faults li")]
  assert told[0].startswith("Line 1") and "fast" in told[0]
  line = 1 + next(n for n, one in enumerate(text.split("\n")) if "gain: -20" in one)
  assert told[1].startswith(f"Line {line}") and "gian" in told[1]
  assert [one.text for one in page.all("#gutter .is-faulty")] == ["1", str(line)]
  page.click("#take-over")
  page.wait_for("configuration-note", "2 faults. Nothing was changed.")
  assert in_force(stage) == text
  page.click("#faults li:nth-child(2) button")
  assert "gian" in page.js("const t = document.getElementById('text'); return t.value.slice(t.selectionStart, t.selectionEnd)")


def test_without_an_interruption_it_is_taken_over_at_once(page, stage):
  text = opened(page)
  write(page, text.replace("gain: -20", "gain: -30"))
  page.click("#take-over")
  until(lambda: stage.route("bass")["gain"] == -30)
  page.wait_for("configuration-note", "Taken over.")
  assert "gain: -30" in in_force(stage)


def test_what_would_be_interrupted_is_told_before(page, stage):
  text = opened(page)
  write(page, text.replace("block: 64", "block: 128"))
  page.click("#take-over")
  until(lambda: page.shown("interrupts"))
  assert "“block” differs" in page.text("interrupts-text") and stage.status()["block"] == 64
  page.click("#keep")
  assert not page.shown("interrupts") and stage.status()["block"] == 64
  page.click("#take-over")
  until(lambda: page.shown("interrupts"))
  page.click("#interrupt")
  until(lambda: stage.status()["block"] == 128)
  page.wait_for("configuration-note", "Taken over.")


def test_what_needs_a_restart_is_told(page, stage):
  text = opened(page)
  write(page, text.replace("socket: s", "socket: t"))
  page.click("#take-over")
  page.wait_for("configuration-note", "Only a restart of the daemon changes “control”")
  assert in_force(stage) == text


def test_what_is_written_is_not_left_without_a_question(page, stage):
  text = opened(page)
  asks = lambda: page.js("return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
  assert not asks()
  write(page, text + "# mine\n")
  assert asks()
  page.click("#revert")
  assert not asks()


def test_a_change_from_elsewhere_does_not_overwrite_what_is_written(page, stage):
  text = opened(page)
  write(page, text + "# mine\n")
  stage.ask("PUT", "/v1/config", re.sub("gain: -[0-9]+", "gain: -31", text).encode())
  page.wait_for("configuration-note", "has changed since you began")
  assert page.value("text").endswith("# mine\n")
  page.click("#revert")
  assert "gain: -31" in page.value("text")
  page.click("#reload")
  page.wait_for("configuration-note", "The file is in force.")
  until(lambda: "gain: -20" in page.value("text") and "block: 64" in page.value("text"))
