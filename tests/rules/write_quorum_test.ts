import { assertEquals, assertThrows } from "@std/assert";
import { WriteQuorum } from "../../lib/rules/write_quorum.ts";

Deno.test("WriteQuorum.acknowledged reaches the W-th highest seq, whatever the order", () => {
  let state = 12345;
  const random = (below: number) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    return (state >>> 0) % below;
  };
  for (let replicas = 1; replicas <= 7; replicas++) {
    for (let quorum = 1; quorum <= replicas; quorum++) {
      const servers = 2;
      const acks = new WriteQuorum({ servers, replicas, quorum });
      const seqs = [0, 1].map(() => new Array<number>(replicas).fill(0));
      let reached = [0, 0];
      for (let i = 0; i < 400; i++) {
        const server = random(servers);
        const replica = random(replicas);
        const seq = random(2 + (i >> 2));
        const held = seqs[server]!;
        held[replica] = Math.max(held[replica]!, seq);
        const expected = held.toSorted((a, b) => b - a)[quorum - 1]!;
        const hasGrown = acks.acknowledged(server, replica, seq);
        const where = `W=${quorum} of ${replicas}, step ${i}`;
        assertEquals(acks.seqOf(server), expected, where);
        assertEquals(hasGrown, expected > reached[server]!, where);
        reached = reached.with(server, expected);
      }
    }
  }
});

Deno.test("WriteQuorum.restart takes no replica to have acknowledged, and keeps what a quorum did", () => {
  const acks = new WriteQuorum({ servers: 1, replicas: 3, quorum: 2 });
  acks.acknowledged(0, 0, 5);
  acks.acknowledged(0, 1, 3);
  acks.restart(0);
  assertEquals(acks.seqOf(0), 3);
  assertEquals(acks.acknowledged(0, 1, 5), false);
  assertEquals(acks.acknowledged(0, 1, 5), false);
  assertEquals(acks.acknowledged(0, 2, 6), true);
  assertEquals(acks.seqOf(0), 5);
  assertEquals(acks.acknowledged(0, 0, 4), false);
});

Deno.test("WriteQuorum.restart lets a replica acknowledge again what it had before", () => {
  const acks = new WriteQuorum({ servers: 1, replicas: 3, quorum: 2 });
  acks.acknowledged(0, 0, 5);
  acks.restart(0);
  assertEquals(acks.acknowledged(0, 0, 5), false);
  assertEquals(acks.acknowledged(0, 1, 5), true);
  assertEquals(acks.seqOf(0), 5);
});

Deno.test("WriteQuorum.restore sets what a quorum has, and takes no replica to have more", () => {
  const acks = new WriteQuorum({ servers: 1, replicas: 3, quorum: 2 });
  acks.acknowledged(0, 0, 5);
  acks.restore(0, 2);
  assertEquals(acks.seqOf(0), 2);
  assertEquals(acks.acknowledged(0, 1, 5), false);
  assertEquals(acks.acknowledged(0, 2, 4), true);
  assertEquals(acks.seqOf(0), 4);
});

Deno.test("WriteQuorum refuses a quorum of none, or of more than there are", () => {
  for (const quorum of [0, 4, NaN]) {
    assertThrows(
      () => new WriteQuorum({ servers: 1, replicas: 3, quorum }),
      RangeError,
      "allowed are 1 to 3",
    );
  }
});
