// The line on top: state and cause, load, volume and mute; and the other controls of the output.
import { changeOutput } from "./api.js";
import { byId, isHeld, onCommit, setAttribute, setNote, setText } from "./dom.js";
import { decibels, fixed, number, percent, sentence } from "./format.js";
import { listen, live, refresh } from "./live.js";
import { session } from "./session.js";

const states = {
  starting: ["starting", "wait"], running: ["running", "good"], muted: ["muted", "wait"],
  waiting: ["waiting", "wait"], failed: ["failed", "bad"],
};

function drawState() {
  const { status, isConnected, isFresh } = live;
  const [word, kind] = isConnected ? states[status?.state] ?? [status?.state ?? "unknown", "wait"] : ["connection lost", "bad"];
  setText(byId("state"), isFresh ? "connecting" : status === null && !isConnected ? "not reached" : word);
  byId("lamp").className = `lamp is-${isFresh ? "wait" : kind}`;
  document.body.classList.toggle("is-lost", !isConnected && !isFresh);
  const lost = status === null ? "The daemon is not reached. The page tries again every second."
    : "The connection to the daemon is lost: what is shown is what was last known. The page comes back by itself.";
  setNote(byId("cause"), isConnected ? status?.cause : isFresh || (session.access === "none" && !live.fault) ? ""
    : `${lost}${live.fault ? ` ${sentence(live.fault)}` : ""}`,
    !isConnected || status?.state === "failed");
}

function drawLoad() {
  const load = live.status?.load;
  if (!load) return;
  setText(byId("top-load"), `load ${percent(load.mean)}`);
  byId("top-load").classList.toggle("is-high", load.p99 > 0.8);
}

const volume = byId("volume");
const volumeNumber = byId("volume-number");
const ceiling = byId("ceiling");
const dither = byId("dither");
const mute = byId("mute");
const bypass = byId("bypass");

/** What is shown is what the daemon says, but for a field that somebody writes into and a slider that a hand holds. */
function drawOutput() {
  const output = live.status?.output;
  if (!output) return;
  setText(byId("volume-text"), decibels(output.volume));
  setAttribute(volume, "aria-valuetext", decibels(output.volume));
  if (!isSliding) volume.value = output.volume;
  if (!isHeld(volumeNumber)) volumeNumber.value = fixed(output.volume, 1);
  if (!isHeld(ceiling)) ceiling.value = output.ceiling === undefined || output.ceiling === null ? "none" : fixed(output.ceiling, 1);
  dither.value = output.dither;
  setAttribute(mute, "aria-pressed", String(output.mute));
  setText(mute, output.mute ? "Muted" : "Mute");
  setAttribute(bypass, "aria-pressed", String(output.bypass));
  setText(bypass, output.bypass ? "Bypassed" : "Filters on");
}

/** Sends a change; shows what the daemon answers, which it returns, or why it refused. */
async function change(wanted) {
  let answer = null;
  try {
    answer = await changeOutput(wanted);
    live.status.output = answer;
    setNote(byId("output-note"), "");
  } catch (refusal) {
    setNote(byId("output-note"), refusal.message, true);
    if (refusal.status) refresh();
  }
  drawOutput();
  return answer;
}

// The volume: one request at a time, the last value wins. A rise goes in steps, so that a slip of the finger is not a blow:
// 3 dB every 100 ms.
const rise = 3;
const pause = 100;
let isSliding = false;
let wantedVolume = null;
let isSending = false;

async function sendVolume() {
  if (isSending) return;
  isSending = true;
  let now = live.status.output.volume;
  while (wantedVolume !== null) {
    const next = Math.min(wantedVolume, Math.max(now, volume.min) + rise);
    if (next >= wantedVolume) wantedVolume = null;
    const answer = await change({ volume: next });
    // Refused: nothing more is wanted.
    if (!answer) break;
    now = answer.volume;
    if (wantedVolume !== null) await new Promise((done) => setTimeout(done, pause));
  }
  wantedVolume = null;
  isSending = false;
}

function wish(value) {
  wantedVolume = value;
  sendVolume();
}

volume.addEventListener("input", () => {
  isSliding = true;
  wish(Number(volume.value));
});
for (const kind of ["change", "pointerup", "pointercancel", "blur"]) {
  volume.addEventListener(kind, () => {
    isSliding = false;
    drawOutput();
  });
}
onCommit(volumeNumber, (text) => {
  const value = number(text);
  if (Number.isNaN(value)) {
    setNote(byId("output-note"), `“${text}” is no volume: write dB from −120 to 0, as −20.`, true);
    return drawOutput();
  }
  // What is no volume is for the daemon to refuse, whole.
  if (value > 0) change({ volume: value });
  else wish(value);
}, drawOutput);
onCommit(ceiling, (text) => {
  const value = /^(none|)$/i.test(text.trim()) ? "none" : number(text);
  if (Number.isNaN(value)) {
    setNote(byId("output-note"), `“${text}” is no ceiling: write dB from −120 to 0, as −6, or none.`, true);
    return drawOutput();
  }
  change({ ceiling: value });
}, drawOutput);
dither.addEventListener("change", () => change({ dither: dither.value }));
mute.addEventListener("click", () => change({ mute: mute.getAttribute("aria-pressed") !== "true" }));
bypass.addEventListener("click", () => change({ bypass: bypass.getAttribute("aria-pressed") !== "true" }));

listen(["connection", "state", "status", "access"], drawState);
listen(["levels", "status"], drawLoad);
listen(["changes", "status"], drawOutput);
