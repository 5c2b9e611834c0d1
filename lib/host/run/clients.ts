/**
 * Clients: each has one operation under way at a time.
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";
import type { OperationEvent } from "../../verdict/operations/history.ts";
import type {
  Operation,
  Outcome,
  Phase,
} from "../../verdict/operations/operation.ts";
import type { Agenda } from "../network/agenda.ts";
import { errorName, isDefinite } from "../protocol/errors.ts";
import { answersOneOf, formatMessage } from "../protocol/message.ts";
import type { Request } from "../workloads/workload.ts";
import { quoted } from "../nodes/node.ts";

/** An operation under way. */
interface Pending {
  readonly index: number;
  readonly request: Request;
  readonly node: number;
  readonly phase: Phase;
  readonly invokedTick: number;
  readonly messageId: number;
}

/** A client. */
interface Client {
  /** The name of the client. */
  readonly name: string;
  /** The place of the node that it asks. */
  readonly node: number;
  lastMessageId: number;
  pending: Pending | null;
}

/** The end of an operation: an answer, one that is none, or no answer. */
interface Ending extends Pick<Operation, "result" | "refusal"> {
  /** The reason why it did not succeed, where there was no answer. */
  readonly error?: string;
}

/** Settings of the clients. */
export interface ClientsOptions {
  /** The number of clients. */
  readonly count: number;
  /** The names of the nodes. */
  readonly nodes: readonly string[];
  /** The time that they wait for an answer, in ticks of 0.1 ms. */
  readonly timeoutTicks: number;
  /** Ticks of 0.1 ms since the load began. */
  readonly now: () => number;
  /** Ends of waiting are kept here. */
  readonly agenda: Agenda;
  /** Sends a request to a node, both by their places. */
  readonly send: (client: number, node: number, line: string) => void;
  /** Takes an operation that is over. */
  readonly onOperation: (operation: Operation) => void;
  /** Takes each event of the history. */
  readonly onEvent: (event: OperationEvent) => void;
  /** Is told of an answer that is none. */
  readonly onWrongAnswer: (node: number, text: string) => void;
  /** Is told of a message to a client, by its name, that answers nothing. */
  readonly onStray: (node: number, client: string, body: unknown) => void;
}

/** All clients of a run. */
export class Clients {
  readonly #options: ClientsOptions;
  readonly #clients: readonly Client[];
  #index = 0;
  #pending = 0;
  /** Called when nothing is under way any more. */
  #onIdle: (() => void) | null = null;

  /** @param options How many, and whom they ask. */
  constructor(options: ClientsOptions) {
    this.#options = options;
    const { count, nodes } = options;
    this.#clients = Array.from({ length: count }, (_, i) => ({
      name: `c${i + 1}`,
      node: i % nodes.length,
      lastMessageId: 0,
      pending: null,
    }));
  }

  /**
   * Lets the first client of a node that is free ask for something.
   *
   * @param node The place of the node.
   * @param request The request.
   * @param phase When this is.
   * @returns `false` if none is free: then nothing was asked.
   */
  invoke(node: number, request: Request, phase: Phase): boolean {
    const { nodes } = this.#options;
    for (let i = node; i < this.#clients.length; i += nodes.length) {
      if (this.#clients[i]!.pending !== null) continue;
      this.#ask(i, request, phase);
      return true;
    }
    return false;
  }

  #ask(index: number, request: Request, phase: Phase): void {
    const { now, agenda, send, timeoutTicks, nodes } = this.#options;
    const client = this.#clients[index]!;
    const { node, name } = client;
    const invokedTick = now();
    const pending: Pending = {
      index: this.#index++,
      request,
      node,
      phase,
      invokedTick,
      messageId: ++client.lastMessageId,
    };
    client.pending = pending;
    this.#pending++;
    this.#tell("invoke", invokedTick, client, pending, request.value);
    agenda.at(invokedTick + timeoutTicks, () => {
      if (client.pending === pending) {
        const error = "no answer in time";
        this.#end(client, pending, unanswered(request), { error });
      }
    });
    send(
      index,
      node,
      formatMessage(name, nodes[node]!, {
        ...request.body,
        msg_id: pending.messageId,
      }),
    );
  }

  /**
   * Takes a message to a client.
   *
   * @param index The place of the client.
   * @param from The place of the node that sent it.
   * @param body The body of the message.
   */
  receive(index: number, from: number, body: unknown): void {
    const client = this.#clients[index];
    if (client === undefined) return;
    const { name, pending, lastMessageId } = client;
    if (!answersOneOf(body, lastMessageId)) {
      this.#options.onStray(from, name, body);
      return;
    }
    // Replies to what was given up, and repeated ones, come to nothing.
    if (body.in_reply_to !== pending?.messageId) return;
    const { request, node } = pending;
    const { type, code, text } = body;
    if (type === "error") {
      const reason = `${errorName(code)}${
        typeof text === "string" ? `: ${text}` : ""
      }`;
      const outcome = isDefinite(code) ? "fail" : unanswered(request);
      this.#end(client, pending, outcome, { refusal: reason });
      return;
    }
    const answer = type === `${request.f}_ok`
      ? request.read(body)
      : `expected "type": "${request.f}_ok"`;
    if (typeof answer === "string") {
      const text = `${answer}, but it answered ${quoted(JSON.stringify(body))}`;
      this.#options.onWrongAnswer(
        node,
        `was asked for ${quoted(JSON.stringify(request.body))}: ${text}`,
      );
      this.#end(client, pending, unanswered(request), { refusal: text });
      return;
    }
    this.#end(client, pending, "ok", { result: answer[0] });
  }

  #end(
    client: Client,
    pending: Pending,
    outcome: Outcome,
    { result, refusal, error = refusal }: Ending,
  ): void {
    const { now, nodes, onOperation } = this.#options;
    const { index, request, node, phase, invokedTick } = pending;
    const { f, isRead, value } = request;
    client.pending = null;
    this.#pending--;
    const completedTick = now();
    const shown = isRead || result !== undefined ? result : value;
    this.#tell(outcome, completedTick, client, pending, shown, error);
    onOperation({
      index,
      f,
      isRead,
      ...value !== undefined && { value },
      node: nodes[node]!,
      phase,
      invokedTick,
      completedTick,
      outcome,
      ...result !== undefined && { result },
      ...refusal !== undefined && { refusal },
    });
    if (this.#pending === 0) this.#onIdle?.();
  }

  /** Tells of the beginning or the end of an operation. */
  #tell(
    kind: OperationEvent["kind"],
    tick: number,
    client: Client,
    { index, request, phase }: Pending,
    value: unknown,
    error?: string,
  ): void {
    this.#options.onEvent({
      ...{ t: secondsFromTicks(tick), kind, op: index, f: request.f },
      ...value !== undefined && { value },
      client: client.name,
      node: this.#options.nodes[client.node]!,
      ...phase !== "load" && { phase },
      ...error !== undefined && { error },
    });
  }

  /**
   * Waits until nothing is under way.
   *
   * @returns Fulfils then.
   */
  idle(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = () => {
      this.#onIdle = null;
      resolve();
    };
    return promise;
  }
}

/** The outcome of an operation without an answer. */
function unanswered({ isRead }: Request): Outcome {
  return isRead ? "fail" : "info";
}
