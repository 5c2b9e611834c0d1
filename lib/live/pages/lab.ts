/**
 * The laboratory, served.
 *
 * @module
 */

import type { PageServer } from "../../platform/page_server.ts";
import { labPage } from "../../view/lab_page.ts";
import { pageFile, servePage } from "./serve_page.ts";

/** Options of the laboratory. */
export interface LabOptions {
  /** The first port to try, at 127.0.0.1; 0: any that is free. */
  readonly pagePort: number;
  /**
   * The program of the command lines that the page shows:
   * `deno task` or `likes`.
   */
  readonly program: string;
}

/**
 * Serves the laboratory. Its runs happen in the browser: this process only
 * hands out the page, the same that {@linkcode labPage} makes a file of.
 *
 * @param options The port, and how commands are written.
 * @returns The server.
 * @throws {StartError} If no port is free, or this process or its user may not
 * listen there.
 */
export async function serveLab(
  { pagePort, program }: LabOptions,
): Promise<PageServer> {
  const { html, policy } = await labPage(program);
  return servePage(pagePort, { "/": { ...pageFile("html", html), policy } });
}
