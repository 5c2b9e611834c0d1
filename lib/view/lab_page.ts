/**
 * The laboratory: a page in which the virtual run can be tried out, in one
 * file.
 *
 * @module
 */

import { VERSION } from "../domain/version.ts";
import labStyle from "./built/lab.css" with { type: "text" };
import labScript from "./built/lab.js" with { type: "text" };
import labWorker from "./built/lab_worker.txt" with { type: "text" };
import { escapeMarkup } from "./chart/markup.ts";
import { ICON_SVG } from "./icon.ts";
import { type WholePage, wholePage } from "./whole_page.ts";

/**
 * Makes the page. It works from the disk as from any server, and without a
 * network.
 *
 * @param program The program of the command lines that it shows: `deno task` or
 * `likes`.
 * @returns The page, which says of which version it is.
 */
export function labPage(program: string): Promise<WholePage> {
  return wholePage({
    title: "Laboratory",
    style: labStyle,
    // A block of data: no browser runs it, and no policy has to allow it.
    body:
      `<noscript>The laboratory runs in the browser and needs JavaScript; the command sim does not.</noscript>
<script type="text/plain" id="worker">${labWorker}</script>`,
    bodyAttributes: ` data-program="${
      escapeMarkup(program)
    }" data-version="${VERSION}"`,
    script: labScript,
    icon: ICON_SVG,
  });
}
