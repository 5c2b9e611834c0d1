import { assert, assertEquals } from "@std/assert";
import {
  REPAIR_SENDS_MAX,
  repairNumber,
  repairWaitTicks,
} from "../../lib/rules/read_repair.ts";

Deno.test("repairWaitTicks() waits for an eighth of the read's time, none after a refusal, and a backoff that doubles", () => {
  const most = 2 ** 32 - 1;
  for (const [send, backoff] of [[1, 1000], [2, 2000], [4, 8000]] as const) {
    for (const [isRefused, patience] of [[true, 0], [false, 250]] as const) {
      const repair = { send, ackTimeoutTicks: 2000, isRefused };
      assertEquals(repairWaitTicks(repair, most), patience + backoff);
      assertEquals(repairWaitTicks(repair, 0), patience + 1);
    }
  }
});

Deno.test("repairNumber() is another one for each repair of a reader", () => {
  const seen = new Set<number>();
  for (let read = 1; read <= 3; read++) {
    for (let send = 1; send <= REPAIR_SENDS_MAX; send++) {
      for (let replica = 0; replica < 4; replica++) {
        const n = repairNumber(read, send, replica, 4);
        assert(n >= 1);
        seen.add(n);
      }
    }
  }
  assertEquals(seen.size, 3 * REPAIR_SENDS_MAX * 4);
  assertEquals(Math.max(...seen), seen.size); // none is left out
});
