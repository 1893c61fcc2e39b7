// Starts the page: the connection, the views, and which of them is shown.
import { byId, setAttribute, setNote } from "./dom.js";
import { connect, disconnect, listen, live } from "./live.js";
import "./header.js";
import "./meters.js";
import "./engine.js";
import "./interruptions.js";
import "./matrix.js";
import "./responses.js";
import "./equaliser.js";
import "./compare.js";
import "./configuration.js";
import { applyAccess, askSession, session } from "./session.js";

const views = [...document.querySelectorAll(".view")];

/** Shows the view that the address names after its #. */
function show() {
  const name = location.hash.slice(1);
  if (name === "content") return;
  const view = views.find((one) => one.id === name) ?? views[0];
  for (const one of views) one.hidden = one !== view;
  for (const link of document.querySelectorAll("nav a")) {
    setAttribute(link, "aria-current", link.hash === `#${view.id}` ? "page" : null);
  }
  document.title = `${view.dataset.title} – convolved`;
  view.dispatchEvent(new CustomEvent("shown"));
}

addEventListener("hashchange", () => {
  show();
  scrollTo(0, 0);
});
addEventListener("error", (event) => setNote(byId("cause"), `The page has a fault: ${event.message}`, true));
// A file that misses its route is not opened in place of the page.
for (const kind of ["dragover", "drop"]) addEventListener(kind, (event) => event.preventDefault());
listen(["connection"], () => {
  session.isConnected = live.isConnected;
  applyAccess();
});
listen(["access"], () => {
  if (session.access === "none") disconnect();
  else if (!live.isConnected) connect(askSession);
});
show();
connect(askSession);
