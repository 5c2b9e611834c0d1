import { assert, assertEquals } from "@std/assert";
import { MessageKind } from "../../../lib/domain/messages.ts";
import {
  READER_FIRST,
  readerNode,
  replicaNode,
} from "../../../lib/domain/nodes.ts";
import {
  FaultProxy,
  type FaultProxyOptions,
  type ProxyEvent,
} from "../../../lib/live/network/fault_proxy.ts";
import { yieldToEventLoop } from "../../../lib/platform/event_loop.ts";
import { granted } from "../../permissions.ts";
import { LineClient } from "../primary/line_client.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

type Network = FaultProxyOptions["faults"];

const CALM: Network = {
  luck: () => 0,
  lost: () => false,
  copied: () => false,
  latencyTicks: () => 0,
  cut: () => false,
};

/** A replica that answers each whole request by a rule. */
class Answerer implements AsyncDisposable {
  readonly received: string[] = [];
  readonly #answer: (request: string) => string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #served = this.#serve();
  #isClosed = false;

  constructor(answer: (request: string) => string) {
    this.#answer = answer;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      let text = "";
      const bytes = new Uint8Array(1 << 16);
      while (!isWhole(text)) {
        const count = await connection.read(bytes);
        if (count === null) break;
        text += new TextDecoder().decode(bytes.subarray(0, count));
      }
      this.received.push(text);
      let rest = new TextEncoder().encode(this.#answer(text));
      while (rest.length > 0) {
        rest = rest.subarray(await connection.write(rest));
      }
      connection.close();
    }
  }

  close(): void {
    if (!this.#isClosed) this.#listener.close();
    this.#isClosed = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.#served;
  }
}

function isWhole(text: string): boolean {
  const lines = text.split("\n").length - 1;
  const [head = ""] = text.split("\n", 1);
  return lines > (head.startsWith("SYNC ") ? Number(head.split(" ")[9]) : 0);
}

function exchange(word: string, sender: number, count: number): string {
  const entries = Array.from(
    { length: count },
    (_, i) => `LikesServer${i} 14 0123456789abcdef#1=14\n`,
  );
  return `${word} primary${sender} push-pull 7 5123 0 0 0 ${count} ${count} 0\n${
    entries.join("")
  }`;
}

async function withProxy(
  network: Partial<Network>,
  answer: (request: string) => string,
  use: (
    proxy: FaultProxy,
    told: string[],
    replicas: readonly Answerer[],
  ) => Promise<void>,
): Promise<void> {
  await using first = new Answerer(answer);
  await using second = new Answerer(answer);
  const replicas = [first, second];
  const told: string[] = [];
  const proxy = new FaultProxy({
    faults: { ...CALM, ...network },
    replicas: 2,
    readers: 1,
    replicaPort: (replica) => replicas[replica]!.port,
    now: () => 0,
    identify: (node) =>
      Promise.resolve(
        node === 3 || node >= READER_FIRST ? { attempt: 1, seq: 0 } : null,
      ),
    onEvent: ({ kind, isReply, message, reply }: ProxyEvent) =>
      told.push(
        `${kind}${isReply ? "<" : ">"} ${message.from} ${message.replica} ${
          reply?.entries ?? message.entries
        }`,
      ),
  });
  try {
    await use(proxy, told, replicas);
  } finally {
    await proxy.close();
  }
}

Deno.test({
  name:
    "FaultProxy passes an exchange of 10,000 entries on as one message each way",
  ignore,
  async fn() {
    const request = exchange("SYNC", 0, 10_000);
    const reply = exchange("SYNCED", 1, 9_999);
    await withProxy({}, () => reply, async (proxy, told, replicas) => {
      using client = await LineClient.connect(proxy.ports[1] as number);
      await client.send(request);
      const lines = await client.lines(10_000);
      assertEquals(`${lines.join("\n")}\n`, reply);
      assertEquals(replicas[1]?.received, [request]);
      const from = replicaNode(0);
      assertEquals(told, [
        `send> ${from} 1 10000`,
        `receive> ${from} 1 10000`,
        `answer< ${from} 1 9999`,
        `send< ${from} 1 9999`,
        `receive< ${from} 1 9999`,
      ]);
    });
  },
});

Deno.test({
  name:
    "FaultProxy asks about an exchange by kind, sender and number, and loses all of it",
  ignore,
  async fn() {
    const asked: string[] = [];
    const network: Partial<Network> = {
      luck: (kind, node, n) => {
        asked.push(`${kind} ${node} ${n}`);
        return n;
      },
      lost: (kind, luck) => kind === MessageKind.PEER_REQUEST && luck === 1,
    };
    const reply = exchange("SYNCED", 1, 0);
    await withProxy(network, () => reply, async (proxy, told, replicas) => {
      for (let n = 0; n < 2; n++) {
        using client = await LineClient.connect(proxy.ports[1] as number);
        await client.send(exchange("SYNC", 0, 3));
        if (n === 1) assertEquals(`${await client.line()}\n`, reply);
        await proxy.empty();
      }
      assertEquals(replicas[1]?.received.length, 1);
      assert(told.includes(`lose> ${replicaNode(0)} 1 3`));
      assertEquals(asked, [
        `${MessageKind.PEER_REQUEST} -1 1`,
        `${MessageKind.PEER_REQUEST} -1 2`,
        `${MessageKind.PEER_REPLY} -1 2`,
      ]);
    });
  },
});

Deno.test({
  name: "FaultProxy cuts replicas off from each other one way at a time",
  ignore,
  async fn() {
    const network: Partial<Network> = {
      cut: (from, to) => from === replicaNode(1) && to === replicaNode(0),
    };
    const reply = exchange("SYNCED", 1, 1);
    await withProxy(network, () => reply, async (proxy, told, replicas) => {
      using client = await LineClient.connect(proxy.ports[1] as number);
      await client.send(exchange("SYNC", 0, 1));
      while (!told.includes("lose< -1 1 1")) await yieldToEventLoop();
      assertEquals(replicas[1]?.received.length, 1);
    });
  },
});

Deno.test({
  name: "FaultProxy knows readers by their ports, and lets them only read",
  ignore,
  async fn() {
    const value = `VALUE LikesServer3 14 0123456789abcdef#1=14${
      " fedcba9876543210#1=0".repeat(100)
    }`;
    await withProxy({}, () => `${value}\n`, async (proxy, told) => {
      const [, port = 0] = proxy.portsOfReader(0);
      using client = await LineClient.connect(port);
      await client.send("READ LikesServer3\n");
      assertEquals(await client.line(), value);
      assertEquals(told[0], `send> ${readerNode(0)} 1 undefined`);
      for (const line of ["STATS", "LikesServer3 14", "SYNC"]) {
        using stranger = await LineClient.connect(port);
        await stranger.send(`${line}\n`);
        assertEquals(await stranger.end(), "", line);
      }
    });
  },
});

Deno.test({
  name: "FaultProxy passes repairs of readers on, with a luck of their own",
  ignore,
  async fn() {
    const asked: string[] = [];
    const network: Partial<Network> = {
      luck: (kind, node, n) => {
        asked.push(`${kind} ${node} ${n}`);
        return 0;
      },
    };
    const repair = "REPAIR LikesServer3 0123456789abcdef#1=14";
    await withProxy(network, () => "ACK\n", async (proxy, told, replicas) => {
      const [, port = 0] = proxy.portsOfReader(0);
      using client = await LineClient.connect(port);
      assertEquals(await client.ask(repair), "ACK");
      assertEquals(replicas[1]?.received, [`${repair}\n`]);
      assertEquals(told[0], `send> ${readerNode(0)} 1 undefined`);
      assertEquals(asked, [
        `${MessageKind.REPAIR} ${readerNode(0)} 1`,
        `${MessageKind.REPAIR_REPLY} ${readerNode(0)} 1`,
      ]);
      using stranger = await LineClient.connect(port);
      await stranger.send("REPAIR LikesServer3 0123456789abcdef#1=43\n");
      assertEquals(await stranger.end(), "");
    });
  },
});

Deno.test({
  name:
    "FaultProxy passes own reads and repairs of likes servers on, and no stranger's",
  ignore,
  async fn() {
    const lines = [
      "READ LikesServer3 0123456789abcdef",
      "REPAIR LikesServer3 0123456789abcdef#1=14",
    ];
    await withProxy({}, () => "ACK\n", async (proxy, told) => {
      for (const line of lines) {
        using client = await LineClient.connect(proxy.ports[1] as number);
        assertEquals(await client.ask(line), "ACK");
        assertEquals(told.at(-1), "receive< 3 1 0");
        using stranger = await LineClient.connect(proxy.ports[1] as number);
        await stranger.send(`${line.replace("Server3", "Server4")}\n`);
        assertEquals(await stranger.end(), "", line);
      }
    });
  },
});

Deno.test({
  name: "FaultProxy passes no exchange of a replica with itself, or unknown",
  ignore,
  async fn() {
    await withProxy({}, () => "ACK\n", async (proxy, told) => {
      for (
        const request of [
          exchange("SYNC", 1, 0),
          exchange("SYNC", 2, 0),
          exchange("SYNCED", 0, 0),
          "SYNC primary0 push-pull 7 5123 0 0 0 10001 10001 0\n",
        ]
      ) {
        using stranger = await LineClient.connect(proxy.ports[1] as number);
        await stranger.send(request);
        assertEquals(await stranger.end(), "", request);
      }
      assertEquals(told, []);
    });
  },
});

Deno.test({
  name:
    "FaultProxy passes on at once that a replica refuses or ends a connection, to likes servers, readers and replicas",
  ignore,
  async fn() {
    const requests = [
      "LikesServer3 14\n",
      "READ LikesServer3\n",
      exchange("SYNC", 1, 2),
    ];
    for (const how of ["refuses", "is known to be down", "ends"]) {
      await withProxy({}, () => "", async (proxy, told, [first]) => {
        if (how === "refuses") first!.close();
        if (how === "is known to be down") proxy.down(0);
        const ports = [
          ...[proxy.ports[0], proxy.portsOfReader(0)[0], proxy.ports[0]],
        ];
        for (const [i, request] of requests.entries()) {
          using client = await LineClient.connect(ports[i] as number);
          await client.send(request);
          assertEquals(await client.end(), "", `${how}: ${request}`);
        }
        assertEquals(
          told.filter((one) => one.startsWith("lose>")).length,
          how === "ends" ? 0 : 3,
        );
      });
    }
  },
});

Deno.test({
  name: "FaultProxy passes no refusal on where nothing comes back",
  ignore,
  async fn() {
    const from = replicaNode(0);
    const lost = Promise.withResolvers<void>();
    const proxy = new FaultProxy({
      faults: { ...CALM, cut: (node) => node === from },
      replicas: 1,
      replicaPort: () => 1,
      now: () => 0,
      identify: () => Promise.resolve({ attempt: 1, seq: 0 }),
      onEvent: ({ kind }) => {
        if (kind === "lose") lost.resolve();
      },
    });
    using client = await LineClient.connect(proxy.ports[0] as number);
    let hasEnded = false;
    await client.send("LikesServer3 14\n");
    const ended = client.end().then(() => hasEnded = true);
    await lost.promise;
    await proxy.empty();
    for (let turn = 0; turn < 10; turn++) await yieldToEventLoop();
    assertEquals(hasEnded, false);
    await proxy.close();
    await ended;
  },
});
