import { assert, assertEquals } from "@std/assert";
import { readerNode, replicaNode } from "../../../lib/domain/nodes.ts";
import { Faults, parseFaultPlan } from "../../../lib/faults/mod.ts";
import type { FaultFlags } from "../../../lib/faults/mod.ts";
import type { Agenda } from "../../../lib/host/network/agenda.ts";
import { Network, type Parcel } from "../../../lib/host/network/network.ts";
import { faultRunOf } from "../../../lib/host/run/fault_run.ts";

const RUN = faultRunOf({
  nodes: 3,
  clients: 3,
  firstNode: 1,
  lifetimeTicks: 100_000,
});
const [N1, N2, N3] = [0, 1, 2].map(replicaNode) as [number, number, number];

/** A network whose clock stands where a test puts it. */
function networkWith(flags: FaultFlags, seed = 7) {
  const faults = new Faults({
    ...{ ...RUN, seed, faults: parseFaultPlan(flags, RUN) },
  });
  const clock = { tick: 0 };
  const arrived: Parcel[] = [];
  const later: [tick: number, act: () => void][] = [];
  const agenda = {
    at: (tick: number, act: () => void) => void later.push([tick, act]),
  } as unknown as Agenda;
  const network = new Network({
    faults,
    now: () => clock.tick,
    agenda,
    deliver: (parcel) => arrived.push(parcel),
  });
  return { network, clock, arrived, later };
}

/** The numbers of the messages of a link that arrive, of so many. */
function fates(flags: FaultFlags, from: number, to: number, seed = 7) {
  const { network, arrived } = networkWith(flags, seed);
  for (let n = 0; n < 1000; n++) network.send(from, to, `${n}\n`);
  return arrived.map(({ line }) => Number(line));
}

Deno.test("Network delivers at once and in order where there are no faults", () => {
  assertEquals(fates({}, N1, N2), [...Array(1000).keys()]);
});

Deno.test("Network loses and repeats by the number of the message on its link, whatever happens on others", () => {
  const flags = { loss: "0.1", duplicate: "0.1" };
  const alone = fates(flags, N1, N2);
  assert(new Set(alone).size < 950 && alone.length > new Set(alone).size);
  const { network, arrived } = networkWith(flags);
  for (let n = 0; n < 1000; n++) {
    network.send(N1, N2, `${n}\n`);
    network.send(N1, N3, "other\n");
    network.send(N2, N1, "other\n");
    network.send(0, N1, "other\n");
  }
  const ours = arrived.filter(({ line }) => line !== "other\n")
    .map(({ line }) => Number(line));
  assertEquals(ours, alone);
  assert(JSON.stringify(fates(flags, N2, N1)) !== JSON.stringify(alone));
  assert(JSON.stringify(fates(flags, N1, N2, 8)) !== JSON.stringify(alone));
});

Deno.test("Network counts messages by who exchanges them, and what becomes of them", () => {
  const { network } = networkWith({ partition: ["0s..1s:n1--n2"] });
  network.send(N1, N2, "x\n");
  network.send(N1, N3, "x\n");
  network.send(0, N1, "x\n");
  network.send(N1, 0, "x\n");
  network.send(N1, readerNode(1), "x\n");
  assertEquals(network.traffic, {
    betweenNodes: 2,
    withServices: 1,
    withClients: 2,
    lost: 0,
    copied: 0,
    cut: 1,
  });
});

Deno.test("Network decides on partitions when a message arrives", () => {
  const { network, clock, arrived, later } = networkWith({
    latency: "100ms",
    partition: ["1s..2s:n1->n2"],
  });
  const sendAt = (tick: number, from: number, to: number) => {
    clock.tick = tick;
    network.send(from, to, `${tick}\n`);
  };
  sendAt(8_000, N1, N2);
  sendAt(9_500, N1, N2);
  sendAt(9_600, N2, N1);
  sendAt(19_500, N1, N2);
  for (const [tick, act] of later) {
    clock.tick = tick;
    act();
  }
  assertEquals(arrived.map(({ line }) => line), [
    "8000\n",
    "9600\n",
    "19500\n",
  ]);
});

Deno.test("Network delays messages between nodes alone if it is told so", () => {
  const { network, arrived, later } = networkWith({ peerLatency: "10ms" });
  network.send(0, N1, "to a node\n");
  network.send(N1, 0, "to a client\n");
  network.send(N1, N2, "between nodes\n");
  network.send(N1, readerNode(0), "to a service\n");
  assertEquals(arrived.map(({ line }) => line), [
    "to a node\n",
    "to a client\n",
  ]);
  assertEquals(later.map(([tick]) => tick), [100, 100]);
  assertEquals(network.underWay(N1), 14 + 13);
});

Deno.test("Network touches nothing before the load and after its end, or once faults are lifted", () => {
  const flags = { loss: "1", partition: ["0s..10s"] };
  const { network, clock, arrived } = networkWith(flags);
  clock.tick = -1;
  network.send(N1, N2, "before\n");
  clock.tick = 50_000;
  network.send(N1, N2, "during\n");
  clock.tick = 100_000;
  network.send(N1, N2, "after\n");
  const lifted = networkWith(flags);
  lifted.clock.tick = 50_000;
  lifted.network.lift();
  lifted.network.send(N1, N2, "lifted\n");
  assertEquals(
    [...arrived, ...lifted.arrived].map(({ line }) => line),
    ["before\n", "after\n", "lifted\n"],
  );
});
