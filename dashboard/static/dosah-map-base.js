/*
 * Base maps of other hosts: none unless the reader chooses one on the map. Where it cannot be reached, a calm
 * note says so and the map goes on as before.
 */
import { element } from "./dosah-map-elements.js";

const VEIL = 0.55; // how much of the colours stays over a base map
let kit = null;
let select = null;
let row = null;
let note = null;
let layer = null;
const shown = { offer: null, base: "" };
let isReached = false;

function offered() {
  return kit.message()?.base_maps || [];
}

function chosen() {
  return offered().find((each) => each.id === shown.base);
}

/** How strong the colours of the outlines are drawn. */
export function veil() {
  return layer && isReached ? VEIL : 1;
}

export function attribution() {
  const base = layer && chosen();
  if (!base) return [];
  const link = element("a", "", base.attribution);
  link.href = base.attribution_url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return [element("span", "", " | "), link];
}

function say(text) {
  note.textContent = text;
  note.hidden = !text;
}

function reached(isNow) {
  if (isReached === isNow) return;
  isReached = isNow;
  kit.recolour();
}

export function use(id) {
  const base = offered().find((each) => each.id === id);
  if ((base ? base.id : "") === shown.base) return;
  shown.base = base ? base.id : "";
  if (layer) layer.remove();
  layer = null;
  say("");
  reached(false);
  if (base) {
    layer = L.tileLayer(base.address, {
      minZoom: base.min_zoom,
      maxNativeZoom: base.max_zoom,
      maxZoom: kit.map.getMaxZoom(),
      bounds: base.bounds,
      // A server of tiles may know which site asks, not which village is looked at.
      referrerPolicy: "strict-origin-when-cross-origin",
    });
    layer.on("tileload", () => {
      say("");
      reached(true);
    });
    layer.on("tileerror", () => {
      if (!isReached) say(kit.message().words.base_map_failed);
    });
    layer.addTo(kit.map);
  }
  kit.credit();
}

export function offer() {
  const words = kit.message().words;
  row.hidden = offered().length === 0;
  const key = JSON.stringify([words.base_map, words.no_base_map, offered()]);
  if (shown.offer !== key) {
    shown.offer = key;
    row.firstElementChild.firstChild.textContent = words.base_map;
    const none = { id: "", label: words.no_base_map };
    select.replaceChildren(
      ...[none, ...offered()].map(({ id, label }) => {
        const option = element("option", "", label);
        option.value = id;
        return option;
      })
    );
  }
  if (row.hidden) return;
  use(kit.message().base || "");
  select.value = shown.base;
  if (!note.hidden) say(words.base_map_failed);
}

/** Build the list and its note, which stand at the end of the legend. */
export function start(theKit) {
  kit = theKit;
  select = element("select", "");
  note = element("span", "dosah-base-note");
  const label = element("label", "", null, [element("span", "", ""), select]);
  row = element("p", "dosah-base", null, [label, note]);
  row.hidden = true;
  note.setAttribute("role", "status");
  note.hidden = true;
  select.addEventListener("change", () => {
    use(select.value);
    kit.share({ base: shown.base });
    kit.tell({ dosah_base: shown.base });
  });
  return row;
}
