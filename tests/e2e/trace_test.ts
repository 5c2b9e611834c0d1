// `--trace`: numbers of a trace and of the history of the same run.

import { assert, assertEquals } from "@std/assert";
import { type HistoryEvent, parseEvent } from "../../lib/verdict/history.ts";
import { parseTrace, readTrace } from "../view/trace/trace_reader.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

const RUN = [
  ...["--servers", "3", "--spawn-interval", "20ms", "--lifetime", "2s"],
  ...["--interval", "50ms..0.1s", "--seed", "7", "--json"],
  ...["--loss", "0.1", "--duplicate", "0.1", "--latency", "uniform:1ms..5ms"],
  ...["--ack-timeout", "0.2s", "--partition", "0.5s..0.8s:LikesServer1"],
  ...["--crash", "LikesServer2@1s+0.2s", "--pause", "LikesServer0@1s+0.3s"],
];

for (
  const [command, name, flags] of [
    ["start", "a live run", ["--port", "0", "--crash", "primary@1.2s+0.2s"]],
    ["sim", "a virtual run", ["--crash", "primary@1.2s+0.2s"]],
    ["start", "a live run of replicas", [
      ...["--port", "0", "--replicas", "2", "--readers", "1"],
      ...["--gossip", "100ms", "--crash", "primary1@1.2s+0.2s"],
    ]],
  ] as const
) {
  Deno.test({
    name: `${command} --trace tells what --history does, of ${name}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      const path = `${folder.path}/trace.json`;
      await using program = new Program([
        ...[command, ...RUN, ...flags, "--log-dir", folder.path],
        ...["--history", `${folder.path}/history`, "--trace", path],
      ]);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      const events = folder.lines("history").map(parseEvent);
      const text = Deno.readTextFileSync(path);
      const trace = readTrace(parseTrace(text));
      assert(text.endsWith("\n]\n"));
      const count = (isAsked: (event: HistoryEvent) => boolean) =>
        events.filter(isAsked).length;
      const arrows = (name: string) =>
        trace.arrows.filter(({ to }) => to.name === name).length;
      assertEquals(
        arrows("report"),
        count(({ kind, reply, reader }) =>
          kind === "receive" && reply !== true && reader === undefined
        ),
      );
      assertEquals(
        arrows("request") + arrows("response"),
        count(({ kind }) => kind === "merge"),
      );
      assertEquals(
        trace.instants.filter(({ name }) => name === "draw").length,
        count(({ kind }) => kind === "draw"),
      );
      assertEquals(
        trace.spans.length,
        count(({ kind }) => ["crash", "pause", "partition"].includes(kind)),
      );
      for (const { name, row, from, to } of trace.spans) {
        const begin = count(({ t, kind }) =>
          Math.round(t * 1e6) === from &&
          ["crash", "pause", "partition"].includes(kind)
        );
        assert(begin > 0 && to > from, `${row} ${name}`);
      }
      const { generated } = JSON.parse(stdout);
      const last = (name: string) => trace.counters.get(name)?.at(-1);
      assertEquals(last("likes generated"), generated);
      assertEquals([last("likes counted"), last("divergence")], [generated, 0]);
    },
  });
}
