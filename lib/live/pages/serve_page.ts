/**
 * The common part of the pages that this program serves.
 *
 * @module
 */

import { type PageFile, PageServer } from "../../platform/page_server.ts";
import { ICON_SVG } from "../../view/icon.ts";

const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
} as const;

/**
 * A file of a page.
 *
 * @param type The kind of the file.
 * @param body Its text.
 * @returns The file.
 */
export function pageFile(type: keyof typeof TYPES, body: string): PageFile {
  return { type: TYPES[type], body };
}

/**
 * Serves a page, with the icon that its markup links to.
 *
 * @param port The first port to try, at 127.0.0.1; 0: any that is free.
 * @param files The files by path, such as `/lab.css`.
 * @returns The server.
 * @throws {StartError} If no port is free, or this process or its user may not
 * listen there.
 */
export function servePage(
  port: number,
  files: Readonly<Record<string, PageFile>>,
): PageServer {
  return new PageServer({
    port,
    portFlag: "--page-port",
    files: new Map([
      ...Object.entries(files),
      ["/icon.svg", { type: "image/svg+xml", body: ICON_SVG }],
    ]),
  });
}
