/*
 * The map of Dosah inside the frame of streamlit-folium.
 *
 * Outlines are fetched once, by an address that names the version of the dataset. A change of a filter sends one letter
 * per outline and a few texts (dosahMap.paint); only outlines whose letter changed are styled again. The frame and the
 * view stay. Every text from Python is set as text, never as HTML.
 */
"use strict";

const dosahMap = (() => {
  // Position of a letter: class * 8 + member * 4 + lower bound * 2 + near the edge (dashboard/map/message.py).
  const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-+";
  const NARROW_PX = 700; // as in dosah-map.css: below it the legend lies along the lower edge
  const TOOLTIP = { sticky: true, opacity: 1, className: "dosah-tooltip" };
  const PHONE_PX = 480; // below it the legend starts folded
  let map = null;
  let config = null;
  let outlines = null; // L.GeoJSON, there from the start so that clicks are bound to it
  let layers = []; // one per outline, in the order of the file
  let legend = null;
  let switcher = null;
  let base = null; // the list of base maps
  let picture = null; // what to show: the last message of Python
  let shown = { classes: "", view: null, legend: null, language: null };
  let paints = 0;
  let measure = "coverage"; // which of picture.measures is drawn
  let pending = null; // a message of Streamlit that came while scripts were still loading
  let told = {}; // what the reader chose here since the last message of Python

  function element(tag, className, text, children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined && text !== null) made.textContent = text;
    (children || []).forEach((child) => child && made.appendChild(child));
    return made;
  }

  function decode(letter) {
    const position = ALPHABET.indexOf(letter);
    if (position < 0) return { gapClass: null, isMember: false, isLowerBound: false, isNearEdge: false };
    return {
      gapClass: position >> 3,
      isMember: Boolean(position & 4),
      isLowerBound: Boolean(position & 2),
      isNearEdge: Boolean(position & 1),
    };
  }

  // -- patterns: lines for "unknown", dots for "at least" ------------------------------------------------------------

  const SVG = "http://www.w3.org/2000/svg";

  function isDark(colour) {
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
    return red * 0.299 + green * 0.587 + blue * 0.114 < 110;
  }

  function shape(tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }

  function pattern(style, hasDots) {
    const size = style.isHatched ? 8 : 10;
    const made = shape("pattern", { width: size, height: size, patternUnits: "userSpaceOnUse" });
    made.appendChild(shape("rect", { width: size, height: size, fill: style.fill }));
    if (style.isHatched) {
      made.appendChild(
        shape("path", {
          d: "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",
          stroke: config.colours.hatch,
          "stroke-width": 1.4,
        })
      );
    }
    if (hasDots) {
      const fill = isDark(style.fill) ? config.colours.dots_on_dark : config.colours.dots;
      made.appendChild(shape("circle", { cx: 2.5, cy: 2.5, r: 1.1, fill }));
      made.appendChild(shape("circle", { cx: 7.5, cy: 7.5, r: 1.1, fill }));
    }
    return made;
  }

  function patternName(gapClass, hasDots) {
    return `dosah-fill-${gapClass}${hasDots ? "-dots" : ""}`;
  }

  function addPatterns() {
    const svg = shape("svg", { width: 0, height: 0, "aria-hidden": "true", style: "position:absolute" });
    const definitions = shape("defs", {});
    config.classes.forEach((style, gapClass) => {
      [false, true].forEach((hasDots) => {
        const made = pattern(style, hasDots);
        made.id = patternName(gapClass, hasDots);
        definitions.appendChild(made);
      });
    });
    svg.appendChild(definitions);
    document.body.appendChild(svg);
  }

  /** What stands behind each pattern, for the canvas that draws them itself. */
  function patternLooks() {
    const looks = {};
    config.classes.forEach((style, gapClass) => {
      [false, true].forEach((hasDots) => {
        const dots = isDark(style.fill) ? config.colours.dots_on_dark : config.colours.dots;
        looks[`url(#${patternName(gapClass, hasDots)})`] = {
          ...style,
          hatch: config.colours.hatch,
          dots: hasDots ? dots : null,
        };
      });
    });
    return looks;
  }

  function fillOf(gapClass, isLowerBound) {
    const style = config.classes[gapClass];
    // Enough is enough even when there may be more: dots only where the class itself could be better.
    const hasDots = isLowerBound && style.isDotted;
    return hasDots || style.isHatched ? `url(#${patternName(gapClass, hasDots)})` : style.fill;
  }

  function swatch(gapClass, isLowerBound) {
    const svg = shape("svg", { width: 26, height: 16, "aria-hidden": "true" });
    svg.appendChild(
      shape("rect", {
        x: 0.5,
        y: 0.5,
        width: 25,
        height: 15,
        fill: fillOf(gapClass, isLowerBound),
        stroke: config.colours.member_border,
      })
    );
    return svg;
  }

  // -- outlines ------------------------------------------------------------------------------------------------------

  function look() {
    return picture.measures.find((each) => each.id === measure && each.classes) || picture.measures[0];
  }

  // One style for each letter and way to look: thousands of outlines share a few dozen of them.
  const styles = new Map();

  function styleOf(letter) {
    const key = `${letter}${look().has_bounds ? "≥" : ""}${dosahMapBase.veil()}`;
    if (!styles.has(key)) styles.set(key, newStyle(letter));
    return styles.get(key);
  }

  function newStyle(letter) {
    const { gapClass, isMember, isLowerBound: isBound } = decode(letter);
    const isLowerBound = isBound && look().has_bounds;
    if (gapClass === null) {
      return {
        fillColor: config.colours.ground,
        fillOpacity: 0.6,
        color: config.colours.border,
        weight: 0.5,
        opacity: 0.6,
      };
    }
    return {
      fillColor: fillOf(gapClass, isLowerBound),
      fillOpacity: (isMember ? 0.95 : 0.3) * dosahMapBase.veil(),
      color: isMember ? config.colours.member_border : config.colours.border,
      weight: isMember ? 1.6 : 0.6,
      opacity: 1,
    };
  }

  const formats = new Map(); // making one is dear, using it is not

  function formatted(value) {
    if (value === null || value === undefined) return picture.words.unknown;
    // As dashboard/phrases/gaps.py does: one decimal below ten, and what is more than zero never reads as zero.
    if (value > 0 && value < 0.05) return `<\u00a0${formatted(0.1)}`;
    const digits = Math.abs(value) < 9.95 ? 1 : 0;
    const key = `${picture.language}${digits}`;
    if (!formats.has(key))
      formats.set(key, new Intl.NumberFormat(picture.language, { maximumFractionDigits: digits }));
    return formats.get(key).format(value);
  }

  function small(value) {
    return new Intl.NumberFormat(picture.language, { maximumSignificantDigits: 2 }).format(value);
  }

  function factsOf(index) {
    const { gapClass, isMember, isLowerBound, isNearEdge } = decode(picture.classes[index]);
    const words = picture.words;
    if (gapClass === null) return { title: words.not_counted, rows: [], notes: [] };
    const bounded = (value, word) => {
      // As dashboard/phrases/amounts.py does: nothing is no bound, and "at most less than" would say nothing twice.
      if (value === null || !isLowerBound || (word === words.at_most && value < 0.05))
        return formatted(value);
      if (value > 0 && value < 0.05) return `${word} ${small(value)}`;
      return `${word} ${formatted(value)}`;
    };
    const rows = [
      [words.need, formatted(picture.need[index])],
      [words.within_reach, bounded(picture.within_reach[index], words.at_least)],
      [words.missing, bounded(picture.missing[index], words.at_most)],
      [words.services, picture.services[index] === 0 ? words.none_known : formatted(picture.services[index])],
    ];
    const notes = [];
    if (!isMember) notes.push(words.outside);
    if (isLowerBound) notes.push(words.lower_bound);
    if (isNearEdge) notes.push(words.near_edge);
    const shownClass = decode(look().classes[index]).gapClass;
    const title = `${look().id === "coverage" ? "" : `${look().label}: `}${look().labels[shownClass]}`;
    const detail = look().details[index];
    if (detail) rows.push([look().detail_label, detail]);
    return { title, rows: picture.need[index] === null ? rows.slice(3) : rows, notes };
  }

  function tooltip(layer) {
    const index = layer.feature.properties.index;
    const facts = factsOf(index);
    const { gapClass, isLowerBound } = decode(look().classes[index]);
    const heading = element("div", "dosah-tip-class", null, [
      gapClass === null ? null : swatch(gapClass, isLowerBound && look().has_bounds),
      element("span", null, facts.title),
    ]);
    const table = element("table", "", null);
    facts.rows.forEach(([label, value]) =>
      table.appendChild(element("tr", "", null, [element("th", "", label), element("td", "", value)]))
    );
    return element("div", "dosah-tip", null, [
      element("strong", "", layer.feature.properties.name),
      heading,
      table,
      ...facts.notes.map((note) => element("div", "dosah-tip-note", note)),
    ]);
  }

  function spoken(layer) {
    const facts = factsOf(layer.feature.properties.index);
    const rows = facts.rows.map(([label, value]) => `${label}: ${value}`);
    return [layer.feature.properties.name, facts.title, ...rows, ...facts.notes].join("; ");
  }

  function describe(layer, isMember) {
    // Members can be reached and opened by keyboard; the others would be hundreds of stops.
    const path = layer.getElement();
    if (!path) return;
    path.dataset.code = layer.feature.properties.municipality_code;
    if (isMember) {
      path.setAttribute("tabindex", "0");
      path.setAttribute("role", "link");
      path.setAttribute("aria-label", spoken(layer));
      path.removeAttribute("aria-hidden");
    } else {
      ["role", "aria-label"].forEach((name) => path.removeAttribute(name));
      // Said outright: a shape that listens to the focus is a stop of the keyboard even without a tabindex.
      path.setAttribute("tabindex", "-1");
      path.setAttribute("aria-hidden", "true");
    }
  }

  // The line round the outline that is pointed at. Bringing the outline itself to the front would move it in the document:
  // it would lose the focus, and the keyboard its order.
  let cursor = null;

  function highlight(layer, isOn) {
    const index = layer.feature.properties.index;
    if (isOn) {
      // On the canvas the line round it is enough: a new style would draw all its neighbours again.
      if (layer.getElement()) layer.setStyle({ color: config.colours.focus, weight: 3.5, opacity: 1 });
      cursor ??= L.polygon([], {
        interactive: false,
        fill: false,
        color: config.colours.focus,
        weight: 3.5,
        opacity: 1,
        ...dosahMapCanvas.above(),
      });
      cursor.setLatLngs(layer.getLatLngs()).addTo(map).bringToFront();
    } else {
      cursor?.remove();
      if (picture && layer.getElement()) layer.setStyle(styleOf(look().classes[index]));
    }
  }

  // -- the ranking beside the map: pointing at a row shows the outline, and the other way round ------------------------

  function layerOfRow(target) {
    const row = target instanceof window.parent.Element ? target.closest("tr[data-dosah-code]") : null;
    const code = row && row.dataset.dosahCode;
    return code
      ? layers.find((layer) => layer && layer.feature.properties.municipality_code === code)
      : undefined;
  }

  function pointAtRow(layer, isOn) {
    const code = CSS.escape(layer.feature.properties.municipality_code);
    window.parent.document
      .querySelectorAll(`tr[data-dosah-code="${code}"]`)
      .forEach((row) => row.classList.toggle("dosah-pointed", isOn));
  }

  function listenToRanking() {
    const listen = (name, isOn) => {
      const react = (event) => {
        const layer = layerOfRow(event.target);
        if (layer) highlight(layer, isOn);
      };
      window.parent.document.addEventListener(name, react);
      window.addEventListener("pagehide", () => window.parent.document.removeEventListener(name, react));
    };
    listen("mouseover", true);
    listen("mouseout", false);
    listen("focusin", true);
    listen("focusout", false);
    // A click on a name opens the village as a click on its outline does: without loading the whole page again.
    const open = (event) => {
      const isPlain =
        event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      const layer = isPlain && event.target.closest("a") ? layerOfRow(event.target) : undefined;
      if (!layer) return;
      event.preventDefault();
      layer.fire("click", { latlng: layer.getBounds().getCenter() }, true);
    };
    window.parent.document.addEventListener("click", open);
    window.addEventListener("pagehide", () => window.parent.document.removeEventListener("click", open));
  }

  /** Open the tooltip where nobody points: all outlines share one, and it must be told whose it is. */
  function showTip(layer, isOn) {
    const tip = outlines.getTooltip();
    if (!tip) return;
    if (!isOn) {
      outlines.closeTooltip();
      return;
    }
    tip._source = layer;
    outlines.openTooltip(layer.getBounds().getCenter());
  }

  function bind(feature, layer) {
    layer.on({
      mouseover: () => {
        highlight(layer, true);
        pointAtRow(layer, true);
        dosahMapLinked.share({ code: feature.properties.municipality_code, isOn: true });
      },
      mouseout: () => {
        highlight(layer, false);
        pointAtRow(layer, false);
        dosahMapLinked.share({ code: feature.properties.municipality_code, isOn: false });
      },
      add: () => {
        const path = layer.getElement();
        if (!path) return;
        path.addEventListener("focus", () => {
          highlight(layer, true);
          showTip(layer, true);
        });
        path.addEventListener("blur", () => {
          highlight(layer, false);
          showTip(layer, false);
        });
        path.addEventListener("keydown", (event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          layer.fire("click", { latlng: layer.getBounds().getCenter() }, true);
        });
      },
    });
  }

  /** Wait for the style sheets: before them nothing has its place or size, and names and circles would be laid out in vain. */
  function styled() {
    const sheets = [...document.querySelectorAll("link[rel=stylesheet]")].filter((link) => !link.sheet);
    return Promise.all(
      sheets.map(
        (link) =>
          new Promise((done) => ["load", "error"].forEach((name) => link.addEventListener(name, done)))
      )
    );
  }

  async function load() {
    const [answer] = await Promise.all([fetch(config.outlines), styled()]);
    if (!answer.ok) throw new Error(`outlines: ${answer.status}`);
    const collection = await answer.json();
    collection.features.forEach((feature, index) => {
      feature.properties.index = index;
    });
    Object.assign(
      outlines.options,
      dosahMapCanvas.optionsFor(collection.features.length, map, patternLooks())
    );
    outlines.addData(collection);
    layers = [];
    outlines.eachLayer((layer) => {
      layers[layer.feature.properties.index] = layer;
    });
    outlines.bindTooltip((layer) => (picture ? tooltip(layer) : element("span")), TOOLTIP);
    paintNow();
    if (pending) {
      const message = pending;
      pending = null;
      window.dispatchEvent(new MessageEvent("message", { data: message }));
    }
  }

  function colour() {
    const { classes, has_bounds: hasBounds } = look();
    const before = shown.hasBounds === hasBounds ? shown.classes : "";
    const members = [];
    layers.forEach((layer, index) => {
      const letter = classes[index];
      const isMember = decode(letter).isMember;
      if (isMember) members.push(layer);
      if (letter !== before[index]) dosahMapCanvas.place(layer, isMember, map);
      if (letter !== before[index]) layer.setStyle(styleOf(letter));
      if (isMember || letter !== before[index]) describe(layer, isMember);
    });
    if (before !== classes) members.forEach((layer) => layer.bringToFront());
    shown.classes = classes;
    shown.hasBounds = hasBounds;
    return members;
  }

  function fit(members) {
    if (shown.view === picture.view) return;
    shown.view = picture.view;
    const group = L.featureGroup(members.length ? members : layers.filter(Boolean));
    map.invalidateSize({ animate: false });
    // The area stands beside the legend or above it, not under it; but it keeps most of the map.
    const size = map.getSize();
    const isWide = window.innerWidth > NARROW_PX;
    const beside = isWide ? Math.min(legend.offsetWidth, size.x / 3) : 0;
    const below = isWide ? 0 : Math.min(legend.offsetHeight + 24, size.y * 0.45);
    map.fitBounds(group.getBounds(), {
      animate: false,
      paddingTopLeft: [48, 12],
      paddingBottomRight: [12 + beside, 12 + below],
    });
  }

  // -- legend and small words --------------------------------------------------------------------------------------------

  function circle(isKnown, isApproximate) {
    const svg = shape("svg", { width: 26, height: 16, "aria-hidden": "true" });
    svg.appendChild(
      shape("circle", {
        cx: 13,
        cy: 8,
        r: 5.5,
        fill: isKnown ? config.colours.site : config.colours.site_border,
        stroke: config.colours.site,
        "stroke-width": isKnown && !isApproximate ? 0 : 2,
        "stroke-dasharray": isApproximate ? "3 2" : "none",
      })
    );
    return svg;
  }

  function ring(dashes) {
    const svg = shape("svg", { width: 26, height: 16, "aria-hidden": "true" });
    const line = {
      x1: 1,
      y1: 8,
      x2: 25,
      y2: 8,
      stroke: config.colours.reach,
      "stroke-width": 3,
      "stroke-dasharray": dashes,
    };
    svg.appendChild(shape("line", line));
    return svg;
  }

  const SWATCHES = {
    lower_bound: () => swatch(1, true),
    site: () => circle(true, false),
    site_unknown: () => circle(false, false),
    site_approximate: () => circle(false, true),
    reach: () => ring("none"),
    reach_circle: () => ring("5 3"),
    outside: () => {
      const svg = swatch(1, false);
      svg.style.opacity = "0.4";
      return svg;
    },
  };

  function explain() {
    const { label, labels: words, legend: places, has_bounds: hasBounds } = look();
    const key = JSON.stringify([picture.legend, label, words, places]);
    if (shown.legend === key) return;
    shown.legend = key;
    const wasOpen = legend.querySelector("details")
      ? legend.querySelector("details").open
      : window.innerWidth > PHONE_PX;
    const details = element("details", "", null, [
      element("summary", "", label ? `${picture.legend.title} – ${label}` : picture.legend.title),
    ]);
    details.open = wasOpen;
    const list = element("ul", "", null);
    places.forEach((gapClass) =>
      list.appendChild(
        element("li", "", null, [swatch(gapClass, false), element("span", "", words[gapClass])])
      )
    );
    picture.legend.marks
      .filter(({ mark }) => mark !== "lower_bound" || hasBounds)
      .forEach(({ mark, label: text }) =>
        list.appendChild(element("li", "", null, [SWATCHES[mark](), element("span", "", text)]))
      );
    details.appendChild(list);
    picture.legend.notes.forEach((note) => details.appendChild(element("p", "", note)));
    details.appendChild(base);
    legend.replaceChildren(details);
  }

  function title(selector, text) {
    const button = document.querySelector(selector);
    if (!button || !text) return;
    button.title = text;
    button.setAttribute("aria-label", text);
  }

  // -- the switch of measures: at once, without asking the server; it is told afterwards, for the address bar ---------------

  function offer() {
    switcher.hidden = picture.measures.length < 2;
    if (switcher.hidden) return;
    const key = JSON.stringify([picture.words.measure, picture.measures.map(({ id, label }) => [id, label])]);
    if (shown.offer !== key) {
      shown.offer = key;
      const select = element("select", "");
      select.setAttribute("aria-label", picture.words.measure);
      picture.measures.forEach(({ id, label }) => {
        const option = element("option", "", label);
        option.value = id;
        select.appendChild(option);
      });
      select.addEventListener("change", () => {
        measure = select.value;
        // What was not computed yet comes with the server's answer.
        if (look().id === measure) paintNow();
        dosahMapLinked.share({ measure });
        tell({ dosah_measure: measure });
      });
      switcher.replaceChildren(select);
    }
    switcher.firstElementChild.value = measure;
  }

  function credit() {
    const place = document.querySelector(".leaflet-control-attribution");
    if (place)
      place.replaceChildren(
        element("span", "", `Leaflet | ${picture.attribution}`),
        ...dosahMapBase.attribution()
      );
  }

  function speak() {
    if (shown.language === picture.language) return;
    shown.language = picture.language;
    document.documentElement.lang = picture.language;
    // The component's page and folium's own part forbid to zoom in; a reader may.
    document
      .querySelectorAll("meta[name=viewport]")
      .forEach((meta) => (meta.content = "width=device-width, initial-scale=1"));
    title(".leaflet-control-zoom-in", picture.words.zoom_in);
    title(".leaflet-control-zoom-out", picture.words.zoom_out);
    title(".leaflet-control-zoom-fullscreen", picture.words.full_screen);
    map.attributionControl.setPrefix("Leaflet");
    credit();
    map.getContainer().setAttribute("aria-label", picture.words.map);
    map.getContainer().setAttribute("role", "group");
  }

  // The page shows a calm ground with a word until there is something to see (dashboard/frame/style.py).
  function uncover() {
    window.frameElement?.setAttribute("data-dosah-painted", "");
  }

  function paintNow() {
    if (!picture || !layers.length) return;
    const members = colour();
    offer();
    explain();
    fit(members);
    dosahMapSites.place();
    dosahMapPoints.place();
    dosahMapLabels.name(members);
    speak();
    dosahMapBase.offer();
    paints += 1;
    document.documentElement.dataset.dosahPainted = paints;
    uncover();
  }

  // -- what the parts of the map ask for (dosah-map-*.js) ------------------------------------------------------------------

  /** Tell Python what the reader did; what it was told just before and has not answered yet is told again. */
  function tell(answer) {
    told = { ...told, ...answer };
    // In a document that is carried away there is nobody to tell.
    window.Streamlit?.setComponentValue(told);
  }

  function colourAnew() {
    if (!picture || !layers.length) return;
    layers.forEach((layer, index) => layer?.setStyle(styleOf(look().classes[index])));
  }

  /** Point at the outline that is pointed at on the map beside. */
  function pointAt(code, isOn) {
    const layer = layers.find((each) => each && each.feature.properties.municipality_code === code);
    if (!layer) return;
    highlight(layer, isOn);
    showTip(layer, isOn);
  }

  function measureBy(id) {
    if (!picture.measures.some((each) => each.id === id)) return;
    measure = id;
    if (look().id === measure) paintNow();
  }

  // -- what Python calls -------------------------------------------------------------------------------------------------

  function start(theMap, theConfig) {
    map = theMap;
    config = theConfig;
    // Leaflet gives the map the focus at every press of the mouse; the page around the frame must not jump under the click.
    const container = map.getContainer();
    container.focus = () => HTMLElement.prototype.focus.call(container, { preventScroll: true });
    addPatterns();
    outlines = L.geoJSON(null, { onEachFeature: bind, smoothFactor: 0.6 }).addTo(map);
    const kit = {
      map,
      config,
      element,
      formatted,
      tell,
      credit,
      TOOLTIP,
      picture: () => picture,
      layers: () => layers,
      circles: () => [
        ...dosahMapSites.boxes(),
        ...dosahMapPoints.boxes(),
        ...(window.dosahScenario?.boxes() || []),
      ],
      share: (what) => dosahMapLinked.share(what),
      recolour: () => colourAnew(),
      point: pointAt,
      measure: measureBy,
      chooseBase: (id) => dosahMapBase.use(id),
    };
    base = dosahMapBase.start(kit);
    dosahMapSites.start(kit);
    dosahMapPoints.start(kit);
    dosahMapLabels.start(kit);
    dosahMapLinked.start(kit);
    const control = L.control({ position: "bottomright" });
    control.onAdd = () => {
      legend = element("div", "dosah-legend");
      L.DomEvent.disableClickPropagation(legend);
      L.DomEvent.disableScrollPropagation(legend);
      return legend;
    };
    control.addTo(map);
    const switching = L.control({ position: "topright" });
    switching.onAdd = () => {
      switcher = element("div", "dosah-switch");
      L.DomEvent.disableClickPropagation(switcher);
      return switcher;
    };
    switching.addTo(map);
    L.control.scale({ position: "topright", imperial: false }).addTo(map);
    listenToRanking();
    dosahMapAhead.watch(
      () => picture,
      (known) => {
        picture = known;
        paintNow();
      }
    );
    load().catch((problem) => {
      uncover();
      legend.textContent = picture ? picture.words.not_loaded : String(problem);
      throw problem;
    });
  }

  // -- points of services that lie in a file, because there are thousands: fetched once, kept by address ---------------------

  const KEPT_POINTS = 24;
  const points = new Map();

  function fill(wanted) {
    const address = wanted.sites;
    if (typeof address !== "string") return; // in the message itself, or filled before
    wanted.sites = points.get(address) ?? [];
    wanted.sites_key = points.has(address) ? address : "";
    if (points.has(address)) return;
    fetch(address, { cache: "force-cache" })
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`points: ${answer.status}`))))
      .then((found) => {
        points.set(address, found);
        if (points.size > KEPT_POINTS) points.delete(points.keys().next().value);
        wanted.sites = found;
        wanted.sites_key = address;
        if (picture === wanted) paintNow();
      });
  }

  function paint(message) {
    picture = JSON.parse(message);
    dosahMapAhead.remember(picture);
    fill(picture);
    measure = picture.measure;
    told = {};
    paintNow();
  }

  // streamlit-folium drops a message that comes while its scripts are loading; it is sent to it again after.
  window.addEventListener("message", (event) => {
    if (
      event.source === window.parent &&
      event.data &&
      event.data.type === "streamlit:render" &&
      !layers.length
    ) {
      pending = event.data;
    }
  });

  // For dosah-scenario.js: the layer that is clicked, and whether an outline takes part in the calculation.
  function isCounted(index) {
    return Boolean(picture) && decode(picture.classes[index]).gapClass !== null;
  }

  return {
    start,
    paint,
    isCounted,
    get outlines() {
      return outlines;
    },
  };
})();
window.dosahMap = dosahMap;
