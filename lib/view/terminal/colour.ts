/**
 * Colours of a terminal.
 *
 * @module
 */

/** What a colour says here. */
export type Tone = "good" | "bad" | "quiet";

const CODES: Readonly<Record<Tone, number>> = { good: 32, bad: 31, quiet: 2 };

/**
 * Colours a text, or leaves it as it is.
 *
 * @param text The text, on one line.
 * @param tone What the colour is to say.
 * @param isColoured Whether there are colours: only on a terminal, and not
 * where `NO_COLOR` is set.
 * @returns The text, between escape sequences if coloured.
 */
export function toned(text: string, tone: Tone, isColoured: boolean): string {
  return isColoured ? `\x1b[${CODES[tone]}m${text}\x1b[0m` : text;
}
