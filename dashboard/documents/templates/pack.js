/*
 * The meeting pack: slides by keyboard, clicker and touch, one map that moves from slide to slide, pages by
 * address, a second window for the speaker. The page for presenting shows this same deck in a frame
 * (window.dosahDeck). Without this script the page is a long document that reads and prints all the same.
 */
import { actionOf, clamped, clock, fittingSize, numberOf, offered, swiped, targetOf } from "./pack-steps.js";

const data = JSON.parse(document.getElementById("pack-data").textContent);
const byId = (id) => document.getElementById(id);
const WIDE_PX = 901; // as in pack.css: from here on a slide is as high as the screen
const sections = [...document.querySelectorAll("main > section")];
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
let startedAt = null;
let map = null;
let holder = null;
const chosen = new Map(); // slide → picture that the reader chose instead of the slide's own
let lastSlide = 1;
let looksAt = null; // what the map looks at: the area or one municipality
let presenter = null; // the speaker's window
let told = null; // whoever wants to know the slide: the page for presenting

// -- where we are ---------------------------------------------------------------------------------

function current() {
  return document.querySelector("main > section.is-shown");
}

function slideOf(section) {
  return numberOf(section && section.id);
}

function target() {
  // In a frame the slide to begin with is told beside the address: the browser gives its part of a page the
  // focus, and somebody who types on the page around would lose it.
  const begin = (window.frameElement && window.frameElement.dataset.slide) || "";
  const id = targetOf(
    location.hash,
    begin,
    sections.map((section) => section.id)
  );
  return byId(id);
}

function show(section, moveFocus) {
  sections.forEach((one) => one.classList.toggle("is-shown", one === section));
  const number = slideOf(section);
  byId("position").textContent = number ? `${number} / ${data.slides}` : "";
  byId("corner").textContent = byId("position").textContent;
  byId("previous").disabled = number === 1;
  byId("next").disabled = number === data.slides;
  if (number) {
    lastSlide = number;
    byId("announce").textContent = data.words.slide.replace("{number}", number).replace("{all}", data.slides);
    if (told) told(number);
  }
  byId("villages").value = section.classList.contains("village") ? section.id : "";
  document.body.classList.toggle("is-deck", number !== null);
  // The browser jumps to the section of the address by itself, under our bar; the top is what the reader
  // wants.
  requestAnimationFrame(() => window.scrollTo(0, 0));
  placeMap(section);
  fitText(section);
  if (moveFocus) section.focus({ preventScroll: true });
  tellPresenter();
}

function go(number) {
  const wanted = clamped(number, data.slides);
  if (slideOf(current()) === wanted) return;
  if (startedAt === null) startTimer();
  location.hash = `slide-${wanted}`;
  // At once, not when the browser tells of the new address: a second press may be quicker than it.
  arrive();
}

function arrive() {
  const section = target();
  if (section === current()) return;
  document.body.classList.add("has-moved");
  show(section, true);
}

function step(change) {
  const number = slideOf(current());
  go(number === null ? lastSlide : number + change);
}

// Large type wherever it fits; a list that is too long for the screen is set smaller before it is cut.
function fitText(section) {
  section.querySelectorAll(".fit, .words").forEach((box) => {
    box.style.fontSize = "";
    if (window.innerWidth < WIDE_PX || slideOf(section) === null) return;
    fittingSize(box.classList.contains("can-grow"), (size) => {
      box.style.fontSize = size === 1 ? "" : `${size}em`;
      return box.scrollHeight > box.clientHeight + 1;
    });
  });
}

// -- the map --------------------------------------------------------------------------------------

function makeMap() {
  holder = document.createElement("div");
  holder.className = "map-holder";
  const box = document.createElement("div");
  box.id = "pack-map";
  holder.append(layerChoice(), box);
  document.body.append(holder);
  map = L.map(box, { zoomSnap: 0.1, zoomDelta: 0.75, keyboard: false, maxZoom: 18, scrollWheelZoom: true });
  map.setView([49.7, 18.3], 9);
  map.on("layeradd", ({ layer }) => {
    const code = layer.feature && layer.feature.properties && layer.feature.properties.municipality_code;
    if (!code) return;
    layer.on("click", () => {
      if (byId(`village-${code}`)) location.hash = `village-${code}`;
    });
  });
  // dosah-map.js reads the outlines by fetch; here they are in the page and no request may leave it.
  const real = window.fetch;
  window.fetch = () => Promise.resolve({ ok: true, json: () => Promise.resolve(data.outlines) });
  dosahMap.start(map, data.config);
  window.fetch = real;
}

function layerChoice() {
  const label = document.createElement("label");
  label.className = "layer-choice";
  const words = document.createElement("span");
  words.className = "only-heard";
  words.textContent = data.words.layer;
  const select = document.createElement("select");
  select.id = "layers";
  select.addEventListener("change", () => {
    chosen.set(current().id, select.value);
    paint(select.value);
    say(current(), select.value);
  });
  label.append(words, select);
  return label;
}

function nameOf(key) {
  const { legend, measure, measures } = JSON.parse(data.pictures[key]);
  const shown = measures.find(({ id }) => id === measure);
  return shown && shown.label ? `${legend.title} – ${shown.label}` : legend.title;
}

// What the list offers on a slide: its own picture (another group, other assumptions, a scenario), then every
// group.
function offer(slot) {
  const own = slot.dataset.others ? JSON.parse(slot.dataset.others) : [];
  const all = offered(slot.dataset.picture, own, data.layers, nameOf);
  byId("layers").replaceChildren(...all.map(({ key, label }) => new Option(label, key)));
}

function paint(key) {
  byId("layers").value = key;
  dosahMap.paint(data.pictures[key]);
  const legend = document.querySelector(".dosah-legend details");
  if (legend && window.innerWidth >= WIDE_PX) legend.open = true;
  enlarge();
}

// The signs of the legend are drawn for a map on a desk; in a hall they grow with the letters.
function enlarge() {
  document
    .querySelectorAll(".dosah-legend svg:not([viewBox])")
    .forEach((drawn) => drawn.setAttribute("viewBox", "0 0 26 16"));
}

// The sentences beside the map speak of what it shows now.
function say(section, key) {
  const place = section.querySelector(".said");
  if (!place || !data.sentences[key]) return;
  place.replaceChildren(
    ...data.sentences[key].map((sentence) => {
      const paragraph = document.createElement("p");
      paragraph.className = "big";
      paragraph.textContent = sentence;
      return paragraph;
    })
  );
  fitText(section);
}

function boundsOf(code) {
  const wanted = code === null ? new Set(data.members) : new Set([code]);
  const features = data.outlines.features.filter(
    ({ geometry, properties }) => geometry && wanted.has(properties.municipality_code)
  );
  const bounds = features.length ? L.geoJSON({ type: "FeatureCollection", features }).getBounds() : null;
  // A municipality stands among its neighbours.
  return bounds && code !== null ? bounds.pad(0.55) : bounds;
}

let frame = null;
function look(code, isMoving) {
  const bounds = boundsOf(code) || boundsOf(null);
  if (frame) frame.remove();
  frame = null;
  if (code !== null) {
    const feature = data.outlines.features.find(({ properties }) => properties.municipality_code === code);
    const style = { interactive: false, fill: false, weight: 5, color: data.config.colours.focus };
    if (feature && feature.geometry) frame = L.geoJSON(feature, { ...style, style }).addTo(map);
  }
  const padding = { paddingTopLeft: [54, 14], paddingBottomRight: [14, 14] };
  map.stop();
  if (isMoving && !calm.matches) map.flyToBounds(bounds, { ...padding, duration: 0.9 });
  else map.fitBounds(bounds, { ...padding, animate: false });
  looksAt = code;
}

let seenSize = "";
function placeMap(section) {
  const slot = section.querySelector(".map-slot");
  if (!slot) return;
  const isFirst = !map;
  if (isFirst) makeMap();
  slot.append(holder);
  const place = section.querySelector(".legend-slot");
  const legend = document.querySelector(".dosah-legend");
  if (place && legend) place.append(legend);
  map.invalidateSize({ animate: false });
  offer(slot);
  const key = chosen.get(section.id) || slot.dataset.picture;
  paint(key);
  say(section, key);
  const code = slot.dataset.focus || null;
  const size = map.getSize().toString();
  // Where the reader moved the map to is kept as long as the slides look at the same.
  if (isFirst || size !== seenSize || code !== looksAt) look(code, !isFirst && code !== looksAt);
  // dosah-map.js looks at the area once, as soon as it has read the outlines; its legend comes with them.
  if (isFirst) {
    setTimeout(() => {
      look(looksAt, false);
      enlarge();
      fitText(section);
    }, 0);
  }
  seenSize = size;
}

// -- timer, notes, full screen, black -------------------------------------------------------------

function startTimer() {
  startedAt = Date.now();
  byId("timer").hidden = false;
  tellTime();
}

function tellTime() {
  if (startedAt === null) return;
  const time = clock(Date.now() - startedAt);
  byId("timer").textContent = time;
  if (presenter && !presenter.closed) presenter.document.getElementById("time").textContent = time;
}
setInterval(tellTime, 500);

function toggleNotes() {
  const shown = document.body.classList.toggle("has-notes");
  byId("notes").setAttribute("aria-pressed", String(shown));
  settle();
}

function toggleScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen();
}

function toggleBlack() {
  const isBlack = document.body.classList.toggle("is-black");
  if (isBlack) byId("announce").textContent = data.words.black;
}

// The place of everything may have changed: a window resized, notes shown, full screen.
function settle() {
  const section = current();
  if (!section) return;
  if (map && section.contains(holder)) {
    map.invalidateSize({ animate: false });
    const size = map.getSize().toString();
    if (size !== seenSize) look(looksAt, false);
    seenSize = size;
  }
  fitText(section);
}

// -- the speaker's own window: notes, the next slide, the time ------------------------------------

function openPresenter() {
  presenter = window.open("", "dosah-speaker", "popup,width=1000,height=720");
  if (!presenter) {
    // The browser forbids windows: the notes are shown on the slide instead.
    if (!document.body.classList.contains("has-notes")) toggleNotes();
    return;
  }
  const page = presenter.document;
  page.title = `${data.words.speaker}: ${document.title}`;
  page.documentElement.lang = document.documentElement.lang;
  const style = page.createElement("style");
  style.textContent = byId("speaker-style").content.textContent;
  page.head.replaceChildren(style);
  const made = (tag, id, text) => {
    const element = page.createElement(tag);
    element.id = id;
    element.textContent = text;
    return element;
  };
  const again = made("button", "again", data.words.again);
  again.addEventListener("click", startTimer);
  const bar = made("header", "bar", "");
  bar.append(made("span", "place", ""), made("span", "time", "0:00"), again);
  page.body.replaceChildren(
    bar,
    made("h1", "now", ""),
    made("p", "said", ""),
    made("h2", "after", data.words.after),
    made("p", "following", "")
  );
  page.onkeydown = onKey;
  startedAt ??= Date.now();
  byId("timer").hidden = false;
  tellPresenter();
  tellTime();
}

function textOf(section, part) {
  const found = section && section.querySelector(part);
  return found ? found.textContent : "";
}

function tellPresenter() {
  if (!presenter || presenter.closed) return;
  const page = presenter.document;
  const number = slideOf(current()) || lastSlide;
  const slide = byId(`slide-${number}`);
  page.getElementById("place").textContent = `${number} / ${data.slides}`;
  page.getElementById("now").textContent = textOf(slide, "h1, h2");
  page.getElementById("said").textContent = textOf(slide, ".notes p") || data.words.no_notes;
  page.getElementById("following").textContent =
    textOf(byId(`slide-${number + 1}`), "h1, h2") || data.words.end;
}

// -- a pointer that lies somewhere on the map while somebody speaks must not open words over it ---

function quiet() {
  document.body.classList.add("is-quiet");
  if (map)
    map.eachLayer(
      (layer) => layer.getTooltip && layer.getTooltip() && layer.isTooltipOpen() && layer.fire("mouseout")
    );
}

function listenToPointer() {
  document.addEventListener("mousemove", ({ movementX, movementY }) => {
    if (movementX || movementY) document.body.classList.remove("is-quiet");
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.closest("#pack-map")) document.body.classList.remove("is-quiet");
  });
}

// -- keys, touch ----------------------------------------------------------------------------------

function isTyping(element) {
  return element && /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
  const isButton =
    /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName) || event.target.getAttribute("role") === "link";
  if (isButton && [" ", "Enter"].includes(event.key)) return;
  if (!press(event.key)) return;
  event.preventDefault();
  quiet();
}

const ACTIONS = {
  black: toggleBlack,
  next: () => step(1),
  previous: () => step(-1),
  first: () => go(1),
  last: () => go(data.slides),
  back: () => go(lastSlide),
  notes: toggleNotes,
  screen: toggleScreen,
  speaker: openPresenter,
  timer: startTimer,
};

function press(key) {
  const isBlack = document.body.classList.contains("is-black");
  const action = actionOf(key, { isOnPage: slideOf(current()) === null, isBlack });
  if (action === null) return false;
  ACTIONS[action]();
  return true;
}

let touch = null;
function listenToTouch() {
  document.addEventListener(
    "touchstart",
    (event) => {
      const isElsewhere =
        event.touches.length > 1 || event.target.closest("#pack-map, .bar, select, .dosah-scroll");
      touch = isElsewhere ? null : { x: event.touches[0].clientX, y: event.touches[0].clientY };
    },
    { passive: true }
  );
  document.addEventListener(
    "touchend",
    (event) => {
      if (!touch || slideOf(current()) === null) return;
      const [x, y] = [event.changedTouches[0].clientX - touch.x, event.changedTouches[0].clientY - touch.y];
      touch = null;
      const change = swiped(x, y);
      if (change) step(change);
    },
    { passive: true }
  );
}

document.addEventListener("keydown", onKey);
listenToTouch();
listenToPointer();
byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("notes").addEventListener("click", toggleNotes);
byId("speaker").addEventListener("click", openPresenter);
byId("screen").addEventListener("click", toggleScreen);
byId("timer").addEventListener("click", startTimer);
byId("villages").addEventListener("change", (event) => {
  if (event.target.value) location.hash = event.target.value;
});
window.addEventListener("hashchange", arrive);
window.addEventListener("resize", settle);
document.addEventListener("fullscreenchange", () => {
  document.body.classList.toggle("is-full", Boolean(document.fullscreenElement));
  settle();
});
window.addEventListener("pagehide", () => presenter && presenter.close());

document.body.classList.add("has-script");
document.body.classList.toggle("is-framed", window.parent !== window);
show(target(), false);

// For the page that shows this deck in a frame.
window.dosahDeck = {
  go,
  press,
  now: () => slideOf(current()) || lastSlide,
  tell: (listener) => {
    told = listener;
  },
  start: () => {
    window.focus();
    current().focus({ preventScroll: true });
    quiet();
    toggleScreen();
  },
};
