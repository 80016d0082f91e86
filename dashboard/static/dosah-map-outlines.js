/*
 * The outlines: one layer each, styled by the letter of the map message, pointed at by mouse, keyboard,
 * ranking and the map beside. Only those whose letter changed are styled again.
 */
import { veil } from "./dosah-map-base.js";
import * as canvas from "./dosah-map-canvas.js";
import { element } from "./dosah-map-elements.js";
import { factsOf, measureOf, spokenOf } from "./dosah-map-facts.js";
import { fillOf, patternLooks, swatch } from "./dosah-map-fills.js";
import { decode } from "./dosah-map-letters.js";
import { share } from "./dosah-map-linked.js";
import { pointAtRow } from "./dosah-map-ranking.js";

export const TOOLTIP = { sticky: true, opacity: 1, className: "dosah-tooltip" };
let kit = null;
let outlines = null; // L.GeoJSON, there from the start so that clicks are bound to it
let layers = []; // one per outline, in the order of the file
const shown = { classes: "", hasBounds: undefined };
// One style for each letter and measure: thousands of outlines share a few dozen of them.
const styles = new Map();

/** The measure that is drawn. */
export function measure() {
  return measureOf(kit.message(), kit.wanted());
}

export function all() {
  return layers;
}

export function layerOf(code) {
  return layers.find((layer) => layer && layer.feature.properties.municipality_code === code);
}

function letterOf(layer) {
  return measure().classes[layer.feature.properties.index];
}

// -- styles ---------------------------------------------------------------------------------------

function styleOf(letter) {
  const key = `${letter}${measure().has_bounds ? "≥" : ""}${veil()}`;
  if (!styles.has(key)) styles.set(key, newStyle(letter));
  return styles.get(key);
}

function newStyle(letter) {
  const { colours } = kit.config;
  const { gapClass, isMember, isLowerBound } = decode(letter);
  if (gapClass === null) {
    return { fillColor: colours.ground, fillOpacity: 0.6, color: colours.border, weight: 0.5, opacity: 0.6 };
  }
  return {
    fillColor: fillOf(gapClass, isLowerBound && measure().has_bounds),
    fillOpacity: (isMember ? 0.95 : 0.3) * veil(),
    color: isMember ? colours.member_border : colours.border,
    weight: isMember ? 1.6 : 0.6,
    opacity: 1,
  };
}

/** Style those whose letter changed; return the members of the area. */
export function colour() {
  const { classes, has_bounds: hasBounds } = measure();
  const before = shown.hasBounds === hasBounds ? shown.classes : "";
  const members = [];
  layers.forEach((layer, index) => {
    const letter = classes[index];
    const { isMember } = decode(letter);
    if (isMember) members.push(layer);
    if (letter !== before[index]) canvas.place(layer, isMember, kit.map);
    if (letter !== before[index]) layer.setStyle(styleOf(letter));
    if (isMember || letter !== before[index]) describe(layer, isMember);
  });
  if (before !== classes) members.forEach((layer) => layer.bringToFront());
  shown.classes = classes;
  shown.hasBounds = hasBounds;
  return members;
}

export function colourAnew() {
  layers.forEach((layer) => layer?.setStyle(styleOf(letterOf(layer))));
}

// -- words ----------------------------------------------------------------------------------------

function facts(layer) {
  return factsOf(kit.message(), measure(), layer.feature.properties.index);
}

function tooltip(layer) {
  const { title, rows, notes } = facts(layer);
  const { gapClass, isLowerBound } = decode(letterOf(layer));
  const heading = element("div", "dosah-tip-class", null, [
    gapClass === null ? null : swatch(gapClass, isLowerBound && measure().has_bounds),
    element("span", null, title),
  ]);
  const table = element(
    "table",
    "",
    null,
    rows.map(([label, value]) =>
      element("tr", "", null, [element("th", "", label), element("td", "", value)])
    )
  );
  return element("div", "dosah-tip", null, [
    element("strong", "", layer.feature.properties.name),
    heading,
    table,
    ...notes.map((note) => element("div", "dosah-tip-note", note)),
  ]);
}

function describe(layer, isMember) {
  // Members can be reached and opened by keyboard; the others would be hundreds of stops.
  const path = layer.getElement();
  if (!path) return;
  path.dataset.code = layer.feature.properties.municipality_code;
  if (isMember) {
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "link");
    path.setAttribute("aria-label", spokenOf(layer.feature.properties.name, facts(layer)));
    path.removeAttribute("aria-hidden");
  } else {
    ["role", "aria-label"].forEach((name) => path.removeAttribute(name));
    // Said outright: a shape that listens to the focus is a stop of the keyboard even without a tabindex.
    path.setAttribute("tabindex", "-1");
    path.setAttribute("aria-hidden", "true");
  }
}

// -- pointing -------------------------------------------------------------------------------------

// The line round the outline that is pointed at. Bringing the outline itself to the front would move it in
// the document: it would lose the focus, and the keyboard its order.
let cursor = null;

export function highlight(layer, isOn) {
  if (isOn) {
    const line = { color: kit.config.colours.focus, weight: 3.5, opacity: 1 };
    // On the canvas the line round it is enough: a new style would draw all its neighbours again.
    if (layer.getElement()) layer.setStyle(line);
    cursor ??= L.polygon([], { interactive: false, fill: false, ...line, ...canvas.above() });
    cursor.setLatLngs(layer.getLatLngs()).addTo(kit.map).bringToFront();
  } else {
    cursor?.remove();
    if (kit.message() && layer.getElement()) layer.setStyle(styleOf(letterOf(layer)));
  }
}

/** Open the tooltip where nobody points: all outlines share one, and it must be told whose it is. */
function showTip(layer, isOn) {
  const tip = outlines.getTooltip();
  if (!tip) return;
  if (!isOn) {
    outlines.closeTooltip();
    return;
  }
  tip._source = layer;
  outlines.openTooltip(layer.getBounds().getCenter());
}

/** Point at the outline that is pointed at on the map beside. */
export function pointAt(code, isOn) {
  const layer = layerOf(code);
  if (!layer) return;
  highlight(layer, isOn);
  showTip(layer, isOn);
}

function pointed(layer, isOn) {
  highlight(layer, isOn);
  pointAtRow(layer, isOn);
  share({ code: layer.feature.properties.municipality_code, isOn });
}

function reached(layer, isOn) {
  highlight(layer, isOn);
  showTip(layer, isOn);
}

function bind(_feature, layer) {
  layer.on({
    mouseover: () => pointed(layer, true),
    mouseout: () => pointed(layer, false),
    add: () => {
      const path = layer.getElement();
      if (!path) return;
      path.addEventListener("focus", () => reached(layer, true));
      path.addEventListener("blur", () => reached(layer, false));
      path.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        layer.fire("click", { latlng: layer.getBounds().getCenter() }, true);
      });
    },
  });
}

// -- the file -------------------------------------------------------------------------------------

/**
 * Wait for the style sheets: before them nothing has its place or size; names and circles would be laid out
 * in vain.
 */
function styled() {
  const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet);
  return Promise.all(
    sheets.map(
      (link) => new Promise((done) => ["load", "error"].forEach((name) => link.addEventListener(name, done)))
    )
  );
}

/** Fetch the outlines and put them on the map. */
export async function load() {
  const [answer] = await Promise.all([fetch(kit.config.outlines), styled()]);
  if (!answer.ok) throw new Error(`outlines: ${answer.status}`);
  const collection = await answer.json();
  collection.features.forEach((feature, index) => {
    feature.properties.index = index;
  });
  Object.assign(outlines.options, canvas.optionsFor(collection.features.length, kit.map, patternLooks()));
  outlines.addData(collection);
  layers = [];
  outlines.eachLayer((layer) => {
    layers[layer.feature.properties.index] = layer;
  });
  outlines.bindTooltip((layer) => (kit.message() ? tooltip(layer) : element("span")), TOOLTIP);
}

/** Put the empty layer on the map and return it. */
export function start(theKit) {
  kit = theKit;
  outlines = L.geoJSON(null, { onEachFeature: bind, smoothFactor: 0.6 }).addTo(kit.map);
  return outlines;
}
