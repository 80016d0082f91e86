/*
 * Shapes on the map, reckoned: rings of points, the border round several outlines, the size of a circle.
 */

const LARGEST_PX = 24;
const UNKNOWN_PX = 7;

/** Radius of a circle whose area goes with a number; `least` is what a circle of nothing has. */
export function radiusOf(value, least = 3.5) {
  return Math.min(LARGEST_PX, least + 1.25 * Math.sqrt(value));
}

/** Radius of the circle of a service; null is unknown, which is not small. */
export function radiusOfCapacity(capacity) {
  return capacity === null ? UNKNOWN_PX : radiusOf(capacity);
}

/**
 * Rings of an outline: they lie at different depths in polygons and in groups of polygons; items of a ring
 * are no arrays.
 */
export function ringsOf(part) {
  return Array.isArray(part[0]) ? part.flatMap(ringsOf) : [part];
}

/**
 * Tell whether a point lies inside rings by the count of sides to its right; a ring within a ring is a hole.
 */
export function isInside(point, rings) {
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

/**
 * Segments [latitude, longitude] that only one of the GeoJSON shapes has: the border round all of them
 * together.
 */
export function border(geometries) {
  const segments = new Map();
  geometries.forEach(({ type, coordinates }) => {
    (type === "MultiPolygon" ? coordinates.flat() : coordinates).forEach((ring) => {
      for (let at = 1; at < ring.length; at += 1) {
        const ends = [ring[at - 1], ring[at]];
        const key = ends.map(String).sort().join(" ");
        if (segments.has(key)) segments.delete(key);
        else segments.set(key, ends);
      }
    });
  });
  return [...segments.values()].map((ends) => ends.map(([longitude, latitude]) => [latitude, longitude]));
}

/** Boxes of elements in the pixels of a map: [left, top, right, bottom]. */
export function boxesIn(container, elements) {
  const frame = container.getBoundingClientRect();
  return [...elements].map((element) => {
    const box = element.getBoundingClientRect();
    return [box.left - frame.left, box.top - frame.top, box.right - frame.left, box.bottom - frame.top];
  });
}

/**
 * Whether a thing of a size in a frame is a stop of the keyboard: only what can be seen, be it by its edge.
 */
export function tabIndexAt({ x, y }, size, frame) {
  const reach = size / 2;
  return x > -reach && x < frame.x + reach && y > -reach && y < frame.y + reach ? 0 : -1;
}
