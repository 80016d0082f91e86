/*
 * Names of the members on the map: as many as fit without lying over each other. A name that does not fit in the middle of
 * its outline is moved a little, broken into two lines or set smaller before it is left out; circles of services stay free
 * where there is room. What is left out stands in the tooltip and in the table.
 */
"use strict";

const dosahMapLabels = (() => {
  // Beyond this many names in sight each is tried in one place only: a map of a whole country stays quick.
  const CAREFUL_UP_TO = 250;
  const LINE = 1.15;
  const SMALL = 0.84;
  // Where a name may stand, the nearest first: to the side by shares of its width, up and down by lines.
  const MOVES = [0, -0.25, 0.25, -0.5, 0.5]
    .flatMap((x) => [0, -0.4, 0.4, -0.8, 0.8, -1.2, 1.2, -1.7, 1.7, -2.3, 2.3].map((y) => [x, y]))
    .sort(
      (one, other) => Math.abs(one[0]) * 3 + Math.abs(one[1]) - Math.abs(other[0]) * 3 - Math.abs(other[1])
    );
  let kit = null;
  let holder = null;
  let shown = { members: null };
  let pen = null; // measures words without asking the page for its layout
  const widths = new Map();

  function name(members) {
    const key = members.map((layer) => layer.feature.properties.municipality_code).join();
    if (shown.members === key) return;
    shown.members = key;
    holder.clearLayers();
    members.forEach((layer) => {
      const { name: text, point } = layer.feature.properties;
      const icon = L.divIcon({
        className: "dosah-label",
        html: kit.element("span", "", text),
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

  /** The name as one line, and broken where both halves are most alike. */
  function linesOf(text) {
    const pieces = text.split(" ");
    const broken = pieces
      .slice(1)
      .map((_, at) => [pieces.slice(0, at + 1).join(" "), pieces.slice(at + 1).join(" ")])
      .sort(
        (one, other) =>
          Math.max(...one.map((line) => line.length)) - Math.max(...other.map((line) => line.length))
      )[0];
    return broken ? [[text], broken] : [[text]];
  }

  function isInside(point, rings) {
    let inside = false;
    rings.forEach((ring) => {
      for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
        const [one, other] = [ring[at], ring[before]];
        if (
          one.lat > point.lat !== other.lat > point.lat &&
          point.lng < ((other.lng - one.lng) * (point.lat - one.lat)) / (other.lat - one.lat) + one.lng
        ) {
          inside = !inside;
        }
      }
    });
    return inside;
  }

  function ringsOf(layer) {
    const rings = [];
    // Rings lie at different depths in polygons and in groups of polygons: an array whose items are points is a ring.
    (function collect(part) {
      if (Array.isArray(part[0])) part.forEach(collect);
      else rings.push(part);
    })(layer.getLatLngs());
    return rings;
  }

  function* candidates(text, size, family, isCareful) {
    const shapes = isCareful ? linesOf(text) : [[text]];
    const sizes = isCareful ? [size, size * SMALL] : [size];
    for (const tall of sizes) {
      for (const lines of shapes) {
        const width = Math.max(...lines.map((line) => widthOf(line, tall, family))) + 4;
        const height = lines.length * tall * LINE;
        for (const [x, y] of isCareful ? MOVES : [[0, 0]]) {
          yield { x: x * width, y: y * size * LINE, width, height, lines, tall };
        }
      }
    }
  }

  function meets(box, taken) {
    return taken.some(
      (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]
    );
  }

  function fit() {
    const frame = kit.map.getSize();
    const seen = [];
    holder.eachLayer((marker) => {
      const span = marker.getElement()?.firstElementChild;
      if (!span) return;
      span.style.visibility = "hidden";
      const at = kit.map.latLngToContainerPoint(marker.getLatLng());
      if (at.x < 0 || at.y < 0 || at.x > frame.x || at.y > frame.y) return;
      const bounds = marker.options.outline.getBounds();
      const corners = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) =>
        kit.map.latLngToContainerPoint(corner)
      );
      const extent = Math.abs((corners[1].x - corners[0].x) * (corners[1].y - corners[0].y));
      seen.push({ marker, span, at, extent });
    });
    if (!seen.length) return;
    seen[0].span.style.fontSize = "";
    const style = getComputedStyle(seen[0].span);
    const [size, family] = [parseFloat(style.fontSize), style.fontFamily];
    const isCareful = seen.length <= CAREFUL_UP_TO;
    const circles = kit.circles();
    const taken = [];
    // The smallest outlines have the least room to move, so they come first.
    seen.sort((one, other) => one.extent - other.extent);
    seen.forEach(({ marker, span, at }) => {
      const rings = isCareful ? ringsOf(marker.options.outline) : [];
      const fits = [];
      for (const tried of candidates(marker.options.text, size, family, isCareful)) {
        const [x, y] = [at.x + tried.x, at.y + tried.y];
        const box = [x - tried.width / 2, y - tried.height / 2, x + tried.width / 2, y + tried.height / 2];
        if (
          meets(box, taken) ||
          (isCareful && (box[0] < 0 || box[1] < 0 || box[2] > frame.x || box[3] > frame.y))
        )
          continue;
        // A name whose middle lies in another outline would name that one.
        if ((tried.x || tried.y) && !isInside(kit.map.containerPointToLatLng([x, y]), rings)) continue;
        fits.push({ ...tried, box });
        if (!meets(box, circles)) break;
      }
      // The last one keeps clear of the circles, if any does; else the first stands over one.
      const best =
        fits.length && !meets(fits[fits.length - 1].box, circles) ? fits[fits.length - 1] : fits[0];
      if (!best) return;
      taken.push(best.box);
      span.textContent = best.lines.join("\n");
      span.style.fontSize = `${best.tall}px`;
      span.style.left = `${best.x}px`;
      span.style.top = `${best.y}px`;
      span.style.visibility = "visible";
    });
  }

  function start(theKit) {
    kit = theKit;
    pen = document.createElement("canvas").getContext("2d");
    const pane = kit.map.createPane("dosah-labels");
    pane.style.zIndex = 460;
    pane.style.pointerEvents = "none";
    holder = L.layerGroup().addTo(kit.map);
    kit.map.on("zoomend moveend resize", fit);
  }

  return { start, name, fit };
})();
window.dosahMapLabels = dosahMapLabels;
