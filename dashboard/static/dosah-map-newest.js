/*
 * A store that keeps what was put last: so many entries and no more.
 */

export function newest(most) {
  const entries = new Map();
  return {
    has: (key) => entries.has(key),
    get: (key) => entries.get(key),
    put(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > most) entries.delete(entries.keys().next().value);
    },
  };
}
