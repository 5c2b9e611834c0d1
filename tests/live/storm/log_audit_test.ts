import { assertEquals } from "@std/assert";
import { auditLogs } from "../../../lib/live/storm/log_audit.ts";
import { judge } from "../../../lib/verdict/verdict.ts";

const STAMP = "2026-01-02T03:04:05.678Z";
const MARK = "00c0ffee00c0ffee";

/** The logs of a run of one likes server that drew 14 and 5. */
const GOOD = {
  LikesServer0: ["LikesServer0 14", "LikesServer0 5"],
  PrimaryLikesLog: [
    `${STAMP} LikesServer0 14 ${MARK}#1=14 Total 14`,
    `${STAMP} DUPLICATE LikesServer0 14 ${MARK}#1=14 Total 14`,
    `${STAMP} REJECTED "LikesServer0 43" likes out of range`,
    `${STAMP} LikesServer0 5 ${MARK}#2=19 Total 19`,
  ],
  ParentProcessStatus: [
    `${STAMP} ParentProcess started`,
    `${STAMP} LikesServer0 started pid 7 session ${MARK}`,
    `${STAMP} LikesServer0 ended pid 7 signal SIGKILL`,
    `${STAMP} LikesServer0 started pid 8 session ${MARK}`,
    `${STAMP} LikesServer0 ended pid 8 code 0`,
    `${STAMP} ParentProcess completed`,
  ],
};

function audit(logs: Partial<typeof GOOD> = {}): string[] {
  const verdict = judge({ delivery: "crdt", seed: 7 }, [{
    name: "LikesServer0",
    draws: 1,
    generated: 19,
    acknowledged: 19,
    counted: 19,
    pending: 0,
  }]);
  const all: Record<string, string[]> = { ...GOOD, ...logs };
  return auditLogs(verdict, {
    read: (name) => (all[name] ?? []).map((line) => `${line}\n`).join(""),
  });
}

function without(lines: string[], index: number): string[] {
  return lines.filter((_, i) => i !== index);
}

Deno.test("auditLogs() finds nothing where logs and verdict agree", () => {
  assertEquals(audit(), []);
});

Deno.test("auditLogs() notices any line that is missing", () => {
  const { LikesServer0, PrimaryLikesLog, ParentProcessStatus } = GOOD;
  for (const index of LikesServer0.keys()) {
    const found = audit({ LikesServer0: without(LikesServer0, index) });
    assertEquals(found.length, 1);
  }
  for (const index of [0, 3]) {
    const lines = without(PrimaryLikesLog, index);
    assertEquals(audit({ PrimaryLikesLog: lines }).length > 0, true);
  }
  for (const index of ParentProcessStatus.keys()) {
    const lines = without(ParentProcessStatus, index);
    assertEquals(audit({ ParentProcessStatus: lines }).length > 0, true);
  }
});

Deno.test("auditLogs() notices lines that do not belong there", () => {
  for (
    const [name, line] of [
      ["LikesServer0", "LikesServer1 5"],
      ["LikesServer0", "LikesServer0"],
      ["PrimaryLikesLog", `${STAMP} LikesServer0 5 ${MARK}#3=24 Total 25`],
      ["PrimaryLikesLog", `${STAMP} LikesServer0 5 ${MARK}#2=19 Total 19`],
      ["PrimaryLikesLog", "nonsense"],
    ] as const
  ) {
    assertEquals(audit({ [name]: [...GOOD[name], line] }).length > 0, true);
  }
});
