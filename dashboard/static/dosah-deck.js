/*
 * The deck in its frame on the page for presenting (dashboard/story/deck.py): full screen by one button, keys
 * wherever the focus is, and the number of the slide told to Streamlit a moment after the last step, for the
 * address. Streamlit starts the text of this module by itself, so it imports nothing.
 */
const SILENT_MS = 700;
const FORGOTTEN_MS = 6000;
const KEYS = [
  "PageDown",
  "PageUp",
  "ArrowRight",
  "ArrowLeft",
  "Home",
  "End",
  "b",
  "B",
  ".",
  "n",
  "N",
  "f",
  "F",
  "p",
  "P",
  "r",
  "R",
];

/** Tell whether a key that was pressed beside the deck is meant for it; a clicker types PageDown. */
export function isForDeck({ key, ctrlKey, altKey, metaKey }) {
  return !(ctrlKey || altKey || metaKey) && KEYS.includes(key);
}

/**
 * Tell whether a step that the server asks for is only what it was told a moment ago; `told`: [number, time]
 * each.
 */
export function isEcho(step, told, now) {
  return told.some(([number, moment]) => number === step && now - moment < FORGOTTEN_MS);
}

function build(parent) {
  const box = document.createElement("div");
  box.className = "dosah-deck";
  const bar = document.createElement("div");
  bar.className = "dosah-deck-bar";
  const start = document.createElement("button");
  start.type = "button";
  start.className = "dosah-deck-start";
  const speaker = document.createElement("button");
  speaker.type = "button";
  bar.append(start, speaker);
  const frame = document.createElement("iframe");
  frame.allow = "fullscreen";
  box.append(bar, frame);
  parent.append(box);
  const kept = { box, start, speaker, frame, name: null, address: null, told: [], asked: null, timer: null };
  const deck = () => frame.contentWindow && frame.contentWindow.dosahDeck;
  start.addEventListener("click", () => deck() && deck().start());
  speaker.addEventListener("click", () => deck() && deck().press("p"));
  // A clicker types PageDown; the deck gets it also where the focus stands on nothing.
  kept.onKey = (event) => {
    const isFree = [document.body, document.documentElement, start, speaker].includes(document.activeElement);
    if (!isFree || !isForDeck(event) || !deck()) return;
    if (deck().press(event.key)) event.preventDefault();
  };
  document.addEventListener("keydown", kept.onKey);
  return kept;
}

function load(kept, { name, page, step }) {
  kept.name = name;
  kept.told = [];
  kept.asked = step;
  if (kept.address) URL.revokeObjectURL(kept.address);
  kept.address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  kept.frame.onload = () => {
    const deck = kept.frame.contentWindow.dosahDeck;
    if (deck) deck.tell((number) => kept.report(number));
  };
  kept.frame.dataset.slide = `slide-${step}`;
  kept.frame.src = kept.address;
}

export default function (component) {
  const { parentElement, data, setStateValue } = component;
  const kept = (parentElement.dosahDeck ??= build(parentElement));
  kept.start.textContent = data.words.start;
  kept.speaker.textContent = data.words.speaker;
  kept.frame.title = data.words.frame;
  kept.report = (number) => {
    kept.told.push([number, Date.now()]);
    clearTimeout(kept.timer);
    kept.timer = setTimeout(() => setStateValue("shown", { name: kept.name, step: number }), SILENT_MS);
  };
  if (data.name !== kept.name) {
    load(kept, data);
  } else if (data.step !== kept.asked) {
    // The button "back", or an address typed by hand; not an echo of what was told a moment ago.
    kept.asked = data.step;
    const deck = kept.frame.contentWindow && kept.frame.contentWindow.dosahDeck;
    if (!isEcho(data.step, kept.told, Date.now()) && deck && deck.now() !== data.step) deck.go(data.step);
  }
  return () => {
    document.removeEventListener("keydown", kept.onKey);
    if (kept.address) URL.revokeObjectURL(kept.address);
    kept.box.remove();
    delete parentElement.dosahDeck;
  };
}
