/**
 * The laboratory: a page in which the virtual run can be tried out.
 *
 * @module
 */

import labStyle from "../../view/built/lab.css" with { type: "text" };
import labScript from "../../view/built/lab.js" with { type: "text" };
import { escapeMarkup } from "../../view/chart/markup.ts";
import type { PageServer } from "../../platform/page_server.ts";
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
 * hands out the page.
 *
 * @param options The port, and how commands are written.
 * @returns The server.
 * @throws {StartError} If no port is free, or this process or its user may not
 * listen there.
 */
export function serveLab({ pagePort, program }: LabOptions): PageServer {
  return servePage(pagePort, {
    "/": pageFile("html", htmlFor(program)),
    "/lab.js": pageFile("js", labScript),
    "/lab.css": pageFile("css", labStyle),
  });
}

function htmlFor(program: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Laboratory · likes</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="lab.css">
<script src="lab.js" defer></script>
<body data-program="${escapeMarkup(program)}">
<noscript>The laboratory runs in the browser and needs JavaScript; the command sim does not.</noscript>
</html>
`;
}
