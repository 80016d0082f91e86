// Where names go on the map.
import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, linesOf, meets, placed } from "../../../dashboard/static/dosah-map-placing.js";

// Every letter is half as wide as it is tall.
const widthOf = (line, size) => (line.length * size) / 2;
const sheet = { frame: { x: 400, y: 300 }, size: 10, widthOf, circles: [], isCareful: true };
const name = (text, x, y, extent = 1, isInside = () => true) => ({ text, at: { x, y }, extent, isInside });
const pairs = (boxes) => boxes.flatMap((box, at) => boxes.slice(at + 1).map((other) => [box, other]));

test("a name that fits stands in the middle, on one line, in full size", () => {
  const [fit] = placed([name("Baška", 200, 150)], sheet);
  assert.deepEqual(fit.lines, ["Baška"]);
  assert.deepEqual([fit.x, fit.y, fit.tall], [0, 0, 10]);
  assert.deepEqual(fit.box, [185.5, 144.25, 214.5, 155.75]);
});

test("names never lie over each other", () => {
  const names = Array.from({ length: 30 }, (_none, at) =>
    name(`Obec ${at}`, 150 + (at % 6) * 18, 120 + at * 2, at)
  );
  const boxes = placed(names, sheet).flatMap((fit) => (fit ? [fit.box] : []));
  assert.ok(boxes.length >= 15);
  pairs(boxes).forEach(([one, other]) => assert.ok(!meets(one, [other]), `${one} and ${other}`));
});

test("the smaller outline comes first, the larger gives way, and answers keep their order", () => {
  const [large, small] = placed([name("Velká", 200, 150, 9), name("Malá", 200, 150, 1)], sheet);
  assert.deepEqual([small.x, small.y], [0, 0]);
  assert.notDeepEqual([large.x, large.y], [0, 0]);
});

test("a name is left out where it could only stand in another outline", () => {
  const [first, second] = placed([name("A", 200, 150, 1), name("B", 200, 150, 2, () => false)], sheet);
  assert.ok(first);
  assert.equal(second, undefined);
});

test("a name stays within the frame", () => {
  const [fit] = placed([name("Frýdlant nad Ostravicí", 20, 10)], sheet);
  assert.ok(fit.box[0] >= 0 && fit.box[1] >= 0, String(fit.box));
});

test("circles stay free where there is room, and are covered where there is none", () => {
  const circle = [190, 140, 210, 160];
  const [free] = placed([name("Baška", 200, 150)], { ...sheet, circles: [circle] });
  assert.ok(!meets(free.box, [circle]));
  const [over] = placed([name("Baška", 200, 150)], { ...sheet, circles: [[0, 0, 400, 300]] });
  assert.deepEqual([over.x, over.y], [0, 0]);
});

test("thousands of names are tried in one place only", () => {
  assert.equal([...candidates("Frýdlant nad Ostravicí", 10, widthOf, false)].length, 1);
  // 55 places, one line or two, in two sizes.
  assert.equal([...candidates("Frýdlant nad Ostravicí", 10, widthOf, true)].length, 220);
});

test("a name is broken where its halves are most alike", () => {
  assert.deepEqual(linesOf("Baška"), [["Baška"]]);
  assert.deepEqual(linesOf("Frýdlant nad Ostravicí"), [
    ["Frýdlant nad Ostravicí"],
    ["Frýdlant nad", "Ostravicí"],
  ]);
});

test("boxes that only touch do not meet", () => {
  const beside = [
    [10, 0, 20, 10],
    [-10, 0, 0, 10],
    [0, 10, 10, 20],
    [0, -10, 10, 0],
  ];
  assert.ok(!meets([0, 0, 10, 10], beside));
  assert.ok(meets([0, 0, 10, 10], [[9, 9, 20, 20]]));
});
