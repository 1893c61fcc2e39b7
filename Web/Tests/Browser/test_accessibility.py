"""axe-core in each view, light and dark, on a phone and a desktop; and by keyboard alone."""
import glob, os, sys

import pytest
from selenium.webdriver.common.keys import Keys

from page import DESKTOP, PHONE, Page
from stage import configuration, until

VIEWS = ("sound", "filters", "equaliser", "compare", "configuration")


@pytest.fixture(scope="module")
def stage(stages):
  stage = stages(configuration())
  stage.ask("PUT", "/v1/presets/flat")
  stage.ask("PUT", "/v1/presets/other", b'{"left":{"gain":-3}}', "application/json")
  return stage


def violations(page):
  path, = glob.glob(os.path.join(sys.prefix, "lib/python3*/site-packages/axe_playwright_python/axe.min.js"))
  # The page's policy holds for its own scripts, not for what the driver runs.
  page.driver.execute_script(open(path, encoding="utf-8").read())
  found = page.js_async("""
    const done = arguments[0];
    axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((result) => done(result.violations
      .map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 4).map((node) => node.html.slice(0, 160) + " " + (node.any[0]?.message ?? "")).join(" | ")}`)));""")
  return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(page, stage, size, scheme):
  page.appearance(size, scheme)
  page.open()
  for view in VIEWS:
    page.show(view)
    page.js("return new Promise((done) => setTimeout(done, 600))")
    if view == "filters":
      page.click(".route .kernel")
      page.click(".route .kernel-panel .primary")
    if view == "compare":
      for name in ("flat", "other"): page.click(f'#presets .preset[data-key="{name}"] input')
      page.click("#letters button")
    if view == "configuration":
      until(lambda: page.value("text"))
      page.js("const t = document.getElementById('text'); t.value = 'rate: x'; t.dispatchEvent(new Event('input'))")
      page.click("#check")
      until(lambda: page.all("#faults li"))
    page.js("return new Promise((done) => setTimeout(done, 400))")
    assert violations(page) == [], view
    assert page.js("return document.documentElement.scrollWidth <= innerWidth"), f"{view} is wider than the screen"


def test_the_login_form_is_accessible(driver, stage):
  page = Page(driver, stage, token="0" * 64)
  page.appearance(PHONE, "dark")
  page.open(is_connected=False)
  page.wait_for("login-note", "not the token")
  assert violations(page) == []


def test_a_lost_connection_is_accessible(page, stage):
  page.open()
  stage.rig.stop()
  page.wait_for("state", "connection lost")
  page.js("return new Promise((done) => setTimeout(done, 400))")
  found = violations(page)
  stage.rig.start()
  page.wait_for("state", "running")
  assert found == []


def test_everything_is_reached_by_keyboard(page, stage):
  page.open()
  reached = set()
  body = page.find("body")
  body.send_keys(Keys.TAB)
  for _ in range(40):
    reached.add(page.js("const a = document.activeElement; return a.id || a.hash || a.tagName"))
    page.driver.switch_to.active_element.send_keys(Keys.TAB)
  wanted = {"volume", "mute", "#sound", "#filters", "#equaliser", "#compare", "#configuration", "volume-number", "ceiling", "dither", "bypass", "sign-out"}
  assert wanted <= reached, wanted - reached


@pytest.mark.parametrize("view", VIEWS)
def test_tab_reaches_every_control_of_a_view_and_leaves_it(page, stage, view):
  page.open(view)
  page.js("return new Promise((done) => setTimeout(done, 600))")
  if view == "filters": page.click(".route .kernel")
  if view == "compare":
    for name in ("flat", "other"): page.click(f'#presets .preset[data-key="{name}"] input')
    until(lambda: len(page.all("#letters button")) == 2)
  place = "[...document.querySelectorAll('*')].indexOf(document.activeElement)"
  wanted = page.js("""const all = [...document.querySelectorAll("*")];
    return all.filter((one) => one.matches("a, button, input, select, textarea, [tabindex]") && one.tabIndex >= 0 && !one.disabled && one.checkVisibility()).map((one) => all.indexOf(one));""")
  assert len(wanted) >= 13
  page.js("document.querySelector('.skip').focus()")
  reached = [page.js(f"return {place}")]
  for _ in wanted:
    page.driver.switch_to.active_element.send_keys(Keys.TAB)
    reached.append(page.js(f"return {place}"))
  assert set(wanted) <= set(reached), [page.js("return document.querySelectorAll('*')[arguments[0]].outerHTML.slice(0, 120)", one) for one in wanted if one not in reached]
