/**
 * The workloads: which requests clients make, which answers they take, and who
 * judges them.
 *
 * Source of requests and replies: Maelstrom, `doc/workloads.md`.
 *
 * @module
 */

import {
  Family,
  nextBits,
  type Streams,
  withinRange,
} from "../../domain/random.ts";
import {
  EchoChecker,
  UniqueChecker,
} from "../../verdict/operations/answer_checkers.ts";
import { CounterChecker } from "../../verdict/operations/counter_checker.ts";
import type { OperationChecker } from "../../verdict/operations/operation.ts";
import { SetChecker } from "../../verdict/operations/set_checker.ts";
import type { WorkloadName } from "../../domain/workloads.ts";
import { canonical, type JsonObject } from "../protocol/message.ts";

/** A request of a client. */
export interface Request {
  /** The type of the request. */
  readonly f: string;
  /** Whether it changes nothing, so that without an answer it has failed. */
  readonly isRead: boolean;
  /** The value that is written. */
  readonly value?: unknown;
  /** The request without its `msg_id`. */
  readonly body: JsonObject;
  /**
   * Takes the answer.
   *
   * @param body The reply, of the type that the request asks for.
   * @returns What it says, in a list; or a text that says what was expected.
   */
  readonly read: (body: JsonObject) => readonly [result: unknown] | string;
}

/** A workload. */
export interface Workload {
  /** The name of the workload. */
  readonly name: WorkloadName;
  /** Whether nodes are told of neighbours. */
  readonly hasTopology: boolean;
  /**
   * The request that reads all that there is; null where there is none: then
   * there is no drain and no last read.
   */
  readonly reading: Request | null;
  /**
   * The n-th request that is no read.
   *
   * @param n From 0 on.
   */
  writing(n: number): Request;
  /** A judge of what clients were answered. */
  checker(): OperationChecker & { invoked?(value: number): void };
}

/** The settings of a workload. */
export interface WorkloadOptions {
  /** The random numbers of the run. */
  readonly streams: Streams;
  /** The least number that is added to a counter. */
  readonly likesMin: number;
  /** The most. */
  readonly likesMax: number;
}

const asInteger = (value: unknown): unknown =>
  Number.isSafeInteger(value) ? value : undefined;

/**
 * A list; null, as some languages write none, is one, as it is for Maelstrom.
 */
const asList = (value: unknown): unknown =>
  Array.isArray(value) ? value : value === null ? [] : undefined;

function acknowledgement(): readonly [undefined] {
  return [undefined];
}

/**
 * A read whose answer has a list, or a number, under a key; undefined: it has
 * not.
 */
function reading(
  key: string,
  read: (value: unknown) => unknown,
  expected: string,
): Request {
  return {
    f: "read",
    isRead: true,
    body: { type: "read" },
    read: (body) => {
      const value = read(body[key]);
      return value === undefined ? `expected "${key}": ${expected}` : [value];
    },
  };
}

/** A request that is no read. */
function writing(
  f: string,
  fields: JsonObject,
  value?: unknown,
  read: Request["read"] = acknowledgement,
): Request {
  const body = { type: f, ...fields };
  return { f, isRead: false, ...value !== undefined && { value }, body, read };
}

/** A workload of elements that are added, one number each. */
function setWorkload(
  name: "broadcast" | "g-set",
  f: string,
  key: string,
  listKey: string,
): Workload {
  return {
    name,
    hasTopology: name === "broadcast",
    reading: reading(listKey, asList, "a list"),
    writing: (n) => writing(f, { [key]: n }, n),
    checker: () => new SetChecker(),
  };
}

/** A workload of numbers that are added up. */
function counterWorkload(
  name: "g-counter" | "pn-counter",
  { streams, likesMin, likesMax }: WorkloadOptions,
): Workload {
  return {
    name,
    hasTopology: false,
    reading: reading("value", asInteger, "a whole number"),
    writing: (n) => {
      const bits = streams.bits(Family.DRAW, 0, n);
      const likes = withinRange(bits, likesMin, likesMax);
      const isTaken = name === "pn-counter" &&
        withinRange(nextBits(bits), 0, 1) === 1;
      const delta = isTaken && likes > 0 ? -likes : likes;
      return writing("add", { delta }, delta);
    },
    checker: () => new CounterChecker(name === "g-counter"),
  };
}

/**
 * A workload by its name.
 *
 * @param name The name.
 * @param options What it draws from.
 * @returns The workload.
 */
export function workloadNamed(
  name: WorkloadName,
  options: WorkloadOptions,
): Workload {
  switch (name) {
    case "echo":
      return {
        name,
        hasTopology: false,
        reading: null,
        writing: (n) => {
          const bits = options.streams.bits(Family.DRAW, 0, n);
          const value = `Please echo ${withinRange(bits, 0, 127)}`;
          const read = (body: JsonObject) => [body["echo"]] as const;
          return writing("echo", { echo: value }, value, read);
        },
        checker: () => new EchoChecker(),
      };
    case "unique-ids":
      return {
        name,
        hasTopology: false,
        reading: null,
        writing: () =>
          writing(
            "generate",
            {},
            undefined,
            ({ id }) =>
              id === undefined ? `expected "id": any value` : [canonical(id)],
          ),
        checker: () => new UniqueChecker(),
      };
    case "broadcast":
      return setWorkload(name, "broadcast", "message", "messages");
    case "g-set":
      return setWorkload(name, "add", "element", "value");
    case "g-counter":
    case "pn-counter":
      return counterWorkload(name, options);
  }
}
