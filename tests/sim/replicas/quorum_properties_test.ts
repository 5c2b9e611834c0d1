import { assertGreater } from "@std/assert";
import { tryOverlappingQuorums } from "./quorum_plans.ts";

Deno.test("simulate() with R + W above N reads only what is fresh, and with repair before nothing that goes back, whatever the faults", () => {
  assertGreater(tryOverlappingQuorums(60, 15), 1000);
});
