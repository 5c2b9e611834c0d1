import { assert, assertEquals } from "@std/assert";
import { Child } from "../../lib/live/run/child.ts";
import {
  readerArguments,
  type ReaderOptions,
} from "../../lib/live/reader/options.ts";
import { netPermission } from "../../lib/live/worker/options.ts";
import { TIME_QUESTION } from "../../lib/live/worker/run_clock.ts";
import { Streams } from "../../lib/domain/random.ts";
import { ReadPlan } from "../../lib/rules/reads.ts";
import { type Behaviour, Peer, say } from "../live/peer.ts";
import { CAN_RUN, outside, waitUntilGone } from "./program.ts";

const SEED = 7;
const SERVERS = 3;

/** Runs Reader1 against replicas; those without a behaviour hang up. */
async function read(
  behaviours: readonly (Behaviour | null)[],
  changes: Partial<ReaderOptions> = {},
): Promise<{ code: number; lines: string[]; received: string[][] }> {
  const peers = behaviours.map((behave) => {
    const peer: Peer = new Peer(
      behave ?? ((connection) => peer.hangUp(connection)),
    );
    return peer;
  });
  const lines: string[] = [];
  const options: ReaderOptions = {
    reader: 1,
    readsBefore: 0,
    servers: SERVERS,
    ports: peers.map(({ port }) => port),
    seed: SEED,
    // On a busy machine a process takes a second to begin, and a reply long.
    endTicks: 30_000,
    readIntervalMinTicks: 500,
    readIntervalMaxTicks: 1_500,
    ackTimeoutTicks: 10_000,
    readFrom: "home",
    readQuorum: 1,
    readRepair: "off",
    writeQuorum: 1,
    ...changes,
  };
  const zeroMs = performance.now();
  try {
    const child = new Child({
      role: "reader",
      permissions: [netPermission(options.ports)],
      args: readerArguments(options),
      onLine: (line) => {
        if (line !== TIME_QUESTION) return lines.push(line);
        child.write(`${Math.floor((performance.now() - zeroMs) * 10)}`);
      },
      onErrorLine: (line) => lines.push(line),
    });
    const { code } = await child.ended;
    return { code, lines, received: peers.map(({ received }) => received) };
  } finally {
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  }
}

const answers: Behaviour = (connection) =>
  say(connection, "VALUE LikesServer0 14 00000000000000aa#1=14\n");

function replicasOf(lines: readonly string[]): number[] {
  return lines.flatMap((line) => {
    const replica = / read n=\d+ replica=(\d+)/.exec(line)?.[1];
    return replica === undefined ? [] : [Number(replica)];
  });
}

Deno.test({
  name: "main() of a reader reads the planned items at home, to the end",
  ignore: !CAN_RUN,
  async fn() {
    const { code, lines, received } = await read([answers, answers]);
    assertEquals(code, 0, lines.join("\n"));
    assertEquals(received[0], []); // Reader1 is at home at 1 mod 2.
    const plan = new ReadPlan(new Streams(SEED), {
      servers: SERVERS,
      readIntervalMinTicks: 500,
      readIntervalMaxTicks: 1_500,
    });
    const planned = received[1]?.map((_, i) =>
      `READ LikesServer${plan.itemOf(1, i + 1)}\n`
    );
    assertEquals(received[1], planned);
    assert(received[1]!.length > 2);
    assertEquals(
      lines.filter((line) => / value n=\d+ likes=14 0{14}aa#1=14$/.test(line))
        .length,
      received[1]!.length,
    );
  },
});

for (
  const [how, behaviour] of [
    ["refuses", (connection) => say(connection, "NAK closing\n")],
    ["resets", null],
    ["does not answer", () => {}],
  ] as readonly [string, Behaviour | null][]
) {
  Deno.test({
    name: `main() of a reader leaves a home that ${how}, at once, and stays`,
    ignore: !CAN_RUN,
    async fn() {
      const { code, lines } = await read([answers, behaviour]);
      assertEquals(code, 0, lines.join("\n"));
      const [first, ...others] = replicasOf(lines);
      assertEquals(first, 1);
      assertEquals(new Set(others), new Set([0]));
      assertEquals(
        lines.filter((line) => / no answer n=1 /.test(line)).length,
        1,
      );
    },
  });
}

Deno.test({
  name: "main() of a reader asks any replica, drawn for each read",
  ignore: !CAN_RUN,
  async fn() {
    const { lines } = await read([answers, answers, answers], {
      readFrom: "any",
      readIntervalMinTicks: 200,
      readIntervalMaxTicks: 300,
    });
    assert(new Set(replicasOf(lines)).size > 1, lines.join("\n"));
  },
});

Deno.test({
  name: "main() of a reader ends with its parent, however that ends",
  ignore: !CAN_RUN,
  async fn() {
    const script = new URL("../../lib/live/run/child.ts", import.meta.url).href;
    const args = JSON.stringify(readerArguments({
      reader: 0,
      readsBefore: 0,
      servers: 1,
      ports: [1],
      seed: 7,
      endTicks: 10_000_000,
      readIntervalMinTicks: 1_000_000,
      readIntervalMaxTicks: 1_000_000,
      ackTimeoutTicks: 1_000,
      readFrom: "home",
      readQuorum: 1,
      readRepair: "off",
      writeQuorum: 1,
    }));
    // A parent that is killed as soon as its reader asks for the time.
    const pid = await outside(`
      const { Child } = await import(${JSON.stringify(script)});
      const child = new Child({
        role: "reader",
        permissions: ["--allow-net=127.0.0.1:1"],
        args: ${args},
        onLine: () => {
          console.log(child.pid);
          Deno.exit(0);
        },
        onErrorLine: console.error,
      });
    `);
    await waitUntilGone([Number(pid)]);
  },
});
