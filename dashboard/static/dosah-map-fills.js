/*
 * How an outline is filled: a colour, lines for "unknown", dots for "at least". Patterns have names, which
 * SVG and the canvas know alike.
 */
import { shape } from "./dosah-map-elements.js";

let config = null;

export function isDark(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
  return red * 0.299 + green * 0.587 + blue * 0.114 < 110;
}

function dotsOn(fill) {
  return isDark(fill) ? config.colours.dots_on_dark : config.colours.dots;
}

function pattern(style, hasDots) {
  const size = style.isHatched ? 8 : 10;
  const made = shape("pattern", { width: size, height: size, patternUnits: "userSpaceOnUse" });
  made.appendChild(shape("rect", { width: size, height: size, fill: style.fill }));
  if (style.isHatched) {
    made.appendChild(
      shape("path", {
        d: "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",
        stroke: config.colours.hatch,
        "stroke-width": 1.4,
      })
    );
  }
  if (hasDots) {
    const fill = dotsOn(style.fill);
    made.appendChild(shape("circle", { cx: 2.5, cy: 2.5, r: 1.1, fill }));
    made.appendChild(shape("circle", { cx: 7.5, cy: 7.5, r: 1.1, fill }));
  }
  return made;
}

function patternName(gapClass, hasDots) {
  return `dosah-fill-${gapClass}${hasDots ? "-dots" : ""}`;
}

function eachPattern(act) {
  config.classes.forEach((style, gapClass) =>
    [false, true].forEach((hasDots) => act(patternName(gapClass, hasDots), style, hasDots))
  );
}

/** Take the colours and classes of the map's configuration, and put the patterns into the page. */
export function start(theConfig) {
  config = theConfig;
  const svg = shape("svg", { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" });
  const definitions = shape("defs", {});
  eachPattern((name, style, hasDots) => {
    const made = pattern(style, hasDots);
    made.id = name;
    definitions.appendChild(made);
  });
  svg.appendChild(definitions);
  document.body.appendChild(svg);
}

/** What stands behind each pattern, for the canvas that draws them itself. */
export function patternLooks() {
  const looks = {};
  eachPattern((name, style, hasDots) => {
    const dots = hasDots ? dotsOn(style.fill) : null;
    looks[`url(#${name})`] = { ...style, hatch: config.colours.hatch, dots };
  });
  return looks;
}

export function fillOf(gapClass, isLowerBound) {
  const style = config.classes[gapClass];
  // Enough is enough even when there may be more: dots only where the class itself could be better.
  const hasDots = isLowerBound && style.isDotted;
  return hasDots || style.isHatched ? `url(#${patternName(gapClass, hasDots)})` : style.fill;
}

/** The sign of a class in a legend or tooltip. */
export function swatch(gapClass, isLowerBound) {
  const svg = shape("svg", { width: 26, height: 16, "aria-hidden": "true" });
  svg.appendChild(
    shape("rect", {
      x: 0.5,
      y: 0.5,
      width: 25,
      height: 15,
      fill: fillOf(gapClass, isLowerBound),
      stroke: config.colours.member_border,
    })
  );
  return svg;
}
