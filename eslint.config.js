/*
 * What eslint looks at: `python tools/develop.py scripts` runs it, in the gate too. Recommended rules, and
 * few of our own.
 */
import js from "@eslint/js";
import globals from "globals";

const OURS = {
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  "no-unused-vars": ["error", { args: "all", argsIgnorePattern: "^_" }],
  complexity: ["error", 15],
};

export default [
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  { rules: OURS },
  // Leaflet is there before every script of ours; dosahMap before those that stand beside the map's own.
  { files: ["dashboard/**/*.js"], languageOptions: { globals: { ...globals.browser, L: "readonly" } } },
  {
    files: ["dashboard/static/dosah-scenario.js", "dashboard/documents/templates/pack.js"],
    languageOptions: { globals: { dosahMap: "readonly" } },
  },
  { files: ["tests/**/*.mjs", "eslint.config.js"], languageOptions: { globals: globals.node } },
];
