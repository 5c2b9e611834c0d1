/**
 * Elements of a drawing.
 *
 * @module
 */
/// <reference lib="dom" />

/**
 * Makes an element of a drawing.
 *
 * @param tag Its name.
 * @param attributes Its attributes.
 * @returns The element.
 */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
): SVGElementTagNameMap[K] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  return made;
}
