/*
 * Where names go: as many as fit without lying over each other. A name that does not fit in the middle of its
 * outline is moved a little, broken into two lines or set smaller before it is left out; circles of services
 * stay free where there is room. Everything is reckoned in the map's own pixels; no page is needed for it. A
 * box is [left, top, right, bottom].
 */

const LINE = 1.15;
const SMALL = 0.84;
const MARGIN_PX = 4; // on both sides of a name together
// Where a name may stand, the nearest first: to the side by shares of its width, up and down by lines.
const MOVES = [0, -0.25, 0.25, -0.5, 0.5]
  .flatMap((x) => [0, -0.4, 0.4, -0.8, 0.8, -1.2, 1.2, -1.7, 1.7, -2.3, 2.3].map((y) => [x, y]))
  .sort(
    (one, other) => Math.abs(one[0]) * 3 + Math.abs(one[1]) - Math.abs(other[0]) * 3 - Math.abs(other[1])
  );

function longest(lines) {
  return Math.max(...lines.map((line) => line.length));
}

/** The name as one line, and broken where both halves are most alike. */
export function linesOf(text) {
  const pieces = text.split(" ");
  const broken = pieces
    .slice(1)
    .map((_piece, at) => [pieces.slice(0, at + 1).join(" "), pieces.slice(at + 1).join(" ")])
    .sort((one, other) => longest(one) - longest(other))[0];
  return broken ? [[text], broken] : [[text]];
}

/** Tell whether a box lies over any of the others; sides that touch do not. */
export function meets(box, others) {
  return others.some(
    (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]
  );
}

function leaves(box, frame) {
  return box[0] < 0 || box[1] < 0 || box[2] > frame.x || box[3] > frame.y;
}

function boxOf({ x, y, width, height }, at) {
  const [middle, centre] = [at.x + x, at.y + y];
  return [middle - width / 2, centre - height / 2, middle + width / 2, centre + height / 2];
}

/**
 * Every way to write a name, the best first: `x`, `y` from its point, `width`, `height`, `lines`, `tall`
 * (size of letters).
 */
export function* candidates(text, size, widthOf, isCareful) {
  const shapes = isCareful ? linesOf(text) : [[text]];
  const sizes = isCareful ? [size, size * SMALL] : [size];
  for (const tall of sizes) {
    for (const lines of shapes) {
      const width = Math.max(...lines.map((line) => widthOf(line, tall))) + MARGIN_PX;
      const height = lines.length * tall * LINE;
      for (const [x, y] of isCareful ? MOVES : [[0, 0]]) {
        yield { x: x * width, y: y * size * LINE, width, height, lines, tall };
      }
    }
  }
}

/** The way in which one name fits beside those that stand already; undefined where there is none. */
function fitting({ text, at, isInside }, { frame, size, widthOf, circles, isCareful }, taken) {
  let first;
  for (const tried of candidates(text, size, widthOf, isCareful)) {
    const box = boxOf(tried, at);
    if (meets(box, taken) || (isCareful && leaves(box, frame))) continue;
    // A name whose middle lies in another outline would name that one.
    if ((tried.x || tried.y) && !isInside(at.x + tried.x, at.y + tried.y)) continue;
    const fit = { ...tried, box };
    if (!meets(box, circles)) return fit;
    first ??= fit;
  }
  // Where none keeps clear of the circles, the nearest stands over one.
  return first;
}

/**
 * Say how names are written.
 *
 * `names`: text, at (x, y), extent (how large the outline is), isInside(x, y). `sheet`: frame (x, y), size
 * (of letters), widthOf(line, size), circles (boxes), isCareful (try more than the middle). The answer has
 * one fit or undefined a name, in the order of `names`.
 */
export function placed(names, sheet) {
  const taken = [];
  const fits = names.map(() => undefined);
  // The smallest outlines have the least room to move, so they come first.
  const order = names
    .map((_name, index) => index)
    .sort((one, other) => names[one].extent - names[other].extent);
  order.forEach((index) => {
    fits[index] = fitting(names[index], sheet, taken);
    if (fits[index]) taken.push(fits[index].box);
  });
  return fits;
}
