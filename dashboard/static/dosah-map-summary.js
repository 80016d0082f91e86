/*
 * What several sites are together, in words: how many services, and their capacity as far as it is known.
 */
import { readerOf } from "./dosah-map-facts.js";
import { counted } from "./dosah-map-numbers.js";

/** `count` of services, `total` of the known capacities, `isAnyKnown`, and `text`, which says them. */
export function summaryOf(sites, message) {
  const { counts, words } = message;
  const reader = readerOf(message);
  const services = new Set(sites.map((site) => site.service));
  const dark = new Set(sites.filter((site) => site.capacity === null).map((site) => site.service));
  const total = sites.reduce((sum, site) => sum + (site.capacity ?? 0), 0);
  const isAnyKnown = sites.some((site) => site.capacity !== null);
  const parts = [counted(counts.services, services.size, reader)];
  if (!isAnyKnown) parts.push(words.capacity_unknown);
  else if (dark.size === 0) parts.push(counted(counts.amount, total, reader));
  else {
    parts.push(`${words.at_least} ${counted(counts.amount, total, reader)}`);
    parts.push(counted(counts.unknown, dark.size, reader));
  }
  return { count: services.size, total, isAnyKnown, text: parts.join("; ") };
}

/** So many more than a tooltip has room for. */
export function countedMore(rest, message) {
  return counted(message.counts.more, rest, readerOf(message));
}
