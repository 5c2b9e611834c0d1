/**
 * Markup from text that anybody may have written.
 *
 * @module
 */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Writes text so that it stands as it is in HTML and SVG, in an element or in a
 * quoted attribute.
 *
 * @param text Any text.
 * @returns The markup.
 *
 * @example
 * ```ts
 * import { escapeMarkup } from "./markup.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(escapeMarkup('<b> & "c"'), "&lt;b&gt; &amp; &quot;c&quot;");
 * ```
 */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/**
 * Writes a text of a drawing.
 *
 * @param text Any text.
 * @param x Its place from the left, in pixels.
 * @param y The height of its base line, in pixels.
 * @param attributes Its further attributes, as markup.
 * @returns A `text` element.
 */
export function textSvg(
  text: string,
  x: number,
  y: number,
  attributes: string,
): string {
  return `<text ${attributes} x="${px(x)}" y="${px(y)}">${
    escapeMarkup(text)
  }</text>`;
}

/** Attributes of a label to the left of its place, at an upright axis. */
export const TICK_LEFT = 'class="tick" text-anchor="end"';

/** Attributes of a label around its place, at a level axis. */
export const TICK_BELOW = 'class="tick" text-anchor="middle"';

/**
 * A number as an attribute of a drawing: a tenth of a pixel is as much as can
 * be seen.
 *
 * @param value Any number.
 * @returns Such as `12.3`.
 */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
