// What assistive technology is told of Streamlit's own parts: the language of the page and names in that language.
// And links between our own pages, followed without loading everything again. dashboard/frame/spoken.py writes the words into an element of the page; a new run may change them, so they are read each time.
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
    // Streamlit puts the sections of the folded menu as bare boxes into a list: to assistive technology they are its items.
    document.querySelectorAll('[data-testid="stSidebarNavItems"] > div').forEach((section) => {
      section.setAttribute("role", "listitem");
      section.querySelectorAll(":scope > li").forEach((item) => item.setAttribute("role", "none"));
    });
    const places = [said.places];
    document
      .querySelectorAll("[data-dosah-places]")
      .forEach((part) => places.push(JSON.parse(part.dataset.dosahPlaces)));
    places.flatMap(Object.entries).forEach(([selector, name]) =>
      document.querySelectorAll(selector).forEach((element) => {
        own.set(element, { original: name, said: name });
        call(element, name);
      })
    );
  }

  // -- links of our own tables: Streamlit goes there without loading everything again, as its own navigation does --------

  let focus = null; // the link that was followed, by name: the page draws it anew and would leave the focus nowhere

  function follow(event) {
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link =
      isPlain &&
      !event.defaultPrevented &&
      event.target instanceof Element &&
      event.target.closest("a[href]");
    // Rows with a code are followed by the map beside them (dosah-map.js).
    if (!link || link.target || !link.closest(".stHtml") || link.closest("tr[data-dosah-code]")) return;
    const [here, there] = [new URL(location.href), new URL(link.href)];
    const folder = (address) => address.pathname.slice(0, address.pathname.lastIndexOf("/"));
    if (there.origin !== here.origin || folder(there) !== folder(here)) return;
    // A part of this very page (the link past the map): the browser goes there itself, with the focus.
    if (there.hash && there.pathname === here.pathname && there.search === here.search) return;
    event.preventDefault();
    focus = link.dataset.dosahFocus || null;
    history.pushState(null, "", there);
    window.dispatchEvent(new PopStateEvent("popstate"));
    // A switch stays where it is; another view begins at its top, and the keyboard with it.
    const main = document.querySelector('[data-testid="stMain"]');
    if (focus || !main) return;
    main.scrollTo(0, 0);
    if (!main.hasAttribute("tabindex")) main.tabIndex = -1;
    main.focus({ preventScroll: true });
  }

  function refocus() {
    if (!focus || document.activeElement !== document.body) return;
    const link = document.querySelector(`[data-dosah-focus="${CSS.escape(focus)}"]`);
    if (link) link.focus({ preventScroll: true });
  }

  if (window.dosahPage) {
    window.dosahPage();
    return;
  }
  // The map's frame loads its scripts one after the other; here they are fetched together while the server still computes.
  (words()?.soon ?? []).forEach((name) => fetch(`app/static/${name}`, { priority: "low" }).catch(() => {}));

  let isWaiting = false;
  window.dosahPage = tell;
  document.addEventListener("click", follow);
  new MutationObserver(() => {
    // One look per picture, however much a run has changed.
    if (isWaiting) return;
    isWaiting = true;
    setTimeout(() => {
      isWaiting = false;
      tell();
      refocus();
    }, 50);
  }).observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["aria-label", "data-dosah-spoken"],
  });
  tell();
})();
