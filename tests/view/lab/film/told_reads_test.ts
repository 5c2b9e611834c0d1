import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readerNode } from "../../../../lib/domain/nodes.ts";
import { Film } from "../../../../lib/view/lab/film/film.ts";
import {
  READS_MAX,
  ReadSample,
  type ToldRead,
} from "../../../../lib/view/lab/film/told_reads.ts";
import { runLab } from "../../../../lib/view/lab/lab_run.ts";
import { settingFromHash } from "../../../../lib/view/lab/setting.ts";
import { settings } from "../settings.ts";

Deno.test("followReads() tells each read once, as the verdict counts them, for any setting", () => {
  fc.assert(
    fc.property(settings(), (options) => {
      const { reads, verdict, reel } = runLab(options);
      const told = reads?.reads ?? [];
      assertEquals(reads === undefined, verdict.reads === undefined);
      if (verdict.reads === undefined || (reads?.every ?? 1) > 1) return;
      const count = (isMeant: (read: ToldRead) => boolean) =>
        told.filter(isMeant).length;
      const { unanswered, fresh = 0, behindVersions } = verdict.reads;
      assertEquals(
        count(({ outcome }) => outcome === "unanswered"),
        unanswered,
      );
      assertEquals(told.length, verdict.reads.count + unanswered);
      if (verdict.reads.monotonicPairs === undefined) return;
      assertEquals(
        count(({ wentBack }) => wentBack),
        verdict.reads.monotonicViolations,
      );
      const judged = count(({ outcome }) =>
        outcome === "fresh" || outcome === "stale"
      );
      assertEquals(
        count(({ outcome }) => outcome === "fresh"),
        Math.round(fresh * judged),
      );
      assertEquals(
        told.reduce((max, { stale }) => Math.max(max, stale?.versions ?? 0), 0),
        behindVersions?.max ?? 0,
      );
      for (const { startTick, endTick } of told) assert(startTick <= endTick);
      if (options.servers <= 10) assertEquals(reel.reads, told);
    }),
    { numRuns: 60 },
  );
});

Deno.test("ReadSample.add() keeps an even share of many reads", () => {
  const sample = new ReadSample();
  const read: ToldRead = {
    ...{ client: 0, item: 0, startTick: 0, endTick: 0, likes: 0 },
    ...{ outcome: "fresh", wentBack: false },
  };
  const count = 5 * READS_MAX;
  for (let endTick = 0; endTick < count; endTick++) {
    sample.add({ ...read, endTick });
  }
  const { reads, every } = sample;
  assert(reads.length <= READS_MAX && reads.length > READS_MAX / 3);
  assertEquals(
    reads.map(({ endTick }) => endTick),
    reads.map((_, index) => index * every),
  );
});

Deno.test("Film.frame() shows each reader with its last answer, and counts its stale ones", () => {
  const options = settingFromHash(
    "servers=3&lifetime=40s&replicas=3&readers=2&read-from=any&latency=exp:50ms" +
      "&partition=10s..30s:primary2--primary0-1&loss=0.05",
  );
  const { reel } = runLab(options);
  const film = new Film(options, reel);
  for (const seconds of [5, 15, 29, 35, 60, 20]) {
    film.seek(seconds * 10_000);
    const { readers } = film.frame();
    for (const { id, read, over, stale } of readers) {
      const own = reel.reads.filter(({ client, endTick }) =>
        client === readerNode(id) && endTick <= film.tick
      );
      assertEquals(read, own.at(-1) ?? null);
      assertEquals(over, own.length);
      assertEquals(
        stale,
        own.filter(({ outcome }) => outcome === "stale").length,
      );
    }
  }
});

Deno.test("Film.links() says which links are used, and which are cut which way", () => {
  const options = settingFromHash(
    "servers=2&lifetime=60s&replicas=3&readers=1" +
      "&partition=10s..20s:primary0->primary1&partition=30s..40s:LikesServer0--primary0",
  );
  const film = new Film(options, runLab(options).reel);
  const cut = (seconds: number) => {
    film.seek(seconds * 10_000);
    return film.links().filter(({ isCutTo, isCutFrom }) => isCutTo || isCutFrom)
      .map(({ from, to, isCutTo, isCutFrom, isUsed }) => [
        ...[from, to, isCutTo, isCutFrom, isUsed],
      ]);
  };
  assertEquals(cut(5), []);
  assertEquals(cut(15), [[-1, -2, true, false, true]]);
  assertEquals(cut(31), [[0, -1, true, true, true]]);
  // By then LikesServer0 has turned to the next replica.
  assertEquals(cut(39), [[0, -1, true, true, false]]);
});
