/**
 * The key-value stores that nodes can use: `lin-kv` and `seq-kv`.
 *
 * Source of requests, replies and errors: Maelstrom, `doc/services.md` and
 * `doc/workloads.md`, section "Lin-kv".
 *
 * @module
 */

import { Family, type Streams, withinRange } from "../../domain/random.ts";
import { errorBody, ErrorCode } from "../protocol/errors.ts";
import { canonical, type JsonObject } from "../protocol/message.ts";

/** Past states that a sequential store may answer from. */
const PAST_STATES = 32;

/** Characters of the newest state; what is more is refused. */
const CHARS_MAX = 1 << 25;

/** Characters of all states; the past is forgotten where they are more. */
const PAST_CHARS_MAX = 2 * CHARS_MAX;

/** A service that nodes send requests to. */
export interface Service {
  /**
   * Answers a request.
   *
   * @param client The name of the node that asks.
   * @param body The request.
   * @returns The body of the reply, without `in_reply_to`.
   */
  answer(client: string, body: JsonObject): JsonObject;
}

/** The value of a key from some state on. */
interface Version {
  readonly state: number;
  readonly value: unknown;
  /** Characters of key and value. */
  readonly chars: number;
}

/** A request that would change the store, and to what. */
interface Change {
  readonly key: string;
  readonly value: unknown;
  /** Characters of both. */
  readonly chars: number;
  /** Characters by which the newest state grows. */
  readonly growth: number;
}

/** The outcome of a request at one state: a reply and perhaps a change. */
interface Outcome {
  readonly reply: JsonObject;
  readonly change?: Change;
}

/**
 * A store of which the last states are kept. Operations take place in one
 * order; each client sees the states in order.
 */
export class KeyValueStore implements Service {
  readonly #versions = new Map<string, Version[]>();
  /** The number of changes so far. */
  #state = 0;
  /** The oldest state that is kept, unless it is too long ago. */
  #oldest = 0;
  /** Characters of all states, and of the newest one. */
  #chars = 0;
  #newestChars = 0;
  /** By client: the newest state that it has seen. */
  readonly #seen = new Map<string, number>();
  readonly #back: (span: number) => number;

  /**
   * @param back Draws how many states an operation looks back, from 0 to the
   * number that it is given; left out: none, so the store is linearizable.
   */
  constructor(back: (span: number) => number = () => 0) {
    this.#back = back;
  }

  /**
   * A store that answers from the past, as far as is drawn from the seed.
   *
   * Operations that change nothing may see a past state; all others see the
   * newest. Nobody sees the past of what was seen before.
   *
   * @param streams The random numbers of the run.
   * @returns The store.
   */
  static sequential(streams: Streams): KeyValueStore {
    let n = 0;
    return new KeyValueStore((span) =>
      withinRange(streams.bits(Family.PAST_STATE, 0, ++n), 0, span)
    );
  }

  /** @inheritdoc */
  answer(client: string, body: JsonObject): JsonObject {
    const oldest = Math.max(
      this.#seen.get(client) ?? 0,
      this.#state - PAST_STATES + 1,
      this.#oldest,
    );
    const drawn = this.#state - this.#back(this.#state - oldest);
    const past = this.#tryAt(drawn, body);
    if (past.change === undefined) {
      this.#seen.set(client, drawn);
      return past.reply;
    }
    const { reply, change } = this.#tryAt(this.#state, body);
    if (change !== undefined) {
      if (this.#newestChars + change.growth > CHARS_MAX) {
        return errorBody(
          ErrorCode.TEMPORARILY_UNAVAILABLE,
          `the store is full: it holds ${CHARS_MAX} characters`,
        );
      }
      this.#apply(change);
    }
    this.#seen.set(client, this.#state);
    return reply;
  }

  #tryAt(state: number, body: JsonObject): Outcome {
    const { type, key, value, from, to } = body;
    if (key === undefined) return refused(`it has no "key"`);
    const name = canonical(key);
    const held = this.#valueAt(name, state);
    switch (type) {
      case "read":
        return held === undefined
          ? unknownKey(name)
          : { reply: { type: "read_ok", value: held.value } };
      case "write":
        if (value === undefined) return refused(`it has no "value"`);
        return setting(name, held, value, "write_ok");
      case "cas":
        if (to === undefined) return refused(`it has no "to"`);
        if (held === undefined) {
          return body["create_if_not_exists"] === true
            ? setting(name, held, to, "cas_ok")
            : unknownKey(name);
        }
        if (canonical(held.value) !== canonical(from)) {
          return refused(
            `expected ${canonical(from)}, but had ${canonical(held.value)}`,
            ErrorCode.PRECONDITION_FAILED,
          );
        }
        return setting(name, held, to, "cas_ok");
      default:
        return refused(
          `${JSON.stringify(type)} is none of read, write, cas`,
          ErrorCode.NOT_SUPPORTED,
        );
    }
  }

  #valueAt(key: string, state: number): Version | undefined {
    return this.#versions.get(key)?.findLast((one) => one.state <= state);
  }

  #apply({ key, value, chars, growth }: Change): void {
    this.#state++;
    const versions = this.#versions.get(key) ?? [];
    versions.push({ state: this.#state, value, chars });
    this.#versions.set(key, versions);
    this.#chars += chars;
    this.#newestChars += growth;
    this.#forget(versions, this.#state - PAST_STATES + 1);
    if (this.#chars <= PAST_CHARS_MAX) return;
    this.#oldest = this.#state;
    for (const one of this.#versions.values()) this.#forget(one, this.#state);
  }

  /**
   * Keeps the newest version that a past state can still see, and all after it.
   */
  #forget(versions: Version[], oldest: number): void {
    while (versions[1] !== undefined && versions[1].state <= oldest) {
      this.#chars -= versions.shift()!.chars;
    }
  }
}

/** Sets a key, which changes nothing where it has that value. */
function setting(
  key: string,
  held: Version | undefined,
  value: unknown,
  type: string,
): Outcome {
  const reply = { type };
  const text = canonical(value);
  const isSame = held !== undefined && canonical(held.value) === text;
  if (isSame) return { reply };
  const chars = key.length + text.length;
  const growth = chars - (held?.chars ?? 0);
  return { reply, change: { key, value, chars, growth } };
}

function unknownKey(key: string): Outcome {
  return refused(`there is no key ${key}`, ErrorCode.KEY_DOES_NOT_EXIST);
}

function refused(
  text: string,
  code: number = ErrorCode.MALFORMED_REQUEST,
): Outcome {
  return { reply: errorBody(code, text) };
}
