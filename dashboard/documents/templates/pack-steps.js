/*
 * What the meeting pack decides without its page: which slide, what a key means, how large a text is set.
 */

const NEXT_KEYS = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
const PREVIOUS_KEYS = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
const LETTERS = { n: "notes", f: "screen", p: "speaker", r: "timer" };
// A text that does not fit is set smaller, but never smaller than this part of its size.
const SMALLEST = 0.62;
const LARGEST = 1.4; // a table with room to spare is set larger (class can-grow)
const STEP = 0.03;
const SWIPE_PX = 60;

/** Number of a slide by the id of its section; null for a page that is no slide. */
export function numberOf(id) {
  const match = /^slide-(\d+)$/.exec(id || "");
  return match ? Number(match[1]) : null;
}

/** The slide that is meant, from 1 to the last. */
export function clamped(number, slides) {
  return Math.min(Math.max(number, 1), slides);
}

/** Which section to show: that of the address, else the one to begin with, else the first. */
export function targetOf(hash, begin, ids) {
  const wanted = decodeURIComponent(hash.slice(1)) || begin;
  return ids.includes(wanted) ? wanted : ids[0];
}

/**
 * What a key asks for: "next", "previous", "first", "last", "back" (from a page to its slide), "black",
 * "notes", "screen", "speaker", "timer"; null where it asks for nothing of ours.
 */
export function actionOf(key, { isOnPage, isBlack }) {
  if (isOnPage && key !== "Home" && key !== "Escape") return null;
  const letter = key.toLowerCase();
  // After a pause the first key brings the picture back, nothing else.
  if (letter === "b" || key === "." || isBlack) return "black";
  if (NEXT_KEYS.includes(key)) return "next";
  if (PREVIOUS_KEYS.includes(key)) return "previous";
  if (key === "Home") return "first";
  if (key === "End") return "last";
  if (key === "Escape") return isOnPage ? "back" : null;
  return Object.hasOwn(LETTERS, letter) ? LETTERS[letter] : null;
}

/** One slide on or back for a finger that moved so many pixels; 0 where it did something else. */
export function swiped(x, y) {
  if (Math.abs(x) <= SWIPE_PX || Math.abs(x) <= 2 * Math.abs(y)) return 0;
  return x < 0 ? 1 : -1;
}

/**
 * Size of a text as a part of its own: large where there is room, smaller before it is cut.
 * `isTooLarge(size)` sets a size and tells whether the text still does not fit.
 */
export function fittingSize(canGrow, isTooLarge) {
  let size = canGrow ? LARGEST : 1;
  while (isTooLarge(size) && size > SMALLEST) size -= STEP;
  return size;
}

/** Time since the talk began, in minutes and seconds. */
export function clock(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * What the list of maps offers on a slide: its own picture (another group, other assumptions, a scenario),
 * then every group.
 *
 * `own` are the further pictures of the slide, `nameOf(key)` names one that is in neither list.
 */
export function offered(key, own, layers, nameOf) {
  const all = [...own, ...layers];
  return all.some((each) => each.key === key) ? all : [{ key, label: nameOf(key) }, ...all];
}
