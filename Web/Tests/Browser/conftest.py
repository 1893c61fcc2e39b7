import os, sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from page import Page, chromium  # noqa: E402
from stage import ROOT, Stage  # noqa: E402


def pytest_addoption(parser):
  parser.addoption("--build", default=os.path.join(ROOT, ".build"), help="where the daemon and the cable are")
  parser.addoption("--server", default=os.path.join(ROOT, "Web/.build/release/convolved-web"))
  parser.addoption("--pictures", help="a folder for screenshots")


@pytest.fixture(scope="session")
def driver():
  driver = chromium()
  yield driver
  driver.quit()


@pytest.fixture(scope="module")
def stages(request):
  """Makes stages, which end with the module's tests: each takes processor time."""
  made = []

  def make(config=None, token=True):
    made.append(Stage(request.config.getoption("--build"), request.config.getoption("--server"), config, token))
    return made[-1]
  yield make
  for stage in made: stage.end()


@pytest.fixture(scope="module")
def stage(stages): return stages()


@pytest.fixture
def page(driver, stage):
  """The page of the module's stage, which must leave no error in the console."""
  page = Page(driver, stage)
  page.appearance()
  yield page
  assert page.faults() == []
