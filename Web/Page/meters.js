// Peaks of inputs and outputs, with hold, and marks of full scale that stay until they are touched.
import { byId, el, keyed, setAttribute, setText } from "./dom.js";
import { count, fixed } from "./format.js";
import { listen, live, peaks } from "./live.js";

const floor = -72;
const holdTime = 3000;
/** Full scale of 16 bits lies so far below 0 dBFS. */
const fullScale = -0.0003;

const held = { inputs: [], outputs: [] };
/** Where full scale was reached since the mark was touched last. */
const marks = { inputs: new Set(), outputs: new Set() };
let seenClipped = null;

const title = (side, channel) => `${side === "inputs" ? "Input" : "Output"} ${channel}`;

function make(side, channel) {
  return el("li.meter", {},
    el("span.channel", {}, String(channel)), el("span.names"),
    el("span.track", { "aria-hidden": "true" }, el("span.fill"), el("span.hold")),
    el("span.peak"),
    el("button.clip", {
      type: "button", hidden: true, textContent: "full scale",
      onclick: (event) => {
        marks[side].delete(channel);
        event.currentTarget.hidden = true;
      },
    }));
}

/** The largest level of the last seconds. */
function hold(side, channel, level, now) {
  const former = held[side][channel];
  if (!former || level === null || level >= former.level || now - former.at > holdTime) {
    if (level !== null) held[side][channel] = { level, at: now };
    else if (former && now - former.at > holdTime) held[side][channel] = undefined;
  }
  return held[side][channel]?.level ?? null;
}

const share = (level) => Math.max(0, Math.min(1, 1 - level / floor));

function draw(side) {
  const now = performance.now();
  keyed(byId(side), peaks[side], (_, channel) => channel, (_, channel) => make(side, channel), (row, level, channel) => {
    const [, , track, peak, clip] = row.children;
    const largest = hold(side, channel, level, now);
    const [fill, mark] = track.children;
    fill.style.clipPath = `inset(0 ${(100 * (1 - (level === null ? 0 : share(level)))).toFixed(1)}% 0 0)`;
    mark.style.left = `${(100 * (largest === null ? 0 : share(largest))).toFixed(1)}%`;
    mark.hidden = largest === null || largest < floor;
    setText(peak, largest === null ? "−∞" : fixed(largest, 1));
    if (level !== null && level >= fullScale) marks[side].add(channel);
    clip.hidden = !marks[side].has(channel);
    setAttribute(clip, "aria-label", `${title(side, channel)} reached full scale: take the mark away`);
  });
  peaks[side].fill(null);
}

/** What each channel is: the names of its routes. */
function drawNames() {
  const routes = live.status?.filters ?? [];
  for (const [side, end] of [["inputs", "from"], ["outputs", "to"]]) {
    const names = new Map();
    for (const route of routes) names.set(route[end], [...(names.get(route[end]) ?? []), route.name]);
    [...byId(side).children].forEach((row, channel) => {
      const own = names.get(channel) ?? [];
      const shown = own.length > 3 ? `${own.slice(0, 3).join(", ")} and ${own.length - 3} more` : own.join(", ");
      setText(row.children[1], shown || "no route");
      row.classList.toggle("is-unused", own.length === 0);
      setAttribute(row, "title", own.slice(0, 20).join(", ") || null);
    });
  }
}

function drawClipped() {
  const clipped = live.status?.clipped ?? 0;
  if (seenClipped === null || clipped < seenClipped) seenClipped = 0;
  const note = byId("clipped");
  note.hidden = clipped === seenClipped;
  if (note.hidden) return;
  if (!note.firstChild) {
    note.append(el("span"), el("button", {
      type: "button", textContent: "Seen", onclick: () => {
        seenClipped = live.status.clipped;
        drawClipped();
      },
    }));
  }
  setText(note.firstChild, `${count(clipped - seenClipped)} samples were clipped. Lower the gains, on every channel alike.`);
}

let rows = "";
listen(["levels"], () => {
  if (byId("sound").hidden) {
    // Marks are not missed while another view is shown.
    for (const side of ["inputs", "outputs"]) {
      peaks[side].forEach((level, channel) => { if (level !== null && level >= fullScale) marks[side].add(channel); });
      peaks[side].fill(null);
    }
    return;
  }
  draw("inputs");
  draw("outputs");
  drawClipped();
  const now = `${peaks.inputs.length} ${peaks.outputs.length}`;
  if (now !== rows) drawNames();
  rows = now;
});
listen(["status", "changes"], drawNames);
