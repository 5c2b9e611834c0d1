/**
 * The dashboard: a page that shows a run while it goes on.
 *
 * @module
 */

import type { RunPicture } from "../../view/picture/picture.ts";
import type { PictureUpdate } from "../../view/picture/update.ts";
import dashboardStyle from "../../view/built/dashboard.css" with {
  type: "text",
};
import dashboardScript from "../../view/built/dashboard.js" with {
  type: "text",
};
import { EventStream } from "../../platform/event_stream.ts";
import { type PageFile, PageServer } from "../../platform/page_server.ts";

/** Between two updates: four a second, however fast the run is. */
const UPDATE_MS = 250;

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Likes</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="dashboard.css">
<script src="dashboard.js" defer></script>
<noscript>This page needs JavaScript; a report (--report FILE) does not.</noscript>
</html>
`;

/** Two lines that part and meet again. */
export const ICON =
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M1 14L7 5L15 2V2L11 9L9 11Z" fill="#e69f00" opacity=".6"/><path d="M1 14L7 5L15 2" fill="none" stroke="#777" stroke-width="2"/><path d="M1 14L9 11L15 2" fill="none" stroke="#0072b2" stroke-width="2"/></svg>`;

/** What a dashboard shows. */
export interface Watched {
  /** All of it. */
  picture(): RunPicture;
  /** What has changed since the last call. */
  update(): PictureUpdate;
}

/** A page of what goes on, until it is disposed of. */
export class Dashboard {
  readonly #stream: EventStream;
  readonly #server: PageServer;
  readonly #timer: ReturnType<typeof setInterval>;
  #hasEnded = false;

  /**
   * Serves the page.
   *
   * @param watched What it shows.
   * @param port The first port to try, at 127.0.0.1.
   * @throws {StartError} If no port is free, or it may not listen there.
   */
  constructor(watched: Watched, port: number) {
    const stream = new EventStream({
      whole: () => JSON.stringify(watched.picture()),
      change: () => JSON.stringify(watched.update()),
    });
    this.#stream = stream;
    this.#server = new PageServer({
      port,
      files: new Map<string, PageFile>([
        ["/", { type: "text/html; charset=utf-8", body: HTML }],
        ["/dashboard.js", {
          type: "text/javascript; charset=utf-8",
          body: dashboardScript,
        }],
        ["/dashboard.css", {
          type: "text/css; charset=utf-8",
          body: dashboardStyle,
        }],
        ["/icon.svg", { type: "image/svg+xml", body: ICON }],
        ["/events", { type: "text/event-stream", body: () => stream.open() }],
      ]),
    });
    this.#timer = setInterval(() => stream.send(), UPDATE_MS);
  }

  /** What to open in a browser. */
  get link(): string {
    return this.#server.link;
  }

  /** Tells all pages the last of it. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#timer);
    this.#stream.end();
  }

  /**
   * Serves no more.
   *
   * @returns Fulfils when pages have been told the last of it, or had time
   * enough.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await this.#server.stop();
  }
}
