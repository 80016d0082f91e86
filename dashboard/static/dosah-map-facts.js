/*
 * What the tooltip of an outline says and what is read aloud of it, from a map message: no page is needed for
 * it.
 */
import { decode } from "./dosah-map-letters.js";
import { bounded, formatted } from "./dosah-map-numbers.js";

/** The measure that is drawn: the wanted one once it is computed, else the first. */
export function measureOf(message, wanted) {
  return message.measures.find((each) => each.id === wanted && each.classes) || message.measures[0];
}

/** How numbers are written for the reader of a message. */
export function readerOf(message) {
  return { language: message.language, unknown: message.words.unknown };
}

function rowsOf(message, index, isLowerBound) {
  const { words } = message;
  const reader = readerOf(message);
  const atLeast = (value) =>
    isLowerBound ? bounded(value, words.at_least, false, reader) : formatted(value, reader);
  const atMost = (value) =>
    isLowerBound ? bounded(value, words.at_most, true, reader) : formatted(value, reader);
  const services = message.services[index];
  return [
    [words.need, formatted(message.need[index], reader)],
    [words.within_reach, atLeast(message.within_reach[index])],
    [words.missing, atMost(message.missing[index])],
    [words.services, services === 0 ? words.none_known : formatted(services, reader)],
  ];
}

/** Title, rows of label and value, and notes of one outline; `measure` is the one that is drawn. */
export function factsOf(message, measure, index) {
  const { gapClass, isMember, isLowerBound, isNearEdge } = decode(message.classes[index]);
  const { words } = message;
  if (gapClass === null) return { title: words.not_counted, rows: [], notes: [] };
  const all = rowsOf(message, index, isLowerBound);
  // Where nobody knows the need there is nothing to set beside it.
  const rows = message.need[index] === null ? all.slice(3) : all;
  const detail = measure.details[index];
  if (detail) rows.push([measure.detail_label, detail]);
  const notes = [
    isMember ? null : words.outside,
    isLowerBound ? words.lower_bound : null,
    isNearEdge ? words.near_edge : null,
  ].filter(Boolean);
  const label = measure.labels[decode(measure.classes[index]).gapClass];
  return { title: measure.id === "coverage" ? label : `${measure.label}: ${label}`, rows, notes };
}

/** The same in one line, for who hears it. */
export function spokenOf(name, { title, rows, notes }) {
  return [name, title, ...rows.map(([label, value]) => `${label}: ${value}`), ...notes].join("; ");
}
