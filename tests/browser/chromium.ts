/**
 * A headless Chromium, driven over its own protocol
 * (https://chromedevtools.github.io/devtools-protocol/): a WebSocket at
 * 127.0.0.1, so a test needs no library and no permission beyond that, one
 * program and a folder in /tmp.
 *
 * @module
 */

import { granted } from "../permissions.ts";
import { readLines } from "../../lib/platform/lines.ts";

/** Where Debian installs it. */
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

/**
 * How long a page may take to become what a test waits for, in milliseconds.
 */
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
      env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
    }).outputSync();
    return success;
  } catch {
    return false;
  }
}

type Json = Readonly<Record<string, unknown>>;

/** A browser with a profile of its own. */
export class Chromium {
  readonly #profile: string;
  readonly #process: Deno.ChildProcess;
  readonly #said: Promise<void>;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, PromiseWithResolvers<Json>>();
  readonly #listeners = new Set<(session: string, event: Json) => void>();
  #calls = 0;

  private constructor(
    profile: string,
    process: Deno.ChildProcess,
    said: Promise<void>,
    socket: WebSocket,
  ) {
    this.#profile = profile;
    this.#process = process;
    this.#said = said;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#take(data));
  }

  /**
   * Starts it.
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
      // With a loader's variables a program could become any other, so Deno
      // wants to be asked for more.
      env: { LD_LIBRARY_PATH: "", LD_PRELOAD: "" },
    }).spawn();
    const address = Promise.withResolvers<string>();
    const said = readLines(process.stderr, (line) => {
      const found = /^DevTools listening on (ws:.+)$/.exec(line)?.[1];
      if (found !== undefined) address.resolve(found);
    });
    said.then(() => address.reject(new Error("Chromium ended at once")));
    const socket = new WebSocket(await address.promise);
    await new Promise((resolve, reject) => {
      socket.addEventListener("open", resolve, { once: true });
      socket.addEventListener("error", reject, { once: true });
    });
    return new Chromium(profile, process, said, socket);
  }

  #take(text: string): void {
    const message = JSON.parse(text);
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) {
      for (const one of this.#listeners) one(message.sessionId ?? "", message);
      return;
    }
    this.#waiting.delete(message.id);
    if (message.error === undefined) waiting.resolve(message.result);
    else waiting.reject(new Error(JSON.stringify(message.error)));
  }

  /**
   * Calls a method of the protocol.
   *
   * @param method Its name.
   * @param params What it is given.
   * @param sessionId Of a page; left out for the browser itself.
   * @returns What it answers.
   */
  call(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    const id = ++this.#calls;
    const answer = Promise.withResolvers<Json>();
    this.#waiting.set(id, answer);
    this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    return answer.promise;
  }

  /**
   * Listens to the events of a page.
   *
   * @param sessionId The page.
   * @param onEvent Is told of each.
   */
  listen(sessionId: string, onEvent: (event: Json) => void): void {
    this.#listeners.add((session, event) => {
      if (session === sessionId) onEvent(event);
    });
  }

  /**
   * Opens a page.
   *
   * @param url What it shows.
   * @param options Size in pixels, and whether it is dark.
   * @returns The page, loaded.
   */
  async open(url: string, options: PageOptions = {}): Promise<Page> {
    const { targetId } = await this.call("Target.createTarget", {
      url: "about:blank",
    });
    const { sessionId } = await this.call("Target.attachToTarget", {
      targetId,
      flatten: true,
    });
    const page = new Page(this, String(sessionId), String(targetId));
    await page.start(url, options);
    return page;
  }

  /** Closes it and removes its profile. */
  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => {
      this.#socket.addEventListener("close", resolve, { once: true });
    });
    await this.call("Browser.close");
    await Promise.all([closed, this.#process.status, this.#said]);
    // Its helpers end a moment later, and write until then.
    await retry(() => Deno.remove(this.#profile, { recursive: true }));
  }
}

/** How a page is opened. */
export interface PageOptions {
  /** Width in pixels. @default {1000} */
  readonly width?: number;
  /** Height in pixels. @default {900} */
  readonly height?: number;
  /** Whether the page is dark. @default {false} */
  readonly isDark?: boolean;
}

/** A page of a {@linkcode Chromium}. */
export class Page {
  /**
   * What was written to the console as a warning or an error, and what was
   * thrown.
   */
  readonly complaints: string[] = [];
  /** The addresses of everything that was asked for. */
  readonly requests: string[] = [];
  readonly #browser: Chromium;
  readonly #session: string;
  readonly #target: string;

  /**
   * @param browser Its browser.
   * @param session The session of the protocol that it is driven in.
   * @param target Its id.
   */
  constructor(browser: Chromium, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
  }

  #call(method: string, params: Json = {}): Promise<Json> {
    return this.#browser.call(method, params, this.#session);
  }

  /**
   * Loads.
   *
   * @param url What.
   * @param options How.
   */
  async start(url: string, options: PageOptions): Promise<void> {
    this.#browser.listen(this.#session, (event) => this.#heard(event));
    await Promise.all(
      ["Page", "Runtime", "Network", "Log"].map((domain) =>
        this.#call(`${domain}.enable`)
      ),
    );
    await this.resize(options);
    await this.#call("Page.navigate", { url });
    await this.until("document.readyState === 'complete'");
  }

  #heard({ method, params }: Json): void {
    const { type, args, entry, request, exceptionDetails } = params as {
      type?: string;
      args?: readonly { value?: unknown; description?: string }[];
      entry?: { level: string; text: string; url?: string };
      request?: { url: string };
      exceptionDetails?: unknown;
    };
    if (method === "Network.requestWillBeSent" && request !== undefined) {
      this.requests.push(request.url);
    } else if (method === "Runtime.exceptionThrown") {
      this.complaints.push(JSON.stringify(exceptionDetails));
    } else if (method === "Log.entryAdded" && entry !== undefined) {
      if (entry.level !== "verbose" && entry.level !== "info") {
        this.complaints.push(`${entry.text} ${entry.url ?? ""}`);
      }
    } else if (method === "Runtime.consoleAPICalled") {
      if (type !== "error" && type !== "warning" && type !== "assert") return;
      this.complaints.push(
        (args ?? []).map((one) => one.value ?? one.description).join(" "),
      );
    }
  }

  /**
   * Changes its size and colours.
   *
   * @param options How it is to be.
   */
  async resize(options: PageOptions): Promise<void> {
    const { width = 1000, height = 900, isDark = false } = options;
    await this.#call("Emulation.setDeviceMetricsOverride", {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await this.#call("Emulation.setEmulatedMedia", {
      features: [{
        name: "prefers-color-scheme",
        value: isDark ? "dark" : "light",
      }],
    });
  }

  /**
   * Works an expression out in the page.
   *
   * @param expression JavaScript; a promise is waited for.
   * @returns Its value, which must be JSON.
   */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#call("Runtime.evaluate", {
      expression,
      returnByValue: true,
      awaitPromise: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(JSON.stringify(exceptionDetails));
    }
    return (result as { value?: unknown }).value;
  }

  /**
   * Waits until an expression is true.
   *
   * @param expression JavaScript.
   */
  async until(expression: string): Promise<void> {
    const found = await this.evaluate(`new Promise((resolve) => {
      const end = Date.now() + ${PATIENCE_MS};
      const look = () => {
        if (${expression}) resolve(true);
        else if (Date.now() > end) resolve(false);
        else setTimeout(look, 20);
      };
      look();
    })`);
    if (found !== true) throw new Error(`Waited in vain for ${expression}`);
  }

  /**
   * Types a key.
   *
   * @param key Its name, such as `ArrowLeft`.
   */
  async press(key: string): Promise<void> {
    await this.#call("Input.dispatchKeyEvent", { type: "keyDown", key });
    await this.#call("Input.dispatchKeyEvent", { type: "keyUp", key });
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
    const mouse = (type: string, [x, y]: readonly [number, number]) =>
      this.#call("Input.dispatchMouseEvent", {
        type,
        x,
        y,
        button: "left",
        buttons: type === "mouseReleased" ? 0 : 1,
        clickCount: 1,
      });
    await mouse("mousePressed", from);
    if (to !== from) await mouse("mouseMoved", to);
    await mouse("mouseReleased", to);
  }

  /** Shows it: a page in the background draws nothing. */
  async bringToFront(): Promise<void> {
    await this.#call("Page.bringToFront");
  }

  /**
   * Takes a picture of what is seen.
   *
   * @param isWhole Whether the picture is as long as the page.
   * @returns A PNG.
   */
  async screenshot(isWhole = false): Promise<Uint8Array<ArrayBuffer>> {
    await this.bringToFront();
    const { data } = await this.#call("Page.captureScreenshot", {
      format: "png",
      captureBeyondViewport: isWhole,
    });
    return Uint8Array.from(atob(String(data)), (one) => one.charCodeAt(0));
  }

  /**
   * Prints on paper of the size A4.
   *
   * @returns How many sheets it takes.
   */
  async sheets(): Promise<number> {
    const { data } = await this.#call("Page.printToPDF", {
      printBackground: true,
      paperWidth: 210 / 25.4,
      paperHeight: 297 / 25.4,
    });
    // Chromium does not compress the objects that tell of pages, only what is
    // on them.
    return atob(String(data)).match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  }

  /**
   * Emulates a medium, for what a style does on paper.
   *
   * @param media `print`, or empty for what is there.
   */
  async emulateMedia(media: "print" | ""): Promise<void> {
    await this.#call("Emulation.setEmulatedMedia", { media });
  }

  /**
   * Counts the colours of what is seen: a blank page has one or two.
   *
   * @returns How many there are.
   */
  async colours(): Promise<number> {
    const png = await this.screenshot();
    const data = btoa(
      png.reduce((text, one) => text + String.fromCharCode(one), ""),
    );
    // In a page without a security policy, which might not let pictures in.
    await using reader = await this.#browser.open("about:blank");
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
      image.src = "data:image/png;base64,${data}";
    })`);
    return Number(count);
  }

  /** Closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.call("Target.closeTarget", { targetId: this.#target });
  }
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
