import { assertEquals } from "@std/assert";
import { describeLine } from "../../../lib/live/pages/line_events.ts";

Deno.test("describeLine() says in short what a likes server printed", () => {
  const lines: [string, string, string][] = [
    ["12.3450 draw seq=7 likes=14 total=314", "draws 14, 314 in all", "plain"],
    ["0.0100 started seq=0 total=0", "started", "plain"],
    [
      "9.0000 started seq=3 total=40",
      "started again, with 40 likes in its log",
      "good",
    ],
    [
      "9.0000 started seq=1 total=1",
      "started again, with 1 like in its log",
      "good",
    ],
    [
      "3.0000 drain pending=1",
      "lifetime over, 1 like still to deliver",
      "plain",
    ],
    [
      "9.0000 ended seq=2 generated=2 acknowledged=1 pending=1 rejected=0 retries=0",
      "ended, 1 like not acknowledged",
      "bad",
    ],
    [
      "3.0000 NAK attempt=1 seq=0 acknowledged=0 busy",
      "refused: busy",
      "bad",
    ],
    [
      "3.0000 no answer attempt=4 seq=0 acknowledged=0 settled=0 timeout",
      "no answer to attempt 4: timeout",
      "bad",
    ],
  ];
  for (const [line, text, tone] of lines) {
    const event = describeLine("LikesServer3", line);
    assertEquals([event?.text, event?.tone], [text, tone]);
    assertEquals(event?.who, "LikesServer3");
  }
});

Deno.test("describeLine() has nothing to say of a line that is none", () => {
  assertEquals(describeLine("LikesServer3", "Segmentation fault"), undefined);
});
