/**
 * A comparison of the log files of a run with its verdict, to the like. The
 * logs are read here by rules of their own, as somebody would who knows only
 * what they look like.
 *
 * @module
 */

import { walk } from "@std/fs";
import type { Verdict } from "../../verdict/verdict.ts";
import { quantity } from "../../view/numbers.ts";

/** The logs of a run. */
export interface RunLogs {
  /** Reads a log file as text. */
  readonly read: (name: string) => string;
}

/** Files of a live run beside the logs of its likes servers. */
const FILE_REGEXP =
  /^(?:PrimaryLikesLog\d*|ParentProcessStatus)(?:\.lock)?$|^history$/;

const COUNTED_REGEXP =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (?<duplicate>DUPLICATE )?(?<name>LikesServer\d+) (?<likes>\d+)(?: (?<session>[0-9a-f]{16})#(?<seq>\d+)(?:=(?<total>\d+))?)? Total (?<all>\d+)$/;

/**
 * An entry that a replica took over from another one, or from a reader, who
 * does not know the likes of its last report.
 */
const MERGED_REGEXP =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z MERGED (?<name>LikesServer\d+) (?:\d+|-) (?<session>[0-9a-f]{16})#(?<seq>\d+)[=~](?<total>\d+) Total (?<all>\d+)$/;

/**
 * Compares everything in the log folder of a run with its verdict.
 *
 * @param verdict The verdict, with its servers.
 * @param folder The log folder; needs permission to read it.
 * @returns What does not agree, a sentence each; empty if everything does.
 */
export async function auditFolder(
  verdict: Verdict,
  folder: string,
): Promise<string[]> {
  const files = new Map<string, string>();
  for await (const { name, path } of walk(folder, { includeDirs: false })) {
    files.set(name, await Deno.readTextFile(path));
  }
  const servers = new Set((verdict.servers ?? []).map(({ name }) => name));
  const odd = [...files.keys()].filter((name) =>
    !servers.has(name) && !FILE_REGEXP.test(name)
  );
  return [
    ...odd.map((name) => `${name} is no file of this run`),
    ...auditLogs(verdict, { read: (name) => files.get(name) ?? "" }),
  ];
}

/**
 * Compares the log files of a run with its verdict.
 *
 * @param verdict The verdict, with its servers.
 * @param logs The logs.
 * @returns What does not agree, a sentence each; empty if everything does.
 */
export function auditLogs(verdict: Verdict, logs: RunLogs): string[] {
  const differences: string[] = [];
  const differ = (text: string) => differences.push(text);
  const replicas = verdict.replicas ?? [];
  const names = replicas.length === 0
    ? ["PrimaryLikesLog"]
    : replicas.map((_, number) => `PrimaryLikesLog${number}`);
  const primaries = names.map((name) => ({
    name,
    held: primaryTotals(name, linesOf(logs.read(name)), differ),
  }));
  for (const server of verdict.servers ?? []) {
    const { name, generated, counted } = server;
    const drawn = likesIn(linesOf(logs.read(name)), name, differ);
    if (drawn !== generated) {
      differ(
        `${name} logged ${
          quantity(drawn, "like")
        }, the verdict says ${generated}`,
      );
    }
    for (const primary of primaries) {
      const likes = primary.held.get(name) ?? 0;
      if (likes === counted) continue;
      differ(
        `${primary.name} has ${
          quantity(likes, "like")
        } of ${name}, the verdict says ${counted}`,
      );
    }
  }
  auditLives(linesOf(logs.read("ParentProcessStatus")), differ);
  return differences;
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  const rest = lines.pop();
  return rest === "" ? lines : [...lines, `${rest} (without LF)`];
}

function likesIn(
  lines: readonly string[],
  name: string,
  differ: (text: string) => void,
): number {
  let sum = 0;
  for (const line of lines) {
    const likes = /^(LikesServer\d+) (\d{1,2})$/.exec(line);
    if (likes?.[1] !== name) differ(`Odd line in ${name}: ${line}`);
    sum += Number(likes?.[2] ?? 0);
  }
  return sum;
}

/** The likes of each likes server that a primary holds, by its log. */
function primaryTotals(
  file: string,
  lines: readonly string[],
  differ: (text: string) => void,
): Map<string, number> {
  const sessions = new Map<string, { seq: number; total: number }>();
  const totals = new Map<string, number>();
  let sum = 0;
  for (const line of lines) {
    if (/^\S{24} REJECTED "/.test(line)) continue;
    const merged = MERGED_REGEXP.exec(line);
    const found = merged ?? COUNTED_REGEXP.exec(line);
    if (found === null) {
      differ(`Odd line in ${file}: ${line}`);
      continue;
    }
    const { name = "", session, seq, likes, total, duplicate, all } =
      found.groups ?? {};
    const isMerged = merged !== null;
    const key = `${name} ${session}`;
    const last = sessions.get(key) ?? { seq: 0, total: 0 };
    const isRepeat = !isMerged && session !== undefined &&
      Number(seq) <= last.seq;
    if (isRepeat !== (duplicate !== undefined)) {
      differ(`A repeat is no repeat: ${line}`);
    }
    if (!isRepeat) {
      const news = total === undefined
        ? Number(likes)
        : Number(total) - last.total;
      // What is news of an entry as old can be the likes of its last report.
      if (isMerged && (Number(seq) < last.seq || news < 0)) {
        differ(`An entry went back: ${line}`);
      }
      if (session !== undefined && total === undefined) {
        if (Number(seq) !== last.seq + 1) differ(`A draw is missing: ${line}`);
      }
      sessions.set(key, { seq: Number(seq), total: last.total + news });
      totals.set(name, (totals.get(name) ?? 0) + news);
      sum += news;
    }
    if (Number(all) !== sum) differ(`The sum is ${sum}, not as in: ${line}`);
  }
  return totals;
}

/**
 * Checks that each process of a likes server starts and ends once, and that one
 * lives at a time.
 */
function auditLives(
  lines: readonly string[],
  differ: (text: string) => void,
): void {
  if (!/ ParentProcess started$/.test(lines[0] ?? "")) {
    differ(`ParentProcessStatus begins with: ${lines[0]}`);
  }
  if (!/ ParentProcess completed$/.test(lines.at(-1) ?? "")) {
    differ(`ParentProcessStatus ends with: ${lines.at(-1)}`);
  }
  const alive = new Map<string, string>();
  const sessions = new Map<string, string>();
  for (const line of lines.slice(1, -1)) {
    const [, name = "", verb, pid = "", rest = ""] =
      /^\S+ (LikesServer\d+) (started|ended) pid (\d+) (.*)$/.exec(line) ?? [];
    if (verb === "started") {
      if (alive.has(name)) differ(`${name} lives twice: ${line}`);
      if ((sessions.get(name) ?? rest) !== rest) {
        differ(`${name} has another session: ${line}`);
      }
      alive.set(name, pid);
      sessions.set(name, rest);
    } else if (verb === "ended") {
      if (alive.get(name) !== pid) differ(`${name} was not alive: ${line}`);
      alive.delete(name);
    } else {
      differ(`Odd line in ParentProcessStatus: ${line}`);
    }
  }
  for (const [name, pid] of alive) differ(`${name} never ended: pid ${pid}`);
}
