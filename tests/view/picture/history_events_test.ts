import { assertEquals } from "@std/assert";
import { describeEvent } from "../../../lib/view/picture/history_events.ts";

Deno.test("describeEvent() tells whose links are cut and heal, and which way", () => {
  const kind = "partition";
  const cases: [Parameters<typeof describeEvent>[0], string][] = [
    [{ t: 1, kind }, "network: cut off"],
    [{ t: 1, kind, reply: false }, "network: cut off, reports only"],
    [{ t: 1, kind, server: 3 }, "LikesServer3: cut off"],
    [{ t: 1, kind: "heal", server: 3 }, "LikesServer3: connected again"],
    [
      { t: 1, kind, server: 3, replica: 1, reply: true },
      "LikesServer3: cut off from primary1, replies only",
    ],
    [{ t: 1, kind, replica: 2 }, "primary2: cut off"],
    [{ t: 1, kind, replica: 2, peer: 0 }, "primary2: cut off from primary0"],
    [
      { t: 1, kind: "heal", replica: 2, peer: 0, reply: false },
      "primary2: connected again with primary0, its messages only",
    ],
    [{ t: 1, kind, reader: 1, reply: false }, "Reader1: cut off, reads only"],
  ];
  for (const [event, expected] of cases) {
    const { who, text } = describeEvent(event);
    assertEquals(`${who}: ${text}`, expected);
  }
});
