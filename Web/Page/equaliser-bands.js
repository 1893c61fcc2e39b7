// The bands of an equaliser as a list of fields.
import { el, isHeld, keyed, onCommit, setAttribute, setText } from "./dom.js";
import { number, trimmed } from "./format.js";
import { types } from "./equaliser-math.js";
import { changing } from "./session.js";

const most = 100;

/** Adds a band; without a place it goes to where no other is. */
export function addBand(equaliser, { frequency, gain = 0 }) {
  if (equaliser.bands.length >= most) return;
  const taken = equaliser.bands.map((band) => band.frequency);
  const free = [1000, 100, 5000, 300, 10000, 60, 2000];
  equaliser.bands.push({ type: "PK", isOn: true, frequency: frequency ?? free.find((one) => !taken.includes(one)) ?? 1000, gain,
    q: types.PK.q });
}

/** @param edited called with a function that changes the equaliser */
export function drawBands(list, equaliser, edited) {
  list.edited = edited;
  keyed(list, equaliser.bands, (_, index) => index, (_, index) => makeBand(list, index), drawBand);
}

function makeBand(list, index) {
  const change = (edit) => list.edited((equaliser) => edit(equaliser.bands[index], equaliser));
  const box = changing(el("input", { type: "checkbox", "aria-label": `Band ${index + 1} is on`,
    onchange: () => change((band) => { band.isOn = box.checked; }) }));
  const type = changing(el("select", { "aria-label": `Type of band ${index + 1}`, onchange: () => change((band) => {
    Object.assign(band, { type: type.value, q: types[type.value].q });
    if (!types[type.value].hasGain) band.gain = 0;
  }) }, ...Object.entries(types).map(([value, { title }]) => el("option", { value }, title))));
  const field = (member, title, unit, isUsable) => {
    const input = changing(el("input", { type: "text", autocomplete: "off", "aria-label": `${title} of band ${index + 1}` }));
    onCommit(input, (entered) => {
      const value = number(entered.replace(/\s*k?Hz$/i, "")) * (/k(Hz)?\s*$/i.test(entered) ? 1000 : 1);
      change((band) => { if (isUsable(value)) band[member] = value; });
    }, () => {});
    return el("label.unit", {}, input, unit);
  };
  return el("li.band", {}, el("label.band-on", {}, box, el("strong", {}, String(index + 1))), type,
    field("frequency", "Frequency", "Hz", (value) => value > 0 && value < 400000),
      field("gain", "Gain", "dB", (value) => Math.abs(value) <= 60),
    field("q", "Q", "Q", (value) => value > 0 && value <= 1000),
    changing(el("button.remove", { type: "button", textContent: "×", "aria-label": `Take band ${index + 1} away`,
      onclick: () => change((band, equaliser) => equaliser.bands.splice(index, 1)) })));
}

function drawBand(row, band) {
  const [on, type, frequency, gain, q] = row.children;
  on.firstElementChild.checked = band.isOn;
  type.value = band.type;
  for (const [label, value, digits] of [[frequency, band.frequency, 2], [gain, band.gain, 2], [q, band.q, 3]]) {
    if (!isHeld(label.firstElementChild)) label.firstElementChild.value = trimmed(value, digits);
  }
  gain.classList.toggle("is-hidden", !types[band.type].hasGain);
  setAttribute(row, "data-off", band.isOn ? null : "");
  setText(on.lastElementChild, Number(row.dataset.key) + 1);
}
