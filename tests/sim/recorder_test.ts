import { assertEquals } from "@std/assert";
import { Recorder } from "../../lib/sim/recorder.ts";
import { HistoryDigest } from "../../lib/verdict/digest.ts";
import type { HistoryEvent } from "../../lib/verdict/history.ts";

/** Records a read, a refusal and an acknowledgement foreseen. */
function record(recorder: Recorder): void {
  recorder.of(-1, 2).read(10_000, 3, 1);
  recorder.ack(40_000, 3, 7, 98, 5);
  recorder.nak(20_000, 4, 6, "gap 2");
  recorder.lose(30_000, 4, 6, 1);
  recorder.draw(50_000, 4, 8, 14, 2 ** 40);
  recorder.end();
}

Deno.test("Recorder tells each event with what was said of it, acknowledgements in their time", () => {
  const history: HistoryEvent[] = [];
  record(new Recorder((event) => history.push(event), false));
  assertEquals(history, [
    { t: 1, kind: "read", server: 3, attempt: 1, replica: 2, own: true },
    { t: 2, kind: "nak", server: 4, attempt: 6, reason: "gap 2" },
    { t: 3, kind: "lose", server: 4, attempt: 6, reply: true },
    { t: 4, kind: "ack", server: 3, seq: 7, total: 98, attempt: 5 },
    { t: 5, kind: "draw", server: 4, seq: 8, likes: 14, total: 2 ** 40 },
  ]);
});

Deno.test("Recorder.digest is that of the history told, and the same if nobody listens", () => {
  const told = new HistoryDigest();
  const recorders = [
    new Recorder((event) => told.addEvent(event), false),
    new Recorder(null, true),
    new Recorder(null, false),
  ];
  for (const recorder of recorders) {
    record(recorder);
    assertEquals(recorder.digest, told.value());
    assertEquals(recorder.events, 5);
  }
  const [, keeping, silent] = recorders;
  assertEquals(keeping?.lastEvent?.kind, "draw");
  assertEquals(silent?.lastEvent, null);
});
