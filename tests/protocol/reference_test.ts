import { assertEquals } from "@std/assert";
import {
  NAK_BUSY,
  NAK_CLOSING,
  NAK_FULL,
  parseReply,
} from "../../lib/protocol/replies.ts";
import {
  reasonOf,
  REFUSED_HTTP,
  REFUSED_LENGTH,
} from "../../lib/protocol/validator.ts";
import { granted } from "../permissions.ts";

const README = "lib/protocol/README.md";
const test = { ignore: !granted({ read: [README] }) };

/** Cells of code in the first columns of the reference's tables. */
function firstColumn(): string[] {
  return Deno.readTextFileSync(README).split("\n")
    .map((line) => /^\| `([^`]+)` *\|/.exec(line)?.[1])
    .filter((cell) => cell !== undefined);
}

Deno.test({
  ...test,
  name: "the protocol's reference lists every final refusal, and no other",
  fn() {
    const reasons = firstColumn().filter((cell) => !cell.startsWith("NAK "));
    const codes = Array.from(
      { length: REFUSED_HTTP - REFUSED_LENGTH + 1 },
      (_, i) => REFUSED_LENGTH + i,
    );
    assertEquals(reasons, codes.map((code) => reasonOf(code)));
  },
});

Deno.test({
  ...test,
  name: "the protocol's reference lists every temporary refusal",
  fn() {
    const replies = firstColumn().filter((cell) => cell.startsWith("NAK "))
      .map((line) => line.replace(" n", " 7"));
    assertEquals(replies, [NAK_BUSY, NAK_FULL, NAK_CLOSING, "NAK gap 7"]);
    for (const line of replies) {
      const reply = parseReply(line);
      assertEquals(reply.kind === "NAK" && reply.temporary, true);
    }
  },
});
