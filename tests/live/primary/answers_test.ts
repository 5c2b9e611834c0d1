import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { answerPieces } from "../../../lib/live/primary/answers.ts";
import { PrimaryCounters } from "../../../lib/live/primary/counters.ts";
import { Journal } from "../../../lib/live/primary/journal.ts";
import { parseStats } from "../../../lib/live/primary/stats.ts";
import { LogFile } from "../../../lib/platform/log_file.ts";
import type { Query } from "../../../lib/protocol/queries.ts";
import { parseReply } from "../../../lib/protocol/replies.ts";
import { decodeReport } from "../../../lib/protocol/report.ts";
import type { PrimaryRules } from "../../../lib/rules/primary_rules.ts";
import { bytesOf } from "../../protocol/generators.ts";
import { MemoryFile } from "./memory_log.ts";
import { conversations, PrimaryModel } from "./primary_model.ts";

function answerOf(query: Query, rules: PrimaryRules): string {
  const sources = {
    rules,
    replica: null,
    counters: new PrimaryCounters(),
    journal: new Journal(new LogFile(new MemoryFile())),
    durability: "write",
    uptimeSeconds: () => 1.5,
  };
  const text = [...answerPieces(query, sources)].join("");
  assertEquals(text.indexOf("\n"), text.length - 1);
  return text.trimEnd();
}

/** Likes of a likes server by its journal: without a mark, and by session. */
function countedIn(
  journal: string,
): Map<string, { unmarked: number; sessions: Map<string, number> }> {
  const servers = new Map();
  for (const line of journal.split("\n").slice(0, -1)) {
    const report = /^\S+ (LikesServer.*) Total/.exec(line)?.[1];
    if (report === undefined) continue;
    const { server, likes, mark } = decodeReport(report);
    const name = `LikesServer${server}`;
    const held = servers.get(name) ?? { unmarked: 0, sessions: new Map() };
    servers.set(name, held);
    if (mark === undefined) held.unmarked += likes;
    else {
      const before = held.sessions.get(mark.session) ?? 0;
      held.sessions.set(mark.session, mark.total ?? before + likes);
    }
  }
  return servers;
}

Deno.test("answerPieces() tells of each likes server and session what the journal does", () => {
  fc.assert(
    fc.property(conversations, (lines) => {
      const model = new PrimaryModel();
      for (const line of lines) model.take(line);
      const { rules, journal } = model;
      const expected = countedIn(journal);
      const stats = parseStats(answerOf({ kind: "stats" }, rules));
      assertEquals(
        new Set(stats.servers.map(({ name }) => name)),
        new Set(expected.keys()),
      );
      assertEquals(stats.total, rules.ledger.total);
      for (const { name, unmarked, sessions } of stats.servers) {
        const held = expected.get(name);
        assertEquals(unmarked, held?.unmarked);
        assertEquals(
          new Map(sessions.map(({ session, total }) => [session, total])),
          held?.sessions,
        );
        const server = Number(name.slice("LikesServer".length));
        const marked = sessions.reduce((sum, { total }) => sum + total, 0);
        assertEquals(parseReply(answerOf({ kind: "value", server }, rules)), {
          kind: "VALUE",
          name,
          likes: unmarked + marked,
          entries: [...sessions],
        });
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("answerPieces() leaves a session out of which nothing is counted", () => {
  const model = new PrimaryModel();
  model.take(bytesOf("LikesServer3 5 0123456789abcdef#2"));
  model.take(bytesOf("LikesServer3 0"));
  const { rules } = model;
  assertEquals(answerOf({ kind: "total" }, rules), "TOTAL 0");
  assertEquals(
    answerOf({ kind: "value", server: 3 }, rules),
    "VALUE LikesServer3 0",
  );
  const { servers } = parseStats(answerOf({ kind: "stats" }, rules));
  assertEquals(servers, [{ name: "LikesServer3", unmarked: 0, sessions: [] }]);
});
