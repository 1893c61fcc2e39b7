// Load against the deadline, devices, latency, and warnings with what to do.
import { byId, el, keyed, setText } from "./dom.js";
import { count, decibels, fixed, frames, milliseconds, percent } from "./format.js";
import { listen, live } from "./live.js";
import { colours, fitted } from "./canvas.js";

/** Writes terms and what they are, without those that are null. */
function facts(list, pairs) {
  keyed(list, pairs.filter(([, value]) => value !== null && value !== undefined), ([term]) => term,
    () => el("div", {}, el("dt"), el("dd")), (row, [term, value]) => {
      setText(row.children[0], term);
      setText(row.children[1], value);
    });
}

function drawLoad() {
  const { load, workers } = live.status;
  if (!load || byId("sound").hidden) return;
  facts(byId("load-facts"), [
    ["mean", `${percent(load.mean)} of the deadline`],
    ["99 of 100 blocks", `below ${percent(load.p99)}`],
    ["longest block", percent(load.max)],
    ["predicted", percent(load.predicted)],
    ["busiest worker, predicted", load.predictedWorkers === undefined ? null : percent(load.predictedWorkers)],
    ["late blocks", `${count(load.missed)} longer than they last`],
    ["late tails", load.late || workers ? count(load.late) : null],
  ]);
  drawHistogram(load.histogram);
}

/** Blocks by load on logarithmic axes; the deadline as a line. */
function drawHistogram({ bounds, blocks }) {
  const canvas = byId("histogram");
  const { context, width, height } = fitted(canvas);
  const palette = colours();
  const most = Math.log1p(Math.max(1, ...blocks));
  const bar = width / blocks.length;
  const base = height - 16;
  context.clearRect(0, 0, width, height);
  blocks.forEach((blockCount, index) => {
    const tall = blockCount === 0 ? 0 : Math.max(2, (Math.log1p(blockCount) / most) * (base - 4));
    context.fillStyle = index > 0 && bounds[index - 1] >= 1 ? palette.bad : bounds[index] > 0.8 ? palette.warn : palette.accent;
    context.fillRect(index * bar + 0.5, base - tall, Math.max(1, bar - 1), tall);
  });
  context.fillStyle = palette.soft;
  context.font = palette.font;
  context.textBaseline = "bottom";
  for (const [bound, label] of [[0.001, "0.1 %"], [0.01, "1 %"], [0.1, "10 %"], [1, "deadline"]]) {
    const x = (bounds.findIndex((one) => one >= bound) + 1) * bar;
    context.fillRect(x, 0, bound === 1 ? 1.5 : 0.5, base);
    context.textAlign = x < 20 ? "left" : "center";
    context.fillText(label, x, height);
  }
  canvas.setAttribute("aria-label", `Histogram of the load: ${count(blocks.reduce((sum, one) => sum + one, 0))} blocks, ` +
    `${count(blocks.slice(bounds.indexOf(1) + 1).reduce((sum, one) => sum + one, 0))} of them longer than they last`);
}

const device = (one) => one &&
  `${one.name}: ${one.format}, ${count(one.rate)} Hz, ${one.channels} channels, ` +
  `periods of ${one.periodFrames}, buffer ${count(one.bufferFrames)}`;

function clocks({ resampler }) {
  if (!resampler || resampler.state === "off") return "one clock";
  const ppm = resampler.ppm === undefined || resampler.ppm === null ? "" : `, ${fixed(resampler.ppm, 2)} ppm`;
  return `two clocks, resampled: ${resampler.state}${ppm}`;
}

function thread({ realtime }) {
  if (!realtime) return null;
  const governor = realtime.governor ? `, governor ${realtime.governor}` : "";
  return `${realtime.policy}, priority ${realtime.priority}${governor}`;
}

function guards({ guards }) {
  if (!guards) return null;
  const told = [
    [guards.unusableSamples, "unusable samples"], [guards.faultyBlocks, "faulty blocks"], [guards.closures, "closures by the ceiling"],
    [guards.rollbacks, "changes taken back"],
  ].filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return told.join(", ") || "nothing";
}

function drawEngine() {
  const { status } = live;
  const { latency, devices } = status;
  if (byId("sound").hidden) return;
  const rate = status.rate;
  const queue = latency?.queueFrames === undefined ? "" : ` and queue ${latency.queueFrames}`;
  facts(byId("engine-facts"), [
    ["capture", device(devices?.capture) ?? "not open"],
    ["playback", device(devices?.playback) ?? "not open"],
    ["rate, block", rate ? `${count(rate)} Hz, ${frames(status.block, rate)}` : "not known yet"],
    ["precision", status.precision],
    ["clocks", clocks(status)],
    ["promised", latency ? `block ${latency.blockFrames}${queue} frames` : null],
    ["measured", latency?.measuredFrames === undefined ? null : frames(latency.measuredFrames, rate)],
    ["thread", thread(status)],
    ["held back", guards(status)],
    ["version", status.version],
  ]);
  keyed(byId("latencies"), latency?.outputs ?? [], (_, output) => output,
    (_, output) => el("li", {}, el("span.channel", {}, String(output)), el("span"), el("span.soft")), (row, one) => {
      if (one.kernelFrames === undefined || one.kernelFrames === null) {
        setText(row.children[1], "–");
        return setText(row.children[2], "silent");
      }
      const known = one.measuredMilliseconds ?? one.promisedMilliseconds;
      setText(row.children[1], known === undefined ? "–" : milliseconds(known));
      const kind = one.measuredMilliseconds !== undefined ? "measured, " : known !== undefined ? "promised, " : "";
      setText(row.children[2], `${kind}${count(one.kernelFrames)} frames of it in the kernels`);
    });
}

/** What is wrong, and what to do about it, in the daemon's words. */
function drawWarnings() {
  const { status } = live;
  const warnings = [...(status.realtime?.warnings ?? [])];
  (status.worstCase ?? []).forEach((gain, output) => {
    if (!(gain > 0.05)) return;
    warnings.push(`output ${output} can clip: its filters amplify some signal by ${decibels(gain)}: ` +
      "lower the gains by that much, on every channel alike");
  });
  if (status.load?.p99 > 0.8) {
    warnings.push(`the load is ${percent(status.load.p99)} of the deadline: choose a larger block, shorter kernels, or precision float32`);
  }
  byId("warnings-panel").hidden = warnings.length === 0;
  const most = 12;
  const shown = warnings.slice(0, most);
  if (warnings.length > most) shown.push(`and ${warnings.length - most} more of these`);
  keyed(byId("warnings"), shown, (text) => text, (text) => el("li", { textContent: text }));
}

const drawAll = () => {
  if (!live.status) return;
  drawLoad();
  drawEngine();
  drawWarnings();
};
listen(["levels"], () => {
  drawLoad();
  drawEngine();
});
listen(["status", "state", "realtime"], drawAll);
byId("sound").addEventListener("shown", drawAll);
