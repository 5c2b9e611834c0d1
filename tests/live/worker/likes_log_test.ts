import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readLikesLog } from "../../../lib/live/worker/likes_log.ts";

const encoder = new TextEncoder();

Deno.test("readLikesLog() reads every draw, wherever the log was torn", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 0, max: 42 })),
    fc.nat(),
    (draws, cut) => {
      const text = draws.map((likes) => `LikesServer12 ${likes}\n`).join("");
      const bytes = encoder.encode(text).subarray(0, cut % (text.length + 1));
      const whole = new TextDecoder().decode(bytes).split("\n").length - 1;
      const log = readLikesLog(bytes, "LikesServer12");
      assertEquals([...log.draws], draws.slice(0, whole));
      assertEquals(log.total, draws.slice(0, whole).reduce((a, b) => a + b, 0));
      assertEquals(log.wholeBytes + log.tornBytes, bytes.length);
    },
  ));
});

Deno.test("readLikesLog() names the line that is not this likes server's", () => {
  for (
    const line of [
      "LikesServer1 14",
      "LikesServer123 14",
      "LikesServer12 43",
      "LikesServer12 014",
      "LikesServer12 -1",
      "LikesServer12 1e1",
      "LikesServer12  14",
      "LikesServer12 14 ",
      "LikesServer12 14\r",
      "LikesServer12",
      "",
      "\x1b[2J",
    ]
  ) {
    assertThrows(
      () =>
        readLikesLog(
          encoder.encode(`LikesServer12 14\n${line}\nLikesServer12 9\n`),
          "LikesServer12",
        ),
      SyntaxError,
      "line 2",
    );
  }
});
