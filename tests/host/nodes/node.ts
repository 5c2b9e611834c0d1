/**
 * A node of the protocol, for the examples beside this file: reads messages,
 * answers requests, asks others until they answer, and does something every now
 * and then. Needs nothing but Deno.
 *
 * @module
 */

/** The content of a message. */
export type Body = { readonly type: string; readonly [key: string]: unknown };

/** A message. */
export interface Message {
  /** The sender. */
  readonly src: string;
  /** The receiver. */
  readonly dest: string;
  /** The content. */
  readonly body: Body;
}

type Handler = (message: Message) => Body | void | Promise<Body | void>;

const encoder = new TextEncoder();

/** A request without an answer is sent again after so many milliseconds. */
const PATIENCE_MS = 300;

/** A node. */
export class Node {
  /** The name of the node, once it is known. */
  id = "";
  /** The names of all nodes. */
  ids: readonly string[] = [];
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting = new Map<number, (body: Body) => void>();
  #lastId = 0;

  /** The names of all others. */
  get others(): readonly string[] {
    return this.ids.filter((one) => one !== this.id);
  }

  /**
   * Says what is done about messages of a type.
   *
   * @param type The type.
   * @param handler What is done; what it returns is sent as the answer.
   */
  on(type: string, handler: Handler): void {
    this.#handlers.set(type, handler);
  }

  /**
   * Does something every so often, once the node knows its name.
   *
   * @param ms Milliseconds from one time to the next.
   * @param act What is done.
   */
  every(ms: number, act: () => void): void {
    setInterval(() => {
      if (this.id !== "") act();
    }, ms);
  }

  /**
   * Sends a message.
   *
   * @param dest The receiver.
   * @param body The content.
   */
  send(dest: string, body: Body): void {
    const line = `${JSON.stringify({ src: this.id, dest, body })}\n`;
    let rest = encoder.encode(line);
    while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
  }

  /**
   * Asks until there is an answer: the request must do no harm if it arrives
   * more than once.
   *
   * @param dest Who is asked.
   * @param body The request.
   * @returns The answer, which may be an error.
   */
  async ask(dest: string, body: Body): Promise<Body> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<Body>();
    this.#waiting.set(id, resolve);
    const ask = () => this.send(dest, { ...body, "msg_id": id });
    ask();
    const timer = setInterval(ask, PATIENCE_MS);
    const answer = await promise;
    clearInterval(timer);
    return answer;
  }

  /** Serves until standard input closes, then ends this process. */
  async run(): Promise<void> {
    let rest = "";
    const stream = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
    for await (const piece of stream) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(JSON.parse(line));
    }
    Deno.exit(0);
  }

  async #take(message: Message): Promise<void> {
    const { src, body } = message;
    const { type, msg_id: id, in_reply_to: answered } = body;
    if (typeof answered === "number") {
      this.#waiting.get(answered)?.(body);
      this.#waiting.delete(answered);
      return;
    }
    if (type === "init") {
      this.id = String(body["node_id"]);
      this.ids = body["node_ids"] as string[];
    }
    const handler = this.#handlers.get(type);
    const answer = await handler?.(message) ??
      (type === "init" ? { type: "init_ok" } : undefined);
    if (id === undefined) return;
    if (answer !== undefined) {
      this.send(src, { ...answer, "in_reply_to": id });
    } else if (handler === undefined) {
      const text = `${type} is not known here`;
      this.send(src, { type: "error", "in_reply_to": id, code: 10, text });
    }
  }
}
