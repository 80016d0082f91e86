/*
 * The ranking beside the map: pointing at a row shows the outline, and the other way round. The table lies in
 * the page around the frame, so events are listened to in its document.
 */

let kit = null;

/** Listen in the page around the frame as long as the frame is there. */
function listen(name, react) {
  window.parent.document.addEventListener(name, react);
  window.addEventListener("pagehide", () => window.parent.document.removeEventListener(name, react));
}

function layerOfRow(target) {
  const row = target instanceof window.parent.Element ? target.closest("tr[data-dosah-code]") : null;
  const code = row && row.dataset.dosahCode;
  return code ? kit.layerOf(code) : undefined;
}

export function pointAtRow(layer, isOn) {
  const code = CSS.escape(layer.feature.properties.municipality_code);
  window.parent.document
    .querySelectorAll(`tr[data-dosah-code="${code}"]`)
    .forEach((row) => row.classList.toggle("dosah-pointed", isOn));
}

// A click on a name opens the village as a click on its outline does: without loading the whole page again.
function open(event) {
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  const layer = isPlain && event.target.closest("a") ? layerOfRow(event.target) : undefined;
  if (!layer) return;
  event.preventDefault();
  layer.fire("click", { latlng: layer.getBounds().getCenter() }, true);
}

export function start(theKit) {
  kit = theKit;
  const moments = [
    ["mouseover", true],
    ["mouseout", false],
    ["focusin", true],
    ["focusout", false],
  ];
  moments.forEach(([name, isOn]) =>
    listen(name, (event) => {
      const layer = layerOfRow(event.target);
      if (layer) kit.highlight(layer, isOn);
    })
  );
  listen("click", open);
}
