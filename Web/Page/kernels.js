// A kernel for a route: a file that was dropped or chosen, or words. The daemon checks it, whole and beside the sound, as soon as it
// is there; it waits in a panel until it is wanted.
import { changeFilters, sendKernel } from "./api.js";
import { el, setAttribute, setNote, setText } from "./dom.js";
import { count, decibels, percent } from "./format.js";
import { refresh } from "./live.js";
import { changing } from "./session.js";

const readings = [
  ["", "sound file, array or numbers"], ["eq:", "filters of an equaliser"], ["graphic:", "graphic equaliser"], ["response:", "response"],
  ["f64", "raw float64"], ["f32", "raw float32"], ["s16", "raw s16"], ["s24", "raw s24"], ["s24in32", "raw s24in32"], ["s32", "raw s32"],
];
const mostBytes = 64 << 20;
/** dB above full scale that are not told: figures have one decimal. */
const tolerance = 0.05;

/** How a file is most likely meant, by its name and beginning. The daemon decides. */
export function likelyReading(name, beginning) {
  if (/\.dbl$/i.test(name)) return "f64";
  if (/\.(pcm|raw|bin)$/i.test(name)) return "f32";
  if (!/\.(txt|frd|csv|cfg)$/i.test(name)) return "";
  if (/^\s*GraphicEQ\s*:/im.test(beginning)) return "graphic:";
  if (/^\s*(Preamp\s*:|Filter\s*\d*\s*:|(PK|PEQ|LSC?|HSC?|LPQ?|HPQ?|NO|AP|BP)\s.*\bFc\b)/im.test(beginning)) return "eq:";
  if (/\.frd$/i.test(name) || /^\s*[\d.]+[ \t,;]+-?[\d.]+/m.test(beginning)) return "response:";
  return "";
}

/** Adds the panel to a route's row, closed. */
export function kernelPanel(row, name) {
  const id = `kernel-${crypto.randomUUID()}`;
  const words = el("input.words", { type: "text", id: `${id}-words`, autocomplete: "off", spellcheck: false,
    placeholder: "room.wav, eq:PK Fc 63 Hz Gain -4 dB Q 4, lowpass:LR4@2000" });
  const file = el("input", { type: "file", id: `${id}-file`, hidden: true, tabIndex: -1, "aria-hidden": "true" });
  const channel = el("input.small", { type: "number", id: `${id}-channel`, min: 0, step: 1, value: "0" });
  const reading = el("select", { id: `${id}-reading` }, ...readings.map(([value, text]) => el("option", { value }, text)));
  const resample = el("input", { type: "checkbox", id: `${id}-resample` });
  const label = (node, text) => el("p.field", {}, el("label", { for: node.id }, text), node);
  const panel = el("form.kernel-panel", { hidden: true, "aria-label": `Kernel of ${name}` },
    el("p.staged", {}, el("span.staged-name"), el("button", { type: "button", textContent: "Choose a file", onclick: () => file.click() }),
      file),
    label(words, "or words, or a file of the daemon's"),
    el("div.panel-line", {}, label(channel, "Channel"), label(reading, "Read as"),
      el("p.field.check", {}, resample, el("label", { for: resample.id }, "Resample another rate"))),
    el("div.buttons", {}, changing(el("button.primary", {}, "Play it")),
      changing(el("button.check", { type: "button", textContent: "Check", onclick: () => check(row, panel, name) })),
      el("button", { type: "button", textContent: "Leave it", onclick: () => close(row) })));
  Object.assign(panel, { parts: { words, file, channel, reading, resample }, staged: null, checks: 0 });
  const takeFile = async (dropped) => {
    await stageFile(panel, dropped);
    if (panel.staged) check(row, panel, name);
  };
  panel.takeFile = takeFile;
  file.addEventListener("change", () => takeFile(file.files[0]));
  for (const control of [channel, reading, resample]) control.addEventListener("change", () => { if (panel.staged) check(row, panel, name); });
  words.addEventListener("input", () => {
    panel.checks += 1;
    setNote(row.querySelector(".note"), "");
    stageFile(panel, null);
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(row);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    send(row, panel, name);
  });
  row.insertBefore(panel, row.lastElementChild);
}

const panelOf = (row) => row.querySelector(".kernel-panel");

/** Opens a route's panel with a file, or words, or what is there. */
export function stage(row, route, what) {
  const panel = panelOf(row);
  if (what === undefined && !panel.hidden) return close(row);
  panel.hidden = false;
  setAttribute(row.querySelector(".kernel"), "aria-expanded", "true");
  setNote(row.querySelector(".note"), "");
  const { words } = panel.parts;
  if (what instanceof Blob) panel.takeFile(what);
  else {
    stageFile(panel, null);
    if (what) words.value = what;
    else if (!words.value && areWords(route.kernel)) words.value = route.kernel;
    words.placeholder = route.kernel || words.placeholder;
    words.select();
  }
}

/** Whether a kernel's name is words, whole, which can be written further. */
const areWords = (name) => /^[a-z]+:/.test(name ?? "") && !name.endsWith("…");

function close(row) {
  panelOf(row).hidden = true;
  setAttribute(row.querySelector(".kernel"), "aria-expanded", "false");
  setNote(row.querySelector(".note"), "");
  row.querySelector(".kernel").focus();
}

/** The next kernel begins anew: another channel would be its fault. */
function clear(panel) {
  const { words, file, channel, resample } = panel.parts;
  [words.value, file.value, channel.value, resample.checked] = ["", "", "0", false];
  stageFile(panel, null);
}

async function stageFile(panel, file) {
  panel.staged = file ?? null;
  const { words, reading, resample } = panel.parts;
  setText(panel.querySelector(".staged-name"), file ? `${file.name}, ${count(file.size)} bytes` : "Drop a file here, or");
  // Words say themselves what they are.
  for (const control of [reading, resample]) control.disabled = !file;
  if (!file) return;
  words.value = "";
  reading.value = likelyReading(file.name, await file.slice(0, 4096).text());
  panel.querySelector(".primary").focus();
}

/** Why the daemon need not be asked; "": it is. */
function fault({ staged: file, parts }) {
  if (!file) return parts.words.value.trim() ? "" : "Choose a file, or write words.";
  return file.size <= mostBytes ? ""
    : `${file.name} has ${count(file.size)} bytes: kernels are sent up to 64 MiB. Name it by its path on the daemon's machine.`;
}

/** Gives the daemon what the panel holds, to be heard or only to be checked. */
function give({ staged: file, parts: { words, channel, reading, resample } }, name, isCheck) {
  if (!file) return changeFilters({ [name]: { kernel: words.value.trim(), channel: Number(channel.value) } }, isCheck);
  const isWords = reading.value.endsWith(":");
  return sendKernel(name, file, {
    channel: channel.value, name: isWords ? undefined : file.name, resample: resample.checked || undefined,
    words: isWords ? `${reading.value}${file.name.replace(/[^\w.-]/g, "_")}` : undefined, format: isWords ? undefined : reading.value,
    check: isCheck || undefined,
  });
}

async function check(row, panel, name) {
  const note = row.querySelector(".note");
  // Of several the last one counts.
  const number = (panel.checks += 1);
  const say = (text, isFault = false) => { if (panel.checks === number && !panel.hidden) setNote(note, text, isFault); };
  if (fault(panel)) return say(fault(panel), true);
  say("The daemon checks it…");
  try {
    say(...finding(await give(panel, name, true), name));
  } catch (refusal) {
    say(refusal.message, true);
  }
}

/** What a check says of a kernel: a report of its own, or all filters, which say less. */
function finding(answer, name) {
  const all = answer.filters?.find((one) => one.name === name);
  if (all) return [`It can be played: ${all.layout}.`];
  const { layout, worstCase, load } = answer;
  const predicted = load === undefined ? "" : `, load ${percent(load)}`;
  if (worstCase === undefined || worstCase === null) return [`It can be played, but it is silence: ${layout}${predicted}.`, true];
  if (worstCase <= tolerance) return [`It can be played: ${layout}, worst case of the output ${decibels(worstCase)}${predicted}.`];
  return [`It can be played, and can clip: ${layout}, worst case of the output ${decibels(worstCase)}${predicted}. ` +
    "Lower the gains by that much before, on every channel alike.", true];
}

async function send(row, panel, name) {
  const note = row.querySelector(".note");
  panel.checks += 1;
  if (fault(panel)) return setNote(note, fault(panel), true);
  row.classList.add("is-busy");
  setNote(note, "The daemon checks it…");
  try {
    await give(panel, name, false);
    clear(panel);
    close(row);
    setNote(note, "");
  } catch (refusal) {
    setNote(note, refusal.message, true);
  }
  row.classList.remove("is-busy");
  refresh();
}
