import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseInvocation } from "../../../lib/cli/invocation.ts";
import { ask } from "../../../lib/live/run/primary_client.ts";
import { OwnPrimaries, primariesAt } from "../../../lib/live/run/primaries.ts";
import { Interruption } from "../../../lib/platform/interruption.ts";
import { StartError } from "../../../lib/platform/start_error.ts";
import { granted } from "../../permissions.ts";
import { TempFolder } from "../../temp_folder.ts";

const ignore = !granted({
  net: ["127.0.0.1"],
  write: ["/tmp"],
  run: [Deno.execPath()],
});

function optionsOf(logDir: string, port: number, more: readonly string[]) {
  const invocation = parseInvocation(
    [
      ...["start", "--replicas", "2", "--port", `${port}`],
      ...["--log-dir", logDir, ...more],
    ],
    { program: "likes", drawSeed: () => 0 },
  );
  assert(invocation.command === "start");
  return invocation.options;
}

async function withFolder(use: (folder: string) => Promise<void>) {
  using temp = new TempFolder();
  const folder = temp.path;
  await use(folder);
}

for (const more of [[], ["--loss", "1/10"]]) {
  Deno.test({
    name:
      `OwnPrimaries.start() starts replicas on ports beyond those taken, in the order of their numbers${
        more.length > 0 ? ", with a network between them" : ""
      }`,
    ignore,
    async fn() {
      await withFolder(async (folder) => {
        using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        using interruption = new Interruption();
        const lines: string[] = [];
        await using primaries = await OwnPrimaries.start({
          live: optionsOf(folder, taken.addr.port, more),
          interruption,
          onLine: (line) => lines.push(line),
          onNote: () => {},
        });
        const ports = primaries.all.map(({ port }) => port);
        const [first = 0, second = 0] = ports;
        assert(taken.addr.port < first && first < second, `${ports}`);
        for (const [number, port] of ports.entries()) {
          const { replica } = JSON.parse(await ask("COUNTERS", { port }));
          assertEquals(replica.name, `primary${number}`);
          assert(
            lines.includes(`primary${number} listening on 127.0.0.1:${port}`),
          );
        }
        assertEquals(
          primaries.listeners?.length,
          more.length > 0 ? 2 : undefined,
        );
      });
    },
  });
}

Deno.test({
  name: "OwnPrimaries.start() leaves no replica behind if one cannot start",
  ignore,
  async fn() {
    await withFolder(async (folder) => {
      using interruption = new Interruption();
      const lines: string[] = [];
      Deno.mkdirSync(`${folder}/PrimaryLikesLog1`);
      await assertRejects(
        () =>
          OwnPrimaries.start({
            live: optionsOf(folder, 0, []),
            interruption,
            onLine: (line) => lines.push(line),
            onNote: () => {},
          }),
        StartError,
        "PrimaryLikesLog1",
      );
      assertEquals(lines.filter((line) => / listening /.test(line)).length, 1);
    });
  },
});

Deno.test("primariesAt() are others' own", () => {
  assertEquals(primariesAt([1, 2]).all, [{ port: 1 }, { port: 2 }]);
});
