import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  byNode,
  isReader,
  isReplica,
  nodeName,
  readerNode,
  readerOf,
  replicaNames,
  replicaNode,
  replicaOf,
} from "../../lib/domain/nodes.ts";
import { READERS_MAX, REPLICAS_MAX } from "../../lib/domain/replicas.ts";

const server = fc.integer({ min: 0, max: 9_999_999 });
const replica = fc.integer({ min: 0, max: REPLICAS_MAX - 1 });
const reader = fc.integer({ min: 0, max: READERS_MAX - 1 });

Deno.test("nodes of likes servers, replicas and readers are apart, and fit into 32 bits", () => {
  fc.assert(fc.property(server, replica, reader, (server, replica, reader) => {
    const nodes = [server, replicaNode(replica), readerNode(reader)];
    assertEquals(nodes.map(isReplica), [false, true, false]);
    assertEquals(nodes.map(isReader), [false, false, true]);
    assertEquals(replicaOf(replicaNode(replica)), replica);
    assertEquals(readerOf(readerNode(reader)), reader);
    for (const node of nodes) assertEquals(node | 0, node);
  }));
});

Deno.test("nodeName() numbers replicas where there are several", () => {
  assertEquals(nodeName(replicaNode(0), 1), "primary");
  assertEquals(nodeName(replicaNode(0), 2), "primary0");
  assertEquals(nodeName(replicaNode(12), 32), "primary12");
  assertEquals(nodeName(0, 2), "LikesServer0");
  assertEquals(nodeName(readerNode(0), 1), "Reader0");
});

Deno.test("replicaNames() names three, and counts the others", () => {
  assertEquals(replicaNames([4]), "primary4");
  assertEquals(replicaNames([0, 4]), "primary0 and primary4");
  assertEquals(replicaNames([0, 2, 4]), "primary0, primary2 and primary4");
  assertEquals(
    replicaNames([0, 1, 2, 3]),
    "primary0, primary1, primary2 and 1 other",
  );
  assertEquals(
    replicaNames([0, 1, 2, 3, 15]),
    "primary0, primary1, primary2 and 2 others",
  );
});

Deno.test("byNode() orders replicas by their numbers, before likes servers and readers", () => {
  const nodes = [readerNode(0), 1, replicaNode(2), 0, replicaNode(0)];
  assertEquals(nodes.sort(byNode), [
    replicaNode(0),
    replicaNode(2),
    0,
    1,
    readerNode(0),
  ]);
  assert(byNode(3, 3) === 0);
});
