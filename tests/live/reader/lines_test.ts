import { assertEquals } from "@std/assert";
import {
  formatReaderLine,
  readerLineKind,
} from "../../../lib/live/reader/lines.ts";

Deno.test("readerLineKind() knows what formatReaderLine() wrote", () => {
  const at = { tick: 123_450, read: 7 };
  for (
    const [line, text] of [
      [
        { ...at, kind: "read", replica: 1, text: "LikesServer3" },
        "12.3450 read n=7 replica=1 LikesServer3",
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
    assertEquals(readerLineKind(text), line.kind);
  }
});

Deno.test("readerLineKind() knows no other lines", () => {
  for (const text of ["", "read n=7", "12.3 read n=7", "12.3450 draw seq=7"]) {
    assertEquals(readerLineKind(text), undefined, text);
  }
});
