/*
 * The meeting pack: slides by keyboard and clicker, one map that moves from slide to slide, pages by address.
 * Without this script the page is a long document that reads and prints all the same.
 */
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("pack-data").textContent);
  const byId = (id) => document.getElementById(id);
  const NEXT_KEYS = ["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"];
  const PREVIOUS_KEYS = ["ArrowLeft", "ArrowUp", "PageUp", "Backspace"];
  const sections = [...document.querySelectorAll("main > section")];
  const started = { slides: null };
  let map = null;
  let holder = null;
  let chosen = new Map(); // slide → picture that the reader chose instead of the slide's own

  // -- where we are --------------------------------------------------------------------------------------------------

  function current() {
    return document.querySelector("main > section.is-shown");
  }

  function numberOf(section) {
    const found = /^slide-(\d+)$/.exec(section ? section.id : "");
    return found ? Number(found[1]) : null;
  }

  function target() {
    const wanted = decodeURIComponent(location.hash.slice(1));
    return sections.find((section) => section.id === wanted) || sections[0];
  }

  function show(section, moveFocus) {
    sections.forEach((one) => one.classList.toggle("is-shown", one === section));
    const number = numberOf(section);
    byId("position").textContent = number ? `${number} / ${data.slides}` : "";
    byId("previous").disabled = number === 1;
    byId("next").disabled = number === data.slides;
    if (number) {
      lastSlide = number;
      byId("announce").textContent = data.words.slide.replace("{number}", number).replace("{all}", data.slides);
    }
    byId("villages").value = section.classList.contains("village") ? section.id : "";
    document.body.classList.toggle("is-deck", number !== null);
    // The browser jumps to the section of the address by itself, under our bar; the top is what the reader wants.
    requestAnimationFrame(() => window.scrollTo(0, 0));
    placeMap(section);
    if (moveFocus) section.focus({ preventScroll: true });
  }

  let lastSlide = 1;

  function go(number) {
    const wanted = Math.min(Math.max(number, 1), data.slides);
    if (started.slides === null) startTimer();
    if (location.hash === `#slide-${wanted}`) return;
    location.hash = `slide-${wanted}`;
  }

  function step(change) {
    const number = numberOf(current());
    go(number === null ? lastSlide : number + change);
  }

  // -- the map -------------------------------------------------------------------------------------------------------

  function makeMap() {
    holder = document.createElement("div");
    holder.className = "map-holder";
    const box = document.createElement("div");
    box.id = "pack-map";
    holder.append(layerChoice(), box);
    document.body.append(holder);
    map = L.map(box, { zoomSnap: 0.25, zoomDelta: 0.75, keyboard: false, maxZoom: 18, scrollWheelZoom: true });
    map.setView([49.7, 18.3], 9);
    map.on("layeradd", ({ layer }) => {
      const code = layer.feature && layer.feature.properties && layer.feature.properties.municipality_code;
      if (!code) return;
      layer.on("click", () => {
        if (byId(`village-${code}`)) location.hash = `village-${code}`;
      });
    });
    // dosah-map.js reads the outlines by fetch; here they are in the page and no request may leave it.
    const real = window.fetch;
    window.fetch = () => Promise.resolve({ ok: true, json: () => Promise.resolve(data.outlines) });
    dosahMap.start(map, data.config);
    window.fetch = real;
  }

  function layerChoice() {
    const label = document.createElement("label");
    label.className = "layer-choice";
    const words = document.createElement("span");
    words.className = "only-heard";
    words.textContent = data.words.layer;
    const select = document.createElement("select");
    select.id = "layers";
    data.layers.forEach(({ key, label: text }) => select.append(new Option(text, key)));
    select.addEventListener("change", () => {
      chosen.set(current().id, select.value);
      paint(select.value);
    });
    label.append(words, select);
    return label;
  }

  function paint(key) {
    const select = byId("layers");
    const known = [...select.options].some((option) => option.value === key);
    const own = select.querySelector("option[data-own]");
    if (own) own.remove();
    if (!known) {
      // A slide with other assumptions shows its own picture: it gets a line of its own in the list.
      const heading = current().querySelector("h2");
      const option = new Option(heading ? heading.textContent : key, key);
      option.dataset.own = "";
      select.prepend(option);
    }
    select.value = key;
    dosahMap.paint(data.pictures[key]);
  }

  function placeMap(section) {
    const slot = section.querySelector(".map-slot");
    if (!slot) return;
    if (!map) makeMap();
    slot.append(holder);
    map.invalidateSize({ animate: false });
    paint(chosen.get(section.id) || slot.dataset.picture);
  }

  // -- timer, notes, full screen -------------------------------------------------------------------------------------

  function startTimer() {
    started.slides = Date.now();
    const timer = byId("timer");
    timer.hidden = false;
    setInterval(() => {
      const seconds = Math.floor((Date.now() - started.slides) / 1000);
      timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    }, 1000);
  }

  function toggleNotes() {
    const shown = document.body.classList.toggle("has-notes");
    byId("notes").setAttribute("aria-pressed", String(shown));
    if (map) map.invalidateSize({ animate: false });
  }

  function toggleScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen();
  }

  function isTyping(element) {
    return element && /^(INPUT|SELECT|TEXTAREA)$/.test(element.tagName);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    const isButton = /^(BUTTON|A|SUMMARY)$/.test(event.target.tagName) || event.target.getAttribute("role") === "link";
    if (isButton && [" ", "Enter"].includes(event.key)) return;
    const onPage = numberOf(current()) === null;
    if (onPage && event.key !== "Home" && event.key !== "Escape") return;
    let isOurs = true;
    if (NEXT_KEYS.includes(event.key)) step(1);
    else if (PREVIOUS_KEYS.includes(event.key)) step(-1);
    else if (event.key === "Home") go(1);
    else if (event.key === "End") go(data.slides);
    else if (event.key === "Escape" && onPage) go(lastSlide);
    else if (event.key.toLowerCase() === "n") toggleNotes();
    else if (event.key.toLowerCase() === "f") toggleScreen();
    else if (event.key === "." || event.key.toLowerCase() === "b") document.body.classList.toggle("is-black");
    else isOurs = false;
    if (isOurs) event.preventDefault();
  });

  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  byId("notes").addEventListener("click", toggleNotes);
  byId("screen").addEventListener("click", toggleScreen);
  byId("villages").addEventListener("change", (event) => {
    if (event.target.value) location.hash = event.target.value;
  });
  window.addEventListener("hashchange", () => show(target(), true));
  window.addEventListener("resize", () => map && map.invalidateSize({ animate: false }));

  document.body.classList.add("has-script");
  show(target(), false);
})();
