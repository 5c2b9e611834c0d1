/**
 * The client that prepares nodes: `init` and `topology`. No fault touches its
 * messages.
 *
 * @module
 */

import { TICKS_PER_MS } from "../../domain/ticks.ts";
import { CONTROL_CLIENT } from "../network/naming.ts";
import {
  answersOneOf,
  formatMessage,
  type JsonObject,
} from "../protocol/message.ts";
import { sleep } from "../../platform/sleep.ts";

/** A request, ready to be sent. */
export interface ControlRequest {
  /** The message, with its LF. */
  readonly line: string;
  /**
   * Waits for the reply.
   *
   * @param ticks How long, in ticks of 0.1 ms.
   * @param signal Ends the wait.
   * @returns The body of the reply; null if there is none.
   */
  answer(ticks: number, signal: AbortSignal): Promise<JsonObject | null>;
}

/** The client `c0`. */
export class ControlClient {
  #lastId = 0;
  readonly #waiting = new Map<number, (body: JsonObject) => void>();

  /**
   * Makes a request.
   *
   * @param node The name of the node that it is to.
   * @param body The request without its `msg_id`.
   * @returns The request.
   */
  request(node: string, body: JsonObject): ControlRequest {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<JsonObject>();
    this.#waiting.set(id, resolve);
    return {
      line: formatMessage(CONTROL_CLIENT, node, { ...body, msg_id: id }),
      answer: async (ticks, signal) => {
        const over = new AbortController();
        const reply = promise.then((body) => {
          over.abort();
          return body;
        });
        const given = AbortSignal.any([signal, over.signal]);
        const none = sleep(ticks / TICKS_PER_MS, given).then(() => null);
        try {
          return await Promise.race([reply, none]);
        } finally {
          over.abort();
          this.#waiting.delete(id);
        }
      },
    };
  }

  /**
   * Takes a message to this client.
   *
   * @param body The body of the message.
   * @returns Whether it answers a request, be it too late.
   */
  receive(body: unknown): boolean {
    if (!answersOneOf(body, this.#lastId)) return false;
    this.#waiting.get(body["in_reply_to"])?.(body);
    return true;
  }
}
