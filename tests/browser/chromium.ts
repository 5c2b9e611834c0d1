/**
 * A headless Chromium, driven by Puppeteer. What Puppeteer does in a browser
 * needs no environment variable and no system information; so Chromium is
 * started here, and tests have the permissions of all others.
 *
 * @module
 */

import puppeteer, {
  type Browser,
  type ConnectionTransport,
  type Page,
} from "puppeteer-core";
import { readLines } from "../../lib/platform/bounded_lines.ts";
import { granted } from "../permissions.ts";

/** The path at which Debian installs Chromium. */
const PROGRAM = "/usr/bin/chromium";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--remote-debugging-port=0",
];

// With a loader's variables a program could become any other, so Deno wants
// more permissions for it.
const ENVIRONMENT = { LD_LIBRARY_PATH: "", LD_PRELOAD: "" };

/** The time that a page may take to become what a test waits for. */
const PATIENCE_MS = 60_000;

/** Whether these tests can run: Chromium is there, and may be started. */
export const CAN_BROWSE = granted({
  net: ["127.0.0.1"],
  read: ["/tmp"],
  write: ["/tmp"],
  run: [PROGRAM],
}) && isInstalled();

function isInstalled(): boolean {
  try {
    const { success } = new Deno.Command(PROGRAM, {
      args: ["--version"],
      stdout: "null",
      stderr: "null",
      env: ENVIRONMENT,
    }).outputSync();
    return success;
  } catch {
    return false;
  }
}

/** The settings with which a page is shown. */
export interface PageOptions {
  /** Width in pixels. @default {1000} */
  readonly width?: number;
  /** Height in pixels. @default {900} */
  readonly height?: number;
  /** Whether the page is dark. @default {false} */
  readonly isDark?: boolean;
}

/** A Chromium with a profile of its own. */
export class Chromium {
  readonly #profile: string;
  readonly #ended: Promise<unknown>;
  readonly #browser: Browser;

  private constructor(
    profile: string,
    ended: Promise<unknown>,
    browser: Browser,
  ) {
    this.#profile = profile;
    this.#ended = ended;
    this.#browser = browser;
  }

  /**
   * Starts Chromium.
   *
   * @returns The browser, ready.
   */
  static async start(): Promise<Chromium> {
    const profile = await Deno.makeTempDir({
      dir: "/tmp",
      prefix: "likes-chromium-",
    });
    const process = new Deno.Command(PROGRAM, {
      args: [...FLAGS, `--user-data-dir=${profile}`, "about:blank"],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
      env: ENVIRONMENT,
    }).spawn();
    const address = Promise.withResolvers<string>();
    const output = readLines(process.stderr, (line) => {
      const found = /^DevTools listening on (ws:.+)$/.exec(line)?.[1];
      if (found !== undefined) address.resolve(found);
    });
    output.then(() => address.reject(new Error("Chromium ended at once")));
    const browser = await puppeteer.connect({
      transport: await transportTo(await address.promise),
      defaultViewport: null,
      protocolTimeout: PATIENCE_MS,
    });
    return new Chromium(
      profile,
      Promise.all([process.status, output]),
      browser,
    );
  }

  /**
   * Opens a page.
   *
   * @param url The address.
   * @param options Size in pixels, and whether it is dark.
   * @returns The page, loaded.
   */
  async open(url: string, options: PageOptions = {}): Promise<ShownPage> {
    const page = new ShownPage(await this.#browser.newPage());
    await page.resize(options);
    await page.puppet.goto(url);
    return page;
  }

  /** Closes Chromium and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#ended;
    // Its helpers end a moment later, and write until then.
    await retry(() => Deno.remove(this.#profile, { recursive: true }));
  }
}

/** A page that is shown, with all that it asked for and complained of. */
export class ShownPage {
  /** Warnings and errors of the console, and what was thrown. */
  readonly complaints: string[] = [];
  /** The addresses of everything that was asked for. */
  readonly requests: string[] = [];
  /** The page as Puppeteer has it, with all that it can do. */
  readonly puppet: Page;

  /**
   * @param page The page, before it has loaded anything.
   */
  constructor(page: Page) {
    this.puppet = page;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (["error", "warn", "assert"].includes(message.type())) {
        this.complaints.push(`${message.text()} ${message.location().url}`);
      }
    });
  }

  /**
   * Changes size and colours.
   *
   * @param options The page as it is to be.
   */
  async resize(options: PageOptions): Promise<void> {
    const { width = 1000, height = 900, isDark = false } = options;
    await this.puppet.setViewport({ width, height });
    await this.puppet.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: isDark ? "dark" : "light" },
    ]);
  }

  /**
   * Evaluates an expression in the page.
   *
   * @param expression JavaScript; a promise is waited for.
   * @returns Its value, which must be JSON.
   */
  evaluate(expression: string): Promise<unknown> {
    return this.puppet.evaluate(expression);
  }

  /**
   * Waits until an expression is true.
   *
   * @param expression JavaScript.
   */
  async until(expression: string): Promise<void> {
    // A page in the background has no frames to look in.
    await this.puppet.waitForFunction(expression, { polling: 20 })
      .catch((cause) => {
        throw new Error(`Waited in vain for ${expression}`, { cause });
      });
  }

  /**
   * Drags with the mouse; to where it begins, clicks.
   *
   * @param from Where it begins, in pixels of the page as it is seen.
   * @param to Where it ends.
   */
  async drag(
    from: readonly [x: number, y: number],
    to: readonly [x: number, y: number] = from,
  ): Promise<void> {
    const { mouse } = this.puppet;
    await mouse.move(...from);
    await mouse.down();
    if (to !== from) await mouse.move(...to);
    await mouse.up();
  }

  /**
   * Prints on paper of the size A4.
   *
   * @returns How many sheets it takes.
   */
  async sheets(): Promise<number> {
    const margin = "1cm";
    const pdf = await this.puppet.pdf({
      format: "A4",
      printBackground: true,
      margin: { top: margin, bottom: margin, left: margin, right: margin },
    });
    // Chromium does not compress the objects that tell of pages, only what is
    // on them.
    return new TextDecoder("latin1").decode(pdf).match(/\/Type\s*\/Page\b/g)
      ?.length ?? 0;
  }

  /**
   * Counts the colours of what is seen: a blank page has one or two.
   *
   * @returns How many there are.
   */
  async colours(): Promise<number> {
    // A page in the background is not drawn, and would be waited for.
    await this.puppet.bringToFront();
    const png = await this.puppet.screenshot({ encoding: "base64" });
    // In a page without a security policy, which might not let pictures in.
    await using reader = await this.puppet.browser().newPage();
    const count = await reader.evaluate(`new Promise((resolve, reject) => {
      const image = new Image();
      image.onerror = reject;
      image.onload = () => {
        const { width, height } = image;
        const context = new OffscreenCanvas(width, height).getContext("2d");
        context.drawImage(image, 0, 0);
        const { buffer } = context.getImageData(0, 0, width, height).data;
        resolve(new Set(new Uint32Array(buffer)).size);
      };
      image.src = "data:image/png;base64,${png}";
    })`);
    return Number(count);
  }

  /** Closes the page. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.puppet.close();
  }
}

/** A connection to Chromium over the platform's own WebSocket. */
async function transportTo(url: string): Promise<ConnectionTransport> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", reject, { once: true });
  });
  const transport: ConnectionTransport = {
    send: (message) => socket.send(message),
    close: () => socket.close(),
  };
  socket.addEventListener("message", ({ data }) => transport.onmessage?.(data));
  socket.addEventListener("close", () => transport.onclose?.());
  return transport;
}

async function retry(act: () => Promise<void>): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      return await act();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
