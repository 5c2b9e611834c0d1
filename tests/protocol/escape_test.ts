import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { escapeBytes } from "../../lib/protocol/escape.ts";
import { bytesOf } from "./generators.ts";

Deno.test("escapeBytes() leaves printable ASCII as it is", () => {
  const text = "LikesServer0 14 0123456789abcdef#7=98 !#$%&'()*+,-./:;<=>?@~";
  assertEquals(escapeBytes(bytesOf(text)), text);
});

Deno.test("escapeBytes() escapes quotes, backslashes and unprintable bytes", () => {
  const bytes = Uint8Array.of(
    0x22,
    0x5c,
    0,
    0x0a,
    0x0d,
    0x1b,
    0x7f,
    0x80,
    0xff,
  );
  assertEquals(
    escapeBytes(bytes),
    String.raw`\"\\\x00\x0a\x0d\x1b\x7f\x80\xff`,
  );
});

Deno.test("escapeBytes() writes the bytes from start to before end", () => {
  assertEquals(escapeBytes(bytesOf("abcdef"), 2, 4), "cd");
  assertEquals(escapeBytes(bytesOf("abcdef"), 3, 3), "");
});

Deno.test("escapeBytes() leaves out what comes after 256 bytes", () => {
  const bytes = new Uint8Array(1000);
  assertEquals(escapeBytes(bytes), "\\x00".repeat(256));
  assertEquals(escapeBytes(bytes, 10, 1000), "\\x00".repeat(256));
  assertEquals(escapeBytes(bytes, 800, 1000), "\\x00".repeat(200));
});

Deno.test("escapeBytes() stays one printable line that can be read back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = escapeBytes(bytes);
      assert(/^[ -~]*$/.test(text));
      // No quote that would end the quoted text in the journal.
      assert(/^(?:[^"\\]|\\["\\]|\\x[0-9a-f]{2})*$/.test(text));
      assertEquals(unescape(text), [...bytes.subarray(0, 256)]);
    }),
  );
});

function unescape(text: string): number[] {
  const tokens = text.match(/\\x..|\\.|[^\\]/gs) ?? [];
  return tokens.map((token) =>
    token.startsWith("\\x")
      ? parseInt(token.slice(2), 16)
      : token.charCodeAt(token.length - 1)
  );
}
