/**
 * HTTP requests among the lines of a connection: what a web page makes its
 * browser send to a port of this machine. A page chooses the body of such a
 * request, so a body may hold lines that are reports.
 *
 * @module
 */

/** Characters of a method: a token of RFC 9110, section 5.6.2. */
const METHOD = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";

/**
 * A whole request line of RFC 9112, section 3, or what a client may make of
 * one.
 */
const REQUEST = new RegExp(`^${METHOD} .*HTTP/`, "is");

/**
 * The beginning of a request line whose end is not there: the target begins as
 * a path, as a URI or host with a colon, or is `*`.
 */
const CUT_REQUEST = new RegExp(`^${METHOD} +(?:[/*]|[a-z][a-z0-9+.-]*:)`, "i");

/**
 * Whether a line begins like an HTTP request: a method, a target and `HTTP/`.
 * Any word is a method, so that new ones and those in lower case are known, and
 * so is the preface of HTTP/2, `PRI * HTTP/2.0`.
 *
 * @param line The line, a character for each byte
 * @param isCut Whether the line is longer than `line`: then a method and the
 * beginning of a target are enough
 * @returns True also of a target with spaces or other bytes that HTTP does not
 * allow, as some clients send them
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isHttpRequest } from "@likes/simulator/protocol";
 *
 * assertEquals(isHttpRequest("POST /likes HTTP/1.1", false), true);
 * assertEquals(isHttpRequest("LikesServer0 43", false), false);
 * assertEquals(isHttpRequest(`GET /${"a".repeat(252)}`, true), true);
 * ```
 */
export function isHttpRequest(line: string, isCut: boolean): boolean {
  return (isCut ? CUT_REQUEST : REQUEST).test(line);
}
