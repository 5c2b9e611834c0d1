// A run whose log folder fills up and gets room again. Mounting a small disk takes rights that a Deno of its own asks for.

import { assert, assertEquals, assertGreater } from "@std/assert";
import { auditLogs } from "../../lib/live/log_audit.ts";
import { CAN_RUN, LogFolder, outside, Program } from "./program.ts";

async function succeeds(name: string, ...args: string[]): Promise<boolean> {
  return await outside(`
    try {
      const options = ${JSON.stringify({ args })};
      const { success } = new Deno.Command("${name}", options).outputSync();
      console.log(success);
    } catch {
      console.log(false);
    }
  `) === "true";
}

function mount(path: string): Promise<boolean> {
  return succeeds("mount", "-t", "tmpfs", "-o", "size=64k", "none", path);
}

async function canMount(): Promise<boolean> {
  if (!CAN_RUN) return false;
  using folder = new LogFolder();
  return await mount(folder.path) && await succeeds("umount", folder.path);
}

const CAN_MOUNT = await canMount();

for (const delivery of ["crdt", "dedup"]) {
  Deno.test({
    name:
      `runStart() loses nothing on a disk that is full for a while: ${delivery}`,
    ignore: !CAN_MOUNT,
    async fn() {
      using folder = new LogFolder();
      assert(await mount(folder.path));
      try {
        await using program = new Program([
          ...["start", "--json", "--port", "0", "--servers", "2"],
          ...["--lifetime", "4s", "--spawn-interval", "20ms"],
          ...["--interval", "20ms..50ms", "--ack-timeout", "300ms"],
          ...["--delivery", delivery, "--log-dir", folder.path],
        ]);
        await program.line(/^LikesServer1 .* ACK /, 5);
        const ballast = `${folder.path}/ballast`;
        // As much as there is room for, to the last byte.
        using file = Deno.openSync(ballast, { write: true, createNew: true });
        try {
          while (true) file.writeSync(new Uint8Array(512));
        } catch {
          // Full.
        }
        // What cannot be logged was not generated, and is not counted either.
        await program.line(/^LikesServer\d .* (?:discarded|NAK .* full)/, 3);
        file.truncateSync();
        const { code, stdout, stderr } = await program.ended;
        assertEquals(code, 0, stderr);
        const verdict = JSON.parse(stdout);
        assertGreater(verdict.generated, 0);
        const read = (name: string) =>
          Deno.readTextFileSync(`${folder.path}/${name}`);
        assertEquals(auditLogs(verdict, { read }), []);
      } finally {
        assert(await succeeds("umount", folder.path));
      }
    },
  });
}
