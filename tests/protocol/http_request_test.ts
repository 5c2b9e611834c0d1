import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { isHttpRequest } from "../../lib/protocol/http_request.ts";
import { lineOf, reports } from "./generators.ts";

const methods = fc.oneof(
  fc.constantFrom("GET", "POST", "PRI", "OPTIONS", "patch", "M-SEARCH"),
  fc.string({
    unit: fc.constantFrom(..."abcXYZ019!#$%&'*+-.^_`|~"),
    minLength: 1,
    maxLength: 30,
  }),
);
const targets = fc.oneof(
  fc.constantFrom("/", "*", "http://127.0.0.1:54321/x?y=z", "localhost:54321"),
  fc.webPath().map((path) => `/${path}`),
);

Deno.test("isHttpRequest() knows the request line of any method, target and version", () => {
  fc.assert(
    fc.property(
      methods,
      targets,
      fc.constantFrom("HTTP/1.0", "HTTP/1.1", "HTTP/2.0", "http/9"),
      (method, target, version) => {
        const line = `${method} ${target} ${version}`;
        assertEquals(isHttpRequest(line, false), true);
      },
    ),
  );
});

Deno.test("isHttpRequest() knows a request line that was cut in its target", () => {
  fc.assert(
    fc.property(methods, targets, (method, target) => {
      const line = `${method} ${target}${"a".repeat(300)}`.slice(0, 257);
      assertEquals(isHttpRequest(line, true), true);
    }),
  );
});

Deno.test("isHttpRequest() takes no report and no query for a request", () => {
  fc.assert(
    fc.property(reports, (report) => {
      assertEquals(isHttpRequest(lineOf(report), false), false);
    }),
  );
  const lines = ["", "READ", "READ LikesServer3", "STATS", "HTTP/1.1 200 OK"];
  for (const line of [...lines, " GET / HTTP/1.1", "GET / HTTQ/1.1", "GET"]) {
    assertEquals(isHttpRequest(line, false), false, line);
  }
  assertEquals(isHttpRequest("LikesServer0 ".repeat(20), true), false);
  assertEquals(isHttpRequest("x".repeat(257), true), false);
});
