/*
 * A scenario on the map: a click on a municipality adds a service there, a click on a circle resizes, moves
 * or closes it.
 *
 * The circles are drawn here, because each of them must be reached by keyboard too. What the reader does is
 * sent to the server as one edit (dashboard/scenario/edit.py), which answers with a new picture. Every text
 * from Python is set as text.
 */
import { element } from "./dosah-map-elements.js";
import { boxesIn, radiusOf } from "./dosah-map-shapes.js";

let map = null;
let config = null;
let state = null; // the last message of Python
let circles = null;
let svg = null;
let markers = [];
let banner = null; // what the map waits for, while a service is moved
let undo = null;
let moving = null; // {title, send} while the next municipality is where a service moves to
let popup = null;
let opener = null; // what had the focus before a window of the map took it
let unheard = []; // edits that the server has not answered yet
let drawn = "";
let ids = 0; // of parts: a window that is closed fades for a moment beside the next one

function button(text, react, className) {
  const made = element("button", className || "", text);
  made.type = "button";
  made.addEventListener("click", react);
  return made;
}

// -- edits ----------------------------------------------------------------------------------------

function send(edit) {
  const last = unheard.length ? unheard[unheard.length - 1].n : state.heard;
  // `of`: how many changes the reader saw; an edit of a list that has changed since then is not meant for it.
  unheard.push({ ...edit, of: state.count, n: Math.max(Date.now(), last + 1) });
  close();
  window.Streamlit.setComponentValue({});
}

function keepUnheard() {
  // streamlit-folium answers by itself too, a moment after a click: an edit must not be lost under its
  // answer.
  const plain = window.Streamlit.setComponentValue;
  window.Streamlit.setComponentValue = (value) =>
    plain.call(window.Streamlit, unheard.length ? { ...value, dosah_edits: unheard } : value);
}

// -- windows --------------------------------------------------------------------------------------

function close() {
  if (popup) map.closePopup(popup);
}

function open(point, title, parts) {
  close();
  const heading = element("strong", "", title);
  heading.id = `dosah-title-${(ids += 1)}`;
  const content = element("div", "dosah-edit", null, [heading, ...parts]);
  content.setAttribute("role", "dialog");
  content.setAttribute("aria-labelledby", heading.id);
  opener = document.activeElement;
  popup = L.popup({
    className: "dosah-edit-window",
    minWidth: 230,
    maxWidth: 270,
    maxHeight: 320,
    autoPanPadding: [20, 20],
  })
    .setLatLng(point)
    .setContent(content)
    .openOn(map);
  const cross = popup.getElement().querySelector(".leaflet-popup-close-button");
  if (cross) cross.setAttribute("aria-label", state.words.close_window);
  content.addEventListener("keydown", (event) => {
    // Enter in a field means its button; keys are not for the map below.
    event.stopPropagation();
    if (event.key === "Escape") close();
  });
  const first = content.querySelector("input:not([type=checkbox]), summary, button");
  if (first) first.focus({ preventScroll: true });
}

function closed(event) {
  // Leaflet lets it fade; to a screen reader it is gone at once.
  event.popup.getElement()?.setAttribute("hidden", "");
  popup = null;
  if (opener && opener.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

/* A form with one number; `act` gets it once it is one. */
function numberForm(label, value, action, act, further) {
  const input = element("input", "");
  Object.assign(input, {
    type: "number",
    min: "1",
    max: String(state.largest),
    step: "any",
    required: true,
    id: `dosah-field-${(ids += 1)}`,
  });
  if (value !== null) input.value = value;
  const name = element("label", "", label);
  name.htmlFor = input.id;
  const submit = element("button", "dosah-edit-main", action);
  submit.type = "submit";
  const form = element("form", "", null, [name, input, ...(further || []), submit]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(Number(input.value));
  });
  return form;
}

function addWindow(layer) {
  const { municipality_code: code, name, point } = layer.feature.properties;
  if (state.is_full) {
    open(point, name, [element("p", "", state.words.full)]);
    return;
  }
  let serves = null;
  const further = [];
  if (state.words.serves) {
    serves = element("input", "");
    serves.type = "checkbox";
    serves.checked = true;
    further.push(
      element("label", "dosah-edit-check", null, [serves, element("span", "", state.words.serves)])
    );
  }
  const form = numberForm(
    state.words.capacity,
    state.first_capacity,
    state.words.add,
    (capacity) =>
      send({ kind: "add", municipality_code: code, capacity, serves: Boolean(serves && serves.checked) }),
    further
  );
  open(point, name, [element("p", "", state.words.new_here), form]);
}

function startMoving(entry) {
  moving = {
    title: entry.title,
    send: (code) =>
      send(
        entry.position === null
          ? { kind: "move", target: entry.site, municipality_code: code }
          : { kind: "revise", position: entry.position, municipality_code: code }
      ),
  };
  opener = null;
  close();
  banner.replaceChildren(
    element(
      "span",
      "",
      state.words.choose_target.replace("{service}", () => entry.title)
    ),
    button(state.words.cancel, stopMoving)
  );
  banner.hidden = false;
  map.getContainer().classList.add("dosah-moving");
  const member = map.getContainer().querySelector("path[role=link]");
  if (member) member.focus({ preventScroll: true });
}

function stopMoving() {
  moving = null;
  banner.hidden = true;
  map.getContainer().classList.remove("dosah-moving");
}

/* Everything that can be done with one service at a point. */
function entryParts(entry) {
  const parts = [element("p", "", entry.detail)];
  const isNew = entry.position !== null;
  if (entry.state !== "closed") {
    parts.push(
      numberForm(state.words.capacity, entry.capacity, state.words.resize, (capacity) =>
        send(
          isNew
            ? { kind: "revise", position: entry.position, capacity }
            : { kind: "resize", target: entry.target, capacity }
        )
      )
    );
    const row = element("div", "dosah-edit-row", null, []);
    if (isNew || entry.site) row.appendChild(button(state.words.move, () => startMoving(entry)));
    if (!isNew) {
      row.appendChild(button(state.words.close, () => send({ kind: "close", target: entry.target })));
      if (entry.site && entry.sites > 1) {
        row.appendChild(
          button(state.words.close_site, () => send({ kind: "close_site", target: entry.site }))
        );
      }
    }
    parts.push(row);
  }
  entry.steps.forEach(([position, sentence]) =>
    parts.push(button(sentence, () => send({ kind: "undo", position }), "dosah-edit-undo"))
  );
  return parts;
}

function siteWindow(site) {
  if (site.entries.length === 1) {
    open(site.point, site.entries[0].title, entryParts(site.entries[0]));
    return;
  }
  const parts = site.entries.map((entry) =>
    element("details", "", null, [element("summary", "", entry.title), ...entryParts(entry)])
  );
  open(site.point, state.words.several, parts);
}

// -- circles --------------------------------------------------------------------------------------

const TOOLTIP = { sticky: true, opacity: 1, className: "dosah-tooltip" };
const LINES = 8; // a tooltip must fit a screen; the window below it shows all

function tip(site) {
  const lines = site.entries
    .slice(0, LINES)
    .map((entry) =>
      element("div", "dosah-tip-site", null, [
        element("strong", "", entry.title),
        element("div", "", entry.detail),
      ])
    );
  if (site.more) lines.push(element("div", "dosah-tip-note", site.more));
  if (site.is_approximate) lines.push(element("div", "dosah-tip-note", state.words.approximate));
  return element("div", "dosah-tip", null, lines);
}

function look(site) {
  const { colours } = config;
  const isKnown = site.capacity !== null;
  const isClosed = site.state === "closed";
  const fill = site.state === "new" ? colours.site_new : colours.site;
  return {
    pane: "dosah-scenario",
    radius: isKnown && !isClosed ? radiusOf(site.capacity, 4.5) : 6.5,
    fillColor: isKnown && !isClosed ? fill : colours.site_border,
    fillOpacity: isKnown ? 0.8 : 0.9,
    color: isKnown && !isClosed ? colours.site_border : fill,
    weight: isKnown && !isClosed ? 1.5 : 2,
    dashArray: isClosed ? "2 3" : site.is_approximate && site.state !== "new" ? "3 3" : null,
    className: `dosah-circle dosah-circle-${site.state}`,
    // Also where thousands of outlines are drawn on a canvas: a circle can be reached by keyboard.
    renderer: svg,
    bubblingMouseEvents: false,
  };
}

function place() {
  const key = JSON.stringify(state.sites);
  if (key === drawn) return;
  drawn = key;
  const focused = markers.find(({ marker }) => marker.getElement() === document.activeElement);
  circles.clearLayers();
  markers = state.sites.map((site) => {
    const marker = L.circleMarker(site.point, look(site));
    marker.bindTooltip(() => tip(site), TOOLTIP);
    marker.addTo(circles);
    const react = () => {
      marker.closeTooltip();
      if (moving) return;
      siteWindow(site);
    };
    const path = marker.getElement();
    marker.on("click", react);
    path.dataset.services = site.entries.length;
    path.setAttribute("role", "button");
    path.setAttribute("aria-haspopup", "dialog");
    path.setAttribute("tabindex", state.is_editable && site.is_near ? "0" : "-1");
    path.setAttribute(
      "aria-label",
      site.entries.map((entry) => `${entry.title}; ${entry.detail}`).join("; ")
    );
    path.addEventListener("focus", () => {
      marker.setStyle({ color: config.colours.focus, weight: 4 });
      marker.openTooltip(site.point);
    });
    path.addEventListener("blur", () => {
      marker.setStyle(look(site));
      marker.closeTooltip();
    });
    path.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      react();
    });
    return { marker, site };
  });
  // Names keep clear of the circles.
  dosahMap.fitNames();
  if (focused) {
    const same = markers.find(({ site }) => String(site.point) === String(focused.site.point));
    if (same) same.marker.getElement().focus({ preventScroll: true });
  }
}

/** Where the circles lie in the frame, for the names. */
function boxes() {
  return boxesIn(
    map.getContainer(),
    markers.map(({ marker }) => marker.getElement())
  );
}

function showUndo() {
  undo.hidden = !state.is_editable || !state.count;
  const last = undo.firstElementChild;
  last.title = state.words.undo_last;
  last.setAttribute("aria-label", state.words.undo_last);
}

// -- what Python calls ----------------------------------------------------------------------------

function start(theMap, theConfig) {
  map = theMap;
  config = theConfig;
  keepUnheard();
  // Colours have one place, dashboard/theme.py; the style sheet reads them from here.
  Object.entries(config.colours).forEach(([name, colour]) =>
    document.documentElement.style.setProperty(`--dosah-${name.replaceAll("_", "-")}`, colour)
  );
  map.createPane("dosah-scenario").style.zIndex = 455;
  svg = L.svg({ pane: "dosah-scenario" });
  circles = L.layerGroup().addTo(map);
  map.on("popupclose", closed);
  dosahMap.outlines.on("click", (event) => {
    const layer = event.propagatedFrom || event.layer;
    if (!state || !state.is_editable || !layer || !layer.feature) return;
    const { municipality_code: code, index } = layer.feature.properties;
    if (!dosahMap.isCounted(index)) return;
    if (moving) {
      const { send: move } = moving;
      stopMoving();
      move(code);
    } else {
      layer.closeTooltip();
      addWindow(layer);
    }
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape" && moving) stopMoving();
  });
  const waiting = L.control({ position: "topright" });
  waiting.onAdd = () => {
    banner = element("div", "dosah-banner");
    banner.hidden = true;
    banner.setAttribute("role", "status");
    L.DomEvent.disableClickPropagation(banner);
    return banner;
  };
  waiting.addTo(map);
  const undoing = L.control({ position: "topleft" });
  undoing.onAdd = () => {
    undo = element("div", "leaflet-bar dosah-undo", null, [
      button("\u21b6", () => send({ kind: "undo", position: state.count - 1 })),
    ]);
    undo.hidden = true;
    L.DomEvent.disableClickPropagation(undo);
    return undo;
  };
  undoing.addTo(map);
}

function paint(message) {
  state = JSON.parse(message);
  unheard = unheard.filter(({ n }) => n > state.heard);
  if (!state.is_editable) {
    close();
    stopMoving();
  }
  place();
  showUndo();
}

window.dosahScenario = { start, paint, boxes };
