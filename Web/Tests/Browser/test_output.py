"""State, levels and the controls of the output: what is shown is what the daemon says."""
import json

from stage import until


def change(stage, document): return stage.ask("PATCH", "/v1/output", json.dumps(document).encode(), "application/json")


def test_state_devices_latency_and_load_are_shown(page, stage):
  page.open()
  assert page.text("state") == "running"
  status = stage.status()
  facts = page.text("engine-facts")
  assert "capture: S24_3LE, 48,000 Hz, 2 channels" in facts and "64 frames, 1.33 ms" in facts
  assert f"{status['latency']['measuredFrames']} frames, 4 ms" in facts
  assert [row.text.split()[0:2] for row in page.all("#latencies li")] == [["0", "4"], ["1", "4"], ["2", "4"]]
  until(lambda: "of the deadline" in page.text("load-facts"))
  assert "%" in page.text("top-load") and page.text("xruns-total") == "None since the start."


def test_volume_mute_bypass_ceiling_and_dither_are_the_daemons(page, stage):
  page.open()
  page.click("#mute")
  until(lambda: stage.status()["output"]["mute"])
  page.wait_for("state", "muted")
  assert page.pressed("mute") and page.text("mute") == "Muted"
  page.click("#mute")
  page.wait_for("state", "running")
  page.click("#bypass")
  until(lambda: stage.status()["output"]["bypass"] and page.pressed("bypass"))
  page.click("#bypass")
  until(lambda: not stage.status()["output"]["bypass"] and not page.pressed("bypass"))
  page.enter("#volume-number", "-20,5")
  until(lambda: stage.status()["output"]["volume"] == -20.5)
  until(lambda: page.text("volume-text") == "−20.5 dB" and page.value("volume") == "-20.5")
  page.enter("#ceiling", "-6")
  until(lambda: stage.status()["output"].get("ceiling") == -6)
  page.enter("#ceiling", "none")
  until(lambda: "ceiling" not in stage.status()["output"] and page.value("ceiling") == "none")
  page.js("const d = document.getElementById('dither'); d.value = 'tpdf'; d.dispatchEvent(new Event('change'))")
  until(lambda: stage.status()["output"]["dither"] == "tpdf")


def test_a_rise_of_the_volume_goes_in_steps(page, stage):
  change(stage, {"volume": -40})
  page.open()
  page.wait_for("volume-text", "−40.0 dB")
  seen = set()
  page.enter("#volume-number", "-10")
  until(lambda: seen.add(stage.status()["output"]["volume"]) or -10 in seen)
  steps = sorted(seen)
  assert all(high - low <= 3.001 * 3 for low, high in zip(steps, steps[1:])), steps
  assert len(steps) >= 4, steps


def test_what_is_refused_is_told_and_not_shown(page, stage):
  change(stage, {"volume": -10, "ceiling": "none"})
  page.open()
  page.wait_for("volume-text", "−10.0 dB")
  for field, text, told in (("#volume-number", "loud", "no volume"), ("#ceiling", "12", "ceiling"), ("#volume-number", "3", "volume")):
    page.enter(field, text)
    page.wait_for("output-note", told)
    assert stage.status()["output"]["volume"] == -10 and "ceiling" not in stage.status()["output"]
    until(lambda: page.value(field[1:]) in ("−10.0", "none"))
  assert page.text("volume-text") == "−10.0 dB"


def test_changes_from_elsewhere_are_shown_at_once(page, stage):
  """An event is drawn within 250 ms of its arrival: measured in the page, from the event to the drawing."""
  page.open()
  page.js("""
    window.drawnAfter = null;
    const source = new EventSource("v1/events");
    const text = document.getElementById("volume-text");
    source.addEventListener("changes", (event) => {
      const arrived = performance.now();
      if (JSON.parse(event.data).output.volume !== -33) return;
      const look = () => { if (text.textContent.includes("33.0")) { window.drawnAfter = performance.now() - arrived; source.close(); } else setTimeout(look, 1); };
      look();
    });""")
  change(stage, {"volume": -33})
  assert until(lambda: page.js("return window.drawnAfter")) < 250


def test_levels_hold_their_peak_and_mark_full_scale(page, stage):
  change(stage, {"volume": 0, "dither": "none"})
  page.open()
  loud = [(2**23 - 1, 2**20)] * 9600
  stage.hear(loud)
  until(lambda: page.js("return document.querySelector('#inputs .meter .clip').checkVisibility()"))
  peaks = [row.find_element("css selector", ".peak").text for row in page.all("#inputs .meter")]
  assert peaks == ["0.0", "−18.1"]
  assert [one.text for one in page.all("#inputs .names")] == ["left, bass", "right"]
  until(lambda: page.all("#inputs .peak")[0].text == "−∞")
  clip = "#inputs .meter .clip"
  assert page.find(clip).is_displayed() and not page.all("#inputs .meter")[1].find_element("css selector", ".clip").is_displayed()
  page.click(clip)
  assert not page.find(clip).is_displayed()


def test_the_ceiling_mutes_and_the_cause_is_told(page, stage):
  page.open()
  change(stage, {"ceiling": -20})
  stage.hear([(2**22, 2**22)] * 4800)
  page.wait_for("state", "muted")
  page.wait_for("cause", "ceiling")
  page.click("#mute")
  page.wait_for("state", "running")
  change(stage, {"ceiling": "none"})
