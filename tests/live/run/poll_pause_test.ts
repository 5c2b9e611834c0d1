import { assertEquals } from "@std/assert";
import { pollPauseMs } from "../../../lib/live/run/poll_pause.ts";

Deno.test("pollPauseMs() grows with the time that questions take, within bounds that a standstill cannot pass", () => {
  assertEquals(
    [0, 5, 10, 100, 20_000].map(pollPauseMs),
    [250, 250, 500, 5_000, 30_000],
  );
});
