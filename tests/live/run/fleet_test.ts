import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { Fleet } from "../../../lib/live/run/fleet.ts";
import { LiveHistory } from "../../../lib/live/run/live_history.ts";
import { ServerRecord } from "../../../lib/live/run/server_record.ts";
import { streamOf } from "../../platform/byte_stream.ts";
import { TIME_QUESTION } from "../../../lib/live/worker/run_clock.ts";
import { StatusLog } from "../../../lib/live/run/status_log.ts";

/** Until it is disposed of, processes are started by a function of a test's. */
function spawning(
  start: (args: readonly string[]) => Deno.ChildProcess,
): Disposable {
  const { Command } = Deno;
  Deno.Command = class extends Command {
    readonly #args: readonly string[];
    constructor(program: string | URL, options?: Deno.CommandOptions) {
      super(program, options);
      this.#args = options?.args ?? [];
    }
    override spawn(): Deno.ChildProcess {
      return start(this.#args);
    }
  };
  return {
    [Symbol.dispose]() {
      Deno.Command = Command;
    },
  };
}

/** A process that writes some lines and ends. */
function fakeProcess(
  { stdout, stderr = [], code, signal = null, stdin = [] }: {
    stdout: readonly string[];
    stderr?: readonly string[];
    code: number;
    signal?: Deno.Signal | null;
    /** Is given what was written to its standard input. */
    stdin?: string[];
  },
): Deno.ChildProcess {
  const stream = (lines: readonly string[]) =>
    streamOf(lines.map((line) => `${line}\n`));
  const fake: Partial<Record<keyof Deno.ChildProcess, unknown>> = {
    pid: 4242,
    stdin: new WritableStream<Uint8Array>({
      write: (bytes) => void stdin.push(new TextDecoder().decode(bytes)),
    }),
    stdout: stream(stdout),
    stderr: stream(stderr),
    status: Promise.resolve({ success: code === 0, code, signal }),
    kill: () => {},
  };
  return fake as unknown as Deno.ChildProcess;
}

/** A fleet of one likes server. */
function smallFleet(
  ...flags: string[]
): { fleet: Fleet; record: ServerRecord; notes: string[] } {
  const invocation = parseInvocation(["parent", "--servers", "1", ...flags], {
    program: "likes",
    drawSeed: () => 0,
  });
  assert(invocation.command === "parent");
  const { run, logDir, restart } = invocation.options;
  const { delivery } = run;
  const history = new LiveHistory({
    delivery,
    onSending: () => {},
    onReading: () => {},
    onEvent: () => {},
  });
  const record = new ServerRecord(0, [0, 0], delivery, history);
  const notes: string[] = [];
  const fleet = new Fleet({
    run,
    logDir,
    restart,
    ports: [1],
    records: [record],
    status: new StatusLog({
      sink: { append: () => {} },
      nowMs: () => 0,
      onLine: () => {},
      onNote: () => {},
    }),
    onLine: () => {},
    onNote: (text) => notes.push(text),
    onLife: () => {},
  });
  return { fleet, record, notes };
}

Deno.test({
  name:
    "Fleet.run() goes on without a likes server that cannot be started, and says why",
  async fn() {
    const cases: [Error, string][] = [
      [
        new Deno.errors.NotFound("No such file\nat somewhere"),
        "No such file",
      ],
      [
        new Error("Too many open files (os error 24)"),
        "Too many open files (os error 24)",
      ],
    ];
    for (const [error, reason] of cases) {
      using _ = spawning(() => {
        throw error;
      });
      const { fleet, record, notes } = smallFleet();
      await fleet.run();
      assertEquals(record.notRun, `it could not be started: ${reason}`);
      assertEquals(notes, [`Cannot start LikesServer0: ${reason}`]);
    }
  },
});

const BEGUN = ["0.0200 started seq=0 total=0"];
const DRAWN = [...BEGUN, "1.0000 draw seq=1 likes=14 total=14"];
const ENDED = [
  ...DRAWN,
  "9.0000 ended seq=1 generated=14 acknowledged=0 pending=14 rejected=0 retries=0",
];

Deno.test("Fleet.run() knows a likes server that was run to its end by its account and its exit code", async () => {
  for (const code of [0, 3]) {
    using _ = spawning(() => fakeProcess({ stdout: ENDED, code }));
    const { fleet, record } = smallFleet();
    await fleet.run();
    assertEquals([record.notRun, record.exit], [undefined, code]);
  }
});

Deno.test("Fleet.run() takes any other exit for a likes server that could not be run, with Deno's reason, and what it was seen to draw for generated", async () => {
  const denoError = ["error: Module not found.", "    at somewhere"];
  const cases: [string[], string[], number, string, number][] = [
    [[], denoError, 1, "it ended with code 1: Module not found", 0],
    [DRAWN, [], 70, "it ended with code 70", 14],
    [DRAWN, ["Cut 5 bytes", "Cannot log", ""], 2, "code 2: Cannot log", 14],
    [DRAWN, [], 0, "it ended with code 0", 14],
    [ENDED, [], 1, "it ended with code 1", 14],
  ];
  for (const [stdout, stderr, code, reason, generated] of cases) {
    let starts = 0;
    using _ = spawning(() => {
      starts++;
      return fakeProcess({ stdout, stderr, code });
    });
    const { fleet, record } = smallFleet();
    await fleet.run();
    assertMatch(record.notRun ?? "", new RegExp(`${reason}$`));
    assertEquals([record.exit, record.generated], [code, generated]);
    // Nobody has killed it: another process would end as it did.
    assertEquals(starts, 1);
  }
});

Deno.test("Fleet.run() answers a likes server that asks for the run's time, and nobody else reads the question", async () => {
  const stdin: string[] = [];
  using _ = spawning(() =>
    fakeProcess({ stdout: [TIME_QUESTION, ...ENDED], code: 3, stdin })
  );
  const { fleet, notes } = smallFleet();
  await fleet.run();
  assertMatch(stdin.join(""), /^\d+\n$/);
  assertEquals(notes, []);
});

Deno.test("Fleet.run() has the log of a likes server that stays dead summed up as of that moment, not of its planned end", async () => {
  const lives: (readonly string[])[] = [];
  using _ = spawning((args) => {
    lives.push(args);
    return lives.length === 1
      ? fakeProcess({ stdout: DRAWN, code: 137, signal: "SIGKILL" })
      : fakeProcess({ stdout: ENDED, code: 0 });
  });
  const { fleet, notes } = smallFleet("--no-restart");
  await fleet.run();
  assertEquals([lives.length, notes], [2, []]);
  const [lived, summedUp] = lives.map((args) =>
    Number(args.find((arg) => arg.startsWith("endTicks="))?.split("=")[1])
  );
  assertEquals(lived, 3_000_000);
  assert(summedUp !== undefined && summedUp <= fleet.nowTicks);
});
