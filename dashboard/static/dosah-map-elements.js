/*
 * Elements of a page. Every text from Python is set as text, never as HTML.
 */

const SVG = "http://www.w3.org/2000/svg";

export function element(tag, className, text, children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined && text !== null) made.textContent = text;
  (children || []).forEach((child) => child && made.appendChild(child));
  return made;
}

export function shape(tag, attributes) {
  const made = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}
