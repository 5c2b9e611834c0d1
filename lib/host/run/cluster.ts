/**
 * The nodes of a run, the services and the network between them.
 *
 * @module
 */

import { isReader, isReplica } from "../../domain/nodes.ts";
import { Streams } from "../../domain/random.ts";
import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import { type Faults, indexOf, nodeAt } from "../../faults/mod.ts";
import type { FaultTarget } from "../../faults/processes/process_faults.ts";
import { messageOf } from "../../platform/start_error.ts";
import { sleep } from "../../platform/sleep.ts";
import { environmentWithoutLoader } from "../../platform/process/environment.ts";
import { Backlog } from "../../platform/process/process_group.ts";
import { RUN_MARK, Watchdog } from "../../platform/process/watchdog.ts";
import type { Agenda } from "../network/agenda.ts";
import {
  CONTROL_CLIENT,
  nodeNamesOf,
  placeNames,
  SERVICES,
} from "../network/naming.ts";
import {
  Network,
  type NetworkObserver,
  type Parcel,
} from "../network/network.ts";
import {
  type Complaint,
  type ComplaintKind,
  Complaints,
} from "../nodes/complaints.ts";
import { ErrorLog } from "../nodes/error_log.ts";
import { Node, quoted } from "../nodes/node.ts";
import {
  formatMessage,
  isObject,
  isTooDeep,
  parseMessage,
  replyBody,
} from "../protocol/message.ts";
import { KeyValueStore, type Service } from "../services/key_value.ts";
import { type Neighbours, neighboursOf } from "../workloads/topology.ts";
import { ControlClient, type ControlRequest } from "./control.ts";
import type { HostRun } from "./options.ts";

/** Characters that may be on their way: of a node's messages, and of all. */
const UNDER_WAY_CHARS_MAX = 1 << 23;
const ALL_UNDER_WAY_CHARS_MAX = 1 << 25;

/** Between two looks whether a node may say more. */
const GATE_MS = 5;

/** Nodes that are started before others get their turn. */
const STARTED_AT_ONCE = 16;

/** Time in which nodes have to answer `init`: for all, and more for each. */
const INIT_TICKS = 10 * TICKS_PER_SECOND;
const INIT_TICKS_EACH = TICKS_PER_SECOND / 10;

/** Settings of a cluster. */
export interface ClusterOptions {
  /** The run. */
  readonly run: HostRun;
  /** Whether nodes are told of neighbours. */
  readonly hasTopology: boolean;
  /** The folder of the standard error of each node. */
  readonly logDir: string;
  /** The faults of the run. */
  readonly faults: Faults;
  /** Ticks of 0.1 ms since the load began; below 0 before that. */
  readonly now: () => number;
  /** Keeps what happens later. */
  readonly agenda: Agenda;
  /** Takes a message to a client from a node, both by their places. */
  readonly toClient: (client: number, node: number, body: unknown) => void;
  /** Called with the first complaint of each node and kind. */
  readonly onComplaint: (complaint: Complaint) => void;
  /** A warning, for people. */
  readonly onNote: (text: string) => void;
  /** Called when a node is killed or started again. */
  readonly onLife: (kind: "crash" | "restart", node: string) => void;
  /** Is told what becomes of messages. */
  readonly observer?: NetworkObserver;
}

/** All nodes of a run. */
export class Cluster {
  /** The names of the nodes, in order. */
  readonly names: readonly string[];
  /** The network. */
  readonly network: Network;
  /** Complaints about nodes. */
  readonly complaints: Complaints;
  readonly #options: ClusterOptions;
  readonly #control = new ControlClient();
  readonly #services: readonly Service[];
  /** By name: node, client or service. */
  readonly #places = new Map<string, number>();
  readonly #neighbours: Neighbours | null;
  readonly #over = new AbortController();
  #nodes: readonly Node[] = [];
  #watchdog: Watchdog | null = null;
  /** Lives that are being prepared. */
  readonly #preparing = new Set<Promise<unknown>>();

  /** @param options The run. */
  constructor(options: ClusterOptions) {
    this.#options = options;
    const { run, faults, now, agenda, observer } = options;
    const nameOf = placeNames(run);
    const populations = [
      ["replicas", run.nodes],
      ["servers", run.clients],
      ["readers", SERVICES.length],
    ] as const;
    for (const [kind, count] of populations) {
      for (let index = 0; index < count; index++) {
        const place = nodeAt(kind, index);
        this.#places.set(nameOf(place), place);
      }
    }
    this.names = nodeNamesOf(run);
    this.#neighbours = options.hasTopology
      ? neighboursOf(run.topology, this.names)
      : null;
    this.#services = [
      new KeyValueStore(),
      KeyValueStore.sequential(new Streams(run.seed)),
    ];
    this.complaints = new Complaints(options.onComplaint);
    this.network = new Network({
      faults,
      now,
      agenda,
      deliver: (parcel) => this.#deliver(parcel),
      ...observer !== undefined && { observer },
    });
  }

  /**
   * Starts all nodes and waits until they are ready.
   *
   * @param signal Ends the wait.
   * @returns Whether all are; who is not has been complained of.
   * @throws {StartError} If the program cannot be started.
   */
  async start(signal: AbortSignal): Promise<boolean> {
    const { run, logDir, onNote } = this.#options;
    const mark = crypto.randomUUID();
    const env = { ...await environmentWithoutLoader(), [RUN_MARK]: mark };
    const watchdog = this.#watchdog = new Watchdog(mark);
    const backlog = new Backlog();
    this.#nodes = this.names.map((name, index) => {
      const path = `${logDir}/${name}.log`;
      const onFailure = (error: unknown) =>
        onNote(`Cannot write ${path}: ${messageOf(error)}`);
      return new Node({
        name,
        program: run.program,
        args: run.args,
        env,
        watchdog,
        backlog,
        errors: new ErrorLog(path, onFailure),
        complaints: this.complaints,
        onLine: (line) => this.#take(index, line),
        gate: () => this.#gate(index),
      });
    });
    const ready: Promise<boolean>[] = [];
    let hasFailed = false;
    for (const [index] of this.#nodes.entries()) {
      const begun = this.#begin(index, signal);
      begun.catch(() => hasFailed = true);
      ready.push(begun);
      if (hasFailed) break;
      if (index % STARTED_AT_ONCE === STARTED_AT_ONCE - 1) {
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
    return (await Promise.all(ready)).every(Boolean);
  }

  /**
   * Starts a life of a node, and tells it who it is and who its neighbours are.
   */
  async #begin(index: number, signal: AbortSignal): Promise<boolean> {
    const node = this.#nodes[index]!;
    const { name } = node;
    const init = this.#control.request(name, {
      type: "init",
      node_id: name,
      node_ids: this.names,
    });
    node.start(init.line);
    const { life, died } = node;
    const given = AbortSignal.any([signal, died]);
    const isDone = async (
      type: "init" | "topology",
      { answer }: ControlRequest,
      ticks: number,
    ): Promise<boolean> => {
      const reply = await answer(ticks, given);
      if (given.aborted || node.life !== life) return false;
      if (reply?.["type"] === `${type}_ok`) return true;
      this.complain(
        index,
        `no ${type}`,
        () =>
          reply === null
            ? `${name} did not answer "${type}" within ${
              ticks / TICKS_PER_SECOND
            } s${
              node.hasPrinted
                ? ""
                : ", nor print a line: it has to end each with LF and flush it"
            }`
            : `${name} answered "${type}" with ${
              quoted(JSON.stringify(reply))
            }`,
      );
      return false;
    };
    const ticks = INIT_TICKS + this.#nodes.length * INIT_TICKS_EACH;
    if (!await isDone("init", init, ticks)) return false;
    if (this.#neighbours === null) {
      node.initialized();
      return true;
    }
    const topology = this.#control.request(name, {
      type: "topology",
      topology: this.#neighbours,
    });
    node.initialized(topology.line);
    return await isDone("topology", topology, INIT_TICKS);
  }

  /** Takes a line that a node printed. */
  #take(index: number, line: string): void {
    if (line === "" || line === "\r") return;
    const name = this.names[index]!;
    const complain = (kind: ComplaintKind, text: () => string) =>
      this.complain(index, kind, () => `${name} ${text()}`);
    const message = parseMessage(line);
    const noMessage = (reason: string) =>
      complain(
        "no message",
        () =>
          `printed a line that is no message, as ${reason}: ${quoted(line)}`,
      );
    if (typeof message === "string") return noMessage(message);
    const { src, dest, body } = message;
    const sent = () =>
      `sent a message from ${quoted(src)}, whom nobody knows: ${quoted(line)}`;
    if (!this.#places.has(src)) return complain("no message", sent);
    if (src !== name) {
      complain(
        "another's name",
        () =>
          `sent a message that says it is from ${quoted(src)}: ${quoted(line)}`,
      );
    }
    const to = this.#places.get(dest);
    // What is passed on as it was printed may be nested as deeply as it is.
    if ((to === undefined || !isReplica(to)) && isTooDeep(body)) {
      return noMessage("it is nested too deeply");
    }
    if (dest === CONTROL_CLIENT) {
      if (!this.#control.receive(body)) this.complainOfStray(index, dest, body);
      return;
    }
    if (to === undefined) {
      const told = () =>
        `sent a message to ${quoted(dest)}, whom nobody knows (${
          this.#hintAt(dest)
        })`;
      return complain("no such node", told);
    }
    this.network.send(
      nodeAt("replicas", index),
      to,
      `${line}\n`,
      isReplica(to) ? undefined : body,
    );
  }

  /** Programs that were written for Maelstrom may count on a node n0. */
  #hintAt(dest: string): string {
    const { nodes, firstNode } = this.#options.run;
    return dest === "n0" && firstNode === 1
      ? `--first-node 0 names the nodes n0 to n${nodes - 1}`
      : `services are ${SERVICES.join(" and ")}`;
  }

  #deliver({ from, to, line, body }: Parcel): void {
    if (isReplica(to)) {
      if (this.#nodes[indexOf(to)]!.receive(line)) return;
      const sender = isReplica(from) ? this.names[indexOf(from)]! : "";
      if (sender === "") return;
      this.complain(
        indexOf(from),
        "flood",
        () =>
          `${sender} sends more than ${
            this.names[indexOf(to)]
          } reads: messages are lost`,
      );
      return;
    }
    if (!isReader(to)) {
      this.#options.toClient(to, indexOf(from), body);
      return;
    }
    if (!isObject(body)) return;
    const client = this.names[indexOf(from)]!;
    const answer = this.#services[indexOf(to)]!.answer(client, body);
    const reply = replyBody(answer, body["msg_id"]);
    const service = SERVICES[indexOf(to)]!;
    this.network.send(to, from, formatMessage(service, client, reply));
  }

  /** A node of which too much is on its way has to wait. */
  #gate(index: number): Promise<void> | undefined {
    const node = nodeAt("replicas", index);
    const { network } = this;
    const isAhead = () =>
      network.underWay(node) > UNDER_WAY_CHARS_MAX ||
      network.allUnderWay > ALL_UNDER_WAY_CHARS_MAX;
    if (!isAhead()) return undefined;
    const { signal } = this.#over;
    return (async () => {
      while (isAhead() && !signal.aborted) await sleep(GATE_MS, signal);
    })();
  }

  /**
   * A node as something that faults happen to.
   *
   * @param index Its place.
   * @returns The node.
   */
  target(index: number): FaultTarget {
    const node = this.#nodes[index]!;
    return {
      crash: () => {
        if (!node.isUp) return;
        node.crash();
        this.#options.onLife("crash", node.name);
      },
      restart: () => this.#restart(index),
      pause: () => node.pause(),
      resume: () => node.resume(),
    };
  }

  /** Starts a node again that is down: it knows nothing and is told anew. */
  #restart(index: number): void {
    const node = this.#nodes[index]!;
    if (node.isUp || this.#over.signal.aborted) return;
    this.#options.onLife("restart", node.name);
    const prepared = this.#begin(index, this.#over.signal).catch((error) =>
      this.complain(index, "not started", () => messageOf(error))
    ).finally(() => this.#preparing.delete(prepared));
    this.#preparing.add(prepared);
  }

  /**
   * Whether a node has a process.
   *
   * @param index Its place.
   * @returns `false`: it is down.
   */
  isUp(index: number): boolean {
    return this.#nodes[index]?.isUp ?? false;
  }

  /**
   * Whether a node has a process that has not answered `init` yet.
   *
   * @param index Its place.
   * @returns `true`: it gets no request until then.
   */
  isBeginning(index: number): boolean {
    return this.#nodes[index]?.isBeginning ?? false;
  }

  /**
   * Complains of a node.
   *
   * @param index Its place.
   * @param kind What is wrong.
   * @param text The same in a sentence; asked for the first time only.
   */
  complain(index: number, kind: ComplaintKind, text: () => string): void {
    this.complaints.add(
      this.names[index]!,
      kind,
      text,
      () => this.#nodes[index]!.lastLines,
    );
  }

  /**
   * Complains of a node that sent a client what answers none of its requests.
   *
   * @param index The place of the node.
   * @param client The name of the client.
   * @param body What it sent.
   */
  complainOfStray(index: number, client: string, body: unknown): void {
    this.complain(
      index,
      "answers nothing",
      () =>
        `${
          this.names[index]
        } sent ${client} a message that answers none of its requests ("in_reply_to" must be the "msg_id" of one): ${
          quoted(JSON.stringify(body))
        }`,
    );
  }

  /**
   * Waits until the last words of nodes that have died are known.
   *
   * @returns Fulfils then.
   */
  async settled(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.settled()));
  }

  /**
   * Ends all nodes and what they have forked.
   *
   * @returns Fulfils when nothing of them is left.
   */
  async close(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#nodes.map((node) => node.close()));
    await Promise.all(this.#preparing);
    await this.#watchdog?.close();
  }
}
