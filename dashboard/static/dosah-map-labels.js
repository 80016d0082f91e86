/*
 * Names of the members on the map, where dosah-map-placing.js says. What is left out stands in the tooltip
 * and in the table.
 */
import { element } from "./dosah-map-elements.js";
import { placed } from "./dosah-map-placing.js";
import { isInside, ringsOf } from "./dosah-map-shapes.js";

// Beyond this many names in sight each is tried in one place only: a map of a whole country stays quick.
const CAREFUL_UP_TO = 250;
let kit = null;
let holder = null;
const shown = { members: null };
let pen = null; // measures words without asking the page for its layout
const widths = new Map();

export function name(members) {
  const key = members.map((layer) => layer.feature.properties.municipality_code).join();
  if (shown.members === key) return;
  shown.members = key;
  holder.clearLayers();
  members.forEach((layer) => {
    const { name: text, point } = layer.feature.properties;
    const icon = L.divIcon({
      className: "dosah-label",
      html: element("span", "", text),
      iconSize: [0, 0],
    });
    L.marker(point, {
      icon,
      interactive: false,
      keyboard: false,
      pane: "dosah-labels",
      text,
      outline: layer,
    }).addTo(holder);
  });
  fit();
}

function widthOf(line, size, family) {
  const key = `${size}|${line}`;
  if (!widths.has(key)) {
    pen.font = `600 ${size}px ${family}`;
    widths.set(key, pen.measureText(line).width);
  }
  return widths.get(key);
}

/** The names in sight: their elements and where they stand; the others are hidden. */
function inSight(frame) {
  const seen = [];
  holder.eachLayer((marker) => {
    const span = marker.getElement()?.firstElementChild;
    if (!span) return;
    span.style.visibility = "hidden";
    const at = kit.map.latLngToContainerPoint(marker.getLatLng());
    if (at.x < 0 || at.y < 0 || at.x > frame.x || at.y > frame.y) return;
    const { text, outline } = marker.options;
    const bounds = outline.getBounds();
    const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) =>
      kit.map.latLngToContainerPoint(corner)
    );
    const extent = Math.abs((corners[1].x - corners[0].x) * (corners[1].y - corners[0].y));
    let rings = null;
    const isOver = (x, y) => {
      rings ??= ringsOf(outline.getLatLngs());
      return isInside(kit.map.containerPointToLatLng([x, y]), rings);
    };
    seen.push({ text, at, extent, isInside: isOver, span });
  });
  return seen;
}

function write(span, { x, y, lines, tall }) {
  span.textContent = lines.join("\n");
  span.style.fontSize = `${tall}px`;
  span.style.left = `${x}px`;
  span.style.top = `${y}px`;
  span.style.visibility = "visible";
}

export function fit() {
  const frame = kit.map.getSize();
  const seen = inSight(frame);
  if (!seen.length) return;
  seen[0].span.style.fontSize = "";
  const { fontSize, fontFamily } = getComputedStyle(seen[0].span);
  const fits = placed(seen, {
    frame,
    size: parseFloat(fontSize),
    widthOf: (line, size) => widthOf(line, size, fontFamily),
    circles: kit.circles(),
    isCareful: seen.length <= CAREFUL_UP_TO,
  });
  fits.forEach((found, index) => found && write(seen[index].span, found));
}

export function start(theKit) {
  kit = theKit;
  pen = document.createElement("canvas").getContext("2d");
  const pane = kit.map.createPane("dosah-labels");
  pane.style.zIndex = 460;
  pane.style.pointerEvents = "none";
  holder = L.layerGroup().addTo(kit.map);
  kit.map.on("zoomend moveend resize", fit);
}
