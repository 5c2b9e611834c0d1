import { assertEquals, assertRejects } from "@std/assert";
import {
  PrimaryConnection,
  type PrimaryShared,
  type PrimarySocket,
} from "../../../lib/live/primary/connection.ts";
import { Deadlines } from "../../../lib/live/primary/deadlines.ts";
import { GroupCommit } from "../../../lib/live/primary/group_commit.ts";
import { Intake } from "../../../lib/live/primary/intake.ts";
import { Journal } from "../../../lib/live/primary/journal.ts";
import { LargeAnswers } from "../../../lib/live/primary/large_answers.ts";
import { PrimaryCounters } from "../../../lib/live/primary/counters.ts";
import { LogFile } from "../../../lib/platform/log_file.ts";
import type { Query } from "../../../lib/protocol/queries.ts";
import { PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { MemoryFile } from "./memory_log.ts";
import { TEST_TIME_MS } from "./primary_model.ts";

/** A client that sends some texts and reads all that it is sent. */
class FakeSocket implements PrimarySocket {
  sent = "";
  isClosed = false;
  readonly #texts: string[];

  constructor(...texts: string[]) {
    this.#texts = texts;
  }

  read(into: Uint8Array): Promise<number | null> {
    const text = this.#texts.shift();
    if (text === undefined) return Promise.resolve(null);
    return Promise.resolve(new TextEncoder().encodeInto(text, into).written);
  }

  write(bytes: Uint8Array): Promise<number> {
    this.sent += new TextDecoder().decode(bytes);
    return Promise.resolve(bytes.length);
  }

  close(): void {
    this.isClosed = true;
  }

  setNoDelay(): void {}
  setKeepAlive(): void {}
}

/** A primary's parts, and the number of connections that it has served. */
function setUp(pieces: (query: Query) => Iterable<string> = () => []) {
  const counters = new PrimaryCounters();
  const rules = new PrimaryRules({ sessionsMax: 1, serverMax: 0 });
  const journal = new Journal(new LogFile(new MemoryFile()));
  const neverLate = () => new Deadlines<PrimaryConnection>(60_000, () => {});
  const ends: string[] = [];
  const shared: PrimaryShared = {
    counters,
    intake: new Intake(rules, journal, counters),
    commits: new GroupCommit({
      ...{ journal, rules, counters, durability: "write" },
      now: () => TEST_TIME_MS,
      onFull: () => {},
      onRoom: () => {},
      onBroken: () => {},
    }),
    spareBuffers: [],
    lineDeadlines: neverLate(),
    answerDeadlines: neverLate(),
    replyDeadlines: neverLate(),
    isClosing: false,
    answers: new LargeAnswers(pieces),
    replica: null,
    ackFailed: () => ends.push("ack failed"),
    closed: () => ends.push("closed"),
    served: () => ends.push("served"),
  };
  return { shared, rules, ends };
}

Deno.test("PrimaryConnection.serve() ends with an error in this program, not as if the client had gone", async () => {
  const { shared, ends } = setUp(() => {
    throw new TypeError("x is undefined");
  });
  const socket = new FakeSocket("READ\n");
  await assertRejects(
    () => new PrimaryConnection(socket, shared).serve(),
    TypeError,
    "x is undefined",
  );
  assertEquals([socket.isClosed, ...ends], [true, "closed", "served"]);
});

Deno.test("PrimaryConnection.serve() takes an error in this program for one also at the only report of a connection", async () => {
  const { shared, rules } = setUp();
  rules.receive = () => {
    throw new TypeError("x is undefined");
  };
  const socket = new FakeSocket("LikesServer0 14");
  const connection = new PrimaryConnection(socket, shared);
  await assertRejects(() => connection.serve(), TypeError, "x is undefined");
});

Deno.test("PrimaryConnection.serve() just ends when the client has gone, whether it reads or writes", async () => {
  for (const kind of ["BadResource", "ConnectionReset", "TimedOut"] as const) {
    const { shared, ends } = setUp();
    const socket = new FakeSocket();
    socket.read = () => Promise.reject(new Deno.errors[kind]("Gone"));
    await new PrimaryConnection(socket, shared).serve();
    assertEquals(ends, ["closed", "served"]);
  }
  for (const line of ["LikesServer0 14\n", "LikesServer0 14"]) {
    const { shared, rules, ends } = setUp();
    const socket = new FakeSocket(line);
    socket.write = () => Promise.reject(new Deno.errors.BrokenPipe("Gone"));
    await new PrimaryConnection(socket, shared).serve();
    assertEquals(rules.ledger.total, 14);
    assertEquals(ends, ["ack failed", "closed", "served"]);
    shared.replyDeadlines.clear();
  }
});

Deno.test("PrimaryConnection.serve() just ends when the primary stops while an answer is waited for", async () => {
  const { shared, ends } = setUp(function* () {
    for (let i = 0; i < 10; i++) yield "x".repeat(1000);
  });
  const wait = shared.answers.wait.bind(shared.answers);
  shared.answers.wait = (query) => {
    const waiting = wait(query);
    shared.answers.close();
    return waiting;
  };
  const socket = new FakeSocket("STATS\n");
  await new PrimaryConnection(socket, shared).serve();
  assertEquals(ends, ["closed", "served"]);
});
