// What the daemon says, now: one object that its events keep true, and who wants to know of changes.
import { status as readStatus } from "./api.js";

/** Without an event for so long the connection counts as lost: levels come four times a second. */
const silence = 5000;
const retry = 1000;

export const live = {
  isConnected: false,
  /** Whether the first attempt is not over. */
  isFresh: true,
  /** Why there is no connection, where that is known. */
  fault: null,
  /** Null until the first answer. */
  status: null,
  /** Interruptions that were told, the newest first, of several status documents. */
  interruptions: [],
};
const keptInterruptions = 200;

const listeners = new Map();
const changed = new Set();
let isDrawing = false;

/**
 * Calls `draw` in the next frame after something of these topics has changed, once for many changes.
 * @param topics of "connection", "state", "xruns", "changes", "realtime", "levels", "status", "access", "traces"
 */
export function listen(topics, draw) {
  for (const topic of topics) {
    if (!listeners.has(topic)) listeners.set(topic, new Set());
    listeners.get(topic).add(draw);
  }
}

/** Tells those who listen to a topic of the page's own. */
export const announce = (topic) => tell(topic);

function tell(topic) {
  changed.add(topic);
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    const due = new Set([...changed].flatMap((name) => [...(listeners.get(name) ?? [])]));
    changed.clear();
    for (const draw of due) {
      // What fails is told, and does not keep the others from drawing.
      try { draw(live); } catch (fault) { reportError(fault); }
    }
  });
}

/** Levels between two frames: each keeps its largest until it is drawn. */
export const peaks = { inputs: [], outputs: [] };

const readers = {
  state(event) { Object.assign(live.status, { cause: undefined }, event); },
  xruns(event) {
    live.status.xruns = event;
    keep(event.last);
  },
  changes(event) { Object.assign(live.status, { rollback: undefined, preset: undefined }, event); },
  realtime(event) { live.status.realtime = event; },
  levels({ inputs, outputs, ...rest }) {
    Object.assign(live.status, rest, { levels: { inputs, outputs } });
    raise("inputs", inputs);
    raise("outputs", outputs);
  },
};

function raise(side, levels) {
  peaks[side].length = Math.min(peaks[side].length, levels.length);
  levels.forEach((level, channel) => {
    const former = peaks[side][channel] ?? null;
    peaks[side][channel] = former === null || (level !== null && level > former) ? level : former;
  });
}

/** Adds what is new of the last interruptions. The daemon tells the last 16; the page keeps more. */
function keep(last) {
  const known = new Set(live.interruptions.map(identity));
  const fresh = last.filter((one) => !known.has(identity(one)));
  if (fresh.length) live.interruptions = merged(fresh, live.interruptions);
}

/** The newest first, and a bounded number of them. */
export function merged(fresh, former, most = keptInterruptions) {
  return [...fresh, ...former].sort((a, b) => (a.time < b.time ? 1 : a.time > b.time ? -1 : 0)).slice(0, most);
}

const identity = (one) => `${one.time} ${one.direction} ${one.cause} ${one.text}`;

let source = null;
let watch = 0;
let isReading = false;
let isStale = false;

/**
 * Reads the whole status: events leave out what changes seldom.
 * @param isFirst whether a fault is thrown; else the events' connection tells of it
 */
export async function refresh(isFirst = false) {
  if (isReading && !isFirst) {
    isStale = true;
    return;
  }
  isReading = true;
  try {
    live.status = await readStatus();
    keep(live.status.xruns?.last ?? []);
    tell("status");
  } catch (fault) {
    if (isFirst) throw fault;
  } finally {
    isReading = false;
  }
  if (isStale) {
    isStale = false;
    refresh();
  }
}

/** Ends the connection until `connect`: the server has few places, a browser few connections to it. */
function rest() {
  clearTimeout(watch);
  source?.close();
  source = null;
}

/** Ends the connection of whoever has no access any longer. */
export function disconnect() {
  rest();
  Object.assign(live, { isConnected: false, isFresh: true, fault: null });
  tell("connection");
}

let hiddenFor = 0;
const restAfter = 30000;
document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenFor);
  if (document.hidden) hiddenFor = setTimeout(rest, restAfter);
  else if (source === null && !live.isFresh) connect();
});
// A page that is left may be kept, and come back.
addEventListener("pagehide", rest);
addEventListener("pageshow", (event) => { if (event.persisted) connect(); });

let mayEnter = async () => true;
let isConnecting = false;

/**
 * Listens to the daemon from now on; comes back by itself.
 * @param ask whether there is access; throws where the server is not reached
 */
export async function connect(ask = mayEnter) {
  mayEnter = ask;
  if (isConnecting) return;
  isConnecting = true;
  rest();
  try {
    // Without access the form leads back here.
    if (await mayEnter()) await open();
  } catch (fault) {
    lose(fault.message);
  }
  isConnecting = false;
}

async function open() {
  await refresh(true);
  source = new EventSource("v1/events");
  source.addEventListener("error", () => lose());
  for (const [name, read] of Object.entries(readers)) {
    source.addEventListener(name, (event) => {
      read(JSON.parse(event.data));
      stayAwake();
      tell(name);
      if (name === "state" || name === "changes") refresh();
    });
  }
  watch = setTimeout(() => lose(), silence);
}

function stayAwake() {
  clearTimeout(watch);
  watch = setTimeout(() => lose(), silence);
  if (live.isConnected) return;
  live.isConnected = true;
  live.isFresh = false;
  live.fault = null;
  tell("connection");
}

/** Says that the connection is lost, and tries again. */
function lose(fault = null) {
  rest();
  watch = setTimeout(() => connect(), retry);
  live.isConnected = false;
  live.isFresh = false;
  live.fault = fault;
  tell("connection");
}
