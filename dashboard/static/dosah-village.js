/*
 * A village's page: folds stand open where the window is wide, and a button prints. Nothing here knows any
 * data. A module runs once for each page loaded, however often its element comes.
 */

const WIDE = 1000;
const seen = new WeakSet();

// Once for each fold: what the reader closes stays closed.
function unfold() {
  document.querySelectorAll("details[data-dosah-open]").forEach((fold) => {
    if (seen.has(fold)) return;
    seen.add(fold);
    if (window.innerWidth >= WIDE) fold.open = true;
  });
}

new MutationObserver(unfold).observe(document.body, { childList: true, subtree: true });
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-dosah-print]")) window.print();
});
unfold();
