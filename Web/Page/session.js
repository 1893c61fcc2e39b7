// Who is here and what they may: the form for a token, signing out, and controls that are dead for those who may only look.
import { loginNeeded } from "./api.js";
import { byId, setNote, setText } from "./dom.js";
import { announce } from "./live.js";

/** `access`: "none", "read-only" or "full"; `login`: whether there is a token; `signedIn`: whether there is a session to end. */
export const session = { access: "none", login: false, signedIn: false, isConnected: false };

const form = byId("login");
export const mayChange = () => session.access === "full" && session.isConnected;

/** Marks a control that changes something: it is disabled while nothing may be changed. */
export function changing(control) {
  control.dataset.change = "";
  control.disabled = !mayChange();
  return control;
}

/** Enables and disables all marked controls. */
export function applyAccess() {
  const isDead = !mayChange();
  for (const control of document.querySelectorAll("[data-change]")) control.disabled = isDead;
  byId("sign-out").hidden = !session.signedIn;
  const text = session.access !== "read-only" ? ""
    : session.login ? "This token allows to look, not to change anything."
      : "Nobody may change anything here, since the server has no token. “convolvectl web-token” makes one.";
  setText(byId("read-only"), text);
  byId("read-only").hidden = !text || !session.isConnected;
}

function take(document) {
  const former = JSON.stringify(session);
  Object.assign(session, document);
  const isLocked = session.access === "none";
  if (isLocked && form.hidden) setTimeout(() => byId("token").focus());
  form.hidden = !isLocked;
  window.document.body.classList.toggle("is-locked", isLocked);
  if (JSON.stringify(session) !== former) announce("access");
  applyAccess();
  return !isLocked;
}

/** Asks the server; whether there is access. Throws where it is not reached. */
export async function askSession() {
  const answer = await fetch("session", { cache: "no-store" }).catch(() => { throw new Error("The web server is not reached."); });
  if (!answer.ok) throw new Error(`The server answers ${answer.status}.`);
  return take(await answer.json());
}

async function send(path, fields) {
  const answer = await fetch(path, { method: "POST", headers: { Accept: "application/json" }, body: fields
    && new URLSearchParams(fields) });
  const document = await answer.json().catch(() => ({}));
  if (answer.ok) return take(document);
  const pause = answer.headers.get("Retry-After");
  throw new Error(answer.status === 401 ? "That is not the token."
    : `${document.detail ?? answer.statusText}${pause ? ` Wait ${pause} seconds.` : ""}`);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await send("login", { token: byId("token").value.trim() });
    byId("token").value = "";
    setNote(byId("login-note"), "");
  } catch (fault) {
    setNote(byId("login-note"), fault instanceof TypeError ? "The server is not reached: is it running?" : fault.message, true);
  }
});
byId("sign-out").addEventListener("click", () => send("logout").catch(() => askSession()));
loginNeeded.addEventListener("needed", () => take({ access: "none", signedIn: false }));
