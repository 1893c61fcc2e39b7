// Elements. Text is always text: nothing here, or anywhere else on this page, makes markup of a string.

/**
 * Makes an element.
 * @param spec a tag with classes: "p.note.is-faulty"
 * @param properties listeners ("onclick"), attributes ("aria-label", "data-x", "role", "for", "list") or properties of the element
 * @param children nodes, strings, numbers; null and false are left out
 */
export function el(spec, properties = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (/^(aria-|data-)|^(role|for|list)$/.test(name)) node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The element of this id, which the page has. */
export const byId = (id) => document.getElementById(id);

/** Writes text only where it differs, so that screen readers and layout are left alone. */
export function setText(node, text) {
  const string = String(text ?? "");
  if (node.textContent !== string) node.textContent = string;
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Shows a text in a node that is hidden while there is none. */
export function setNote(node, text, isFault = false) {
  setText(node, text);
  node.hidden = !text;
  node.classList.toggle("is-faulty", isFault);
}

/**
 * Makes the children of a container those of a list, and keeps what is there already.
 * @param key what tells items apart
 * @param make makes a child of an item
 * @param update writes an item into its child
 */
export function keyed(container, items, key, make, update = () => {}) {
  const former = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  items.forEach((item, index) => {
    const name = String(key(item, index));
    let child = former.get(name);
    if (child) former.delete(name);
    else {
      child = make(item, index);
      child.dataset.key = name;
    }
    if (child === place) place = place.nextElementSibling;
    else container.insertBefore(child, place);
    update(child, item, index);
  });
  for (const child of former.values()) child.remove();
}

/** Whether a person is writing into it, or moves it: then it is not overwritten. */
export const isHeld = (input) => document.activeElement === input && input.dataset.edited === "true";

/**
 * Calls `commit` with a field's text once it is entered, and puts the daemon's value back at Escape.
 * `show` writes the daemon's value.
 */
export function onCommit(input, commit, show) {
  input.addEventListener("input", () => { input.dataset.edited = "true"; });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    delete input.dataset.edited;
    show();
  });
  input.addEventListener("change", () => {
    delete input.dataset.edited;
    commit(input.value);
  });
}
