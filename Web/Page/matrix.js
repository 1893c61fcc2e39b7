// The routes of the matrix, output by output: kernel, gain, delay, length, peak, and what is exact.
import { changeFilters } from "./api.js";
import { byId, el, isHeld, keyed, onCommit, setAttribute, setNote, setText } from "./dom.js";
import { count, decibels, frames, milliseconds, number, trimmed } from "./format.js";
import { kernelPanel, stage } from "./kernels.js";
import { listen, live, refresh } from "./live.js";
import { measure } from "./measures.js";
import { changing, mayChange } from "./session.js";
import { isTraced, toggleTrace } from "./traces.js";

/** Rows that are made at once: a matrix of 64 by 64 has 4,096 routes. */
const pageRows = 128;
let shownRows = pageRows;

/** How outputs are exact, as the daemon tells it. */
function exactness(exact) {
  if (!exact) return "";
  if (exact.cause && !exact.signalBits) return `not exact: ${exact.cause}`;
  if (exact.always) return "exact, ties included";
  if (exact.signalBits) return `exact for signals of up to ${exact.signalBits} bits`;
  return "not exact";
}

function outputs({ filters, worstCase, exact, latency }) {
  const routes = new Map();
  for (const route of filters ?? []) routes.set(route.to, [...(routes.get(route.to) ?? []), route]);
  let left = shownRows;
  return [...routes.keys()].sort((a, b) => a - b).map((output) => {
    const own = routes.get(output);
    const shown = own.slice(0, Math.max(0, left));
    left -= own.length;
    return {
      output, routes: shown, all: own.length, worstCase: worstCase?.[output], exact: exact?.[output],
      unaligned: latency?.outputs?.[output]?.unalignedFrames,
    };
  }).filter((group) => group.routes.length > 0);
}

function makeOutput({ output }) {
  return el("section.output", { "aria-label": `Output ${output}` },
    el("div.output-head", {},
      el("h3", {}, `Output ${output}`), el("span.worst"), el("span.exact"),
      drawButton(() => ({ kind: "output", output, input: firstInput(output) }))),
    el("ul.routes"));
}

const firstInput = (output) => live.status.filters.find((route) => route.to === output)?.from ?? 0;

/** A button that lays a response over the others. */
function drawButton(trace) {
  return el("button.draw", {
    type: "button", textContent: "Response", "aria-pressed": "false",
    onclick: (event) => {
      toggleTrace(trace());
      if (event.detail !== 0 || isTraced(trace())) byId("responses").scrollIntoView({ block: "nearest", behavior: "smooth" });
    },
  });
}

function drawOutput(section, group) {
  const [, worst, exact, button] = section.firstElementChild.children;
  setText(worst, group.worstCase === undefined ? "" : group.worstCase === null ? "silent" : `worst case ${decibels(group.worstCase)}`);
  worst.classList.toggle("is-high", group.worstCase > 0.05);
  setText(exact, exactness(group.exact));
  setAttribute(button, "aria-pressed", String(isTraced({ kind: "output", output: group.output, input: firstInput(group.output) })));
  setAttribute(button, "aria-label", `Response of output ${group.output}`);
  keyed(section.lastElementChild, group.routes, (route) => route.name, makeRoute, drawRoute);
}

function makeRoute({ name }) {
  const gain = changing(el("input", { type: "text", autocomplete: "off", "aria-label": `Gain of ${name}, dB` }));
  const delay = changing(el("input", { type: "text", autocomplete: "off", "aria-label": `Delay of ${name}, frames or ms` }));
  const note = el("p.note", { role: "alert", hidden: true });
  const row = el("li.route", {},
    el("div.route-line", {},
      el("span.route-name", {}, el("strong", {}, name), el("span.ends")),
      changing(el("button.kernel", { type: "button", "aria-expanded": "false" }, el("span.kernel-name"), el("span.layout"))),
      el("label.unit", {}, gain, "dB"),
      el("label.unit", {}, delay, el("span.delay-time", {}, "frames")),
      el("span.length"), el("span.tap-peak"),
      drawButton(() => ({ kind: "filter", name }))),
    note);
  const current = () => live.status.filters.find((route) => route.name === name) ?? {};
  const show = () => drawRoute(row, current());
  onCommit(gain, (text) => change(row, name, "gain", number(text), text, "dB, as −3"), show);
  onCommit(delay, (text) => change(row, name, "delay", delayFrames(text), text, "frames, as 480, or ms, as 10 ms"), show);
  row.querySelector(".kernel").addEventListener("click", () => stage(row, current()));
  for (const kind of ["dragenter", "dragover"]) row.addEventListener(kind, () => row.classList.add("is-target"));
  row.addEventListener("dragleave", (event) => { if (!row.contains(event.relatedTarget)) row.classList.remove("is-target"); });
  row.addEventListener("drop", (event) => {
    row.classList.remove("is-target");
    if (!mayChange()) return;
    const [file] = event.dataTransfer.files;
    stage(row, current(), file ?? event.dataTransfer.getData("text/plain").trim());
  });
  kernelPanel(row, name);
  return row;
}

/** Frames, or ms at the stream's rate. */
function delayFrames(text) {
  const value = number(text.replace(/ms\s*$/i, ""));
  return /ms\s*$/i.test(text) ? Math.round((value / 1000) * live.status.rate) : value;
}

async function change(row, name, member, value, text, example) {
  const note = row.querySelector(".note");
  if (Number.isNaN(value)) setNote(note, `“${text}” is no ${member}: write ${example}.`, true);
  else {
    try {
      row.classList.add("is-busy");
      await changeFilters({ [name]: { [member]: value } });
      setNote(note, "");
    } catch (refusal) {
      setNote(note, refusal.message, true);
    }
    row.classList.remove("is-busy");
  }
  drawRoute(row, live.status.filters.find((route) => route.name === name) ?? {});
  refresh();
}

function drawRoute(row, route) {
  if (route.name === undefined) return;
  const [title, kernel, gain, delay, length, tapPeak, button] = row.firstElementChild.children;
  setText(title.children[1], `${route.from} → ${route.to}`);
  // Of a path its end tells most.
  setText(kernel.children[0], route.kernel.startsWith("/") ? route.kernel.split("/").pop() : route.kernel);
  setText(kernel.children[1], route.layout);
  setAttribute(kernel, "title", `${route.kernel}: ${route.layout}`);
  if (!isHeld(gain.firstChild)) gain.firstChild.value = trimmed(route.gain, 2);
  if (!isHeld(delay.firstChild)) delay.firstChild.value = trimmed(route.delay, 3);
  const { rate } = live.status;
  setText(delay.lastChild, route.delay && rate ? `frames, ${milliseconds((route.delay / rate) * 1000)}` : "frames");
  setText(length, `${count(route.taps)} tap${route.taps === 1 ? "" : "s"}`);
  setAttribute(length, "title", rate ? frames(route.taps, rate) : null);
  measure(route, (measured) => setText(tapPeak, measured === null ? "" : `peak ${decibels(20 * Math.log10(measured.peak))}`));
  setAttribute(button, "aria-pressed", String(isTraced({ kind: "filter", name: route.name })));
  setAttribute(button, "aria-label", `Response of ${route.name}`);
}

function drawMatrix() {
  const { status } = live;
  if (!status || byId("filters").hidden) return;
  const groups = outputs(status);
  keyed(byId("matrix"), groups, (group) => group.output, makeOutput, drawOutput);
  const total = status.filters?.length ?? 0;
  drawMore(total, total - groups.reduce((sum, group) => sum + group.routes.length, 0));
  setNote(byId("rollback"), status.rollback ? `The last change was taken back: ${status.rollback}` : "", true);
  setNote(byId("differs"), status.differsFromFile
    ? "What is heard differs from the configuration file, until it is read again or the daemon ends." : "");
  setText(byId("plan"), status.plan ? `Plan: ${status.plan}` : "");
}

function drawMore(total, left) {
  let more = byId("more-routes");
  if (!more) {
    more = el("button", { id: "more-routes", type: "button", onclick: () => {
      shownRows += pageRows;
      drawMatrix();
    } });
    byId("matrix").after(more);
  }
  more.hidden = left <= 0;
  setText(more, `Show ${Math.min(left, pageRows)} more of ${count(total)} routes`);
}

listen(["changes", "status", "traces"], drawMatrix);
byId("filters").addEventListener("shown", drawMatrix);
