// A blind test: X is drawn anew for each trial; what was right is told when all trials are done.
import { byId, el, keyed, setText } from "./dom.js";
import { count } from "./format.js";
import { chance, draw, probability } from "./statistics.js";

/** Null where none is going on. */
let test = null;
let changed = () => {};

export const isBlind = () => test !== null;
export const hiddenPreset = () => test?.hidden ?? null;
/** @param told called when a test goes on (true), begins or ends (false) */
export function onBlind(told) { changed = told; }

/**
 * Begins a test. The number of trials is fixed before it: who stops when it looks good fools himself.
 * @param names of presets, two or more
 */
export function begin(names, trials) {
  if (test || names.length < 2) return false;
  test = { names: [...names], trials, done: 0, right: 0, hidden: null };
  next();
  show();
  changed(false);
  return true;
}

const next = () => { test.hidden = test.names[draw(test.names.length)]; };

/** Takes an answer down; draws the next X, or ends. */
export function answered(name) {
  if (!test) return;
  test.done += 1;
  if (name === test.hidden) test.right += 1;
  if (test.done >= test.trials) return end();
  next();
  show();
  changed(true);
}

/** What a test came to, in words. */
function verdict({ right, done, trials, names }) {
  if (done === 0) return "Nothing was answered.";
  const p = chance(right, done, names.length);
  const early = done < trials
    ? ` It was stopped after ${count(done)} of ${count(trials)} trials: a p-value holds only for a number of trials that is fixed before.`
      : "";
  const meaning = p < 0.05 ? "hardly by chance: there is a difference to be heard"
    : "chance alone does as well often enough: no difference was shown";
  return `${count(right)} of ${count(done)} right, ${probability(p)}: ${meaning}.${early}`;
}

function end() {
  const ended = test;
  test = null;
  show();
  setText(byId("result"), verdict(ended));
  changed(false);
}

function show() {
  const answers = byId("answers");
  answers.hidden = test === null;
  byId("stop").hidden = test === null;
  keyed(answers, test?.names ?? [], (name) => name, (name, index) => el("button.big", { type: "button", "data-name": name },
    el("span.letter", {}, `X is ${String.fromCharCode(65 + index)}`)));
  if (test) setText(byId("result"), `Trial ${count(test.done + 1)} of ${count(test.trials)}.`);
}

byId("stop").addEventListener("click", () => { if (test) end(); });
