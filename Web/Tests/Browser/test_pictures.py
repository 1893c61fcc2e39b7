"""Draws the pictures of docs/page.md, with --pictures docs/pictures: a stereo system with its room's correction, as sound plays."""
import math, os, random, struct, subprocess, threading

import pytest

from page import DESKTOP, PHONE
from stage import hostile, until

CONFIGURATION = """\
rate: 48000
block: 256
capture: { device: capture, format: S24_3LE, channels: 2 }
playback: { device: playback, format: S24_3LE, channels: 3 }
filters:
  - { name: left, from: 0, to: 0, kernel: "eq:Preamp: -6 dB; PK Fc 41 Hz Gain -7 dB Q 6; PK Fc 118 Hz Gain 3 dB Q 1.2; PK Fc 2100 Hz Gain -2.5 dB Q 0.9; HSC Fc 9 kHz Gain 2 dB Q 0.7" }
  - { name: right, from: 1, to: 1, kernel: "eq:Preamp: -6 dB; PK Fc 44 Hz Gain -6 dB Q 5; PK Fc 96 Hz Gain 2 dB Q 1.2; PK Fc 2100 Hz Gain -2 dB Q 0.9; HSC Fc 9 kHz Gain 2 dB Q 0.7" }
  - { name: bass-left, from: 0, to: 2, kernel: "lowpass:LR4@80", gain: -9 }
  - { name: bass-right, from: 1, to: 2, kernel: "lowpass:LR4@80", gain: -9 }
control: { socket: s }
"""


@pytest.fixture(scope="module")
def stage(request, stages):
  if not request.config.getoption("--pictures"): pytest.skip("no --pictures")
  stage = stages(CONFIGURATION)
  chance = random.Random(1)
  frames = b"".join(struct.pack("<i", int(2**23 * 0.16 * chance.gauss(0, 1) * (0.6 + 0.4 * math.sin(n / 9000 + c))) << 8)[1:] for n in range(48000) for c in (0, 1))
  playing = threading.Thread(target=lambda: stage.rig.play(frames * 120, 2, 3, patience=200), daemon=True)
  playing.start()
  return stage


def test_pictures(request, page, stage):
  folder = request.config.getoption("--pictures")
  for size, name in ((DESKTOP, "desktop"), (PHONE, "phone")):
    for scheme in ("light", "dark"):
      page.appearance(size, scheme)
      page.open("sound" if size == DESKTOP else "equaliser")
      if size == PHONE: until(lambda: page.all("#eq-handles .handle"))
      else: until(lambda: page.all("#outputs .peak")[0].text != "−∞")
      page.js("return new Promise((done) => setTimeout(done, 3000))")
      path = os.path.join(folder, f"page-{name}-{scheme}.png")
      page.driver.save_screenshot(path)
      # In 96 colours a picture has a third of the bytes.
      palette = "split[a][b];[a]palettegen=max_colors=96:stats_mode=single[p];[b][p]paletteuse=dither=none"
      subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", path, "-vf", palette, path + ".small.png"], check=True)
      os.replace(path + ".small.png", path)
  assert hostile.RATE == stage.status()["rate"]
