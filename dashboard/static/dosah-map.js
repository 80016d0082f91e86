/*
 * The map of Dosah inside the frame of streamlit-folium: it starts the other parts and hands them what Python
 * says.
 *
 * Outlines are fetched once, by an address that names the version of the dataset. A change of a filter sends
 * one letter per outline and a few texts (dosahMap.paint); only outlines whose letter changed are styled
 * again. The frame and the view stay. Every text from Python is set as text, never as HTML.
 *
 * These parts are modules where they are written and tested. To the browser they come as one script
 * (dashboard/map/joined.py): the frame's own loader knows no modules and needs our functions before it goes
 * on, and a page that is opened as a file, the meeting pack, may not import any.
 */
import * as ahead from "./dosah-map-ahead.js";
import * as baseMaps from "./dosah-map-base.js";
import { element } from "./dosah-map-elements.js";
import * as fills from "./dosah-map-fills.js";
import * as labels from "./dosah-map-labels.js";
import * as legend from "./dosah-map-legend.js";
import { decode } from "./dosah-map-letters.js";
import * as linked from "./dosah-map-linked.js";
import { newest } from "./dosah-map-newest.js";
import * as outlines from "./dosah-map-outlines.js";
import * as points from "./dosah-map-points.js";
import * as ranking from "./dosah-map-ranking.js";
import * as sites from "./dosah-map-sites.js";

const NARROW_PX = 700; // as in dosah-map.css: below it the legend lies along the lower edge
let map = null;
let outlineGroup = null;
let switcher = null;
let message = null; // what to show: the last message of Python
const shown = { view: null, language: null, offer: null };
let paints = 0;
let measure = "coverage"; // which of message.measures is wanted
let pending = null; // a message of Streamlit that came while scripts were still loading
let told = {}; // what the reader chose here since the last message of Python

/** Tell whether there is something to draw: a message, and the outlines. */
function isReady() {
  return Boolean(message) && outlines.all().length > 0;
}

function fit(members) {
  if (shown.view === message.view) return;
  shown.view = message.view;
  const group = L.featureGroup(members.length ? members : outlines.all().filter(Boolean));
  map.invalidateSize({ animate: false });
  // The area stands beside the legend or above it, not under it; but it keeps most of the map.
  const size = map.getSize();
  const { width, height } = legend.size();
  const isWide = window.innerWidth > NARROW_PX;
  const beside = isWide ? Math.min(width, size.x / 3) : 0;
  const below = isWide ? 0 : Math.min(height + 24, size.y * 0.45);
  map.fitBounds(group.getBounds(), {
    animate: false,
    paddingTopLeft: [48, 12],
    paddingBottomRight: [12 + beside, 12 + below],
  });
}

// -- the switch of measures: at once, without asking the server, which is told afterwards ----------

function offer() {
  const { measures, words } = message;
  switcher.hidden = measures.length < 2;
  if (switcher.hidden) return;
  const key = JSON.stringify([words.measure, measures.map(({ id, label }) => [id, label])]);
  if (shown.offer !== key) {
    shown.offer = key;
    const select = element("select", "");
    select.setAttribute("aria-label", words.measure);
    measures.forEach(({ id, label }) => {
      const option = element("option", "", label);
      option.value = id;
      select.appendChild(option);
    });
    select.addEventListener("change", () => {
      measure = select.value;
      // What was not computed yet comes with the server's answer.
      if (outlines.measure().id === measure) paintNow();
      linked.share({ measure });
      tell({ dosah_measure: measure });
    });
    switcher.replaceChildren(select);
  }
  switcher.firstElementChild.value = measure;
}

// -- small words ----------------------------------------------------------------------------------

function title(selector, text) {
  const button = document.querySelector(selector);
  if (!button || !text) return;
  button.title = text;
  button.setAttribute("aria-label", text);
}

function credit() {
  const line = document.querySelector(".leaflet-control-attribution");
  if (!line) return;
  line.replaceChildren(element("span", "", `Leaflet | ${message.attribution}`), ...baseMaps.attribution());
}

function speak() {
  const { language, words } = message;
  if (shown.language === language) return;
  shown.language = language;
  document.documentElement.lang = language;
  // The component's page and folium's own part forbid to zoom in; a reader may.
  document
    .querySelectorAll("meta[name=viewport]")
    .forEach((meta) => (meta.content = "width=device-width, initial-scale=1"));
  title(".leaflet-control-zoom-in", words.zoom_in);
  title(".leaflet-control-zoom-out", words.zoom_out);
  title(".leaflet-control-zoom-fullscreen", words.full_screen);
  map.attributionControl.setPrefix("Leaflet");
  credit();
  map.getContainer().setAttribute("aria-label", words.map);
  map.getContainer().setAttribute("role", "group");
}

// The page shows a calm ground with a word until there is something to see (dashboard/frame/style.py).
function uncover() {
  window.frameElement?.setAttribute("data-dosah-painted", "");
}

function paintNow() {
  if (!isReady()) return;
  const members = outlines.colour();
  offer();
  legend.explain(message, outlines.measure());
  fit(members);
  sites.place();
  points.place();
  labels.name(members);
  speak();
  baseMaps.offer();
  paints += 1;
  document.documentElement.dataset.dosahPainted = paints;
  uncover();
}

// -- what the parts of the map ask for ------------------------------------------------------------

/** Tell Python what the reader did; what it was told just before and has not answered yet is told again. */
function tell(answer) {
  told = { ...told, ...answer };
  // In a document that is carried away there is nobody to tell.
  window.Streamlit?.setComponentValue(told);
}

function measureBy(id) {
  if (!message.measures.some((each) => each.id === id)) return;
  measure = id;
  if (outlines.measure().id === measure) paintNow();
}

function kitOf(config) {
  return {
    map,
    config,
    tell,
    credit,
    TOOLTIP: outlines.TOOLTIP,
    message: () => message,
    wanted: () => measure,
    layers: outlines.all,
    layerOf: outlines.layerOf,
    highlight: outlines.highlight,
    circles: () => [...sites.boxes(), ...points.boxes(), ...(window.dosahScenario?.boxes() || [])],
    share: linked.share,
    recolour: () => isReady() && outlines.colourAnew(),
    point: outlines.pointAt,
    measure: measureBy,
    chooseBase: baseMaps.use,
  };
}

// -- what Python calls ----------------------------------------------------------------------------

function start(theMap, config) {
  map = theMap;
  // Leaflet gives the map the focus at every press of the mouse; the page around the frame must not jump
  // under the click.
  const container = map.getContainer();
  container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
  fills.start(config);
  const kit = kitOf(config);
  outlineGroup = outlines.start(kit);
  const baseRow = baseMaps.start(kit);
  sites.start(kit);
  points.start(kit);
  labels.start(kit);
  linked.start(kit);
  legend.start(map, config, baseRow);
  const switching = L.control({ position: "topright" });
  switching.onAdd = () => {
    switcher = element("div", "dosah-switch");
    L.DomEvent.disableClickPropagation(switcher);
    return switcher;
  };
  switching.addTo(map);
  L.control.scale({ position: "topright", imperial: false }).addTo(map);
  ranking.start(kit);
  ahead.watch(
    () => message,
    (known) => {
      message = known;
      paintNow();
    }
  );
  outlines
    .load()
    .then(begin)
    .catch((problem) => {
      uncover();
      legend.say(message ? message.words.not_loaded : String(problem));
      throw problem;
    });
}

function begin() {
  paintNow();
  if (!pending) return;
  const data = pending;
  pending = null;
  window.dispatchEvent(new MessageEvent("message", { data }));
}

// -- points of services that lie in a file, because there are thousands: fetched once, kept by address ---

const files = newest(24);

function fill(wanted) {
  const address = wanted.sites;
  if (typeof address !== "string") return; // in the message itself, or filled before
  wanted.sites = files.get(address) ?? [];
  wanted.sites_key = files.has(address) ? address : "";
  if (files.has(address)) return;
  fetch(address, { cache: "force-cache" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`points: ${answer.status}`))))
    .then((found) => {
      files.put(address, found);
      wanted.sites = found;
      wanted.sites_key = address;
      if (message === wanted) paintNow();
    });
}

function paint(text) {
  message = JSON.parse(text);
  dosahMap.remember(message);
  fill(message);
  measure = message.measure;
  told = {};
  paintNow();
}

// streamlit-folium drops a message that comes while its scripts are loading; it is sent to it again after.
window.addEventListener("message", (event) => {
  const isRender = event.data && event.data.type === "streamlit:render";
  if (event.source === window.parent && isRender && !outlines.all().length) pending = event.data;
});

const dosahMap = {
  start,
  paint,
  // What is seen again is painted before the server answers; the bench switches it off here.
  remember: ahead.remember,
  // For dosah-scenario.js: the layer that is clicked, whether an outline takes part in the calculation, names
  // anew.
  get outlines() {
    return outlineGroup;
  },
  isCounted: (index) => Boolean(message) && decode(message.classes[index]).gapClass !== null,
  fitNames: labels.fit,
};
window.dosahMap = dosahMap;
