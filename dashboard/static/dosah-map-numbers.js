/*
 * Numbers as dashboard/phrases/amounts.py writes them: one decimal below ten, and what is more than zero
 * never reads as zero.
 */

const WHOLE_FROM = 9.95; // what rounds to ten has no decimals
const SMALLEST_SHOWN = 0.05; // below it a number is said to be less than 0.1
const formats = new Map(); // making one is dear, using it is not

function digitsOf(value) {
  return Math.abs(value) < WHOLE_FROM ? 1 : 0;
}

/** Write a number for a reader: `language`, and `unknown`, the word for what nobody knows. */
export function formatted(value, { language, unknown }) {
  if (value === null || value === undefined) return unknown;
  if (value > 0 && value < SMALLEST_SHOWN) return `<\u00a0${formatted(0.1, { language, unknown })}`;
  const digits = digitsOf(value);
  const key = `${language}${digits}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(language, { maximumFractionDigits: digits }));
  }
  return formats.get(key).format(value);
}

function small(value, language) {
  return new Intl.NumberFormat(language, { maximumSignificantDigits: 2 }).format(value);
}

/** Write a number that is known on one side only; `isMost`: what it is at most, else at least. */
export function bounded(value, word, isMost, reader) {
  // Nothing is no bound, and "at most less than" would say nothing twice.
  if (value === null || (isMost && value < SMALLEST_SHOWN)) return formatted(value, reader);
  if (value > 0 && value < SMALLEST_SHOWN) return `${word} ${small(value, reader.language)}`;
  return `${word} ${formatted(value, reader)}`;
}

/** Write a number with its noun; `forms` are those of the language, by plural category, with {n}. */
export function counted(forms, value, reader) {
  const rounded = Number(value.toFixed(digitsOf(value)));
  const category = new Intl.PluralRules(reader.language).select(rounded);
  return (forms[category] || forms.other).replace("{n}", formatted(value, reader));
}
