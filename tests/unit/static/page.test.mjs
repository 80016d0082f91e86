// Names and addresses of the page, and the deck within it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isEcho, isForDeck } from "../../../dashboard/static/dosah-deck.js";
import { isPageOfOurs, isPlain, translated } from "../../../dashboard/static/dosah-page.js";

const said = { names: { Sidebar: "Nabídka" }, help: "Nápověda", remove: "" };
const here = new URL("https://dosah.example/base/village?municipality=1");
const isOurs = (address) => isPageOfOurs(new URL(address, here), here);

test("Streamlit's names are said in the reader's words, others stay", () => {
  assert.equal(translated("Sidebar", said), "Nabídka");
  assert.equal(translated("Help for Norm", said), "Nápověda: Norm");
  // Without a word of ours the name stays whole.
  assert.equal(translated("Remove Norm", said), "Remove Norm");
  assert.equal(translated("constructor", said), "constructor");
});

test("our own pages are followed, other hosts and folders and parts of this page are not", () => {
  assert.ok(isOurs("village?municipality=2"));
  assert.ok(isOurs("catalogue#top"));
  assert.ok(!isOurs("#dosah-table"));
  assert.ok(!isOurs("/other/village"));
  assert.ok(!isOurs("https://elsewhere.example/base/village"));
});

test("a click that asks for a new tab is left to the browser", () => {
  const click = { button: 0, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  assert.ok(isPlain(click));
  assert.ok(!isPlain({ ...click, button: 1 }));
  ["ctrlKey", "metaKey", "shiftKey", "altKey"].forEach((key) =>
    assert.ok(!isPlain({ ...click, [key]: true }))
  );
});

test("the deck gets the keys of a clicker, not those of a shortcut or of typing", () => {
  const press = { ctrlKey: false, altKey: false, metaKey: false };
  assert.ok(isForDeck({ ...press, key: "PageDown" }));
  assert.ok(!isForDeck({ ...press, key: "f", ctrlKey: true }));
  assert.ok(!isForDeck({ ...press, key: "x" }));
});

test("the server's echo of a step moves nothing, a step of long ago does", () => {
  const told = [
    [3, 1000],
    [4, 5000],
  ];
  assert.ok(isEcho(4, told, 6000));
  assert.ok(!isEcho(3, told, 8000));
  assert.ok(!isEcho(5, told, 6000));
});
