/**
 * Text of strangers, made safe to show.
 *
 * @module
 */

/**
 * All that a terminal or a page would obey instead of show: control characters
 * (a tab excepted), those that change the direction of writing or hide, and
 * halves of characters.
 */
const UNSAFE_REGEXP =
  /[\p{Cc}\p{Cs}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

/**
 * Writes each character that would be obeyed instead of shown as its number.
 *
 * @param text Any text, in one line.
 * @param charsMax Characters after which it is cut.
 * @returns The text on one line, `…` at its end where it was cut.
 *
 * @example Usage
 * ```ts
 * import { printable } from "./printable.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(printable("\x1b[2Jgone"), "\\u001b[2Jgone");
 * ```
 */
export function printable(text: string, charsMax = 500): string {
  const cut = text.length > charsMax ? `${text.slice(0, charsMax)}…` : text;
  return cut.replace(UNSAFE_REGEXP, (character) => {
    if (character === "\t") return " ";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
