/**
 * The file of `--diagram`.
 *
 * @module
 */

import { formatMermaid } from "../../view/diagram/mermaid.ts";
import type { Story } from "../../view/diagram/story.ts";
import type { WholeFile } from "../whole_file.ts";

/**
 * Writes a story as a Mermaid sequence diagram, in place of what is there.
 *
 * @param file The file.
 * @param story The story.
 * @returns Whether it is written: it may be too long.
 */
export function writeDiagram(file: WholeFile, story: Story): boolean {
  let text: string;
  try {
    text = formatMermaid(story);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    file.complain(`error: ${error.message}`);
    return false;
  }
  return file.write(text);
}
