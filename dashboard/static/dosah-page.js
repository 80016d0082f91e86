// What assistive technology is told of Streamlit's own parts: the language of the page and names in that language.
// dashboard/spoken.py writes the words into an element of the page; a new run may change them, so they are read each time.
(() => {
  "use strict";
  // What Streamlit puts before the name of a control, and which of our words says it.
  const BEFORE = { help: "Help for ", remove: "Remove " };
  // What we said last and what stood there before, so that a switch of the language starts from Streamlit's own word.
  const own = new WeakMap();

  function words() {
    const place = document.querySelector("[data-dosah-spoken]");
    return place ? JSON.parse(place.dataset.dosahSpoken) : null;
  }

  function translated(name, said) {
    if (Object.hasOwn(said.names, name)) return said.names[name];
    const found = Object.entries(BEFORE).find(([word, before]) => said[word] && name.startsWith(before));
    return found ? `${said[found[0]]}: ${name.slice(found[1].length)}` : name;
  }

  function call(element, name) {
    if (element.getAttribute("aria-label") !== name) element.setAttribute("aria-label", name);
  }

  function tell() {
    const said = words();
    if (!said) return;
    if (document.documentElement.lang !== said.language) document.documentElement.lang = said.language;
    document.querySelectorAll("[aria-label]").forEach((element) => {
      const shown = element.getAttribute("aria-label");
      const before = own.get(element);
      const original = before && before.said === shown ? before.original : shown;
      const name = translated(original, said);
      own.set(element, { original, said: name });
      call(element, name);
    });
    Object.entries(said.places).forEach(([selector, name]) =>
      document.querySelectorAll(selector).forEach((element) => {
        own.set(element, { original: name, said: name });
        call(element, name);
      })
    );
  }

  if (window.dosahPage) {
    window.dosahPage();
    return;
  }
  let isWaiting = false;
  window.dosahPage = tell;
  new MutationObserver(() => {
    // One look per picture, however much a run has changed.
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      tell();
    }, 50);
  }).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["aria-label", "data-dosah-spoken"],
  });
  tell();
})();
