// Responses of filters and outputs, laid over each other: magnitude, phase, group delay, impulse and step, with a cursor.
import { call } from "./api.js";
import { Chart, axis, frequencyAxis, valueAxis } from "./chart.js";
import { byId, el, keyed, setAttribute, setNote, setText } from "./dom.js";
import { decibels, fixed, frequency, milliseconds, trimmed } from "./format.js";
import { listen, live } from "./live.js";
import { nameOf, toggleTrace, traces } from "./traces.js";

/** Each kind: a name, the y axis's unit, the response's points, and how a value reads. */
const kinds = {
  magnitude: {
    title: "Magnitude", unit: "dB", points: ({ frequencies, magnitudes }) => zip(frequencies, magnitudes),
      read: (value) => decibels(value, 2),
    range: (values) => {
      const top = Math.max(...values);
      return [Math.max(Math.min(...values, top - 12), top - 60), top + 1, { isDecibels: true }];
    },
  },
  phase: {
    title: "Phase", unit: "degrees, without the delay", points: ({ frequencies, phases }) => broken(zip(frequencies, phases)),
    read: (value) => `${fixed(value, 0)}°`, range: () => [-180, 180, { most: 9 }],
  },
  groupDelay: {
    title: "Group delay", unit: "ms", points: ({ frequencies, groupDelays, rate }) => zip(frequencies,
      groupDelays).map(([x, y]) => [x, y === null ? null : (y / rate) * 1000]),
    read: (value) => milliseconds(value), range: middle,
  },
  impulse: { title: "Impulse", unit: "full scale 1", isInTime: true, points: (response) => band(response.impulse, response.rate),
    read: (value) => trimmed(value, 6), range: whole },
  step: { title: "Step", unit: "full scale 1", isInTime: true, points: (response) => band(response.stepResponse, response.rate),
    read: (value) => trimmed(value, 6), range: whole },
};
const zip = (x, y) => x.map((value, index) => [value, y[index]]);

/** Gaps where the phase turns from one end to the other. */
function broken(points) {
  return points.flatMap(([x, y], index) => {
    const former = points[index - 1]?.[1] ?? null;
    return former !== null && y !== null && Math.abs(y - former) > 180 ? [[x, null], [x, y]] : [[x, y]];
  });
}

/** ms, with the smallest and the largest value of each stretch. */
function band({ start, step, minima, maxima }, rate) {
  const time = (index) => ((start + (index + (step - 1) / (2 * step)) * step) / rate) * 1000;
  return step === 1 ? minima.map((value, index) => [time(index), value])
    : minima.map((value, index) => [time(index), value, maxima[index]]);
}

function whole(values) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return high > low ? [low, high, {}] : [-1, 1, {}];
}

/** Where most values lie: a group delay has narrow peaks that would flatten all else. */
function middle(values) {
  const ordered = [...values].sort((a, b) => a - b);
  const [low, high] = [ordered[Math.floor(ordered.length * 0.03)], ordered[Math.ceil(ordered.length * 0.97) - 1]];
  const room = Math.max(0.05, (high - low) * 0.15);
  return [low - room, high + room, {}];
}

const windows = [[512, "512"], [4096, "4,096"], [32768, "32,768"], [2 ** 31, "all"]];
let kind = "magnitude";
let frames = 4096;
let byKeys = false;
/** Whether somebody, or the page, has said what is drawn: an empty chart may be wanted. */
let hasChosen = false;
/** By trace: what it was asked for, and the document. */
const known = new Map();

const chart = new Chart(byId("response-chart"), (_, isKey) => {
  byKeys = isKey;
  drawReadout();
});

const path = (trace) => (trace.kind === "filter" ? `v1/filters/${encodeURIComponent(trace.name)}/response?`
  : `v1/outputs/${trace.output}/response?input=${trace.input}&`) +
  `points=700&samples=1400&frames=${frames}`;

/** Asks for what has changed, then draws. What is there already is drawn meanwhile. */
async function ask() {
  if (byId("filters").hidden || !live.status) return;
  drawControls();
  if (traces.length === 0 && live.status.filters?.length && !hasChosen) {
    hasChosen = true;
    return toggleTrace({ kind: "filter", name: live.status.filters[0].name });
  }
  const faults = [];
  await Promise.all(traces.map(async (trace) => {
    const name = nameOf(trace);
    const wanted = `${path(trace)} ${live.status.changes} ${live.status.rate} ${fingerprint()}`;
    if (known.get(name)?.wanted === wanted) return;
    known.set(name, { wanted, response: known.get(name)?.response });
    try {
      const response = await call("GET", path(trace));
      if (known.get(name)?.wanted === wanted) known.set(name, { wanted, response });
    } catch (refusal) {
      if (known.get(name)?.wanted !== wanted) return;
      known.delete(name);
      faults.push(`${name}: ${refusal.message}`);
    }
  }));
  for (const name of known.keys()) if (!traces.some((trace) => nameOf(trace) === name)) known.delete(name);
  setNote(byId("response-note"), faults.join("\n"), true);
  draw();
}

/** What the filters are: changes of a configuration do not count. */
const fingerprint = () => JSON.stringify((live.status.filters ?? []).map((one) => [one.name, one.kernel, one.taps, one.gain, one.delay]));

const drawn = () => traces.map((trace) => ({ trace, response: known.get(nameOf(trace))?.response })).filter(({ response }) => response);

function draw() {
  drawControls();
  const shown = drawn();
  if (shown.length === 0) return chart.show({ series: [], message: traces.length ? "The response is computed…"
    : "Choose responses of routes or outputs above." });
  const { points, range, unit, isInTime } = kinds[kind];
  const series = shown.map(({ trace, response }) => ({ colour: trace.colour, points: points(response) }));
  const all = series.flatMap((one) => one.points);
  const values = all.flatMap((point) => point.slice(1)).filter((value) => value !== null && Number.isFinite(value));
  if (values.length === 0) return chart.show({ series: [], message: "It is silent." });
  const [low, high, options] = range(values);
  const xs = all.map(([x]) => x);
  const rate = Math.max(...shown.map(({ response }) => response.rate));
  chart.show({
    x: isInTime ? timeAxis(Math.min(...xs), Math.max(...xs)) : frequencyAxis(20, Math.min(rate / 2, 100000)),
      y: valueAxis(low, high, options), unit, series,
  });
  if (chart.cursor !== null) chart.cursor = Math.max(chart.x.from, Math.min(chart.x.to, chart.cursor));
  drawReadout();
}

/** ms, from the first value to the last. */
function timeAxis(from, last) {
  const to = Math.max(last, from + 0.01);
  const ticks = valueAxis(from, to, { most: 8 }).ticks.filter(([value]) => value >= from && value <= to);
  return axis("linear", from, to, ticks.map(([value, text]) => [value, `${text} ms`]));
}

function drawReadout() {
  const readout = byId("response-readout");
  readout.setAttribute("aria-live", byKeys ? "polite" : "off");
  const shown = drawn();
  if (chart.cursor === null || shown.length === 0) return setText(readout, "");
  const { points, read, isInTime } = kinds[kind];
  const values = shown.map(({ trace, response }) => `${nameOf(trace)} ${valueAt(points(response), chart.cursor, read)}`);
  setText(readout, `${isInTime ? milliseconds(chart.cursor) : frequency(chart.cursor)}: ${values.join(", ")}`);
}

/** The value of the nearest point. */
function valueAt(points, x, read) {
  const solid = points.filter((point) => point[1] !== null);
  if (solid.length === 0) return "–";
  const nearest = solid.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best));
  return nearest.length === 3 && nearest[1] !== nearest[2] ? `${read(nearest[1])} to ${read(nearest[2])}` : read(nearest[1]);
}

function drawControls() {
  keyed(byId("response-kinds"), Object.entries(kinds), ([name]) => name, ([name, { title }]) => el("button", {
    type: "button", textContent: title, onclick: () => {
      if (kinds[kind].isInTime !== kinds[name].isInTime) chart.cursor = null;
      kind = name;
      draw();
    },
  }), (button, [name]) => setAttribute(button, "aria-pressed", String(name === kind)));
  byId("response-frames").parentElement.hidden = !kinds[kind].isInTime;
  keyed(byId("traces"), traces, nameOf, (trace) => el("li", {},
    el("span.swatch", { "aria-hidden": "true" }), el("span.name", {}, nameOf(trace)),
    el("button", { type: "button", textContent: "×", "aria-label": `Take ${nameOf(trace)} away`, onclick: () => toggleTrace(trace) })),
  (row, trace) => { row.firstElementChild.className = `swatch trace-${trace.colour + 1}`; });
  setAttribute(byId("response-chart"), "aria-label", `${kinds[kind].title} of ${traces.map(nameOf).join(", ") || "nothing"}`);
}

const select = el("select", { id: "response-frames", onchange: () => {
  frames = Number(select.value);
  ask();
} }, ...windows.map(([value, text]) => el("option", { value: String(value), selected: value === frames }, text)));
byId("response-kinds").after(el("p.field.inline", {}, el("label", { for: "response-frames" }, "Frames"), select));

listen(["traces", "changes", "status"], ask);
byId("filters").addEventListener("shown", ask);
