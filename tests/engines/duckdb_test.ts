import { assert, assertEquals } from "@std/assert";
import { granted } from "../permissions.ts";
import { CAN_RUN, EngineFolder, RECIPES } from "./engine.ts";
import { DUCKDB } from "./npm_packages.ts";

/** The part of DuckDB that is used. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string): Promise<{
      connect(): Promise<Connection>;
      closeSync(): void;
    }>;
  };
}

interface Connection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): Row[] }>;
  closeSync(): void;
}

type Row = Record<string, unknown>;

const ignore = !CAN_RUN ||
  Deno.permissions.querySync({ name: "ffi" }).state !== "granted" ||
  !granted({ sys: true });

/** The statements of the README. */
function questions(): string[] {
  const text = Deno.readTextFileSync(`${RECIPES}README.md`);
  return [...text.matchAll(/^```sql\n([^`]*)^```$/gm)].map(([, sql = ""]) =>
    sql
  );
}

/** The values of a column, as numbers. */
function numbers(rows: readonly Row[], column: string): number[] {
  return rows.map((row) => Number(row[column]));
}

Deno.test({
  name: "README.md of the recipes asks DuckDB three questions that it answers",
  ignore,
  async fn() {
    using folder = new EngineFolder();
    const sweep = [
      ...["compare", "--servers", "3", "--lifetime", "20s", "--seed", "1"],
      ...["--runs", "20", "--loss", "0.1"],
    ];
    for (const shard of ["0/2", "1/2"]) {
      const file = `${folder.path}/${shard[0]}.jsonl`;
      await folder.run([...sweep, "--shard", shard, "--runs-file", file]);
    }
    const reports: Row[] = JSON.parse(
      (await folder.run([...sweep, "--json"])).stdout,
    );

    const { DuckDBInstance }: DuckDb = await import(DUCKDB);
    const database = await DuckDBInstance.create(":memory:");
    const connection = await database.connect();
    const [view = "", ...asked] = questions();
    assertEquals(asked.length, 3);
    await connection.run(view.replace("results/", `${folder.path}/`));
    const answers: Row[][] = [];
    for (const sql of asked) {
      answers.push((await connection.runAndReadAll(sql)).getRowObjectsJson());
    }
    connection.closeSync();
    database.closeSync();

    const [failed = [], agreement = [], stalest = []] = answers;
    const byMode = Map.groupBy(reports, ({ delivery }) => delivery);
    assertEquals(failed.length, 5);
    for (const row of failed) {
      const report = byMode.get(row.delivery)?.[0];
      assertEquals(Number(row.runs), report?.runs);
      assertEquals(
        Number(row.failed),
        Number(report?.runs) - Number(report?.converged),
      );
    }
    assert(numbers(failed, "lost").some((share) => share > 0.05));
    assert(numbers(failed, "twice").some((share) => share > 0.05));
    assertEquals(
      numbers(agreement, "runs").reduce((sum, runs) => sum + runs, 0),
      numbers(reports, "converged").reduce((sum, runs) => sum + runs, 0),
    );
    const stale = numbers(stalest, "stale");
    assertEquals(stale.length, 10);
    const most = reports.map((report) =>
      (report.stalenessSecondsP99 as { max: number }).max
    );
    assertEquals(stale[0], Math.max(...most));
    assertEquals(stale, stale.toSorted((one, other) => other - one));
  },
});
