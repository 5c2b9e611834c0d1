import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import { servePrimary } from "../../primary.ts";
import { originalPrimary } from "../live/peer.ts";
import { CAN_RUN, LogFolder, Program } from "./program.ts";

for (const delivery of DELIVERIES) {
  Deno.test({
    name: `runParent() reports to a primary of the original kind: ${delivery}`,
    ignore: !CAN_RUN,
    async fn() {
      using folder = new LogFolder();
      const { peer, totals } = originalPrimary();
      await using _peer = peer;
      await using program = new Program([
        "parent",
        "--json",
        "--servers",
        "3",
        "--lifetime",
        "1s",
        "--interval",
        "0.1s..0.3s",
        "--spawn-interval",
        "20ms",
        // However slow this machine is: no sum passes 42, and no answer comes
        // too late.
        "--likes",
        "0..4",
        "--ack-timeout",
        "8s",
        "--delivery",
        delivery,
        "--port",
        `${peer.port}`,
        "--log-dir",
        folder.path,
      ]);
      const { code, stdout, stderr } = await program.ended;
      assertEquals(code, 0, stderr);
      const verdict = JSON.parse(stdout);
      assertEquals(verdict.acknowledged, verdict.generated);
      for (const field of ["converged", "counted", "lost", "countedTwice"]) {
        assert(!(field in verdict), `${field} cannot be known`);
        assert(!(field in verdict.servers[0]), `${field} cannot be known`);
      }
      assert(/original/.test(verdict.countedUnknown));
      for (let id = 0; id < 3; id++) {
        const name = `LikesServer${id}`;
        const likes = folder.likesOf(name);
        // Where several draws wait, `crdt` sends the newest: its total, which
        // the original does not read, holds them all.
        if (delivery === "crdt") assert((totals.get(name) ?? 0) <= likes);
        else assertEquals(totals.get(name) ?? 0, likes);
      }
    },
  });
}

Deno.test({
  name:
    "servePrimary() answers an original client, which sends no LF and waits for ACK",
  ignore: !CAN_RUN,
  async fn() {
    using folder = new LogFolder();
    const primary = await servePrimary({ port: 0, logDir: folder.path });
    using connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: primary.port,
    });
    await connection.write(new TextEncoder().encode("LikesServer0 14"));
    const bytes = new Uint8Array(16);
    assertEquals(await connection.read(bytes), 3);
    assertEquals(new TextDecoder().decode(bytes.subarray(0, 3)), "ACK");
    assertEquals(await connection.read(bytes), null);
    await primary.stop();
    assertEquals(
      folder.lines("PrimaryLikesLog").map((line) => line.slice(25)),
      ["LikesServer0 14 Total 14"],
    );
  },
});
