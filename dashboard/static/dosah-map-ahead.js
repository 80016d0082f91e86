/*
 * The map ahead of the server: a service that the reader has looked at already is painted as soon as it is
 * chosen beside the map. The server answers the same question a moment later for the rest of the page, and
 * its answer is what stays.
 */
import { newest } from "./dosah-map-newest.js";

const KEPT = 40; // messages; one of a whole country has about 100 kB
// dashboard/gaps/controls.py names the control; its text is one of the names in `message.ahead`.
const CONTROL = '[class*="st-key-dosah-control-service-"] input[role=combobox]';
const messages = newest(KEPT); // by key: the whole question, the version of the dataset and the language

export function remember(message) {
  if (message.key) messages.put(message.key, message);
}

/** The key of the message that the text of the control asks for: that of `now` where it names no other. */
export function keyOf(now, written) {
  return Object.hasOwn(now.ahead, written) ? now.ahead[written] : now.key;
}

/** Call `paint` with a message that is known already, once the control names it. */
export function watch(current, paint) {
  const page = window.parent.document;
  const read = () => {
    const now = current();
    const input = now?.ahead ? page.querySelector(CONTROL) : null;
    // While the list is open the field may hold what is being typed.
    if (!input || input.getAttribute("aria-expanded") === "true") return;
    const key = keyOf(now, input.value);
    if (key !== now.key && messages.has(key)) paint(messages.get(key));
  };
  const observer = new MutationObserver(read);
  observer.observe(page.body, {
    subtree: true,
    attributes: true,
    attributeFilter: ["value", "aria-expanded"],
  });
  window.addEventListener("pagehide", () => observer.disconnect());
}
