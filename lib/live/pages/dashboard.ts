/**
 * The dashboard: a page that shows a run while it goes on.
 *
 * @module
 */

import type { RunPicture } from "../../view/picture/picture.ts";
import dashboardStyle from "../../view/built/dashboard.css" with {
  type: "text",
};
import dashboardScript from "../../view/built/dashboard.js" with {
  type: "text",
};
import { EventStream } from "../../platform/event_stream.ts";
import type { PageServer } from "../../platform/page_server.ts";
import { pageFile, servePage } from "./serve_page.ts";

/** Between two pictures: four a second, however fast the run is. */
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

/** The page of a run that goes on, served until it is disposed of. */
export class Dashboard {
  readonly #stream: EventStream;
  readonly #server: PageServer;
  readonly #timer: ReturnType<typeof setInterval>;
  #hasEnded = false;

  /**
   * Serves the page.
   *
   * @param source Draws the run that it shows.
   * @param port The first port to try, at 127.0.0.1; 0: any that is free.
   * @throws {StartError} If no port is free, or this process or its user may
   * not listen there.
   */
  constructor(source: { picture(): RunPicture }, port: number) {
    const stream = new EventStream(() => JSON.stringify(source.picture()));
    this.#stream = stream;
    this.#server = servePage(port, {
      "/": pageFile("html", HTML),
      "/dashboard.js": pageFile("js", dashboardScript),
      "/dashboard.css": pageFile("css", dashboardStyle),
      "/events": { type: "text/event-stream", body: () => stream.open() },
    });
    this.#timer = setInterval(() => stream.send(), UPDATE_MS);
  }

  /** The address of the page. */
  get link(): string {
    return this.#server.link;
  }

  /** Sends the last picture to all open pages. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearInterval(this.#timer);
    this.#stream.end();
  }

  /**
   * Stops to serve.
   *
   * @returns Fulfils when the last picture has reached the open pages, or
   * these had time enough.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await this.#server.stop();
  }
}
