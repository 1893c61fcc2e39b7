// An equaliser on routes: bands dragged on the response, heard when they are let go, kept by the daemon as the kernel's words.
import { changeFilters } from "./api.js";
import { addBand, drawBands } from "./equaliser-bands.js";
import { drawStage, isMoving, onStage } from "./equaliser-stage.js";
import { safePreamp } from "./equaliser-math.js";
import { linesOf, read, text, words } from "./equaliser-text.js";
import { byId, el, isHeld, keyed, onCommit, setNote, setText } from "./dom.js";
import { fixed, number } from "./format.js";
import { listen, live, refresh } from "./live.js";
import { changing, mayChange } from "./session.js";

let equaliser = read("");
/** Names of routes that it is heard on. */
const chosen = new Set();
let hasChosen = false;
/** Whether it may take the place of kernels that are none. */
let mayReplace = false;
/** Whether it is a draft: no route has it, and it stays until it is put somewhere or left. */
let isDraft = false;
const past = [];
const mostPast = 100;

const routes = () => (live.status?.filters ?? []).filter((route) => chosen.has(route.name));
const rate = () => live.status?.rate ?? 48000;
const isEqualiser = (route) => linesOf(route) !== null;
/** A route's equaliser, as words that can be compared. */
const wordsOf = (route) => (isEqualiser(route) ? words(read(linesOf(route))) : null);
const say = (what, isFault = false) => setNote(byId("eq-note"), what, isFault);

/** Takes over what the daemon has: its words are what is shown. */
function follow() {
  if (!live.status || byId("equaliser").hidden) return;
  const filters = live.status.filters ?? [];
  for (const name of chosen) if (!filters.some((route) => route.name === name)) chosen.delete(name);
  if (!hasChosen) {
    const first = filters.find(isEqualiser);
    if (first) for (const route of filters) if (wordsOf(route) === wordsOf(first)) chosen.add(route.name);
    hasChosen = Boolean(first);
  }
  if (isDraft && chosen.size > 0 && routes().every((route) => wordsOf(route) === words(equaliser))) isDraft = false;
  const [first] = routes();
  if (first && isEqualiser(first) && !isMoving() && !isBusy() && !isDraft && wordsOf(first) !== words(equaliser)) showHeard(first);
  draw();
}

function showHeard(route) {
  equaliser = read(linesOf(route));
  // It tells of a band that is no more.
  setText(byId("eq-readout"), "");
}

const field = byId("eq-text");
/** Whether the text is somebody's, who has not played it yet. */
const isWritten = () => field.dataset.edited === "true" && words(read(field.value)) !== words(equaliser);

function draw() {
  drawRoutes();
  drawPlace();
  drawStage(equaliser, rate());
  drawBands(byId("eq-bands"), equaliser, edited);
  if (!isHeld(byId("eq-preamp"))) byId("eq-preamp").value = fixed(equaliser.preamp, 1);
  byId("eq-back").hidden = !isWritten();
  // What is refused is to be mended: until the daemon has answered, the text stays as well.
  if (document.activeElement === field || isWritten() || isBusy()) return;
  field.value = text(equaliser);
  delete field.dataset.edited;
}

const mostRoutes = 128;

function drawRoutes() {
  keyed(byId("eq-routes"), (live.status?.filters ?? []).slice(0, mostRoutes), (route) => route.name, ({ name }) => {
    const box = el("input", { type: "checkbox", onchange: () => {
      hasChosen = true;
      mayReplace = false;
      if (box.checked) chosen.add(name);
      else chosen.delete(name);
      follow();
    } });
    return el("label.choice", {}, box, el("span", {}, name), el("span.soft"));
  }, (label, route) => {
    label.firstElementChild.checked = chosen.has(route.name);
    setText(label.lastElementChild, isEqualiser(route) ? "equaliser" : route.kernel.split("/").pop());
  });
}

/** Where it is heard, or what it would take the place of. */
function drawPlace() {
  const others = routes().filter((route) => !isEqualiser(route));
  const note = byId("eq-place");
  if (chosen.size === 0) return setNote(note, `${isDraft ? "It is not heard yet. " : ""}Choose the routes that it is to be heard on.`);
  if (others.length > 0 && !mayReplace) {
    const named = others.slice(0, 3).map((route) => `${route.kernel} on ${route.name}`).join(", ");
    const more = others.length > 3 ? `, and ${others.length - 3} more` : "";
    setNote(note, `It takes the place of ${named}${more}. A configuration can have both: kernels: [room.wav, { eq: equaliser.txt }].`);
    return offer(note);
  }
  const differing = routes().filter((route) => isEqualiser(route) && wordsOf(route) !== wordsOf(routes().find(isEqualiser)));
  if (isDraft) {
    const named = routes().map((route) => route.name);
    setNote(note, `It is not heard yet. It replaces the equaliser of ${named.slice(0, 3).join(", ")}` +
      `${named.length > 3 ? `, and of ${named.length - 3} more` : ""}.`);
    return offer(note);
  }
  const named = differing.map((route) => route.name).join(", ");
  setNote(note, named && `${named}: another equaliser, which the next change replaces. Take it out above to keep it.`);
}

/** Puts beside a note what can be done with an equaliser that is not heard. */
function offer(note) {
  note.append(" ", changing(el("button", { type: "button", textContent: "Put it there", onclick: () => {
    mayReplace = true;
    commit();
  } })));
  if (!isDraft || !routes().some(isEqualiser)) return;
  note.append(" ", el("button", { type: "button", textContent: "Show what is heard", onclick: leave }));
}

/** Lets a draft go. */
function leave() {
  isDraft = false;
  follow();
}

let isSending = false;
let wanted = null;
const isBusy = () => isSending || wanted !== null;

/** Sends what is shown, to all routes in one step. The last one wins. */
async function commit() {
  const isHeard = chosen.size > 0 && (mayReplace || (!isDraft && routes().every(isEqualiser))) && mayChange();
  if (isHeard) wanted = words(equaliser);
  else isDraft = true;
  draw();
  if (!isHeard || isSending) return;
  isSending = true;
  while (wanted !== null) {
    const kernel = wanted;
    const former = wordsOf(routes()[0]);
    wanted = null;
    try {
      const { filters } = await changeFilters(Object.fromEntries([...chosen].map((name) => [name, { kernel }])));
      live.status.filters = filters;
      if (former !== null && former !== kernel && past.at(-1) !== kernel) past.push(former);
      if (past.length > mostPast) past.shift();
      if (past.at(-1) === kernel) past.pop();
      isDraft = false;
      say("");
    } catch (refusal) {
      say(refusal.message, true);
      // What was refused is not shown any longer, unless something newer is on its way.
      const [first] = routes();
      if (wanted !== null) continue;
      if (isEqualiser(first)) showHeard(first);
      [isDraft, mayReplace] = [!isEqualiser(first), false];
    }
  }
  isSending = false;
  await refresh();
  follow();
}

/** A band, or the preamplification, was changed. */
function edited(change) {
  change?.(equaliser);
  commit();
}

onStage({
  move: () => {
    drawStage(equaliser, rate());
    drawBands(byId("eq-bands"), equaliser, edited);
  },
  drop: commit,
  add: (frequency, gain) => edited((own) => addBand(own, { frequency, gain: gain - own.preamp })),
});

byId("eq-add").addEventListener("click", () => edited((own) => addBand(own, {})));
byId("eq-undo").addEventListener("click", () => {
  const former = past.at(-1);
  if (former === undefined) return say("There is nothing to undo.");
  equaliser = read(former);
  commit();
});
byId("eq-safe").addEventListener("click", () => edited((own) => { own.preamp = safePreamp(own, rate()); }));
onCommit(byId("eq-preamp"), (entered) => {
  const value = number(entered);
  if (Number.isNaN(value)) {
    say(`“${entered}” is no preamplification: write dB, as −6.`, true);
    return draw();
  }
  edited((own) => { own.preamp = value; });
}, draw);
byId("eq-take").addEventListener("click", () => {
  equaliser = read(field.value);
  isDraft = false;
  commit();
});
field.addEventListener("input", () => {
  field.dataset.edited = "true";
  byId("eq-back").hidden = !isWritten();
});
byId("eq-back").addEventListener("click", () => {
  delete field.dataset.edited;
  draw();
});
byId("eq-save").addEventListener("click", () => {
  const address = URL.createObjectURL(new Blob([field.value], { type: "text/plain" }));
  el("a", { href: address, download: "equaliser.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
});
byId("eq-open").addEventListener("click", () => byId("eq-file").click());
byId("eq-file").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (!file) return;
  if (file.size > 1 << 20) return say(`${file.name} has ${file.size} bytes, and a text of filters 1 MiB at the most.`, true);
  equaliser = read(await file.text());
  event.target.value = "";
  delete field.dataset.edited;
  isDraft = true;
  draw();
  byId("eq-take").focus();
});

listen(["changes", "status", "access"], follow);
byId("equaliser").addEventListener("shown", follow);
