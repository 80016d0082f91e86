/*
 * Circles that rows beside the map belong to (the catalogue): a click tells Python, pointing at one lights up
 * the other. Each stands for a place or a larger unit and is as large as the number of things found there.
 */
import { element } from "./dosah-map-elements.js";
import { boxesIn, radiusOf } from "./dosah-map-shapes.js";

let kit = null;
let group = null;
let shown = null;
const markers = new Map(); // by the identifier of the point

function tip(point) {
  const words = kit.message().words;
  const lines = point.lines.map(([title, detail]) =>
    element("div", "dosah-tip-site", null, [element("strong", "", title), element("div", "", detail)])
  );
  const notes = [point.more, point.is_approximate ? words.approximate : null];
  return element("div", "dosah-tip", null, [
    ...lines,
    ...notes.map((note) => note && element("div", "dosah-tip-note", note)),
  ]);
}

function pointAtRows(id, isOn) {
  window.parent.document
    .querySelectorAll(`tr[data-dosah-points~="${CSS.escape(id)}"]`)
    .forEach((row) => row.classList.toggle("dosah-pointed", isOn));
}

function pointFromRow(event) {
  const row =
    event.target instanceof window.parent.Element ? event.target.closest("tr[data-dosah-points]") : null;
  const isOn = event.type === "mouseover" || event.type === "focusin";
  const colours = kit.config.colours;
  (row ? row.dataset.dosahPoints.split(" ") : []).forEach((id) => {
    const marker = markers.get(id);
    if (!marker) return;
    marker.setStyle({ color: isOn ? colours.focus : colours.site_border, weight: isOn ? 6 : 1.2 });
    if (isOn) marker.bringToFront();
  });
}

function markerOf(point) {
  const marker = L.circleMarker(point.point, {
    pane: "dosah-sites",
    radius: radiusOf(point.count),
    fillColor: kit.config.colours.site,
    fillOpacity: 0.75,
    color: kit.config.colours.site_border,
    weight: 1.2,
    dashArray: point.is_approximate ? "3 3" : null,
    className: "dosah-point",
  });
  marker.bindTooltip(() => tip(point), kit.TOOLTIP);
  marker.on({
    // The click stays with the circle: what reaches the map is taken for the outline's below it.
    click: (event) => {
      L.DomEvent.stopPropagation(event);
      kit.tell({ dosah_point: point.id });
    },
    mouseover: () => pointAtRows(point.id, true),
    mouseout: () => pointAtRows(point.id, false),
  });
  return marker;
}

export function place() {
  const points = kit.message().points || [];
  const key = JSON.stringify(points);
  if (shown === key) return;
  shown = key;
  group.clearLayers();
  markers.clear();
  points.forEach((point) => {
    const marker = markerOf(point).addTo(group);
    markers.set(point.id, marker);
  });
}

/** Boxes of the circles in the map's own pixels: names keep out of them. */
export function boxes() {
  return boxesIn(kit.map.getContainer(), document.querySelectorAll(".dosah-point"));
}

/** After the start of dosah-map-sites.js, which makes the pane. */
export function start(theKit) {
  kit = theKit;
  group = L.layerGroup().addTo(kit.map);
  ["mouseover", "mouseout", "focusin", "focusout"].forEach((name) => {
    window.parent.document.addEventListener(name, pointFromRow);
    window.addEventListener("pagehide", () => window.parent.document.removeEventListener(name, pointFromRow));
  });
}
