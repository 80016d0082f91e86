/*
 * Services on the map: one circle per service and place, sized by capacity; a number where several would lie
 * over each other; the reach of the one that the reader selected. Every text from Python is set as text,
 * never as HTML.
 */
import { element } from "./dosah-map-elements.js";
import { border, boxesIn, radiusOfCapacity, tabIndexAt } from "./dosah-map-shapes.js";
import { countedMore, summaryOf } from "./dosah-map-summary.js";

// Circles whose middles are nearer than this become one with a number: an area with a dozen of sites shows
// them all.
const CLUSTER_PX = 18;
// More than these are zoomed to; fewer are laid out around their place, and the view stays.
const FAN_OUT = 24;
const AROUND = 0.5; // of the map's own size on each side
const LINES_OF_A_TIP = 8;
const SMALLEST_TARGET_PX = 22; // a finger and an unsteady mouse
const HALO = { color: "#ffffff", weight: 7, opacity: 0.85, interactive: false, fill: false };
let kit = null;
let group = null;
let reach = null;
let markers = [];
let waiting = []; // sites that are not in sight yet
const shown = { sites: null, selected: null, reach: null };
let clicks = 0; // tells a second click on the same service from the answer that Streamlit repeats

// -- words ----------------------------------------------------------------------------------------

function summary(found) {
  return summaryOf(found, kit.message());
}

function siteTip(site) {
  const words = kit.message().words;
  const notes = [
    site.is_approximate ? words.approximate : null,
    kit.message().is_selectable ? words.select_site : null,
  ];
  return element("div", "dosah-tip", null, [
    element("div", "dosah-tip-site", null, [
      element("strong", "", site.title),
      element("div", "", site.detail),
    ]),
    ...notes.map((note) => note && element("div", "dosah-tip-note", note)),
  ]);
}

function clusterTip(found) {
  const listed = found.slice(0, LINES_OF_A_TIP);
  const rest = found.length - listed.length;
  return element("div", "dosah-tip", null, [
    element("strong", "", summary(found).text),
    ...listed.map((site) => element("div", "dosah-tip-site", `${site.title}: ${site.detail}`)),
    rest > 0 ? element("div", "dosah-tip-note", countedMore(rest, kit.message())) : null,
    element("div", "dosah-tip-note", kit.message().words.open_cluster),
  ]);
}

// -- circles --------------------------------------------------------------------------------------

function sitesOf(cluster) {
  return cluster.getAllChildMarkers().map((marker) => marker.options.site);
}

function isSelected(site) {
  return site.service === shown.selected;
}

let Dot = null; // an icon that says what it is and answers to the keyboard

function defineDot() {
  Dot = L.DivIcon.extend({
    createIcon(before) {
      const { label, classes, radius, text, listeners } = this.options;
      const made = L.DivIcon.prototype.createIcon.call(this, before);
      const dot = element("span", `dosah-dot ${classes}`, text);
      dot.style.width = dot.style.height = `${2 * radius}px`;
      made.replaceChildren(dot);
      made.setAttribute("aria-label", label);
      Object.entries(listeners).forEach(([name, react]) => made.addEventListener(name, react));
      return made;
    },
  });
}

function dot({ radius, ...options }) {
  const size = Math.max(SMALLEST_TARGET_PX, 2 * radius);
  return new Dot({ className: "dosah-site", iconSize: [size, size], radius, ...options });
}

/** A click stays with the circle: streamlit-folium takes every one that reaches the map for an outline's. */
function onClick(act) {
  return (event) => {
    event.stopPropagation();
    if (!kit.map.dragging?.moved()) act();
  };
}

function onKeys(act) {
  return (event) => {
    if (event.key === "Escape" && group._spiderfied) {
      const cluster = group._spiderfied;
      cluster.unspiderfy();
      cluster.getElement()?.focus();
      return;
    }
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
}

function iconOf(site) {
  const classes = [
    site.capacity === null ? "is-unknown" : "",
    site.is_approximate ? "is-approximate" : "",
    isSelected(site) ? "is-selected" : "",
  ];
  return dot({
    label: `${site.title}; ${site.detail}`,
    classes: classes.join(" "),
    radius: radiusOfCapacity(site.capacity),
    listeners: { click: onClick(() => select(site)), keydown: onKeys(() => select(site)) },
  });
}

function iconOfCluster(cluster) {
  const found = sitesOf(cluster);
  const { count, total, isAnyKnown, text } = summary(found);
  const classes = ["is-cluster", isAnyKnown ? "" : "is-unknown", found.some(isSelected) ? "is-selected" : ""];
  const tip = () => cluster.bindTooltip(() => clusterTip(found), kit.TOOLTIP).openTooltip();
  return dot({
    label: `${text}. ${kit.message().words.open_cluster}`,
    classes: classes.join(" "),
    radius: Math.max(12, radiusOfCapacity(isAnyKnown ? total : null)),
    // One service with several places near each other is no crowd.
    text: count > 1 ? String(count) : "",
    listeners: {
      click: onClick(() => open(cluster, false)),
      keydown: onKeys(() => open(cluster, true)),
      mouseenter: tip,
      focus: tip,
      mouseleave: () => cluster.unbindTooltip(),
      blur: () => cluster.unbindTooltip(),
    },
  });
}

function open(cluster, byKeyboard) {
  cluster.unbindTooltip();
  const children = cluster.getAllChildMarkers();
  const first = children[0].getLatLng();
  if (children.length > FAN_OUT && !children.every((marker) => marker.getLatLng().equals(first))) {
    cluster.zoomToBounds();
    return;
  }
  cluster.spiderfy();
  if (byKeyboard) children[children.length - 1].getElement()?.focus();
}

function select(site) {
  if (!kit.message().is_selectable) return;
  clicks += 1;
  const wanted = isSelected(site) ? "" : site.service;
  mark(wanted || null);
  kit.tell({ dosah_service: wanted, dosah_click: clicks });
}

/** Show which service is selected without drawing anything anew: the keyboard stays where it is. */
function mark(service) {
  if (shown.selected === service) return;
  const changed = markers.filter((marker) => [service, shown.selected].includes(marker.options.site.service));
  shown.selected = service;
  changed.forEach((marker) => {
    marker.options.icon = iconOf(marker.options.site);
    const element = marker.getElement();
    if (!element) return;
    element.firstElementChild.classList.toggle("is-selected", isSelected(marker.options.site));
    describe(marker);
  });
  if (changed.length) group.refreshClusters(changed);
}

function describe(marker) {
  const element = marker.getElement();
  if (!element) return;
  const canSelect = kit.message().is_selectable;
  element.setAttribute("role", canSelect ? "button" : "img");
  if (canSelect) element.setAttribute("aria-pressed", String(isSelected(marker.options.site)));
}

function markerOf(site) {
  const marker = L.marker(site.point, {
    pane: "dosah-sites",
    site,
    icon: iconOf(site),
    autoPanOnFocus: false,
  });
  marker.bindTooltip(() => siteTip(site), kit.TOOLTIP);
  marker.on("add", () => describe(marker));
  return marker;
}

/** Make the circles in sight and around it: those of a whole country would keep the map waiting. */
function reveal() {
  if (!waiting.length) return;
  const around = kit.map.getBounds().pad(AROUND);
  const near = waiting.filter((site) => around.contains(site.point));
  if (!near.length) return;
  waiting = waiting.filter((site) => !around.contains(site.point));
  const made = near.map(markerOf);
  markers.push(...made);
  group.addLayers(made);
}

export function place() {
  const { sites, sites_key: name, selected, language } = kit.message();
  // Points that came in a file are told apart by its name.
  const key = JSON.stringify([name ?? sites, language]);
  if (shown.sites !== key) {
    shown.sites = key;
    shown.selected = selected ? selected.service : null;
    group.clearLayers();
    markers = [];
    waiting = sites;
    reveal();
  }
  mark(selected ? selected.service : null);
  show(selected);
  stops();
}

/**
 * Only what can be seen is a stop of the keyboard; reckoned, because asking the page would lay it out once
 * more.
 */
function stops() {
  const frame = kit.map.getSize();
  group._featureGroup.eachLayer((marker) => {
    const element = marker.getElement();
    if (!element) return;
    const size = marker.options.icon?.options.iconSize?.[0] ?? SMALLEST_TARGET_PX;
    element.tabIndex = tabIndexAt(kit.map.latLngToContainerPoint(marker.getLatLng()), size, frame);
  });
}

/** Boxes of the circles in the map's own pixels: names keep out of them. */
export function boxes() {
  return boxesIn(kit.map.getContainer(), kit.map.getPane("dosah-sites").querySelectorAll(".dosah-dot"));
}

// -- reach of the selected service ----------------------------------------------------------------

function show(selected) {
  const key = JSON.stringify(selected || null);
  if (shown.reach === key) return;
  shown.reach = key;
  reach.clearLayers();
  if (!selected) return;
  const line = {
    color: kit.config.colours.reach,
    weight: 3,
    opacity: 1,
    interactive: false,
    fill: false,
    className: "dosah-reach",
  };
  const layers = selected.places
    .map((index) => kit.layers()[index])
    .filter((layer) => layer?.feature.geometry);
  if (layers.length) {
    const parts = border(layers.map((layer) => layer.feature.geometry));
    [HALO, line].forEach((style) =>
      L.polyline(parts, { ...style, pane: "dosah-reach", smoothFactor: 0 }).addTo(reach)
    );
  }
  selected.circles.forEach(({ point, radius_m: radius }) =>
    [HALO, { ...line, dashArray: "8 6" }].forEach((style) =>
      L.circle(point, { ...style, radius, pane: "dosah-reach" }).addTo(reach)
    )
  );
}

export function start(theKit) {
  kit = theKit;
  defineDot();
  kit.map.createPane("dosah-reach").style.zIndex = 440;
  kit.map.getPane("dosah-reach").style.pointerEvents = "none";
  kit.map.createPane("dosah-sites").style.zIndex = 450;
  reach = L.layerGroup().addTo(kit.map);
  group = L.markerClusterGroup({
    maxClusterRadius: CLUSTER_PX,
    clusterPane: "dosah-sites",
    iconCreateFunction: iconOfCluster,
    animate: false,
    showCoverageOnHover: false,
    // Opened by `open`, which the keyboard calls too.
    spiderfyOnMaxZoom: false,
    zoomToBoundsOnClick: false,
    spiderLegPolylineOptions: {
      weight: 1.5,
      color: kit.config.colours.site,
      opacity: 0.8,
      interactive: false,
    },
  }).addTo(kit.map);
  group.on("spiderfied unspiderfied", stops);
  kit.map.on("moveend resize", () => {
    reveal();
    stops();
  });
}
