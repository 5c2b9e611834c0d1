import { isRequest, MessageKind } from "../../lib/domain/messages.ts";
import {
  isReplica,
  PRIMARY,
  readerNode,
  replicaNode,
} from "../../lib/domain/nodes.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { Faults, LIFTED_LATENCY_TICKS_MAX } from "../../lib/faults/force.ts";
import {
  type FaultPlan,
  runEndTick,
  type Side,
} from "../../lib/faults/plan.ts";
import { NEVER } from "../../lib/domain/ticks.ts";
import { faultPlans } from "./arbitrary.ts";
import { faultsOf, tenServers, threeReplicas } from "./runs.ts";

const DIRECTIONS: MessageKind[] = [MessageKind.REPORT, MessageKind.REPLY];
const MESSAGES = 50_000;

/** The number of messages, of many, for which it holds. */
function shareOf(holds: (n: number) => boolean): number {
  let count = 0;
  for (let n = 1; n <= MESSAGES; n++) if (holds(n)) count++;
  return count / MESSAGES;
}

/** Whether message n of a likes server is lost, at tick 0. */
function isLost(
  faults: Faults,
  direction: MessageKind,
  server: number,
  n: number,
): boolean {
  return faults.lost(direction, faults.luck(direction, server, n), 0);
}

/** Whether a message between a likes server and the primary is cut off. */
function isCut(
  faults: Faults,
  direction: MessageKind,
  server: number,
  tick: number,
): boolean {
  return direction === MessageKind.REPORT
    ? faults.cut(server, PRIMARY, tick)
    : faults.cut(PRIMARY, server, tick);
}

/** Whether message n of likes server 3 is copied, at tick 0. */
function isCopied(faults: Faults, direction: MessageKind, n: number): boolean {
  return faults.copied(direction, faults.luck(direction, 3, n), 0);
}

/** The delay of message n of likes server 3, or of its copy, at tick 0. */
function ticksOf(
  faults: Faults,
  direction: MessageKind,
  n: number,
  copy = false,
): number {
  return faults.latencyTicks(direction, faults.luck(direction, 3, n), copy, 0);
}

/**
 * The share of messages for which two things that hold for half of all messages
 * agree.
 */
function agreement(
  a: (n: number) => boolean,
  b: (n: number) => boolean,
): number {
  return shareOf((n) => a(n) === b(n));
}

Deno.test("Faults of an empty plan leave every message alone", () => {
  const faults = faultsOf({});
  assertEquals(faults.transitions(), []);
  assertEquals(faults.liftedTick, 0);
  assertEquals(faults.endTick, 690_000);
  for (const direction of DIRECTIONS) {
    for (let n = 1; n <= 100; n++) {
      const luck = faults.luck(direction, 3, n);
      assert(!faults.lost(direction, luck, n));
      assert(!faults.copied(direction, luck, n));
      assert(!isCut(faults, direction, 3, n));
      assertEquals(faults.latencyTicks(direction, luck, false, n), 0);
      assertEquals(faults.latencyTicks(direction, luck, true, n), 0);
    }
  }
  assert(!faults.crashed(PRIMARY, 5) && !faults.paused(3, 5));
});

Deno.test("Faults.lost() loses the share given, of reports and replies each", () => {
  const faults = faultsOf({ loss: "3/100", ackLoss: "0.4" });
  // Four standard errors: 4 sqrt(p (1 - p) / 50,000).
  const reports = shareOf((n) => isLost(faults, MessageKind.REPORT, 3, n));
  assertAlmostEquals(reports, 0.03, 0.0031);
  const replies = shareOf((n) => isLost(faults, MessageKind.REPLY, 3, n));
  assertAlmostEquals(replies, 0.4, 0.0088);
});

Deno.test("Faults.lost() loses nothing at 0 and everything at 1", () => {
  const faults = faultsOf({ loss: "1", ackLoss: "0" });
  assertEquals(shareOf((n) => isLost(faults, MessageKind.REPORT, 3, n)), 1);
  assertEquals(shareOf((n) => isLost(faults, MessageKind.REPLY, 3, n)), 0);
});

Deno.test("Faults.copied() copies the share given, in both directions", () => {
  const faults = faultsOf({ duplicate: "1/10" });
  for (const direction of DIRECTIONS) {
    const copies = shareOf((n) => isCopied(faults, direction, n));
    assertAlmostEquals(copies, 0.1, 0.0054);
  }
  const always = faultsOf({ duplicate: "1" });
  assertEquals(shareOf((n) => isCopied(always, MessageKind.REPORT, n)), 1);
});

Deno.test("Faults draw loss independently for directions, servers, messages and seeds", () => {
  const faults = faultsOf({ loss: "1/2" });
  const otherSeed = faultsOf({ loss: "1/2" }, 8);
  const others: ((n: number) => boolean)[] = [
    (n) => isLost(faults, MessageKind.REPLY, 3, n),
    (n) => isLost(faults, MessageKind.REPORT, 4, n),
    (n) => isLost(faults, MessageKind.REPORT, 3, n + 1),
    (n) => isLost(otherSeed, MessageKind.REPORT, 3, n),
  ];
  for (const other of others) {
    const agreeing = agreement(
      (n) => isLost(faults, MessageKind.REPORT, 3, n),
      other,
    );
    assertAlmostEquals(agreeing, 0.5, 0.009);
  }
});

Deno.test("Faults.copied() copies the share given of what is not lost", () => {
  const faults = faultsOf({ loss: "2/5", ackLoss: "1/5", duplicate: "1/4" });
  for (const direction of DIRECTIONS) {
    const through = shareOf((n) => !isLost(faults, direction, 3, n));
    const copied = shareOf((n) => isCopied(faults, direction, n));
    // Four standard errors: 4 sqrt(p (1 - p) / 30,000).
    assertAlmostEquals(copied / through, 0.25, 0.01);
    for (let n = 1; n <= 1000; n++) {
      assert(
        !isLost(faults, direction, 3, n) || !isCopied(faults, direction, n),
      );
    }
  }
  const none = faultsOf({ loss: "2/5" });
  assertEquals(shareOf((n) => isCopied(none, MessageKind.REPORT, n)), 0);
});

Deno.test("Faults.latencyTicks() takes as long for what is copied, or neither lost nor copied, as without loss", () => {
  const faults = faultsOf({
    latency: "exp:20ms",
    loss: "1/3",
    duplicate: "1/5",
  });
  const chosen: ((n: number) => boolean)[] = [
    (n) => isCopied(faults, MessageKind.REPORT, n),
    (n) => !isCopied(faults, MessageKind.REPORT, n),
  ];
  for (const isChosen of chosen) {
    for (const copy of [false, true]) {
      let count = 0;
      let sum = 0;
      let above = 0;
      for (let n = 1; n <= 4 * MESSAGES; n++) {
        if (isLost(faults, MessageKind.REPORT, 3, n) || !isChosen(n)) continue;
        const ticks = ticksOf(faults, MessageKind.REPORT, n, copy);
        count++;
        sum += ticks;
        if (ticks >= 461) above++;
      }
      // Four standard errors, of the mean and of the share above the 90th
      // percentile, 200 ln 10.
      assertAlmostEquals(sum / count, 200, 4 * 200 / Math.sqrt(count));
      assertAlmostEquals(above / count, 0.1, 4 * 0.3 / Math.sqrt(count));
    }
  }
});

Deno.test("Faults.latencyTicks() gives reports, replies and their copies delays of their own", () => {
  const faults = faultsOf({ latency: "exp:20ms" });
  const delays = new Set<number>();
  for (const direction of DIRECTIONS) {
    for (const copy of [false, true]) {
      let sum = 0;
      for (let n = 1; n <= MESSAGES; n++) {
        sum += ticksOf(faults, direction, n, copy);
      }
      assertAlmostEquals(sum / MESSAGES, 200, 4);
      delays.add(sum);
    }
  }
  assertEquals(delays.size, 4);
});

Deno.test("Faults change one kind without disturbing the others", () => {
  const calm = faultsOf({ latency: "exp:20ms", loss: "1/10" });
  const storm = faultsOf({
    latency: "exp:20ms",
    loss: "1/10",
    ackLoss: "1/2",
    duplicate: "1/2",
    crash: ["random:5"],
    partition: ["1s..50s"],
  });
  for (let n = 1; n <= 1000; n++) {
    assertEquals(
      isLost(storm, MessageKind.REPORT, 3, n),
      isLost(calm, MessageKind.REPORT, 3, n),
    );
    assertEquals(
      ticksOf(storm, MessageKind.REPORT, n),
      ticksOf(calm, MessageKind.REPORT, n),
    );
  }
  // More loss loses what less loss lost, and more; it copies nothing that less
  // loss did not copy.
  const less = faultsOf({ loss: "1/10", duplicate: "1/10" });
  const more = faultsOf({ loss: "2/10", duplicate: "1/10" });
  for (let n = 1; n <= 1000; n++) {
    if (isLost(less, MessageKind.REPORT, 3, n)) {
      assert(isLost(more, MessageKind.REPORT, 3, n));
    }
    if (isCopied(more, MessageKind.REPORT, n)) {
      assert(isCopied(less, MessageKind.REPORT, n));
    }
  }
});

Deno.test("Faults.arrivalTick() and copyArrivalTick() tell what becomes of a message's luck", () => {
  for (const duplicate of ["0", "1/3"]) {
    const faults = faultsOf({
      latency: "exp:20ms",
      loss: "1/4",
      ackLoss: "1/2",
      duplicate,
    });
    for (const kind of Object.values(MessageKind)) {
      for (let n = 1; n <= 100; n++) {
        const luck = faults.luck(kind, 3, n);
        const isLost = faults.lost(kind, luck, 700);
        assertEquals(
          faults.arrivalTick(kind, 3, n, 700),
          isLost ? NEVER : 700 + faults.latencyTicks(kind, luck, false, 700),
        );
        assertEquals(
          faults.copyArrivalTick(kind, 3, n, 700),
          faults.copied(kind, luck, 700)
            ? 700 + faults.latencyTicks(kind, luck, true, 700)
            : NEVER,
        );
      }
    }
  }
});

Deno.test("Faults.lost() and copied() hold until the last tick of the run, not at its end", () => {
  const losing = faultsOf({ loss: "1" });
  const copying = faultsOf({ duplicate: "1" });
  for (const direction of DIRECTIONS) {
    for (const luck of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) {
      assert(losing.lost(direction, luck, 689_999));
      assert(copying.copied(direction, luck, 689_999));
      for (const tick of [690_000, 690_001, NEVER]) {
        assert(!losing.lost(direction, luck, tick));
        assert(!copying.copied(direction, luck, tick));
      }
    }
  }
});

Deno.test("Faults.latencyTicks() lets what is held up arrive within 10 ms of the end of the run", () => {
  const held = faultsOf({ latency: "1h" });
  const luck = held.luck(MessageKind.REPORT, 3, 1);
  assertEquals(held.latencyTicks(MessageKind.REPORT, luck, false, 0), 690_100);
  assertEquals(
    held.latencyTicks(MessageKind.REPORT, luck, false, 689_999),
    101,
  );
  assertEquals(
    held.latencyTicks(MessageKind.REPORT, luck, false, 690_000),
    100,
  );
  assertEquals(held.latencyTicks(MessageKind.REPORT, luck, true, 800_000), 100);
  const usual = faultsOf({ latency: "5ms" });
  assertEquals(
    usual.latencyTicks(MessageKind.REPORT, luck, false, 800_000),
    50,
  );
});

Deno.test("Faults.cut() counts the first tick of a window in and the last out", () => {
  const faults = faultsOf({ partition: ["20s..40s"] });
  for (const direction of DIRECTIONS) {
    assert(!isCut(faults, direction, 3, 199_999));
    assert(isCut(faults, direction, 3, 200_000));
    assert(isCut(faults, direction, 3, 399_999));
    assert(!isCut(faults, direction, 3, 400_000));
    assert(!isCut(faults, direction, 3, NEVER));
  }
});

Deno.test("Faults.cut() cuts those named and the direction named, no others", () => {
  const faults = faultsOf({
    partition: ["20s..40s:LikesServer2-4,LikesServer7:->primary"],
  });
  for (let server = 0; server < 10; server++) {
    const named = [2, 3, 4, 7].includes(server);
    assertEquals(faults.cut(server, PRIMARY, 300_000), named);
    assert(!faults.cut(PRIMARY, server, 300_000));
  }
});

Deno.test("Faults.cut() is lifted at the end of the run", () => {
  const faults = faultsOf({ partition: ["20s..10m"] });
  assert(faults.cut(3, PRIMARY, 689_999));
  assert(!faults.cut(3, PRIMARY, 690_000));
});

/** The meaning of a plan, partition by partition and node by node. */
function isCutBy(
  plan: FaultPlan,
  from: number,
  to: number,
  tick: number,
): boolean {
  if (tick >= runEndTick(tenServers())) return false;
  const has = (side: Side, node: number) =>
    side !== "others" &&
    side.some(({ first, last }) => first <= node && node <= last);
  return plan.partitions.some(
    ({ fromTick, untilTick, left, direction, right }) => {
      const isLeft = (node: number) =>
        left === "others" ? !has(right, node) : has(left, node);
      const isRight = (node: number) =>
        right === "others" ? !has(left, node) : has(right, node);
      return fromTick <= tick && tick < untilTick &&
        (direction !== "<-" && isLeft(from) && isRight(to) ||
          direction !== "->" && isRight(from) && isLeft(to));
    },
  );
}

Deno.test("Faults.cut() is the union of the partitions of any plan, asked in any order", () => {
  const run = threeReplicas();
  const nodes = [0, 1, 2].flatMap((i) => [replicaNode(i), readerNode(i)]);
  for (let server = 0; server < 10; server++) nodes.push(server);
  const plans = faultPlans(run, { eventsMax: 8 });
  const tick = fc.integer({ min: 0, max: 800_000 });
  fc.assert(fc.property(plans, fc.array(tick), (plan, ticks) => {
    const faults = new Faults({ ...run, faults: plan });
    const edges = plan.partitions.flatMap((partition) => [
      partition.fromTick - 1,
      partition.fromTick,
      partition.untilTick - 1,
      partition.untilTick,
    ]);
    for (const tick of [...ticks, ...edges]) {
      if (tick < 0) continue;
      for (const from of nodes) {
        for (const to of nodes) {
          const isLink = from !== to && (isReplica(from) || isReplica(to));
          if (!isLink) continue;
          const isCut = faults.cut(from, to, tick);
          assertEquals(isCut, isCutBy(plan, from, to, tick), `${from} ${to}`);
        }
      }
    }
  }));
});

Deno.test("Faults.crashed() holds from the crash until before the restart", () => {
  const faults = faultsOf({
    crash: ["LikesServer3@50s+5s", "LikesServer3@60s+1s", "LikesServer4@50s"],
    pause: ["LikesServer3@55s+5s"],
  });
  const down = [500_000, 549_999, 600_000, 609_999];
  const up = [0, 499_999, 550_000, 599_999, 610_000, 690_000];
  for (const tick of down) assert(faults.crashed(3, tick), `${tick}`);
  for (const tick of up) assert(!faults.crashed(3, tick), `${tick}`);
  assert(!faults.crashed(4, 499_999));
  for (const tick of [500_000, 690_000, NEVER]) assert(faults.crashed(4, tick));
  assert(!faults.crashed(5, 500_000) && !faults.crashed(PRIMARY, 500_000));
  assert(!faults.paused(3, 549_999) && faults.paused(3, 550_000));
  assert(faults.paused(3, 599_999) && !faults.paused(3, 600_000));
});

Deno.test("Faults.crashed() and paused() end at the end of the run", () => {
  const faults = faultsOf({
    crash: ["LikesServer3@68s+5s"],
    pause: ["primary@68s+5s"],
  });
  assert(faults.crashed(3, 689_999) && !faults.crashed(3, 690_000));
  assert(faults.paused(PRIMARY, 689_999) && !faults.paused(PRIMARY, 690_000));
});

Deno.test("Faults.liftedTick is the end of the last fault, or of the run for random ones", () => {
  const partition = ["20s..40s"];
  assertEquals(faultsOf({ partition }).liftedTick, 400_000);
  assertEquals(faultsOf({ partition: ["20s..90s"] }).liftedTick, 690_000);
  assertEquals(faultsOf({ partition, loss: "0.1" }).liftedTick, 690_000);
  assertEquals(faultsOf({ ackLoss: "0.1" }).liftedTick, 690_000);
  assertEquals(faultsOf({ duplicate: "0.1" }).liftedTick, 690_000);
  assertEquals(faultsOf({ latency: "exp:20ms" }).liftedTick, 0);
  assertEquals(faultsOf({ crash: ["primary@10s+1s"] }).liftedTick, 110_000);
});

Deno.test("Faults are in force for nothing sent or arriving after the end of the run, for any plan", () => {
  const run = tenServers();
  const after = fc.integer({ min: 690_000, max: NEVER - 10_000 });
  fc.assert(fc.property(faultPlans(run), after, (plan, tick) => {
    const faults = new Faults({ ...run, faults: plan });
    for (const direction of DIRECTIONS) {
      for (let server = 0; server < 10; server++) {
        const luck = faults.luck(direction, server, 1);
        assert(!faults.lost(direction, luck, tick));
        assert(!faults.copied(direction, luck, tick));
        assert(!isCut(faults, direction, server, tick));
        assert(!faults.crashed(server, tick) && !faults.paused(server, tick));
        const ticks = faults.latencyTicks(
          MessageKind.REPORT,
          luck,
          false,
          tick,
        );
        assert(ticks <= LIFTED_LATENCY_TICKS_MAX);
      }
    }
    assert(!faults.crashed(PRIMARY, tick) && !faults.paused(PRIMARY, tick));
    assert(faults.liftedTick <= faults.endTick);
  }));
});

Deno.test("Faults.latencyTicks() is a whole number, and the arrival fits into 32 bits, for any plan and tick", () => {
  const run = tenServers();
  const plans = faultPlans(run, { latencyMsMax: 2_000_000 });
  const tick = fc.integer({ min: 0, max: NEVER - 10_000 });
  const n = fc.integer({ min: 1, max: NEVER });
  fc.assert(fc.property(plans, tick, n, (plan, tick, n) => {
    const faults = new Faults({ ...run, faults: plan });
    const luck = faults.luck(MessageKind.REPORT, 3, n);
    const ticks = faults.latencyTicks(MessageKind.REPORT, luck, false, tick);
    assert(Number.isInteger(ticks) && ticks >= 0, `${ticks}`);
    assert(tick + ticks < NEVER);
  }));
});

Deno.test("Faults give each kind of message its latency, loss and luck", () => {
  const run = threeReplicas();
  const plan = parseFaultPlan({
    latency: "1ms",
    ackLatency: "2ms",
    peerLatency: "3ms",
    readLatency: "4ms",
    loss: "1/10",
    ackLoss: "3/10",
  }, run);
  const faults = new Faults({ ...run, faults: plan });
  const kinds = Object.values(MessageKind);
  assertEquals(
    kinds.map((kind) => faults.latencyTicks(kind, 5, false, 0)),
    [10, 20, 30, 30, 40, 40, 40, 40],
  );
  for (const kind of kinds) {
    const share = shareOf((n) => faults.lost(kind, faults.luck(kind, 1, n), 0));
    assertAlmostEquals(share, isRequest(kind) ? 0.1 : 0.3, 0.01, `${kind}`);
  }
  const lucks = kinds.map((kind) => faults.luck(kind, 1, 1));
  assertEquals(new Set(lucks).size, kinds.length);
  // What is not given is as --latency.
  const alike = parseFaultPlan({ latency: "1ms" }, run);
  const same = new Faults({ ...run, faults: alike });
  for (const kind of kinds) {
    assertEquals(same.latencyTicks(kind, 5, true, 0), 10);
  }
});

Deno.test("Faults of replicas and readers leave those of reports as they are", () => {
  const flags = { latency: "exp:20ms", loss: "1/10", duplicate: "1/10" };
  const alone = faultsOf(flags);
  const run = threeReplicas();
  const plan = parseFaultPlan(
    { ...flags, peerLatency: "1s", readLatency: "1s" },
    run,
  );
  const among = new Faults({ ...run, faults: plan });
  for (const kind of DIRECTIONS) {
    for (let n = 1; n <= 1000; n++) {
      const luck = alone.luck(kind, 3, n);
      assertEquals(among.luck(kind, 3, n), luck);
      assertEquals(among.lost(kind, luck, 0), alone.lost(kind, luck, 0));
      assertEquals(
        among.latencyTicks(kind, luck, false, 0),
        alone.latencyTicks(kind, luck, false, 0),
      );
    }
  }
});

Deno.test("Faults.crashed() and paused() are of one replica, or of all", () => {
  const run = threeReplicas();
  const flags = { crash: ["primary1@10s+1s"], pause: ["primary@20s+1s"] };
  const faults = new Faults({ ...run, faults: parseFaultPlan(flags, run) });
  const nodes = [0, 1, 2].map(replicaNode);
  assertEquals(nodes.map((node) => faults.crashed(node, 105_000)), [
    false,
    true,
    false,
  ]);
  assertEquals(nodes.map((node) => faults.paused(node, 205_000)), [
    true,
    true,
    true,
  ]);
});
