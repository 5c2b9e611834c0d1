import fc from "fast-check";
import { HISTORY_KINDS, type HistoryEvent } from "../../lib/verdict/history.ts";
import { NEVER, TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";

/** Any event that a run can write. */
export const events: fc.Arbitrary<HistoryEvent> = fc.record({
  t: fc.nat(NEVER).map((tick) => tick / TICKS_PER_SECOND),
  kind: fc.constantFrom(...HISTORY_KINDS),
  server: fc.nat(),
  seq: fc.integer({ min: 1, max: NEVER }),
  likes: fc.nat(),
  total: fc.maxSafeNat(),
  attempt: fc.integer({ min: 1, max: 2 ** 20 }),
  reply: fc.boolean(),
  reason: fc.string({ unit: "binary" }),
}, { requiredKeys: ["t", "kind"] });
