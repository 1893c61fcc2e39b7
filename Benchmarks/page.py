"""What a page costs: processor time of the daemon and of convolved-web with a page open and with none, in turn; and how soon a change
is drawn.

    page.py [--rounds N] [--seconds S] [--server PROGRAM] [--build FOLDER]

Stereo on the virtual cable, in real time. Time on a processor is the kernel's (/proc/PID/task/TID/schedstat), the audio thread's apart:
it convolves whether or not somebody looks.
"""
import argparse, os, statistics, sys, time

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.join(ROOT, "Web/Tests/Browser"))
from page import Page, chromium  # noqa: E402
from stage import Stage, until  # noqa: E402

AUDIO = "convolved-audio"


def read(path):
  with open(path) as file: return file.read()


def threads(pid):
  """Nanoseconds on a processor of each thread, with its name."""
  found = {}
  for task in os.listdir(f"/proc/{pid}/task"):
    try: found[task] = (read(f"/proc/{pid}/task/{task}/comm").strip(), int(read(f"/proc/{pid}/task/{task}/schedstat").split()[0]))
    except OSError: pass  # it has ended
  return found


def spent(before, after, counts=lambda name: True):
  return sum(time - before.get(task, (name, 0))[1] for task, (name, time) in after.items() if counts(name))


def measured(stage, seconds):
  """Milliseconds a second: of the audio thread, of the daemon's others, of convolved-web."""
  pids = stage.rig.daemon.pid, stage.process.pid
  before, began = [threads(pid) for pid in pids], time.monotonic()
  time.sleep(seconds)
  after, elapsed = [threads(pid) for pid in pids], time.monotonic() - began
  parts = (spent(before[0], after[0], lambda name: name == AUDIO), spent(before[0], after[0], lambda name: name != AUDIO), spent(before[1], after[1]))
  return [part / elapsed / 1e6 for part in parts]


def drawn_after(page, stage, volume):
  """Milliseconds from the request that changes the volume to the frame in which the page shows it."""
  page.js("""
    window.drawnAt = null;
    const text = document.getElementById("volume-text"), wanted = arguments[0];
    const look = () => {
      if (text.textContent.includes(wanted)) window.drawnAt = performance.timeOrigin + performance.now(); else requestAnimationFrame(look);
    };
    look();""", f"{abs(volume):.1f}")
  began = time.time()
  code, body = stage.ask("PATCH", "/v1/output", b'{"volume":%.1f}' % volume, "application/json")
  assert code == 200, body
  return until(lambda: page.js("return window.drawnAt")) - began * 1000


def main():
  options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
  options.add_argument("--rounds", type=int, default=3)
  options.add_argument("--seconds", type=float, default=20)
  options.add_argument("--server", default=os.path.join(ROOT, "Web/.build/release/convolved-web"))
  options.add_argument("--build", default=os.path.join(ROOT, ".build"))
  options = options.parse_args()
  stage, driver = Stage(options.build, options.server), chromium()
  try:
    page = Page(driver, stage)
    page.appearance()
    page.open()
    rounds = {"without a page": [], "with a page": []}
    for _ in range(options.rounds):
      driver.get("about:blank")
      time.sleep(3)
      rounds["without a page"].append(measured(stage, options.seconds))
      driver.get(f"{stage.address}#sound")
      page.wait_for("state", ("running", "muted"))
      time.sleep(3)
      rounds["with a page"].append(measured(stage, options.seconds))
    for name, rows in rounds.items():
      audio, others, web = (statistics.median(column) for column in zip(*rows))
      print(f"{name}: daemon {others:.2f} ms a second and convolved-web {web:.2f}, together {others + web:.2f}; the audio thread {audio:.2f}")
    delays = [drawn_after(page, stage, -20 - n / 2) for n in range(20)]
    print(f"a change is drawn after {statistics.median(delays):.0f} ms, {max(delays):.0f} at most")
  finally:
    driver.quit()
    stage.end()


main()
