// What the map reads from a message, and how it writes numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyOf, remember } from "../../../dashboard/static/dosah-map-ahead.js";
import { factsOf, measureOf, spokenOf } from "../../../dashboard/static/dosah-map-facts.js";
import { ALPHABET, decode } from "../../../dashboard/static/dosah-map-letters.js";
import { newest } from "../../../dashboard/static/dosah-map-newest.js";
import { bounded, counted, formatted } from "../../../dashboard/static/dosah-map-numbers.js";
import { summaryOf } from "../../../dashboard/static/dosah-map-summary.js";

const EN = { language: "en", unknown: "unknown" };
const CS = { language: "cs", unknown: "neznámo" };
const PL = { language: "pl", unknown: "nieznane" };

test("a letter holds class, membership, bound and edge", () => {
  const letter = (gapClass, isMember, isLowerBound, isNearEdge) =>
    ALPHABET[gapClass * 8 + isMember * 4 + isLowerBound * 2 + isNearEdge];
  for (const flags of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const [isMember, isLowerBound, isNearEdge] = [4, 2, 1].map((bit) => Boolean(flags & bit));
    assert.deepEqual(decode(letter(5, isMember, isLowerBound, isNearEdge)), {
      gapClass: 5,
      isMember,
      isLowerBound,
      isNearEdge,
    });
  }
  assert.equal(decode(".").gapClass, null);
});

test("a number has one decimal below ten, and what is more than zero never reads as zero", () => {
  const written = [0, 0.04, 0.05, 9.94, 9.95, 10.4].map((value) => formatted(value, EN));
  assert.deepEqual(written, ["0", "<\u00a00.1", "0.1", "9.9", "10", "10"]);
  assert.equal(formatted(1234.5, CS), "1\u00a0235");
});

test("unknown is a word, never zero", () => {
  assert.equal(formatted(null, CS), "neznámo");
  assert.equal(bounded(null, "at least", false, EN), "unknown");
});

test("a bound is said before its number, but not where it would say nothing", () => {
  assert.equal(bounded(3, "at least", false, EN), "at least 3");
  assert.equal(bounded(0.012, "at least", false, EN), "at least 0.012");
  assert.equal(bounded(3, "at most", true, EN), "at most 3");
  assert.equal(bounded(0.01, "at most", true, EN), "<\u00a00.1");
  assert.equal(bounded(0, "at most", true, EN), "0");
});

test("a noun follows its number in three languages", () => {
  const cs = { one: "{n} místo", few: "{n} místa", many: "{n} místa", other: "{n} míst" };
  const read = (value) => counted(cs, value, CS);
  assert.deepEqual([1, 2, 5, 1.5].map(read), ["1 místo", "2 místa", "5 míst", "1,5 místa"]);
  const pl = { one: "{n} miejsce", few: "{n} miejsca", many: "{n} miejsc", other: "{n} miejsca" };
  assert.equal(counted(pl, 22, PL), "22 miejsca");
  assert.equal(counted(pl, 12, PL), "12 miejsc");
  assert.equal(counted({ one: "{n} place", other: "{n} places" }, 1, EN), "1 place");
  // 0.96 is written "1": the noun goes by what is read.
  assert.equal(counted({ one: "{n} place", other: "{n} places" }, 0.96, EN), "1 place");
  assert.equal(counted({ other: "{n} places" }, 1, EN), "1 places");
});

const message = {
  language: "en",
  words: {
    unknown: "unknown",
    not_counted: "not counted",
    at_least: "at least",
    at_most: "at most",
    none_known: "none known",
    need: "need",
    within_reach: "within reach",
    missing: "missing",
    services: "services",
    outside: "outside the area",
    lower_bound: "a lower bound",
    near_edge: "near the edge",
    capacity_unknown: "capacity unknown",
  },
  counts: {
    services: { one: "{n} service", other: "{n} services" },
    amount: { one: "{n} place", other: "{n} places" },
    unknown: { one: "{n} unknown", other: "{n} unknown" },
  },
  classes: `.${ALPHABET[4]}${ALPHABET[3]}${ALPHABET[6]}`,
  need: [null, 10, 10, null],
  within_reach: [null, 4, 4, null],
  missing: [null, 6, 6, null],
  services: [null, 0, 2, 1],
  measures: [
    {
      id: "coverage",
      classes: `.${ALPHABET[4]}${ALPHABET[3]}${ALPHABET[6]}`,
      labels: ["far below"],
      details: [],
    },
    { id: "missing", label: "Missing", classes: null },
  ],
};
const coverage = message.measures[0];

test("an outline that is not counted says so and nothing else", () => {
  assert.deepEqual(factsOf(message, coverage, 0), { title: "not counted", rows: [], notes: [] });
});

test("a member's figures are said as they are, and no service known is no zero", () => {
  const { title, rows, notes } = factsOf(message, coverage, 1);
  assert.equal(title, "far below");
  assert.deepEqual(rows.slice(1), [
    ["within reach", "4"],
    ["missing", "6"],
    ["services", "none known"],
  ]);
  assert.deepEqual(notes, []);
});

test("bounds go both ways, and their notes stand below", () => {
  const { rows, notes } = factsOf(message, coverage, 2);
  assert.deepEqual(rows.slice(1, 3), [
    ["within reach", "at least 4"],
    ["missing", "at most 6"],
  ]);
  assert.deepEqual(notes, ["outside the area", "a lower bound", "near the edge"]);
});

test("where the need is unknown only the services are said, then the measure's own detail", () => {
  const detailed = {
    ...coverage,
    id: "missing",
    label: "Missing",
    detail_label: "per 1,000",
    details: { 3: "7" },
  };
  const facts = factsOf(message, detailed, 3);
  assert.deepEqual(facts.rows, [
    ["services", "1"],
    ["per 1,000", "7"],
  ]);
  assert.equal(facts.title, "Missing: far below");
  assert.equal(
    spokenOf("Baška", facts),
    "Baška; Missing: far below; services: 1; per 1,000: 7; a lower bound"
  );
});

test("a measure that is not computed yet is not drawn", () => {
  assert.equal(measureOf(message, "missing").id, "coverage");
});

test("capacities that nobody knows make a sum a bound, and a sum of none unknown", () => {
  const site = (service, capacity) => ({ service, capacity });
  const text = (...sites) => summaryOf(sites, message).text;
  assert.equal(text(site("a", 3), site("a", 4)), "1 service; 7 places");
  assert.equal(text(site("a", 3), site("b", null)), "2 services; at least 3 places; 1 unknown");
  assert.equal(text(site("a", null)), "1 service; capacity unknown");
});

test("the newest messages are kept, and what is put again is new", () => {
  const store = newest(2);
  ["a", "b", "a", "c"].forEach((key) => store.put(key, key.toUpperCase()));
  assert.deepEqual(
    ["a", "b", "c"].map((key) => store.get(key)),
    ["A", undefined, "C"]
  );
});

test("the control names a message by its text; a text that is no name asks for nothing new", () => {
  const now = { key: "k1", ahead: { "Home care": "k2" } };
  assert.equal(keyOf(now, "Home care"), "k2");
  assert.equal(keyOf(now, "constructor"), "k1");
  assert.doesNotThrow(() => remember({ classes: "" }));
});
