/*
 * Two maps of one page as one view: what is moved, zoomed or pointed at in one moves and lights up in the
 * other. The frames lie in the same page of the same host, so they talk through its document.
 */

const EVENT = "dosah-map-linked";
const own = Math.random().toString(36).slice(2); // which of the frames speaks
let kit = null;
let isFollowing = false;
let wanted = null; // the last view of the other map, taken over once per picture

export function share(what) {
  if (isFollowing || !kit.message()?.is_linked) return;
  window.parent.document.dispatchEvent(new CustomEvent(EVENT, { detail: JSON.stringify({ own, ...what }) }));
}

function follow(react) {
  isFollowing = true;
  try {
    react();
  } finally {
    isFollowing = false;
  }
}

function shareView() {
  const { lat, lng } = kit.map.getCenter();
  share({ view: kit.message()?.view, centre: [lat, lng], zoom: kit.map.getZoom() });
}

function takeOver({ centre, zoom }) {
  if (!wanted) {
    requestAnimationFrame(() => {
      const [at, depth] = [wanted.centre, wanted.zoom];
      wanted = null;
      follow(() => kit.map.setView(at, depth, { animate: false }));
    });
  }
  wanted = { centre, zoom };
}

export function start(theKit) {
  kit = theKit;
  kit.map.on("move zoomend moveend", shareView);
  const hear = (event) => {
    const said = JSON.parse(event.detail);
    const message = kit.message();
    if (said.own === own || !message?.is_linked) return;
    follow(() => {
      if (said.centre && said.view === message.view) takeOver(said);
      if (said.code !== undefined) kit.point(said.code, said.isOn);
      if (said.measure !== undefined) kit.measure(said.measure);
      if (said.base !== undefined) kit.chooseBase(said.base);
    });
  };
  window.parent.document.addEventListener(EVENT, hear);
  window.addEventListener("pagehide", () => window.parent.document.removeEventListener(EVENT, hear));
}
