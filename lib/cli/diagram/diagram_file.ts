/**
 * The file of `--diagram`.
 *
 * @module
 */

import { formatMermaid } from "../../view/diagram/mermaid.ts";
import type { Story } from "../../view/diagram/story.ts";
import { WholeFile } from "../whole_file.ts";

/** A diagram that will be written. */
export class DiagramFile {
  readonly #file: WholeFile;
  readonly #complain: (message: string) => void;

  /**
   * Looks whether the file can be expected to be created.
   *
   * @param path The place of the diagram.
   * @param complain Is told why the diagram could not be written.
   * @throws {StartError} If no file can be created there.
   */
  constructor(path: string, complain: (message: string) => void) {
    this.#file = new WholeFile(path, "diagram", complain);
    this.#complain = complain;
  }

  /**
   * The diagram that a command was told to write, if it was.
   *
   * @param path The place of the diagram, if there is to be one.
   * @param complain Is told why the diagram could not be written.
   * @returns The diagram, or null.
   * @throws {StartError} If no file can be created there.
   */
  static at(
    path: string | undefined,
    complain: (message: string) => void,
  ): DiagramFile | null {
    return path === undefined ? null : new DiagramFile(path, complain);
  }

  /**
   * Writes a story as a Mermaid sequence diagram, in place of what is there.
   *
   * @param story The story.
   * @returns Whether it is written: it may be too long.
   */
  write(story: Story): boolean {
    let text: string;
    try {
      text = formatMermaid(story);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#complain(`error: ${error.message}`);
      return false;
    }
    return this.#file.write(text);
  }
}
