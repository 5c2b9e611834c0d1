/**
 * Elements of a page.
 *
 * @module
 */
/// <reference lib="dom" />

/** What stands in an element. */
export type Content = Node | string;

/**
 * Makes an element.
 *
 * @param tag Its name.
 * @param attributes Its attributes.
 * @param content What stands in it; text stays text.
 * @returns The element.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...content);
  return made;
}

/**
 * Changes the text of an element, if it is another one: selections and screen
 * readers are left alone otherwise.
 *
 * @param target The element.
 * @param text Its text.
 */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/**
 * A colour of the page's style.
 *
 * @param name The name of a custom property, with its dashes.
 * @returns The colour as it is now, in light or dark.
 */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name)
    .trim();
}

/**
 * Calls back when colours change from light to dark or back.
 *
 * @param onChange What to do then.
 */
export function onColoursChange(onChange: () => void): void {
  matchMedia("(prefers-color-scheme: dark)")
    .addEventListener("change", onChange);
}
