// Calls of the daemon's control API (docs/control-api.md), which the server of this page passes on.

/** What a call was refused with, in the daemon's own words. */
class Refusal extends Error {
  /** @param faults of a configuration: `line` and `message` */
  constructor(status, title, detail, faults = []) {
    super(detail || title);
    Object.assign(this, { status, title, faults });
  }
}

/** Told of each answer of 401: somebody has to log in. */
export const loginNeeded = new EventTarget();

/**
 * @param path relative to the page: "v1/status"
 * @param json an object that becomes the body, or
 * @param body text, bytes or a file, of the type `type`
 * @returns the answer's document, or its text where it is none
 */
export async function call(method, path, { json, body, type, signal } = {}) {
  const headers = {};
  if (json !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(json);
  } else if (type) headers["Content-Type"] = type;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body, signal, cache: "no-store", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, "Not reached",
      "The daemon is not reached. Nothing was changed, or its answer was lost: look at what is shown when it is back.");
  }
  const text = await answer.text();
  const document = /json/.test(answer.headers.get("Content-Type") ?? "") ? parsed(text) : undefined;
  if (answer.ok) return document ?? text;
  if (answer.status === 401) loginNeeded.dispatchEvent(new Event("needed"));
  throw new Refusal(answer.status, document?.title ?? answer.statusText, document?.detail ?? text.slice(0, 500), document?.faults);
}

function parsed(text) {
  try { return JSON.parse(text); } catch { return undefined; }
}

export const status = () => call("GET", "v1/status");
export const changeOutput = (change) => call("PATCH", "v1/output", { json: change });
/** @param isCheck whether the daemon only says what it would be */
export const changeFilters = (changes, isCheck = false) => call("PATCH", `v1/filters${isCheck ? "?check=true" : ""}`, { json: changes });
export const configuration = () => call("GET", "v1/config");
export const checkConfiguration = (text) => call("POST", "v1/config/check", { body: text, type: "application/yaml" });
export const takeOver = (text) => call("PUT", "v1/config", { body: text, type: "application/yaml" });
export const reload = () => call("POST", "v1/config/reload");
export const presets = () => call("GET", "v1/presets");
export const savePreset = (name) => call("PUT", `v1/presets/${encodeURIComponent(name)}`);
export const deletePreset = (name) => call("DELETE", `v1/presets/${encodeURIComponent(name)}`);
/** @param match names of presets that are compared with it: its level becomes that of the quietest, its delay that of the latest */
export const activatePreset = (name, match) => call("POST", `v1/presets/${encodeURIComponent(name)}/activate`,
  { json: match ? { match } : {} });

/**
 * Sends a kernel for a filter; answers when it is heard.
 * @param query `channel`, `name`, `resample`, `words`, `format`, `check`...
 */
export function sendKernel(filter, body, query = {}) {
  const fields = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ""));
  // To the daemon "+" is no space. A plus that is meant is "%2B" here.
  const search = String(fields).replaceAll("+", "%20");
  return call("PUT", `v1/filters/${encodeURIComponent(filter)}/kernel?${search}`, { body, type: "application/octet-stream" });
}
