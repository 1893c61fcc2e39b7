// The configuration as text: faults at their lines, a check, and what would be interrupted before it is.
import { checkConfiguration, configuration, reload, takeOver } from "./api.js";
import { byId, el, keyed, setNote, setText } from "./dom.js";
import { count, percent } from "./format.js";
import { listen, live, refresh } from "./live.js";

const text = byId("text");
const gutter = byId("gutter");
/** What the daemon has, as last read. */
let inForce = null;
let faultyLines = new Map();

const isEdited = () => inForce !== null && text.value !== inForce;

async function read() {
  if (byId("configuration").hidden || !live.isConnected) return;
  try {
    const now = await configuration();
    const wasEdited = isEdited();
    if (now === inForce) return;
    inForce = now;
    if (wasEdited) say("The configuration in force has changed since you began: “Back to what is in force” shows it.");
    else show(now);
  } catch (refusal) {
    say(refusal.message, true);
  }
}

const say = (what, isFault = false) => setNote(byId("configuration-note"), what, isFault);

function show(content) {
  text.value = content;
  faults([]);
  drawGutter();
}

const mostLines = 20000;

function drawGutter() {
  const lines = Math.min(mostLines, text.value.split("\n").length);
  keyed(gutter, Array.from({ length: lines }, (_, line) => line + 1), (line) => line, (line) => el("span", {}, String(line)),
    (node, line) => node.classList.toggle("is-faulty", faultyLines.has(line)));
  text.rows = Math.max(12, Math.min(lines + 1, 36));
  gutter.scrollTop = text.scrollTop;
}

function faults(list) {
  faultyLines = new Map(list.map((fault) => [fault.line, fault.message]));
  keyed(byId("faults"), list.slice(0, 100), (fault, index) => `${index} ${fault.line} ${fault.message}`, (fault) => el("li", {},
    el("button", { type: "button", textContent: `Line ${fault.line}`, onclick: () => goTo(fault.line) }), el("span", {}, fault.message)));
  drawGutter();
}

/** Puts the cursor at the beginning of a line, and selects it. */
function goTo(line) {
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  text.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(text).lineHeight);
}

function refused(refusal) {
  faults(refusal.faults);
  say(refusal.faults.length ? `${count(refusal.faults.length)} fault${refusal.faults.length === 1 ? "" : "s"}. Nothing was changed.`
    : refusal.message, true);
}

function report({ filters, plan, load, workersLoad, restart }) {
  const worker = workersLoad === undefined ? "" : `, the busiest worker ${percent(workersLoad)}`;
  const again = restart?.length ? ` Only a restart of the daemon changes ${names(restart)}: write the file, then restart.` : "";
  return `No fault: ${count(filters)} filters, plan ${plan}, predicted load ${percent(load)}${worker}.${again}`;
}

const names = (keys) => keys.map((key) => `“${key}”`).join(", ");

/** The report of a check, or null where it is refused, which is shown. */
async function check() {
  byId("interrupts").hidden = true;
  say("The daemon checks it…");
  try {
    const checked = await checkConfiguration(text.value);
    faults([]);
    say(report(checked));
    return checked;
  } catch (refusal) {
    refused(refusal);
    return null;
  }
}

async function apply() {
  byId("interrupts").hidden = true;
  say("The daemon takes it over…");
  try {
    const taken = await takeOver(text.value);
    inForce = text.value;
    say(`Taken over. ${report(taken)}`);
  } catch (refusal) {
    refused(refusal);
  }
  refresh();
}

/** Checks first, and asks before the sound is interrupted. */
async function wish() {
  const checked = await check();
  if (!checked || checked.restart?.length) return;
  if (!checked.interrupts?.length) return apply();
  const differ = checked.interrupts.length === 1 ? "differs" : "differ";
  setText(byId("interrupts-text"), "The sound fades out and in again, for a few hundredths of a second or until the devices are there, " +
    `since ${names(checked.interrupts)} ${differ}. Take it over?`);
  byId("interrupts").hidden = false;
  byId("interrupt").focus();
}

byId("check").addEventListener("click", check);
byId("take-over").addEventListener("click", wish);
byId("interrupt").addEventListener("click", apply);
byId("keep").addEventListener("click", () => {
  byId("interrupts").hidden = true;
  say("Nothing was changed.");
  byId("take-over").focus();
});
byId("revert").addEventListener("click", () => {
  show(inForce ?? "");
  say("");
});
byId("reload").addEventListener("click", async () => {
  say("The daemon reads its file…");
  try {
    await reload();
    say("The file is in force.");
    if (!isEdited()) read();
  } catch (refusal) {
    refused(refusal);
  }
  refresh();
});
text.addEventListener("input", () => {
  if (faultyLines.size) faults([]);
  drawGutter();
});
// The browser asks before it leaves what is written.
addEventListener("beforeunload", (event) => { if (isEdited()) event.preventDefault(); });
text.addEventListener("scroll", () => { gutter.scrollTop = text.scrollTop; });
listen(["connection", "changes", "status"], () => {
  setNote(byId("configuration-differs"), live.status?.differsFromFile ? "What is in force differs from the daemon's file." : "");
});
listen(["connection", "changes"], read);
byId("configuration").addEventListener("shown", read);
