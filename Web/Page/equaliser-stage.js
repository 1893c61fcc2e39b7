// The drawing of an equaliser, and the handles of its bands upon it.
import { Chart, frequencyAxis, valueAxis } from "./chart.js";
import { byId, el, keyed, setAttribute, setText } from "./dom.js";
import { decibels, fixed, frequency as shownFrequency } from "./format.js";
import { frequencies, response, types } from "./equaliser-math.js";
import { changing, mayChange } from "./session.js";

const limits = { low: 20, high: 20000, gain: 30, leastQ: 0.1, mostQ: 100 };
let equaliser = { preamp: 0, bands: [], others: [] };
let rate = 48000;
let dragged = null;
let calls = {};
/** The pause of keys that is waited for; 0: none is. */
let settle = 0;

const isDragging = () => dragged !== null;
/** Whether a band is moved, by a hand that has not let it go or by keys that have not paused. */
export const isMoving = () => isDragging() || settle !== 0;

/** @param told `move()`, `drop()` and `add(frequency, gain)` */
export function onStage(told) { calls = told; }

const readout = byId("eq-readout");
const chart = new Chart(byId("eq-chart"), (hertz, isKey) => {
  readout.setAttribute("aria-live", isKey ? "polite" : "off");
  setText(readout, `${shownFrequency(hertz)}: ${decibels(response(equaliser, [hertz], rate)[0], 2)}`);
});

export function drawStage(shown, atRate) {
  [equaliser, rate] = [shown, atRate];
  const grid = frequencies(20, Math.min(20000, rate / 2.001), 500);
  const values = response(equaliser, grid, rate);
  const all = [...values.filter((value) => value > -40), ...equaliser.bands.map((band) => band.gain + equaliser.preamp), equaliser.preamp];
  // The axis stays while a band is dragged.
  const reach = Math.max(12, Math.ceil(Math.max(...all.map(Math.abs)) / 6) * 6);
  const y = isDragging() && chart.y ? chart.y : valueAxis(-reach, reach, { isDecibels: true, most: 8 });
  chart.show({
    x: frequencyAxis(limits.low, limits.high), y, unit: "dB",
    series: [...focused().map((band) => ({ colour: "soft",
      points: zip(grid, response({ preamp: equaliser.preamp, bands: [band] }, grid, rate)) })),
      { colour: 0, width: 2.4, points: zip(grid, values) }],
    overlay: placeHandles,
  });
}

const zip = (x, y) => x.map((value, index) => [value, y[index]]);
const focused = () => equaliser.bands.filter((_, index) => handleAt(index) === document.activeElement || dragged === index);
const handleAt = (index) => byId("eq-handles").children[index];

const hasGain = (band) => types[band.type].hasGain;

/** A band in words. */
function described(band) {
  const gain = hasGain(band) ? `, ${decibels(band.gain)}` : "";
  return `${types[band.type].title}, ${shownFrequency(band.frequency)}${gain}, Q ${fixed(band.q, 2)}`;
}

function placeHandles() {
  keyed(byId("eq-handles"), equaliser.bands, (_, index) => index, (_, index) => makeHandle(index), (handle, band, index) => {
    const [x, y] = chart.pixel(clamped(band.frequency, limits.low, limits.high),
      clamped((hasGain(band) ? band.gain : 0) + equaliser.preamp, chart.y.from, chart.y.to));
    handle.style.left = `${x}px`;
    handle.style.top = `${y}px`;
    handle.disabled = !mayChange();
    handle.classList.toggle("is-off", !band.isOn);
    setAttribute(handle, "aria-label",
      `Band ${index + 1}, ${described(band)}${band.isOn ? "" : ", off"}`);
  });
}

const clamped = (value, low, high) => Math.max(low, Math.min(high, value));
const rounded = (value, step) => Number((Math.round(value / step) * step).toFixed(6));
/** Three digits: as fine as ears and hands. */
const tidyFrequency = (hertz) => Number(clamped(hertz, limits.low, Math.min(limits.high, rate / 2.001)).toPrecision(3));

function makeHandle(index) {
  const handle = changing(el("button.handle", { type: "button", "aria-roledescription": "band", textContent: String(index + 1) }));
  handle.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    handle.setPointerCapture(event.pointerId);
    dragged = index;
    chart.isDragging = true;
    handle.focus();
    event.preventDefault();
  });
  handle.addEventListener("pointermove", (event) => {
    if (dragged !== index) return;
    const place = byId("eq-chart").getBoundingClientRect();
    const band = equaliser.bands[index];
    band.frequency = tidyFrequency(chart.xAt(event.clientX - place.left));
    if (hasGain(band)) band.gain = rounded(clamped(chart.yAt(event.clientY - place.top) - equaliser.preamp, -limits.gain, limits.gain),
      0.1);
    moved(band);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    handle.addEventListener(kind, () => {
      if (dragged !== index) return;
      dragged = null;
      chart.isDragging = false;
      calls.drop();
    });
  }
  handle.addEventListener("wheel", (event) => {
    event.preventDefault();
    change(index, (band) => widen(band, event.deltaY > 0 ? 1 / 1.1 : 1.1));
  }, { passive: false });
  handle.addEventListener("keydown", (event) => onKey(event, index));
  for (const kind of ["focus", "blur"]) handle.addEventListener(kind, () => drawStage(equaliser, rate));
  return handle;
}

const widen = (band, factor) => { band.q = Number(clamped(band.q * factor, limits.leastQ, limits.mostQ).toPrecision(3)); };

function onKey(event, index) {
  const fine = event.shiftKey ? 5 : 1;
  const change1 = {
    ArrowLeft: (band) => { band.frequency = tidyFrequency(band.frequency * 2 ** (-fine / 24)); },
    ArrowRight: (band) => { band.frequency = tidyFrequency(band.frequency * 2 ** (fine / 24)); },
    ArrowUp: (band) => { if (hasGain(band)) band.gain = rounded(clamped(band.gain + 0.2 * fine, -limits.gain, limits.gain), 0.1); },
    ArrowDown: (band) => { if (hasGain(band)) band.gain = rounded(clamped(band.gain - 0.2 * fine, -limits.gain, limits.gain), 0.1); },
    "+": (band) => widen(band, 1.1), "-": (band) => widen(band, 1 / 1.1),
    Delete: (band) => { equaliser.bands.splice(equaliser.bands.indexOf(band), 1); },
  }[event.key];
  if (!change1) return;
  event.preventDefault();
  change(index, change1);
}

/** Wheel and keys come in runs: heard when they pause. */
function change(index, edit) {
  const band = equaliser.bands[index];
  if (!band || !mayChange()) return;
  edit(band);
  moved(band);
  clearTimeout(settle);
  settle = setTimeout(() => {
    settle = 0;
    calls.drop();
  }, 250);
}

function moved(band) {
  setText(readout, described(band));
  calls.move();
}

byId("eq-chart").addEventListener("dblclick", (event) => {
  if (mayChange()) calls.add(tidyFrequency(chart.xAt(event.offsetX)), rounded(chart.yAt(event.offsetY), 0.5));
});
