// Which responses are laid over each other.
import { announce } from "./live.js";

const most = 6;
/** `{kind: "filter", name}` or `{kind: "output", output, input}`, each with the number of its colour. */
export const traces = [];

const identity = (trace) => (trace.kind === "filter" ? `f ${trace.name}` : `o ${trace.output} ${trace.input}`);
export const nameOf = (trace) => (trace.kind === "filter" ? trace.name : `output ${trace.output} from input ${trace.input}`);
export const isTraced = (trace) => traces.some((one) => identity(one) === identity(trace));

export function toggleTrace(trace) {
  const place = traces.findIndex((one) => identity(one) === identity(trace));
  if (place >= 0) traces.splice(place, 1);
  else {
    if (traces.length === most) traces.shift();
    const taken = new Set(traces.map((one) => one.colour));
    traces.push({ ...trace, colour: [...Array(most).keys()].find((number) => !taken.has(number)) });
  }
  announce("traces");
}
