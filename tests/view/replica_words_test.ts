import { assertEquals } from "@std/assert";
import { freshAfterText, theoryText } from "../../lib/view/replica_words.ts";

Deno.test("freshAfterText() tells each age that was read, the last that were all fresh as one", () => {
  const ages = [
    { seconds: 0, reads: 4, fresh: 0.75 },
    { seconds: 0.0001, reads: 0 },
    { seconds: 0.01, reads: 2, fresh: 1 },
    { seconds: 0.02, reads: 1000, fresh: 0.999 },
    { seconds: 0.05, reads: 3, fresh: 1 },
    { seconds: 1, reads: 3, fresh: 1 },
  ];
  assertEquals(
    freshAfterText(ages),
    "0 ms 75 %, 10 ms 100 %, 20 ms 99.9 %, from 50 ms on 100 %",
  );
  assertEquals(freshAfterText(ages.slice(0, 1)), "0 ms 75 %");
  assertEquals(freshAfterText(ages.slice(4)), "from 50 ms on 100 %");
  assertEquals(freshAfterText([]), "");
});

Deno.test("theoryText() tells what is drawn, or why nothing is", () => {
  const none = { p50: 0, p99: 0, "p99.9": 0 };
  const predicted = {
    ...{ read: 2, write: 2, freshAtOnce: 1, freshAfter: [] },
    ...{ freshSeconds: none, readSeconds: none, writeSeconds: none },
  };
  assertEquals(
    theoryText({ predicted }),
    "Dashed: the WARS model for R = 2, W = 2 and these latencies, one write at a time, none sent again: 100 % at once.",
  );
  assertEquals(
    theoryText({ without: ["gossip", "losses"] }),
    "No theory is beside it: the WARS model does not know gossip, losses.",
  );
  assertEquals(theoryText(undefined), "");
});
