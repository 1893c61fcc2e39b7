// Interruptions of the sound: how many of which cause, and the last ones in the daemon's words.
import { byId, el, keyed, setText } from "./dom.js";
import { count, time } from "./format.js";
import { listen, live } from "./live.js";

const causes = {
  lateBlock: "a block took too long", lateThread: "the thread was held up", device: "the device ran dry or over by itself",
  stalled: "the device moved nothing", suspended: "the device slept", apart: "the ends had lost their distance",
    lost: "the device was gone",
};

/** The list has a bounded number of rows, however many interruptions there were. */
const mostRows = 100;

export function total(xruns) {
  const all = (xruns?.capture ?? 0) + (xruns?.playback ?? 0);
  if (all === 0) return "None since the start.";
  const parts = Object.entries(xruns.causes ?? {}).filter(([, times]) => times > 0).map(([cause,
    times]) => `${causes[cause] ?? cause} (${count(times)})`);
  return `${count(all)} since the start, ${count(xruns.capture)} of capture and ${count(xruns.playback)} of playback: ${parts.join(", ")}.`;
}

/** Writes the last interruptions into a list. */
export function drawList(list, interruptions) {
  const repeats = new Map();
  const identity = (one) => {
    const name = `${one.time} ${one.direction} ${one.cause} ${one.text}`;
    repeats.set(name, (repeats.get(name) ?? 0) + 1);
    return `${name} ${repeats.get(name)}`;
  };
  keyed(list, interruptions.slice(0, mostRows), identity, (one) => el("li", {},
    el("time", { dateTime: one.time, title: one.time }, time(one.time)), el("span.direction", {}, one.direction),
      el("span.text", {}, one.text || causes[one.cause] || one.cause)));
  list.hidden = interruptions.length === 0;
}

function draw() {
  setText(byId("xruns-total"), total(live.status?.xruns));
  drawList(byId("xruns"), live.interruptions);
}

listen(["xruns", "status"], draw);
