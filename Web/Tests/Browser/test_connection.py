"""Login, and a connection that goes and comes back."""
import signal

import pytest
from selenium.webdriver.common.keys import Keys

from page import Page
from stage import configuration, until


@pytest.fixture(scope="module")
def stage(stages): return stages(configuration())


def test_a_wrong_token_is_refused_and_signing_out_ends_the_session(driver, stage):
  page = Page(driver, stage, token="0" * 64).open(is_connected=False)
  page.wait_for("login-note", "That is not the token.")
  assert not page.shown("sound")
  page.find("#token").clear()
  page.find("#token").send_keys(stage.full, Keys.ENTER)
  page.wait_for("state", "running")
  assert page.shown("sound") and not page.shown("login")
  page.click("#sign-out")
  until(lambda: page.shown("login") and not page.shown("sound"))


def test_who_may_only_look_has_dead_controls(driver, stage):
  page = Page(driver, stage, token=stage.read_only).open()
  assert page.shown("read-only")
  for view in ("sound", "filters", "equaliser", "compare", "configuration"):
    page.show(view)
    assert page.js("return [...document.querySelectorAll('[data-change]')].filter((one) => !one.disabled).map((one) => one.id || one.ariaLabel)") == [], view


def test_without_a_token_everybody_may_look(driver, stages):
  stage = stages(configuration(), token=False)
  page = Page(driver, stage).open()
  page.wait_for("read-only", "convolvectl web-token")
  assert page.find("#mute").get_property("disabled")


def test_a_restart_of_the_daemon_is_shown_and_survived(page, stage):
  page.open()
  stage.rig.stop()
  page.wait_for("state", "connection lost")
  assert page.find("#mute").get_property("disabled") and page.shown("cause")
  page.wait_for("cause", "The page comes back by itself. The daemon is not reached at ")
  stage.rig.start()
  page.wait_for("state", "running")
  until(lambda: not page.shown("cause") and not page.find("#mute").get_property("disabled"))
  page.click("#mute")
  until(lambda: stage.status()["output"]["mute"])
  page.click("#mute")
  until(lambda: not stage.status()["output"]["mute"])


def test_a_daemon_that_hangs_is_noticed(page, stage):
  page.open()
  stage.rig.daemon.send_signal(signal.SIGSTOP)
  try: page.wait_for("state", "connection lost")
  finally: stage.rig.daemon.send_signal(signal.SIGCONT)
  page.wait_for("state", "running")


def test_a_restart_of_the_server_is_survived(page, stage):
  page.open()
  stage.stop_server()
  page.wait_for("state", "connection lost")
  page.wait_for("cause", "The web server is not reached.")
  stage.serve()
  page.wait_for("state", "running")


def test_a_missing_device_is_told_with_its_cause(page, stage):
  page.open()
  text = stage.ask("GET", "/v1/config")[1].decode()
  stage.ask("PUT", "/v1/config", text.replace("device: playback", "device: missing").encode())
  page.wait_for("state", "waiting")
  page.wait_for("cause", "missing")
  stage.ask("PUT", "/v1/config", text.encode())
  page.wait_for("state", "running")
