// What the meeting pack decides: slides, keys, sizes, the list of maps.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  actionOf,
  clamped,
  clock,
  fittingSize,
  numberOf,
  offered,
  swiped,
  targetOf,
} from "../../../dashboard/documents/templates/pack-steps.js";

const onSlide = { isOnPage: false, isBlack: false };
const actions = (keys, where) => keys.map((key) => actionOf(key, where));

test("keys of a keyboard and of a clicker turn slides", () => {
  const next = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
  assert.deepEqual(new Set(actions(next, onSlide)), new Set(["next"]));
  const previous = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
  assert.deepEqual(new Set(actions(previous, onSlide)), new Set(["previous"]));
  assert.deepEqual(actions(["Home", "End"], onSlide), ["first", "last"]);
});

test("letters switch, small or large; other keys are left to the browser", () => {
  assert.deepEqual(actions(["n", "F", "p", "R", "b", "."], onSlide), [
    "notes",
    "screen",
    "speaker",
    "timer",
    "black",
    "black",
  ]);
  assert.deepEqual(actions(["x", "Tab", "Escape", "constructor"], onSlide), [null, null, null, null]);
});

test("after a pause the first key brings the picture back and does nothing else", () => {
  const black = { isOnPage: false, isBlack: true };
  assert.deepEqual(actions(["ArrowRight", "n", "x"], black), ["black", "black", "black"]);
});

test("on a page that is no slide only the ways back are ours", () => {
  const page = { isOnPage: true, isBlack: false };
  assert.deepEqual(actions(["Home", "Escape", "ArrowRight", "b"], page), ["first", "back", null, null]);
});

test("an address names a slide or a page, else the slide to begin with, else the first", () => {
  const ids = ["slide-1", "slide-2", "village-598143", "příloha"];
  assert.equal(targetOf("#village-598143", "slide-2", ids), "village-598143");
  assert.equal(targetOf("#p%C5%99%C3%ADloha", "", ids), "příloha");
  assert.equal(targetOf("", "slide-2", ids), "slide-2");
  assert.equal(targetOf("#none", "slide-2", ids), "slide-1");
  assert.deepEqual(["slide-12", "village-1", "slide-x", ""].map(numberOf), [12, null, null, null]);
  assert.deepEqual(
    [0, 3, 9].map((number) => clamped(number, 5)),
    [1, 3, 5]
  );
});

test("a finger that moves sideways turns a slide, one that scrolls does not", () => {
  assert.equal(swiped(-80, 10), 1);
  assert.equal(swiped(80, -10), -1);
  assert.equal(swiped(-60, 0), 0);
  assert.equal(swiped(-80, 50), 0);
});

test("a text is set as large as it fits, and never smaller than it can be read", () => {
  const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-9, `${value} is not ${wanted}`);
  near(
    fittingSize(false, () => false),
    1
  );
  near(
    fittingSize(true, () => false),
    1.4
  );
  near(
    fittingSize(true, (size) => size > 1.2),
    1.19
  );
  const smallest = fittingSize(false, () => true);
  assert.ok(smallest > 0.58 && smallest <= 0.62, String(smallest));
});

test("the clock has minutes of any number and two digits of seconds", () => {
  assert.deepEqual([0, 9_999, 61_000, 3_600_000].map(clock), ["0:00", "0:09", "1:01", "60:00"]);
});

test("a slide offers its own picture first, and none twice", () => {
  const layers = [{ key: "home", label: "Home care" }];
  const keys = (key, own) => offered(key, own, layers, (each) => `name of ${each}`).map((each) => each.label);
  assert.deepEqual(keys("home", []), ["Home care"]);
  assert.deepEqual(keys("plan", []), ["name of plan", "Home care"]);
  assert.deepEqual(keys("plan", [{ key: "plan", label: "Plan" }]), ["Plan", "Home care"]);
});
