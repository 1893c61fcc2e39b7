// Presets, and switching between those that are compared: by the daemon's cross-fade, at equal level.
import { activatePreset, deletePreset, presets as readPresets, savePreset } from "./api.js";
import { answered, begin, hiddenPreset, isBlind, onBlind } from "./blind.js";
import { byId, el, keyed, setAttribute, setNote, setText } from "./dom.js";
import { decibels, milliseconds, time } from "./format.js";
import { listen, live, refresh } from "./live.js";
import { changing, mayChange } from "./session.js";

/** As the daemon lists them; null until it has. */
let list = null;
/** Names of those that are compared, in the order of their letters. */
let compared = [];
/** The letter that was asked for last and is heard. */
let heard = null;
/** What the daemon answered for each name: trim and delay. */
const uses = new Map();
const mostCompared = 8;
/** A switch shows itself no sooner, so that its time does not tell what X is. */
const shownAfter = 400;

const say = (what, isFault = true) => setNote(byId("compare-note"), what, isFault);
const letterOf = (index) => String.fromCharCode(65 + index);

async function read() {
  if (byId("compare").hidden || !live.isConnected) return;
  try {
    list = (await readPresets()).presets;
    setNote(byId("preset-note"), "");
  } catch (refusal) {
    list = null;
    setNote(byId("preset-note"), refusal.status === 404 ? "This daemon has no presets: it is older than this page." : refusal.message,
      true);
  }
  compared = compared.filter((name) => list?.some((preset) => preset.name === name && !preset.refusal));
  draw();
}

function draw() {
  keyed(byId("presets"), list ?? [], (preset) => preset.name, makePreset, drawPreset);
  if (list?.length === 0) byId("presets").append(el("li.soft", { "data-key": "none" },
    "There is none yet. Save what is heard, change something, and save it again."));
  drawLetters();
}

function makePreset({ name }) {
  const box = el("input", { type: "checkbox", "aria-label": `Compare ${name}`, onchange: () => choose(name, box.checked) });
  return el("li.preset", {}, el("label.choice", {}, box, el("strong", {}, name)), el("span.letter"), el("span.soft.what"),
    changing(el("button", { type: "button", textContent: "Use it", "aria-label": `Use ${name}`, onclick: () => use(name) })),
    changing(el("button", { type: "button", textContent: "Delete", "aria-label": `Delete ${name}`,
      onclick: (event) => wishToRemove(name, event.currentTarget), onblur: (event) => forget(name, event.currentTarget) })));
}

function drawPreset(row, preset) {
  const [label, letter, what, useIt, removeIt] = row.children;
  const place = compared.indexOf(preset.name);
  label.firstElementChild.checked = place >= 0;
  label.firstElementChild.disabled = isBlind() || Boolean(preset.refusal);
  setText(letter, place >= 0 ? letterOf(place) : "");
  const level = preset.level === undefined || preset.level === null ? "silent" : `level ${decibels(preset.level)}`;
  setText(what, preset.refusal ?? `${preset.active && !isBlind() ? "heard now, " : ""}${level}, saved ${time(preset.saved)}`);
  what.classList.toggle("is-refused", Boolean(preset.refusal));
  useIt.disabled = removeIt.disabled = isBlind() || !mayChange();
  if (preset.refusal) useIt.disabled = true;
}

function choose(name, isChosen) {
  compared = compared.filter((one) => one !== name);
  if (isChosen) compared = [...compared, name].slice(-mostCompared);
  uses.clear();
  heard = null;
  draw();
}

/** Asks once more: a preset that is deleted is gone. */
function wishToRemove(name, button) {
  if (button.dataset.asked) return remove(name);
  button.dataset.asked = "true";
  setText(button, "Delete it?");
  setAttribute(button, "aria-label", `Delete ${name}? Press again`);
}

function forget(name, button) {
  delete button.dataset.asked;
  setText(button, "Delete");
  setAttribute(button, "aria-label", `Delete ${name}`);
}

async function remove(name) {
  try { await deletePreset(name); } catch (refusal) { setNote(byId("preset-note"), refusal.message, true); }
  read();
}

/** Activates a preset as it is, without matching. */
async function use(name) {
  try {
    await activatePreset(name);
    heard = null;
    say("");
  } catch (refusal) {
    say(refusal.message);
  }
  refresh();
  read();
}

function drawLetters() {
  const letters = compared.map((name, index) => ({ letter: letterOf(index), name }));
  if (isBlind()) letters.push({ letter: "X", name: null });
  keyed(byId("letters"), letters, ({ letter }) => letter,
    ({ letter }) => changing(el("button.big", { type: "button", onclick: () => hear(letter) }, el("span.letter", {}, letter),
      el("span.what"))),
    (button, { letter, name }) => {
      setAttribute(button, "aria-pressed", String(heard === letter));
      setText(button.lastElementChild, name ?? "unknown");
    });
  if (compared.length < 2) setText(byId("matched"), "Choose two presets above, or more.");
  else setText(byId("matched"), byId("match").checked ? matching() : "Not matched: the louder one sounds better, whatever it is.");
  byId("match").disabled = isBlind();
  byId("begin").disabled = compared.length < 2 || isBlind() || !mayChange();
}

/** What matching does, in figures. */
function matching() {
  const chosen = compared.map((name) => list.find((preset) => preset.name === name));
  const levels = chosen.map((preset) => preset?.level).filter((level) => typeof level === "number");
  const told = compared.map((name, index) => {
    const used = uses.get(name);
    if (!used) return null;
    const later = used.delayFrames ? `, ${milliseconds((used.delayFrames / (live.status.rate || 1)) * 1000)} later` : "";
    return `${letterOf(index)} ${decibels(used.trim ?? 0)}${later}`;
  }).filter(Boolean);
  const target = levels.length ? ` of the quietest, ${decibels(Math.min(...levels))}` : " of the quietest";
  const heardAs = told.length && !isBlind() ? ` As heard: ${told.join("; ")}.` : "";
  return `Each is lowered to the level${target}, of K-weighted pink noise, and delayed to the latest.${heardAs}`;
}

let isSwitching = false;
let next = null;

const nameOf = (letter) => (letter === "X" ? hiddenPreset() : compared[letter.charCodeAt(0) - 65]) ?? null;

/** Whether what a letter stands for is not heard any longer, as somebody else has changed it. */
const isTakenAway = () => heard !== null && !isSwitching && live.isConnected && live.status.preset !== nameOf(heard);
/** A status that was asked for before a switch may come after it. */
const settled = 600;
let look = 0;

function lookWhatIsHeard() {
  if (!isTakenAway()) return;
  clearTimeout(look);
  look = setTimeout(() => {
    if (!isTakenAway()) return;
    heard = null;
    say("Something else was changed meanwhile, and is heard: press a letter to go on.");
    draw();
  }, settled);
}

/** Lets a letter be heard. While one is on its way the last wish waits. */
async function hear(letter) {
  if (!mayChange()) return;
  const name = nameOf(letter);
  if (name === null) return;
  if (isSwitching) {
    next = letter;
    return;
  }
  isSwitching = true;
  const pause = new Promise((done) => setTimeout(done, isBlind() ? shownAfter : 0));
  try {
    const used = await activatePreset(name, byId("match").checked ? compared : undefined);
    uses.set(name, used);
    await pause;
    heard = letter;
    live.status.preset = name;
    say("");
  } catch (refusal) {
    await pause;
    say(refusal.message);
  }
  isSwitching = false;
  draw();
  if (!isBlind()) refresh();
  if (next !== null) {
    const wish = next;
    next = null;
    hear(wish);
  }
}

/** The preset that is to be replaced, once that has been said. */
let replaced = null;
byId("preset-name").addEventListener("input", () => { replaced = null; });
byId("preset-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = byId("preset-name");
  const name = field.value.trim();
  if (list?.some((preset) => preset.name === name) && replaced !== name) {
    replaced = name;
    setNote(byId("preset-note"), `There is a preset ${name} already: save it once more to replace it.`);
    return;
  }
  replaced = null;
  try {
    const saved = await savePreset(name);
    setNote(byId("preset-note"), "");
    if (compared.length < 2 && !compared.includes(saved.name)) compared.push(saved.name);
    field.value = "";
  } catch (refusal) {
    setNote(byId("preset-note"), refusal.message, true);
    return;
  }
  read();
});
byId("match").addEventListener("change", () => {
  uses.clear();
  heard = null;
  drawLetters();
});
byId("begin").addEventListener("click", () => {
  if (begin(compared, Math.max(1, Math.min(1000, Math.round(Number(byId("trials").value)) || 16)))) hear("X");
});
onBlind((isNext) => {
  heard = null;
  draw();
  if (isNext) hear("X");
  else if (!isBlind()) read();
});
addEventListener("keydown", (event) => {
  if (byId("compare").hidden || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const letter = event.key.toUpperCase();
  if (letter === "X" ? isBlind() : letter.length === 1 && letter >= "A" && letter < letterOf(compared.length)) hear(letter);
});
byId("answers").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) answered(button.dataset.name);
});

listen(["changes", "connection", "access"], () => { if (!isBlind()) read(); });
listen(["changes", "status"], lookWhatIsHeard);
byId("compare").addEventListener("shown", read);
