import { assert, assertEquals, assertMatch } from "@std/assert";
import { Child } from "../../lib/live/run/child.ts";
import {
  parseWorkerLine,
  type WorkerLine,
} from "../../lib/live/worker/lines.ts";
import {
  workerArguments,
  type WorkerOptions,
  workerPermissions,
} from "../../lib/live/worker/options.ts";
import { TIME_QUESTION } from "../../lib/live/worker/run_clock.ts";
import { Streams } from "../../lib/domain/random.ts";
import { anyReplica } from "../../lib/rules/choice.ts";
import { TICKS_PER_MS } from "../../lib/domain/ticks.ts";
import { type Behaviour, Peer, say } from "../live/peer.ts";
import { workerOptions } from "../live/worker/worker_options_of.ts";
import { CAN_RUN, LogFolder, outside } from "./program.ts";

/** A likes server against a peer, to its end. */
class Life {
  readonly lines: WorkerLine[] = [];
  readonly complaints: string[] = [];
  readonly child: Child;
  readonly #onLine: (line: WorkerLine, life: Life) => void;

  /**
   * Starts the likes server, at a time of the run that is 0 if not told
   * otherwise.
   */
  constructor(
    options: WorkerOptions,
    onLine: (line: WorkerLine, life: Life) => void = () => {},
    startedMs = 0,
  ) {
    this.#onLine = onLine;
    const zeroMs = performance.now() - startedMs;
    this.child = new Child({
      role: "worker",
      permissions: workerPermissions(options),
      args: workerArguments(options),
      onLine: (text) => {
        if (text === TIME_QUESTION) {
          const ms = performance.now() - zeroMs;
          return this.child.write(`${Math.floor(ms * TICKS_PER_MS)}`);
        }
        const line = parseWorkerLine(text);
        this.lines.push(line);
        this.#onLine(line, this);
      },
      onErrorLine: (text) => this.complaints.push(text),
    });
  }

  kinds(kind: WorkerLine["kind"]): WorkerLine[] {
    return this.lines.filter((line) => line.kind === kind);
  }

  get account(): WorkerLine & { kind: "ended" } {
    const last = this.lines.at(-1);
    assert(last?.kind === "ended");
    return last;
  }
}

async function live(
  behave: Behaviour,
  changes: Partial<WorkerOptions>,
  onLine?: (line: WorkerLine, life: Life) => void,
): Promise<{ life: Life; code: number; received: string[]; likes: number }> {
  using folder = new LogFolder();
  await using peer = new Peer(behave);
  const log = `${folder.path}/LikesServer3`;
  const life = new Life(
    workerOptions({ ports: [peer.port], log, ...changes }),
    onLine,
  );
  const { code } = await life.child.ended;
  const likes = folder.likesOf("LikesServer3");
  return { life, code, received: peer.received, likes };
}

const ack: Behaviour = (connection) => say(connection, "ACK\n");

Deno.test({
  name:
    "main() delivers again what was not answered, with the same seq and total",
  ignore: !CAN_RUN,
  async fn() {
    let silent = true;
    const { life, code, received } = await live(
      (connection) => {
        if (silent) silent = false;
        else return say(connection, "ACK\n");
      },
      { ackTimeoutTicks: 1_000, delivery: "dedup" },
    );
    assertEquals(code, 0);
    assertEquals(received[0], received[1]);
    assertEquals(life.kinds("failed").length >= 1, true);
    assert(life.account.retries >= 1);
    assertEquals(life.account.acknowledged, life.account.generated);
  },
});

Deno.test({
  name:
    "main() survives nonsense, endless answers and closed connections, and delivers when it can",
  ignore: !CAN_RUN,
  async fn() {
    const oddities: Behaviour[] = [
      (connection) => say(connection, "\x00\xff\x1b[2J\n"),
      (connection) => say(connection, "TOTAL 5\n"),
      (connection) => say(connection, "NAK\n"),
      async (connection) => {
        while (true) await say(connection, "y".repeat(1000));
      },
      (connection) => connection.closeWrite(),
      (connection) => say(connection, "NAK busy\n"),
      (connection) => say(connection, "NAK gap 999\n"),
    ];
    for (const delivery of ["crdt", "dedup", "at-least-once"] as const) {
      const left = [...oddities];
      const { life, code, likes } = await live(
        (connection, text) => (left.shift() ?? ack)(connection, text),
        { delivery, endTicks: 10_000 },
      );
      assertEquals(code, 0, life.complaints.join("\n"));
      assertEquals(left.length, 0);
      assertEquals(life.account.generated, likes);
      assertEquals(life.account.acknowledged, likes);
    }
  },
});

Deno.test({
  name:
    "main() gives a report up that is refused for good, says how many likes it could not deliver, and exits with 3",
  ignore: !CAN_RUN,
  async fn() {
    let refusals = 1;
    const { life, code, likes } = await live(
      (connection) =>
        say(connection, refusals-- > 0 ? "NAK no way\n" : "ACK\n"),
      { delivery: "at-least-once", likesMin: 7 },
    );
    assertEquals(code, 3);
    const { acknowledged, generated, rejected, pending } = life.account;
    assertEquals(generated, likes);
    assertEquals(rejected, 1);
    assertEquals(pending, 0);
    const missing = generated - acknowledged;
    assert(missing >= 7);
    assertEquals(life.complaints, [
      `${missing} of ${generated} likes not acknowledged`,
    ]);
  },
});

Deno.test({
  name:
    "main() goes on drawing while the primary is absent, and ends when its time to deliver is over",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const peer = new Peer(() => {});
    const { port } = peer;
    await peer[Symbol.asyncDispose]();
    const life = new Life(workerOptions({
      ports: [port],
      log: `${folder.path}/LikesServer3`,
      endTicks: 10_000,
      drainFromTicks: 10_000,
      drainTicks: 5_000,
    }));
    const { code } = await life.child.ended;
    assertEquals(code, 3);
    assertEquals(life.account.generated, folder.likesOf("LikesServer3"));
    assertEquals(life.account.acknowledged, 0);
    assertEquals(life.account.pending, life.account.generated);
    assert(life.kinds("draw").length > 1);
  },
});

Deno.test({
  name: "main() sends two draws as one report in mode original only",
  ignore: !CAN_RUN,
  async fn() {
    for (const delivery of ["original", "at-least-once"] as const) {
      let isSilent = true;
      const { received, life } = await live(
        (connection) => {
          const answer = isSilent ? "NAK busy\n" : "ACK\n";
          isSilent = false;
          return say(connection, answer);
        },
        { delivery, likesMin: 3, likesMax: 3, endTicks: 15_000 },
      );
      const sums = received.map((text) => text.trim().split(" ")[1]);
      assertEquals(
        sums.slice(0, 2),
        delivery === "original" ? ["3", "6"] : ["3", "3"],
      );
      assertEquals(life.account.acknowledged, life.account.generated);
    }
  },
});

Deno.test({
  name:
    "main() is stuck in mode original once the sum has passed 42, and says so",
  ignore: !CAN_RUN,
  async fn() {
    let isFirst = true;
    const { life, code, received } = await live(
      (connection) => {
        const answer = isFirst ? "NAK busy\n" : "ACK\n";
        isFirst = false;
        return say(connection, answer);
      },
      { delivery: "original", likesMin: 40, endTicks: 15_000 },
    );
    assertEquals(code, 3);
    assertEquals(received.length, 1);
    assert(life.kinds("refused").length > 0);
    assertEquals(life.account.pending, life.account.generated);
  },
});

Deno.test({
  name:
    "main() ends once if its last draw is settled in the moment at which its time to deliver is over",
  ignore: !CAN_RUN,
  async fn() {
    // The second draw passes 42, is refused, and leaves nothing to wait for: in
    // the tick at which the time is over.
    const { life, code } = await live(
      (connection) => say(connection, "NAK no way\n"),
      {
        delivery: "original",
        likesMin: 42,
        intervalMinTicks: 5_000,
        intervalMaxTicks: 5_000,
        endTicks: 10_001,
        drainFromTicks: 10_000,
        drainTicks: 0,
      },
    );
    assertEquals(life.complaints, ["84 of 84 likes not acknowledged"]);
    assertEquals(code, 3);
    assertEquals(life.kinds("ended"), [life.account]);
  },
});

for (const signal of ["SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name:
      `main() ends its lifetime with ${signal}, ignores SIGINT, and delivers what is left`,
    ignore: !CAN_RUN,
    async fn() {
      const { life, code, likes } = await live(
        ack,
        { endTicks: 3_000_000, drainFromTicks: 3_000_000 },
        (line, { child }) => {
          if (line.kind !== "draw") return;
          child.kill("SIGINT");
          if (line.seq === 3) child.kill(signal);
        },
      );
      assertEquals(code, 0);
      assertEquals(life.account.generated, likes);
      assert(life.account.seq >= 3);
    },
  });
}

Deno.test({
  name:
    "main() goes on from its log with its session, and skips what was due meanwhile",
  ignore: !CAN_RUN,
  async fn() {
    for (const delivery of ["crdt", "dedup", "at-most-once"] as const) {
      using folder = new LogFolder();
      await using peer = new Peer(ack);
      const log = `${folder.path}/LikesServer3`;
      Deno.writeTextFileSync(
        log,
        "LikesServer3 1\nLikesServer3 2\nLikesServer3 3\nLikes",
      );
      const options = workerOptions({
        ports: [peer.port],
        log,
        delivery,
        endTicks: 610_000,
        drainFromTicks: 610_000,
        resume: {
          seq: 2,
          total: 3,
          acknowledgedSeq: 1,
          acknowledged: 1,
          attempt: 4,
          read: 0,
        },
      });
      const life = new Life(options, () => {}, 60_000);
      await life.child.ended;
      const session = "00c0ffee00c0ffee";
      const expected = {
        crdt: `LikesServer3 3 ${session}#3=6\n`,
        dedup: `LikesServer3 2 ${session}#2\n`,
        "at-most-once": undefined,
      }[delivery];
      if (expected !== undefined) assertEquals(peer.received[0], expected);
      const draws = life.lines.filter((line) => line.kind === "draw");
      if (draws[0] !== undefined) assertEquals(draws[0].seq, 4);
      // Of a hundred draws due in a minute, those of the last second are left.
      assert(draws.length <= 5);
      assertEquals(life.account.generated, folder.likesOf("LikesServer3"));
      assertMatch(life.complaints[0] ?? "", /^Cut 5 bytes of a torn last line/);
    }
  },
});

Deno.test({
  name: "main() says in one line why it cannot start, and exits with 2",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const life = new Life(
      workerOptions({ log: `${folder.path}/missing/LikesServer3` }),
    );
    assertEquals((await life.child.ended).code, 2);
    assertEquals(life.complaints.length, 1);
    assertMatch(life.complaints[0] ?? "", /^Cannot log to .*missing/);
  },
});

Deno.test({
  name: "main() ends at once when its standard input closes",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    await using peer = new Peer(() => {});
    const options = workerOptions({
      ports: [peer.port],
      log: `${folder.path}/LikesServer3`,
      endTicks: 3_000_000,
      drainFromTicks: 3_000_000,
    });
    const worker = new URL("../../worker.ts", import.meta.url).pathname;
    const args = [
      "run",
      "--no-prompt",
      "--quiet",
      ...workerPermissions(options),
      worker,
      ...workerArguments(options),
    ];
    const code = await outside(`
      const child = new Deno.Command(Deno.execPath(), {
        args: ${
      JSON.stringify(args)
    }, stdin: "piped", stdout: "piped", stderr: "null",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      reader.releaseLock();
      await child.stdin.close();
      console.log((await child.status).code);
      await child.stdout.cancel();
    `);
    assertEquals(code, "1");
  },
});

Deno.test({
  name: "main() lives to the end of its lifetime, also where no draw is left",
  ignore: !CAN_RUN,
  async fn() {
    const lifetime = { endTicks: 15_000, drainFromTicks: 15_000 };
    // One draw in the lifetime, acknowledged long before its end.
    const interval = { intervalMinTicks: 5_100, intervalMaxTicks: 8_000 };
    const { life, code } = await live(ack, { ...lifetime, ...interval });
    assertEquals(code, 0);
    assert(life.account.tick >= 15_000);
    assertEquals(life.kinds("drain"), []);
  },
});

Deno.test({
  name:
    "main() says when its lifetime is over and what is left to deliver then, and delivers it",
  ignore: !CAN_RUN,
  async fn() {
    let isOver = false;
    const { life, code } = await live(
      (connection) => isOver ? say(connection, "ACK\n") : undefined,
      { endTicks: 15_000, likesMin: 1, ackTimeoutTicks: 2_000 },
      ({ kind }) => isOver ||= kind === "drain",
    );
    assertEquals(code, 0);
    const [drain, ...others] = life.kinds("drain");
    assert(drain?.kind === "drain" && drain.tick >= 15_000);
    assertEquals(drain.pending, life.account.generated);
    assertEquals(others, []);
  },
});

Deno.test({
  name:
    "main() delivers what is left after a standstill that lasted longer than its time to deliver",
  ignore: !CAN_RUN,
  async fn() {
    let isThawed = false;
    const { life, code } = await live(
      (connection) => isThawed ? say(connection, "ACK\n") : undefined,
      { drainTicks: 5_000, likesMin: 1, ackTimeoutTicks: 2_000 },
      ({ kind }, { child }) => {
        if (kind !== "drain") return;
        child.kill("SIGSTOP");
        // Longer than its time to deliver, and than any lateness of timers.
        setTimeout(() => {
          isThawed = true;
          child.kill("SIGCONT");
        }, 3_000);
      },
    );
    assertEquals(code, 0, life.complaints.join("\n"));
    assertEquals(life.kinds("stalled").length, 1);
  },
});

/** The replica that each attempt went to. */
function replicasOf(life: Life): (number | undefined)[] {
  return life.kinds("report").map((line) =>
    line.kind === "report" ? line.replica : undefined
  );
}

/** Replicas behave as they are told, or hang up. */
async function liveWithReplicas(
  behaviours: readonly (Behaviour | null)[],
  changes: Partial<WorkerOptions>,
): Promise<{ life: Life; code: number; received: string[][] }> {
  using folder = new LogFolder();
  const peers = behaviours.map((behave) => {
    const peer: Peer = new Peer(
      behave ?? ((connection) => peer.hangUp(connection)),
    );
    return peer;
  });
  try {
    const life = new Life(workerOptions({
      ports: peers.map(({ port }) => port),
      log: `${folder.path}/LikesServer3`,
      intervalMinTicks: 1_000,
      intervalMaxTicks: 2_000,
      ...changes,
    }));
    const { code } = await life.child.ended;
    return { life, code, received: peers.map(({ received }) => received) };
  } finally {
    for (const peer of peers) await peer[Symbol.asyncDispose]();
  }
}

const acknowledges: Behaviour = (connection) => say(connection, "ACK\n");

Deno.test({
  name: "main() reports to its home as long as that answers, whatever it says",
  ignore: !CAN_RUN,
  async fn() {
    let answers = 0;
    const { life, received } = await liveWithReplicas([
      acknowledges,
      // LikesServer3 is at home at 3 mod 2.
      (connection) =>
        say(connection, ++answers % 2 === 0 ? "ACK\n" : "NAK full\n"),
    ], {});
    assertEquals(new Set(replicasOf(life)), new Set([1]));
    assertEquals(received[0], []);
  },
});

Deno.test({
  name:
    "main() goes to the next replica at once when its home resets, and stays",
  ignore: !CAN_RUN,
  async fn() {
    const { life, code } = await liveWithReplicas([
      acknowledges,
      null,
    ], {});
    const [first, ...others] = replicasOf(life);
    assertEquals([code, first], [0, 1]);
    assertEquals(new Set(others), new Set([0]));
  },
});

Deno.test({
  name: "main() goes to the next replica after two attempts without an answer",
  ignore: !CAN_RUN,
  async fn() {
    const { life, code } = await liveWithReplicas([
      acknowledges,
      () => {},
    ], { ackTimeoutTicks: 1_000 });
    const replicas = replicasOf(life);
    assertEquals(code, 0);
    assertEquals(replicas.slice(0, 3), [1, 1, 0]);
    assertEquals(new Set(replicas.slice(2)), new Set([0]));
  },
});

Deno.test({
  name: "main() stays at home where there is no failover",
  ignore: !CAN_RUN,
  async fn() {
    const { life, code } = await liveWithReplicas([
      acknowledges,
      null,
    ], { failover: false, drainTicks: 2_000 });
    assertEquals(code, 3);
    assertEquals(new Set(replicasOf(life)), new Set([1]));
  },
});

Deno.test({
  name: "main() reports to any replica, drawn for each attempt from the seed",
  ignore: !CAN_RUN,
  async fn() {
    const behaviours = [acknowledges, acknowledges, acknowledges];
    const { life } = await liveWithReplicas(behaviours, { writeTo: "any" });
    const replicas = replicasOf(life);
    const streams = new Streams(workerOptions().seed);
    assertEquals(
      replicas,
      replicas.map((_, i) => anyReplica(streams, 3, i + 1, 3)),
    );
    assert(new Set(replicas).size > 1);
  },
});
