import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  ACK,
  formatEntry,
  formatGap,
  formatRefusal,
  formatTotal,
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

Deno.test("parseReply() knows an ACK", () => {
  assertEquals(parseReply(ACK), { kind: "ACK" });
});

Deno.test("parseReply() takes busy, full and closing as temporary", () => {
  for (const line of [NAK_BUSY, NAK_FULL, NAK_CLOSING]) {
    const reason = line.slice("NAK ".length);
    assertEquals(parseReply(line), { kind: "NAK", reason, temporary: true });
  }
});

Deno.test("parseReply() takes a gap as temporary and reads the seq", () => {
  for (const gap of [1, 7, 2147483647]) {
    assertEquals(parseReply(formatGap(gap)), {
      kind: "NAK",
      reason: `gap ${gap}`,
      temporary: true,
      gap,
    });
  }
});

Deno.test("parseReply() takes every reason of the validator as final", () => {
  for (let code = REFUSED_LENGTH; code <= REFUSED_HTTP; code++) {
    assertEquals(parseReply(formatRefusal(code)), {
      kind: "NAK",
      reason: reasonOf(code),
      temporary: false,
    });
  }
});

Deno.test("parseReply() takes what only resembles a temporary refusal as final", () => {
  const reasons = ["busy ", "Busy", "busybusy", "full 1", "closing\r", "gap"];
  reasons.push("gap 0", "gap 07", "gap -1", "gap 2147483648", "gap 1 2", " ");
  for (const reason of reasons) {
    assertEquals(parseReply(`NAK ${reason}`), {
      kind: "NAK",
      reason,
      temporary: false,
    });
  }
});

Deno.test("parseReply() gives back the total that formatTotal() was given", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (total) => {
      assertEquals(parseReply(formatTotal(total)), { kind: "TOTAL", total });
    }),
    { examples: [[0], [2 ** 53 - 1]] },
  );
});

Deno.test("parseReply() reads a value and its sessions", () => {
  const entries = [
    { session: "0123456789abcdef", seq: 7, total: 98 },
    { session: "ffffffffffffffff", seq: 2 ** 31 - 1, total: 2 ** 53 - 1 },
  ];
  const name = "LikesServer3";
  const line = `VALUE ${name} 104 ${entries.map(formatEntry).join(" ")}`;
  assertEquals(parseReply(line), { kind: "VALUE", name, likes: 104, entries });
  assertEquals(parseReply("VALUE LikesServer0 0"), {
    kind: "VALUE",
    name: "LikesServer0",
    likes: 0,
    entries: [],
  });
});

Deno.test("parseReply() passes on a value that no primary answers", () => {
  const entry = "0123456789abcdef#7=98";
  const lines = ["VALUE ", "VALUE LikesServer3", "VALUE LikesServer03 1"];
  lines.push("VALUE LikesServer3 x", "VALUE LikesServer3 01", "VALUE  1");
  lines.push("VALUE LikesServer3 9007199254740992", "VALUE LikesServer3 1 ");
  for (const end of ["x", " x", `  ${entry}`, " #1=1"]) {
    lines.push(`VALUE LikesServer3 98 ${entry}${end}`);
  }
  lines.push(`VALUE LikesServer3 98 ${entry.replace("#7", "#0")}`);
  lines.push(`VALUE LikesServer3 98 ${entry.replace("#7", "#2147483648")}`);
  for (const text of lines) {
    assertEquals(parseReply(text), { kind: "unknown", text }, text);
  }
});

Deno.test("parseReply() passes on what it does not know", () => {
  const lines = [
    "",
    "ack",
    "ACK ",
    "ACK\r",
    "ACKACK",
    "NAK",
    "NAK ",
    "NAKbusy",
  ];
  lines.push("TOTAL", "TOTAL ", "TOTAL 01", "TOTAL -1", "TOTAL 1.5", "TOTAL x");
  lines.push("TOTAL 9007199254740992", `TOTAL ${"9".repeat(40)}`, "{}");
  for (const text of lines) {
    assertEquals(parseReply(text), { kind: "unknown", text });
  }
});

Deno.test("parseReply() never throws", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("", "ACK", "NAK ", "NAK gap ", "TOTAL ", "VALUE "),
      fc.string({ unit: "binary" }),
      (start, rest) => {
        parseReply(start + rest);
      },
    ),
  );
});

Deno.test("formatGap() and formatTotal() throw on numbers out of range", () => {
  for (const seq of [0, -1, 1.5, 2 ** 31, NaN]) {
    assertThrows(() => formatGap(seq), RangeError, "1..2147483647");
  }
  for (const total of [-1, 1.5, 2 ** 53, NaN]) {
    assertThrows(() => formatTotal(total), RangeError, "0..9007199254740991");
  }
});
