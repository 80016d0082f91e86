/*
 * The legend: the classes that are drawn, the signs, and the list of base maps at its end.
 */
import { element, shape } from "./dosah-map-elements.js";
import { swatch } from "./dosah-map-fills.js";

const PHONE_PX = 480; // below it the legend starts folded
let config = null;
let box = null;
let last = null; // row of base maps
let shown = null;

function circle(isKnown, isApproximate) {
  const svg = shape("svg", { width: 26, height: 16, "aria-hidden": "true" });
  svg.appendChild(
    shape("circle", {
      cx: 13,
      cy: 8,
      r: 5.5,
      fill: isKnown ? config.colours.site : config.colours.site_border,
      stroke: config.colours.site,
      "stroke-width": isKnown && !isApproximate ? 0 : 2,
      "stroke-dasharray": isApproximate ? "3 2" : "none",
    })
  );
  return svg;
}

function ring(dashes) {
  const svg = shape("svg", { width: 26, height: 16, "aria-hidden": "true" });
  svg.appendChild(
    shape("line", {
      x1: 1,
      y1: 8,
      x2: 25,
      y2: 8,
      stroke: config.colours.reach,
      "stroke-width": 3,
      "stroke-dasharray": dashes,
    })
  );
  return svg;
}

const SWATCHES = {
  lower_bound: () => swatch(1, true),
  site: () => circle(true, false),
  site_unknown: () => circle(false, false),
  site_approximate: () => circle(false, true),
  reach: () => ring("none"),
  reach_circle: () => ring("5 3"),
  outside: () => {
    const svg = swatch(1, false);
    svg.style.opacity = "0.4";
    return svg;
  },
};

function item(sign, text) {
  return element("li", "", null, [sign, element("span", "", text)]);
}

/** Explain a message in the measure that is drawn; nothing is drawn anew where nothing changed. */
export function explain(message, measure) {
  const { label, labels, legend: classes, has_bounds: hasBounds } = measure;
  const { title, marks, notes } = message.legend;
  const key = JSON.stringify([message.legend, label, labels, classes]);
  if (shown === key) return;
  shown = key;
  const before = box.querySelector("details");
  const summary = element("summary", "", label ? `${title} – ${label}` : title);
  const list = element("ul", "", null, [
    ...classes.map((gapClass) => item(swatch(gapClass, false), labels[gapClass])),
    ...marks
      .filter(({ mark }) => mark !== "lower_bound" || hasBounds)
      .map(({ mark, label: text }) => item(SWATCHES[mark](), text)),
  ]);
  const details = element("details", "", null, [
    summary,
    list,
    ...notes.map((note) => element("p", "", note)),
    last,
  ]);
  details.open = before ? before.open : window.innerWidth > PHONE_PX;
  box.replaceChildren(details);
}

/** Put the legend on the map; `baseMaps` is the row that stands at its end. */
export function start(map, theConfig, baseMaps) {
  config = theConfig;
  last = baseMaps;
  const control = L.control({ position: "bottomright" });
  control.onAdd = () => {
    box = element("div", "dosah-legend");
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.disableScrollPropagation(box);
    return box;
  };
  control.addTo(map);
}

export function size() {
  return { width: box.offsetWidth, height: box.offsetHeight };
}

/** Say something in place of the legend. */
export function say(text) {
  box.textContent = text;
}
