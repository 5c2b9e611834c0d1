import { assertEquals } from "@std/assert";
import {
  formatReaderLine,
  parseReaderLine,
} from "../../../lib/live/reader/lines.ts";

Deno.test("parseReaderLine() knows what formatReaderLine() wrote", () => {
  const at = { tick: 123_450, read: 7 };
  for (
    const [line, text] of [
      [
        { ...at, kind: "read", replicas: [1], text: "LikesServer3" },
        "12.3450 read n=7 replica=1 LikesServer3",
      ],
      [
        { ...at, kind: "read", replicas: [0, 12], text: "LikesServer3" },
        "12.3450 read n=7 replica=0,12 LikesServer3",
      ],
      [
        { ...at, kind: "repair", replicas: [2], text: "REPAIR LikesServer3 x" },
        "12.3450 repair n=7 replica=2 REPAIR LikesServer3 x",
      ],
      [
        { ...at, kind: "value", likes: 14, text: "x#1=14 y#2=3" },
        "12.3450 value n=7 likes=14 x#1=14 y#2=3",
      ],
      [
        { ...at, kind: "value", likes: 0, text: "" },
        "12.3450 value n=7 likes=0",
      ],
      [
        { ...at, kind: "no answer", text: "reset\nby \x1b peer" },
        "12.3450 no answer n=7 reset?by ? peer",
      ],
    ] as const
  ) {
    assertEquals(formatReaderLine(line), text);
    assertEquals(parseReaderLine(text), {
      ...line,
      text: text.includes("reset") ? "reset?by ? peer" : line.text,
    });
  }
});

Deno.test("parseReaderLine() knows no other lines", () => {
  for (const text of ["", "read n=7", "12.3 read n=7", "12.3450 draw seq=7"]) {
    assertEquals(parseReaderLine(text), undefined, text);
  }
});
