/*
 * What a letter of a map message says about an outline: class * 8 + member * 4 + lower bound * 2 + near the
 * edge (dashboard/map/message.py writes them).
 */

export const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+";

export function decode(letter) {
  const position = ALPHABET.indexOf(letter);
  if (position < 0) return { gapClass: null, isMember: false, isLowerBound: false, isNearEdge: false };
  return {
    gapClass: position >> 3,
    isMember: Boolean(position & 4),
    isLowerBound: Boolean(position & 2),
    isNearEdge: Boolean(position & 1),
  };
}
