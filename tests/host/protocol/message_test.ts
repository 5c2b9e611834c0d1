import { assert, assertEquals } from "@std/assert";
import { errorName, isDefinite } from "../../../lib/host/protocol/errors.ts";
import {
  canonical,
  formatMessage,
  isTooDeep,
  parseExactly,
  parseMessage,
} from "../../../lib/host/protocol/message.ts";

Deno.test("parseMessage() reads what formatMessage() writes", () => {
  const line = formatMessage("n1", "c1", { type: "read_ok", value: [1, "ü"] });
  assert(line.endsWith("\n"));
  assertEquals(parseMessage(line), {
    src: "n1",
    dest: "c1",
    body: { type: "read_ok", value: [1, "ü"] },
  });
});

Deno.test("parseMessage() takes any body and further keys", () => {
  const message = parseMessage('{"id":1,"dest":"n2","body":[1],"src":"n1"}');
  assertEquals(message, { src: "n1", dest: "n2", body: [1] });
});

Deno.test("parseMessage() takes any depth, also beside a large number", () => {
  const nested = "[".repeat(100_000) + "1234567890123456" + "]".repeat(100_000);
  const message = parseMessage(`{"src":"n1","dest":"n2","body":${nested}}`);
  assert(typeof message !== "string", `${message}`);
  assertEquals(message.dest, "n2");
  assert(isTooDeep(message.body));
});

Deno.test("parseMessage() says why a line is no message", () => {
  for (
    const [line, reason] of [
      ["", "it is not JSON"],
      ["hello", "it is not JSON"],
      ['{"src":"n1"', "it is not JSON"],
      ["7", "it is no JSON object"],
      ["[]", "it is no JSON object"],
      ["null", "it is no JSON object"],
      ['{"src":"n1","body":{}}', 'its "dest" is no string'],
      ['{"dest":"n1","src":1,"body":{}}', 'its "src" is no string'],
      ['{"src":"n1","dest":"n2"}', 'it has no "body"'],
    ] as const
  ) assertEquals(parseMessage(line), reason, line);
});

Deno.test("parseExactly() tells large whole numbers apart that one number would stand for", () => {
  const ids = ["9007199254740993", "9007199254740992", "9007199254740993"]
    .map((id) => canonical(parseExactly(`{"id":${id}}`)));
  assert(ids[0] !== ids[1]);
  assertEquals(ids[0], ids[2]);
  assertEquals(ids[0], '{"id":9007199254740993}');
});

Deno.test("canonical() is the same whatever the order of keys, and tells types apart", () => {
  assertEquals(
    canonical({ a: { c: 1, b: [2, { e: 1, d: 2 }] } }),
    canonical({ a: { b: [2, { d: 2, e: 1 }], c: 1 } }),
  );
  const different = [1, "1", [1], { a: 1 }, null, true].map(canonical);
  assertEquals(new Set(different).size, different.length);
});

Deno.test("isDefinite() is true of the codes that the protocol calls definite, and of no others", () => {
  const definite = Array.from({ length: 1100 }, (_, code) => code)
    .filter(isDefinite);
  assertEquals(definite, [1, 10, 11, 12, 14, 20, 21, 22, 30]);
  assert(!isDefinite("11"));
  assertEquals(errorName(11), "error 11, temporarily unavailable");
  assertEquals(errorName(1000), "error 1000");
});
