import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type BaselineOptions,
  PrimaryBaseline,
  takeBaselines,
} from "../../../lib/live/run/primary_baseline.ts";
import { PrimaryAbsentError } from "../../../lib/live/run/primary_holdings.ts";
import {
  InterruptedError,
  type Interruption,
} from "../../../lib/platform/interruption.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { PUSH } from "../../../lib/protocol/sync.ts";
import { granted } from "../../permissions.ts";
import { originalPrimary, Peer } from "../peer.ts";
import { LineClient, TestPrimary } from "../primary/line_client.ts";

const test = {
  ignore: !granted({ net: ["127.0.0.1"], read: ["/tmp"], write: ["/tmp"] }),
};
const SESSION = "00000000000000aa";
const SERVERS = [{ name: "LikesServer3", sessionText: SESSION }];

/** A baseline of what listens on a port, with a patience of 0.5 s. */
function options(port: () => number, signal?: AbortSignal): BaselineOptions {
  const { signal: never } = new AbortController();
  const interruption = {
    stop: signal ?? never,
    kill: never,
  } as BaselineOptions["interruption"];
  return { port, servers: SERVERS, interruption, patienceMs: 500 };
}

Deno.test({
  ...test,
  name:
    "countedSince() tells what was counted since the baseline, of this run only",
  async fn() {
    await using primary = await TestPrimary.start();
    const { port } = primary.running;
    using client = await LineClient.connect(port);
    await client.ask("LikesServer3 30");
    const baseline = await PrimaryBaseline.take(options(() => port));
    assertEquals(baseline.before?.total, 30);
    await client.ask("LikesServer3 5");
    await client.ask(`LikesServer3 7 ${SESSION}#1=7`);
    await client.ask(`LikesServer3 9 00000000000000bb#1=9`);
    const counted = await baseline.countedSince();
    assert(typeof counted !== "string");
    assertEquals(counted.unmarked("LikesServer3"), 5);
    assertEquals(counted.session("LikesServer3", SESSION).total, 7);
    assertEquals(counted.reports, 3);
  },
});

Deno.test({
  ...test,
  name: "countedSince() says of a primary of the original kind that it is one",
  async fn() {
    const { peer } = originalPrimary();
    await using _peer = peer;
    const baseline = await PrimaryBaseline.take(options(() => peer.port));
    assertEquals(baseline.before, null);
    const counted = await baseline.countedSince();
    assert(typeof counted === "string" && counted.endsWith("original kind"));
  },
});

Deno.test({
  ...test,
  name:
    "countedSince() tells a primary that is gone from one that stands still",
  async fn() {
    const primary = await TestPrimary.start();
    let { port } = primary.running;
    const baseline = await PrimaryBaseline.take(options(() => port));
    await primary[Symbol.asyncDispose]();
    assertEquals(
      await baseline.countedSince(),
      "the primary is gone: nothing accepts a connection on its port",
    );
    await using silent = new Peer(() => {});
    port = silent.port;
    assertEquals(
      await baseline.countedSince(),
      "the primary does not answer any more",
    );
  },
});

Deno.test({
  ...test,
  name: "take() fails without a primary, and differently if it is stopped",
  async fn() {
    await using silent = new Peer(() => {});
    const port = () => silent.port;
    await assertRejects(
      () => PrimaryBaseline.take(options(port)),
      PrimaryAbsentError,
    );
    await assertRejects(
      () => PrimaryBaseline.take(options(port, AbortSignal.abort())),
      InterruptedError,
    );
  },
});

Deno.test({
  ...test,
  name:
    "takeBaselines() takes several primaries only if each is the replica that its place says",
  async fn() {
    const replica = (number: number) =>
      TestPrimary.start({
        replica: { number, peers: [1], gossip: null, style: PUSH, seed: 1 },
      });
    await using alone = await TestPrimary.start();
    await using first = await replica(0);
    await using second = await replica(1);
    const { interruption } = options(() => 0);
    const take = (...primaries: TestPrimary[]) =>
      takeBaselines(
        primaries.map(({ running }) => running),
        "crdt",
        SERVERS,
        interruption as Interruption,
      );
    assertEquals((await take(first, second)).length, 2);
    assertEquals((await take(alone)).length, 1);
    const place = `127.0.0.1:${second.running.port}`;
    await assertRejects(
      () => take(second, first),
      StartError,
      `primary1 is on ${place}, where primary0 should be`,
    );
    await assertRejects(
      () => take(first, alone),
      StartError,
      "is no replica, start it with --replica 1",
    );
  },
});
