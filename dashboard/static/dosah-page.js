/*
 * What assistive technology is told of Streamlit's own parts: the language of the page and names in that
 * language. And links between our own pages, followed without loading everything again.
 * dashboard/frame/spoken.py writes the words into an element of the page; a new run may change them, so they
 * are read each time. A module runs once for each page loaded.
 */

// What Streamlit puts before the name of a control, and which of our words says it.
const BEFORE = { help: "Help for ", remove: "Remove " };

/** Say a name of Streamlit's in the words of a language; a name that has none stays as it is. */
export function translated(name, said) {
  if (Object.hasOwn(said.names, name)) return said.names[name];
  const known = Object.entries(BEFORE).find(([word, before]) => said[word] && name.startsWith(before));
  return known ? `${said[known[0]]}: ${name.slice(known[1].length)}` : name;
}

/** Tell whether an address is one of our pages, which Streamlit can show without loading everything again. */
export function isPageOfOurs(there, here) {
  const folder = (address) => address.pathname.slice(0, address.pathname.lastIndexOf("/"));
  if (there.origin !== here.origin || folder(there) !== folder(here)) return false;
  // A part of this very page (the link past the map): the browser goes there itself, with the focus.
  return !(there.hash && there.pathname === here.pathname && there.search === here.search);
}

/** Tell whether a click asks for nothing special: no new window or tab. */
export function isPlain({ button, ctrlKey, metaKey, shiftKey, altKey }) {
  return button === 0 && !(ctrlKey || metaKey || shiftKey || altKey);
}

// What we said last and what stood there before, so that a switch of the language starts from Streamlit's own
// word.
const own = new WeakMap();

function words() {
  const holder = document.querySelector("[data-dosah-spoken]");
  return holder ? JSON.parse(holder.dataset.dosahSpoken) : null;
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
  // Streamlit puts the sections of the folded menu as bare boxes into a list: to assistive technology they
  // are its items.
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

// -- links of our own tables: followed without loading everything again, as Streamlit follows its own

// The link that was followed, by name: the page draws it anew and would leave the focus nowhere.
let focus = null;

/** The link of a table of ours that a click follows, if any. */
function linkOf(event) {
  if (!isPlain(event) || event.defaultPrevented || !(event.target instanceof Element)) return null;
  const link = event.target.closest("a[href]");
  // Rows with a code are followed by the map beside them (dosah-map-ranking.js).
  const isOurs = link && !link.target && link.closest(".stHtml") && !link.closest("tr[data-dosah-code]");
  return isOurs ? link : null;
}

function follow(event) {
  const link = linkOf(event);
  if (!link) return;
  const there = new URL(link.href);
  if (!isPageOfOurs(there, new URL(location.href))) return;
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

function start() {
  // The map's frame loads its scripts one after the other; here they are fetched together while the server
  // computes.
  (words()?.soon ?? []).forEach((name) => fetch(`app/static/${name}`, { priority: "low" }).catch(() => {}));
  let isWaiting = false;
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
}

// In node its tests take what they need; there is no page.
if (globalThis.document) start();
