/**
 * Colours of a terminal.
 *
 * @module
 */

/**
 * The meaning of a colour. `fault`: something was made to go wrong, or is not
 * known; `bad`: something went wrong that should not.
 */
export type Tone = "good" | "bad" | "fault" | "quiet";

/** Green, red, yellow and faint, as terminals number them (ECMA-48, SGR). */
const CODES: Readonly<Record<Tone, number>> = {
  good: 32,
  bad: 31,
  fault: 33,
  quiet: 2,
};

/**
 * Colours a text, or leaves it as it is.
 *
 * @param text The text, on one line.
 * @param tone The meaning of its colour.
 * @param isColoured Whether there are colours: only on a terminal, and not
 * where `NO_COLOR` is set.
 * @returns The text, between escape sequences if coloured.
 */
export function toned(text: string, tone: Tone, isColoured: boolean): string {
  return isColoured ? `\x1b[${CODES[tone]}m${text}\x1b[0m` : text;
}
