// Shapes on the map, reckoned.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isDark } from "../../../dashboard/static/dosah-map-fills.js";
import {
  border,
  isInside,
  radiusOf,
  radiusOfCapacity,
  ringsOf,
  tabIndexAt,
} from "../../../dashboard/static/dosah-map-shapes.js";

const point = (lat, lng) => ({ lat, lng });
const square = (from, to) => [point(from, from), point(from, to), point(to, to), point(to, from)];
const polygon = (left, right) => ({
  type: "Polygon",
  coordinates: [
    [
      [left, 0],
      [right, 0],
      [right, 1],
      [left, 1],
      [left, 0],
    ],
  ],
});

test("a point is inside a ring, not beside it and not in its hole", () => {
  const rings = [square(0, 10), square(4, 6)];
  assert.ok(isInside(point(2, 2), rings));
  assert.ok(!isInside(point(5, 5), rings));
  assert.ok(!isInside(point(2, 11), rings));
});

test("rings are found at any depth", () => {
  const ring = square(0, 1);
  assert.deepEqual(ringsOf([[[ring], [ring, ring]]]), [ring, ring, ring]);
});

test("a border runs round outlines together, not between them", () => {
  const segments = border([polygon(0, 1), polygon(1, 2)]);
  assert.equal(segments.length, 6);
  // Latitude comes first.
  const shared = segments.filter((ends) => ends.every(([, longitude]) => longitude === 1));
  assert.deepEqual(shared, []);
  const parts = { type: "MultiPolygon", coordinates: [polygon(0, 1).coordinates, polygon(5, 6).coordinates] };
  assert.equal(border([parts]).length, 8);
});

test("the area of a circle goes with its number up to a size; unknown is not small", () => {
  assert.equal(radiusOf(4), 6);
  assert.equal(radiusOf(4, 4.5), 7);
  assert.equal(radiusOf(1e6), 24);
  assert.equal(radiusOfCapacity(null), 7);
  assert.equal(radiusOfCapacity(4), 6);
});

test("dots are light on a dark colour", () => {
  assert.ok(isDark("#08306b"));
  assert.ok(!isDark("#fdd0a2"));
});

test("the keyboard stops at what is seen, be it by its edge", () => {
  const frame = { x: 400, y: 300 };
  const stops = (x, y) => tabIndexAt({ x, y }, 20, frame) === 0;
  assert.ok(stops(200, 150) && stops(-9, 150) && stops(409, 309));
  assert.ok(!stops(-10, 150) && !stops(410, 150) && !stops(200, -10) && !stops(200, 310));
});
