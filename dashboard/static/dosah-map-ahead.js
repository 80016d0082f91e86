/*
 * The map ahead of the server: a service that the reader has looked at already is painted as soon as it is chosen beside the
 * map. The server answers the same question a moment later for the rest of the page, and its answer is what stays.
 */
"use strict";

const dosahMapAhead = (() => {
  const KEPT = 40; // pictures; one of a whole country has about 100 kB
  // dashboard/gaps/controls.py names the control; its text is one of the names in `picture.ahead`.
  const CONTROL = '[class*="st-key-dosah-control-service-"] input[role=combobox]';
  const pictures = new Map(); // by key: the whole question, the version of the dataset and the language

  function remember(picture) {
    if (!picture.key) return;
    pictures.delete(picture.key);
    pictures.set(picture.key, picture);
    if (pictures.size > KEPT) pictures.delete(pictures.keys().next().value);
  }

  /** Call `paint` with a picture that is known already, once the control names it. */
  function watch(current, paint) {
    const page = window.parent.document;
    const read = () => {
      const now = current();
      const input = now?.ahead ? page.querySelector(CONTROL) : null;
      // While the list is open the field may hold what is being typed.
      if (!input || input.getAttribute("aria-expanded") === "true") return;
      const key = Object.hasOwn(now.ahead, input.value) ? now.ahead[input.value] : now.key;
      if (key !== now.key && pictures.has(key)) paint(pictures.get(key));
    };
    const observer = new MutationObserver(read);
    observer.observe(page.body, {
      subtree: true,
      attributes: true,
      attributeFilter: ["value", "aria-expanded"],
    });
    window.addEventListener("pagehide", () => observer.disconnect());
  }

  return { remember, watch };
})();
window.dosahMapAhead = dosahMapAhead;
