/**
 * Serves pages to browsers on this machine, read-only.
 *
 * @module
 */

import { sleep } from "./sleep.ts";
import { listenStartError, StartError } from "./start_error.ts";

/** Ports that are tried, from the first one on. */
const PORTS_TRIED = 100;

/** Time for answers on their way when the server stops, in milliseconds. */
const STOP_MS = 2_000;

/** No other page may show one of these in a frame of its own. */
const UNFRAMED = "frame-ancestors 'none'";

/**
 * A page may load its own files, ask its own server, and nothing else.
 */
const SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const HEADERS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": `${SECURITY_POLICY}; ${UNFRAMED}`,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** A file of a page. */
export interface PageFile {
  /** The media type. */
  readonly type: string;
  /** A text, or a stream that is made for each reader. */
  readonly body: string | (() => ReadableStream<Uint8Array<ArrayBuffer>>);
  /**
   * The security policy of a page that is one file; left out: the page may load
   * the other files of its server.
   */
  readonly policy?: string;
}

/** Options of a {@linkcode PageServer}. */
export interface PageServerOptions {
  /** The first port that is tried, at 127.0.0.1; 0: any that is free. */
  readonly port: number;
  /** The files, by path, such as `/style.css`. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** The flag that chooses the port, for errors. */
  readonly portFlag: string;
}

/**
 * A request's Host that names this machine: at any port, because a tunnel has
 * its own. No other name can be made to lead here by whoever owns it.
 */
const OWN_HOST = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d*)?$/i;

/**
 * A server of pages at 127.0.0.1. It answers GET and HEAD only, and only to
 * requests that call it by a name of this machine: a page of another host whose
 * name was made to lead here (DNS rebinding) is refused.
 */
export class PageServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /**
   * Starts to serve.
   *
   * @param options Where and what.
   * @throws {StartError} If no port is free, or this process or its user may
   * not listen there.
   */
  constructor({ port, files, portFlag }: PageServerOptions) {
    this.#server = listen(port, portFlag, (request) => answer(request, files));
  }

  /** The port that it listens on. */
  get port(): number {
    return this.#server.addr.port;
  }

  /** The address to open in a browser. */
  get link(): string {
    return `http://127.0.0.1:${this.port}/`;
  }

  /**
   * Stops: accepts no more, and gives answers on their way a little time.
   *
   * @returns Fulfils when it has stopped.
   */
  async stop(): Promise<void> {
    const waiting = new AbortController();
    const late = sleep(STOP_MS, waiting.signal);
    await Promise.race([this.#server.shutdown(), late]);
    waiting.abort();
  }
}

function answer(
  { method, headers, url }: Request,
  files: ReadonlyMap<string, PageFile>,
): Response {
  if (!OWN_HOST.test(headers.get("host") ?? "") || !URL.canParse(url)) {
    return refusal(421, "This server answers to its own name only");
  }
  if (method !== "GET" && method !== "HEAD") {
    return refusal(405, "Only GET and HEAD are allowed", {
      allow: "GET, HEAD",
    });
  }
  const file = files.get(new URL(url).pathname);
  if (file === undefined) return refusal(404, "There is no such page");
  const { type, body, policy } = file;
  const init = {
    headers: {
      ...HEADERS,
      "content-type": type,
      ...policy !== undefined && {
        "content-security-policy": `${policy}; ${UNFRAMED}`,
      },
    },
  };
  if (method === "HEAD") return new Response(null, init);
  return new Response(typeof body === "string" ? body : body(), init);
}

function refusal(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(`${text}\n`, {
    status,
    headers: {
      ...HEADERS,
      ...headers,
      "content-type": "text/plain; charset=utf-8",
    },
  });
}

function listen(
  first: number,
  portFlag: string,
  handler: (request: Request) => Response,
): Deno.HttpServer<Deno.NetAddr> {
  const hostname = "127.0.0.1";
  for (let port = first;; port++) {
    try {
      return Deno.serve({ hostname, port, onListen: () => {} }, handler);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) {
        throw listenStartError(port, error, portFlag);
      }
      if (port + 1 >= first + PORTS_TRIED || port >= 65_535) {
        throw new StartError(
          `Cannot serve the page: no port from ${first} to ${port} is free (choose another with ${portFlag})`,
          { cause: error },
        );
      }
    }
  }
}
