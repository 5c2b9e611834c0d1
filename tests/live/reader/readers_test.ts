import { assert, assertEquals, assertGreater } from "@std/assert";
import { SentReports } from "../../../lib/live/network/sent_reports.ts";
import { ReadJudge } from "../../../lib/live/reader/read_judge.ts";
import { Readers } from "../../../lib/live/reader/readers.ts";
import { ReadPlan } from "../../../lib/rules/reads.ts";
import { Streams } from "../../../lib/domain/random.ts";
import { CAN_RUN } from "../../e2e/program.ts";
import { runOf } from "../../sim/runs_of_tests.ts";
import { Peer, say } from "../peer.ts";

/** Reader0 of a run, killed after its third read, until its sixth. */
async function readersOf(
  restart: boolean,
): Promise<{ notes: string[]; gone: readonly string[]; reads: string[] }> {
  const run = runOf({
    ...{ servers: 3, readers: 1, lifetimeTicks: 10_000_000 },
    ...{ readIntervalMinTicks: 400, readIntervalMaxTicks: 800, seed: 7 },
  });
  await using peer = new Peer((connection) =>
    say(connection, "VALUE LikesServer0 14 00000000000000aa#1=14\n")
  );
  const zeroMs = performance.now();
  const now = () => Math.floor((performance.now() - zeroMs) * 10);
  const notes: string[] = [];
  const reads: string[] = [];
  const readers = new Readers({
    ...{ run, restart, now },
    portsOf: () => [peer.port],
    judge: new ReadJudge({ ...run, sessions: [] }),
    sent: new SentReports(now),
    onUnanswered: () => {},
    onLine: (_name, line) => {
      const read = / read (n=\d+ replica=0 LikesServer\d)$/.exec(line)?.[1];
      if (read === undefined) return;
      reads.push(read);
      if (reads.length === 3) assert(readers.killAsStranger(0));
      if (reads.length === 6) readers.stop();
    },
    onNote: (text) => notes.push(text),
  });
  await readers.ended();
  return { notes, gone: readers.gone, reads };
}

Deno.test({
  name:
    "Readers start a reader again that a stranger has killed, which goes on with the read that is due",
  ignore: !CAN_RUN,
  async fn() {
    const { notes, gone, reads } = await readersOf(true);
    assertEquals(notes, ["Reader0 was killed by SIGKILL and is started again"]);
    assertEquals(gone, []);
    assertGreater(reads.length, 5);
    const numbers = reads.map((read) => Number(/\d+/.exec(read)?.[0]));
    assertEquals(numbers.slice(0, 3), [1, 2, 3]);
    // Reads of more than a second are skipped.
    assertGreater(numbers[3]!, 10);
    const plan = new ReadPlan(new Streams(7), {
      servers: 3,
      readIntervalMinTicks: 400,
      readIntervalMaxTicks: 800,
    });
    assertEquals(
      reads,
      numbers.map((n, i) =>
        `n=${i < 4 ? n : numbers[3]! + i - 3} replica=0 LikesServer${
          plan.itemOf(0, n)
        }`
      ),
    );
  },
});

Deno.test({
  name: "Readers leave a reader dead with --no-restart, and name it",
  ignore: !CAN_RUN,
  async fn() {
    const { notes, gone, reads } = await readersOf(false);
    assertEquals(notes, ["Reader0 was killed by SIGKILL and reads no more"]);
    assertEquals([gone, reads.length], [["Reader0"], 3]);
  },
});
