import { assertEquals } from "@std/assert";
import { auditFolder, auditLogs } from "../../../lib/live/storm/log_audit.ts";
import { judge } from "../../../lib/verdict/verdict.ts";
import { granted } from "../../permissions.ts";
import { TempFolder } from "../../temp_folder.ts";

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

const VERDICT = judge({ delivery: "crdt", seed: 7 }, [{
  name: "LikesServer0",
  draws: 2,
  generated: 19,
  acknowledged: 19,
  counted: 19,
  pending: 0,
}]);

function audit(logs: Partial<typeof GOOD> = {}): string[] {
  const all: Record<string, string[]> = { ...GOOD, ...logs };
  return auditLogs(VERDICT, {
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

Deno.test({
  name: "auditFolder() reads every file of the folder, and names one too many",
  ignore: !granted({ read: ["/tmp"], write: ["/tmp"] }),
  async fn() {
    using temp = new TempFolder();
    const folder = temp.path;
    const put = (name: string, lines: readonly string[]) =>
      Deno.writeTextFileSync(
        `${folder}/${name}`,
        lines.map((line) => `${line}\n`).join(""),
      );
    for (const [name, lines] of Object.entries(GOOD)) put(name, lines);
    put("history", []);
    put("ParentProcessStatus.lock", []);
    assertEquals(await auditFolder(VERDICT, folder), []);
    put("LikesServer1", ["LikesServer1 5"]);
    Deno.removeSync(`${folder}/LikesServer0`);
    assertEquals(await auditFolder(VERDICT, folder), [
      "LikesServer1 is no file of this run",
      "LikesServer0 logged 0 likes, the verdict says 19",
    ]);
  },
});

/** The logs of two replicas: the second one had all from the first. */
const REPLICAS = {
  LikesServer0: GOOD.LikesServer0,
  ParentProcessStatus: GOOD.ParentProcessStatus,
  PrimaryLikesLog0: GOOD.PrimaryLikesLog,
  PrimaryLikesLog1: [
    `${STAMP} MERGED LikesServer0 14 ${MARK}#1=14 Total 14`,
    `${STAMP} DUPLICATE LikesServer0 14 ${MARK}#1=14 Total 14`,
    `${STAMP} MERGED LikesServer0 5 ${MARK}#2~19 Total 19`,
  ],
};

function auditReplicas(logs: Partial<typeof REPLICAS> = {}): string[] {
  const all: Record<string, string[]> = { ...REPLICAS, ...logs };
  const verdict = {
    ...VERDICT,
    replicas: [0, 1].map((number) => ({
      name: `primary${number}`,
      counted: 19,
    })),
  };
  return auditLogs(verdict, {
    read: (name) => (all[name] ?? []).map((line) => `${line}\n`).join(""),
  });
}

Deno.test("auditLogs() finds nothing where the logs of all replicas come to the same", () => {
  assertEquals(auditReplicas(), []);
});

Deno.test("auditLogs() knows the repairs of readers, and what replicas tell of the same draw later", () => {
  const PrimaryLikesLog1 = [
    `${STAMP} MERGED LikesServer0 - ${MARK}#2=19 Total 19`,
    `${STAMP} MERGED LikesServer0 5 ${MARK}#2=19 Total 19`,
  ];
  assertEquals(auditReplicas({ PrimaryLikesLog1 }), []);
});

Deno.test("auditLogs() notices what a replica lacks, and an entry that goes back", () => {
  const { PrimaryLikesLog1 } = REPLICAS;
  assertEquals(
    auditReplicas({ PrimaryLikesLog1: PrimaryLikesLog1.slice(0, 2) }),
    [
      "PrimaryLikesLog1 has 14 likes of LikesServer0, the verdict says 19",
    ],
  );
  const back = `${STAMP} MERGED LikesServer0 14 ${MARK}#1=14 Total 14`;
  const found = auditReplicas({
    PrimaryLikesLog1: [...PrimaryLikesLog1, back],
  });
  assertEquals(found[0], `An entry went back: ${back}`);
  const torn = auditReplicas({
    PrimaryLikesLog1: [...PrimaryLikesLog1, `${STAMP} MERGED LikesServer0`],
  });
  assertEquals(torn, [
    `Odd line in PrimaryLikesLog1: ${STAMP} MERGED LikesServer0`,
  ]);
});
