/*
 * Thousands of outlines on a canvas, with the same lines and dots as in SVG. The outlines of the area itself
 * stay SVG above it: they can be reached by keyboard and are read aloud. Below MANY outlines everything is
 * SVG.
 */

const MANY = 1000; // measured: below it SVG is as quick
const SIZES = { hatched: 8, dotted: 10 };
let canvas = null;
let vector = null;

// -- patterns, drawn as dosah-map-fills.js draws them in SVG --------------------------------------

function tile({ fill, isHatched, hatch, dots }) {
  const size = isHatched ? SIZES.hatched : SIZES.dotted;
  const scale = Math.max(1, Math.ceil(window.devicePixelRatio || 1));
  const made = document.createElement("canvas");
  made.width = made.height = size * scale;
  const context = made.getContext("2d");
  context.scale(scale, scale);
  context.fillStyle = fill;
  context.fillRect(0, 0, size, size);
  if (isHatched) {
    context.strokeStyle = hatch;
    context.lineWidth = 1.4;
    context.stroke(new Path2D("M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4"));
  }
  if (dots) {
    context.fillStyle = dots;
    [2.5, 7.5].forEach((at) => {
      context.beginPath();
      context.arc(at, at, 1.1, 0, 2 * Math.PI);
      context.fill();
    });
  }
  const pattern = context.createPattern(made, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  return pattern;
}

/** A canvas of Leaflet's that knows patterns by the names they have in SVG: "url(#name)". */
function renderer(looks) {
  const patterns = new Map();
  const patternOf = (name) => {
    if (!patterns.has(name)) patterns.set(name, looks[name] ? tile(looks[name]) : null);
    return patterns.get(name);
  };
  const Patterned = L.Canvas.extend({
    _fillStroke(context, layer) {
      const { options } = layer;
      const pattern = options.fill ? patternOf(options.fillColor) : null;
      if (!pattern) {
        L.Canvas.prototype._fillStroke.call(this, context, layer);
        return;
      }
      context.globalAlpha = options.fillOpacity;
      context.fillStyle = pattern;
      context.fill(options.fillRule || "evenodd");
      options.fill = false;
      L.Canvas.prototype._fillStroke.call(this, context, layer);
      options.fill = true;
    },
  });
  return new Patterned({ padding: 0.2 });
}

// -- which outline stands where -------------------------------------------------------------------

/**
 * Say how the outlines are to be drawn: options for L.geoJSON; nothing where there are few.
 *
 * `looks`: fill, isHatched, hatch, dots by the name of a pattern.
 */
export function optionsFor(count, map, looks) {
  if (count < MANY) return {};
  canvas = renderer(looks).addTo(map);
  // Added after the canvas, so it lies above it.
  vector = L.svg({ padding: 0.2 }).addTo(map);
  return { renderer: canvas };
}

/** Put an outline where it belongs: a member into SVG, the others on the canvas. */
export function place(layer, isMember, map) {
  if (!canvas) return;
  const wanted = isMember ? vector : canvas;
  if (layer.options.renderer === wanted) return;
  map.removeLayer(layer);
  // What Leaflet leaves behind of the path in SVG; on the canvas an outline has no element.
  delete layer._path;
  layer.options.renderer = wanted;
  map.addLayer(layer);
}

/** Options of what lies above the outlines on the canvas: nothing where everything is SVG. */
export function above() {
  return vector ? { renderer: vector } : {};
}
