/**
 * Messages: JSON objects with a sender, a receiver and a body, one a line.
 *
 * Source: Maelstrom, `doc/protocol.md`, sections "Messages" and "Message
 * Bodies".
 *
 * @module
 */

/** A JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** A message, read. */
export interface Message {
  /** The name of the node that it is from. */
  readonly src: string;
  /** The name of the node that it is to. */
  readonly dest: string;
  /** The content: of any form between nodes, an object for everybody else. */
  readonly body: unknown;
}

/**
 * Levels of lists and objects in each other that a value may have: more would
 * not fit on the stack of those who write or compare it.
 */
const NESTING_MAX = 500;

/** Numbers of so many digits may be larger than a number can hold exactly. */
const LONG_NUMBER_REGEXP = /\d{16}/;

/** The text of a value, as `JSON.parse` tells it. */
interface SourceContext {
  readonly source?: string;
}

/**
 * Reads JSON without loss: a whole number that no JavaScript number holds
 * exactly keeps its text, so that two of them that differ are not alike; but
 * for values that {@linkcode isTooDeep} finds too deep, of which it may not.
 *
 * @param text The JSON.
 * @returns The value.
 * @throws {SyntaxError} If it is none.
 */
export function parseExactly(text: string): unknown {
  if (!LONG_NUMBER_REGEXP.test(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, keepExact);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // There is no stack to visit each number. What is nested so deeply is only
    // passed on, as text.
    return JSON.parse(text);
  }
}

function keepExact(
  _key: string,
  value: unknown,
  context?: SourceContext,
): unknown {
  return typeof value === "number" && Number.isInteger(value) &&
      !Number.isSafeInteger(value) && context?.source !== undefined
    ? rawJson(context.source)
    : value;
}

/** A value that `JSON.stringify` writes as it was read. */
function rawJson(source: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(
    source,
  );
}

/**
 * Reads a line that a node printed.
 *
 * @param line The line.
 * @returns The message; or a text that says why it is none.
 *
 * @example Usage
 * ```ts
 * import { parseMessage } from "./message.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseMessage("Hello"), "it is not JSON");
 * assertEquals(parseMessage('{"src":"n1","dest":"n2","body":{}}'), {
 *   src: "n1",
 *   dest: "n2",
 *   body: {},
 * });
 * ```
 */
export function parseMessage(line: string): Message | string {
  let value: unknown;
  try {
    value = parseExactly(line);
  } catch {
    return "it is not JSON";
  }
  if (!isObject(value)) return "it is no JSON object";
  const { src, dest, body } = value;
  if (typeof dest !== "string") return `its "dest" is no string`;
  if (typeof src !== "string") return `its "src" is no string`;
  if (body === undefined) return `it has no "body"`;
  return { src, dest, body };
}

/**
 * Whether a value is a JSON object.
 *
 * @param value Any value.
 * @returns `false` for lists and null.
 */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Whether lists and objects lie in each other too deeply to be written again.
 *
 * @param value A JSON value.
 * @param levels Levels that are allowed.
 * @returns `true`: it can only be passed on as text.
 *
 * @example Usage
 * ```ts
 * import { isTooDeep } from "./message.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isTooDeep([[1], { a: 2 }], 2), false);
 * assertEquals(isTooDeep([[1], { a: [] }], 2), true);
 * ```
 */
export function isTooDeep(value: unknown, levels = NESTING_MAX): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 ||
    Object.values(value).some((one) => isTooDeep(one, levels - 1));
}

/**
 * A text that is the same for equal JSON values, whatever the order of keys.
 *
 * @param value A JSON value.
 * @returns The text.
 *
 * @example Usage
 * ```ts
 * import { canonical } from "./message.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(canonical({ b: 1, a: [2] }), canonical({ a: [2], b: 1 }));
 * ```
 */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) => {
    const isRaw = isObject(one) && Object.isFrozen(one);
    if (!isObject(one) || isRaw) return one;
    return Object.fromEntries(
      Object.entries(one).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0),
    );
  }) ?? "undefined";
}

/**
 * Writes a message as a line.
 *
 * @param src The name of the sender.
 * @param dest The name of the receiver.
 * @param body The content.
 * @returns The line, with its LF.
 */
export function formatMessage(
  src: string,
  dest: string,
  body: JsonObject,
): string {
  return `${JSON.stringify({ src, dest, body })}\n`;
}

/**
 * Whether a body answers one of the requests of a client, which have the
 * numbers 1, 2, 3 ….
 *
 * @param body The body of a message.
 * @param lastId The number of the last request.
 * @returns `false`: nobody has asked for it.
 */
export function answersOneOf(
  body: unknown,
  lastId: number,
): body is JsonObject & { readonly in_reply_to: number } {
  if (!isObject(body)) return false;
  const id = body["in_reply_to"];
  return Number.isInteger(id) && (id as number) >= 1 &&
    (id as number) <= lastId;
}

/** A reply to a request. */
export function replyBody(body: JsonObject, messageId: unknown): JsonObject {
  return messageId === undefined ? body : { ...body, in_reply_to: messageId };
}
