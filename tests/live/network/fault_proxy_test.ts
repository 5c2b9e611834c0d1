import { MessageKind } from "../../../lib/domain/messages.ts";
import { PRIMARY } from "../../../lib/domain/nodes.ts";
import { assertEquals } from "@std/assert";

import {
  FaultProxy,
  type FaultProxyOptions,
  type ProxyEvent,
} from "../../../lib/live/network/fault_proxy.ts";
import { ReportConnection } from "../../../lib/live/worker/report_connection.ts";
import { LineClient } from "../primary/line_client.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

function portOf(proxy: FaultProxy): number {
  return proxy.ports[0] as number;
}

type Network = FaultProxyOptions["faults"];

const CALM: Network = {
  luck: () => 0,
  lost: () => false,
  copied: () => false,
  latencyTicks: () => 0,
  cut: () => false,
};

/** A primary that acknowledges every line, and remembers what it was sent. */
class Acknowledger implements AsyncDisposable {
  readonly received: string[] = [];
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #served = this.#serve();

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      const bytes = new Uint8Array(256);
      const count = await connection.read(bytes) ?? 0;
      this.received.push(new TextDecoder().decode(bytes.subarray(0, count)));
      await connection.write(new TextEncoder().encode("ACK\n"));
      connection.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#served;
  }
}

/**
 * Sends reports through a proxy, one after the other, and gives up on one as
 * soon as the network is empty.
 */
async function send(
  network: Partial<Network>,
  reports: readonly string[],
): Promise<{ answers: string[]; received: string[]; events: string[] }> {
  await using primary = new Acknowledger();
  const events: ProxyEvent[] = [];
  let attempt = 0;
  const proxy = new FaultProxy({
    faults: { ...CALM, ...network },
    replicaPort: () => primary.port,
    replicas: 1,
    now: () => events.length,
    identify: () => Promise.resolve({ attempt: ++attempt, seq: 1 }),
    onEvent: (event) => {
      events.push(event);
      if (event.kind === "lose") connection.abandon();
    },
  });
  const connection = new ReportConnection(portOf(proxy), false);
  const answers: string[] = [];
  for (const report of reports) {
    const answer = await connection.exchange(new TextEncoder().encode(report));
    answers.push(answer.kind === "answer" ? answer.text : answer.kind);
    await proxy.empty();
  }
  await proxy.close();
  return {
    answers,
    received: primary.received,
    events: events.map(({ kind, isReply, message }) =>
      `${kind}${isReply ? "<" : ">"}${message.n}`
    ),
  };
}

Deno.test({
  name: "FaultProxy passes reports and replies on and tells each step",
  ignore,
  async fn() {
    const { answers, received, events } = await send({}, [
      "LikesServer3 14\n",
      "LikesServer3 5 00c0ffee00c0ffee#2=19\n",
    ]);
    assertEquals(answers, ["ACK", "ACK"]);
    assertEquals(received, [
      "LikesServer3 14\n",
      "LikesServer3 5 00c0ffee00c0ffee#2=19\n",
    ]);
    assertEquals(events, [
      ...["send>1", "receive>1", "answer<1", "send<1", "receive<1"],
      ...["send>2", "receive>2", "answer<2", "send<2", "receive<2"],
    ]);
  },
});

Deno.test({
  name:
    "FaultProxy passes nothing on after an HTTP request, and no CR before an LF",
  ignore,
  async fn() {
    await using primary = new Acknowledger();
    const proxy = new FaultProxy({
      faults: CALM,
      replicaPort: () => primary.port,
      replicas: 1,
      now: () => 0,
      identify: () => Promise.resolve({ attempt: 1, seq: 1 }),
      onEvent: () => {},
    });
    const port = portOf(proxy);
    for (const path of ["/", `/${"a".repeat(300)}`]) {
      using stranger = await LineClient.connect(port);
      const request = `POST ${path} HTTP/1.1\r\n\r\nx\nLikesServer7 42\n`;
      await stranger.send(request);
      assertEquals(await stranger.end(), "");
    }
    using client = await LineClient.connect(port);
    assertEquals(await client.ask("LikesServer3 14\r"), "ACK");
    await proxy.close();
    assertEquals(primary.received, ["LikesServer3 14\n"]);
  },
});

Deno.test({
  name: "FaultProxy keeps a lost report from the primary",
  ignore,
  async fn() {
    const { answers, received, events } = await send({
      luck: (_direction, _server, number) => number,
      lost: (direction, luck) => direction === MessageKind.REPORT && luck === 1,
    }, ["LikesServer3 14\n", "LikesServer3 14\n"]);
    assertEquals(answers, ["lost", "ACK"]);
    assertEquals(received, ["LikesServer3 14\n"]);
    assertEquals(events.slice(0, 3), ["send>1", "lose>1", "send>2"]);
  },
});

Deno.test({
  name:
    "FaultProxy asks by the luck of each message, copies by that of what they copy",
  ignore,
  async fn() {
    const asked: string[] = [];
    const note = (what: string, luck: number) => asked.push(`${what} ${luck}`);
    await send({
      luck: (direction, server, number) =>
        100 * server + 10 * number + direction,
      lost: (direction, luck) => {
        note(`lost ${direction}`, luck);
        return false;
      },
      copied: (direction, luck) => {
        note(`copied ${direction}`, luck);
        return direction === MessageKind.REPORT;
      },
      latencyTicks: (_kind, luck, isCopy) => {
        note(isCopy ? "copy" : "first", luck);
        return 0;
      },
    }, ["LikesServer3 14\n"]);
    assertEquals(
      new Set(asked),
      new Set([
        ...["lost 0 310", "first 310", "copied 0 310", "copy 310"],
        ...["lost 1 311", "first 311", "copied 1 311"],
      ]),
    );
  },
});

Deno.test({
  name: "FaultProxy loses a reply after the primary has counted",
  ignore,
  async fn() {
    const { answers, received, events } = await send({
      lost: (direction) => direction === MessageKind.REPLY,
    }, ["LikesServer3 14\n"]);
    assertEquals(answers, ["lost"]);
    assertEquals(received, ["LikesServer3 14\n"]);
    assertEquals(events, [
      "send>1",
      "receive>1",
      "answer<1",
      "send<1",
      "lose<1",
    ]);
  },
});

Deno.test({
  name: "FaultProxy delivers a copy and swallows the reply to it",
  ignore,
  async fn() {
    const { answers, received, events } = await send({
      copied: (direction) => direction === MessageKind.REPORT,
    }, ["LikesServer3 14\n"]);
    assertEquals(answers, ["ACK"]);
    assertEquals(received, ["LikesServer3 14\n", "LikesServer3 14\n"]);
    assertEquals(events.filter((event) => event === "answer<1").length, 2);
    assertEquals(events.filter((event) => event === "receive<1").length, 1);
  },
});

Deno.test({
  name: "FaultProxy decides a partition when the message would arrive",
  ignore,
  async fn() {
    const asked: string[] = [];
    const { answers, received } = await send({
      cut: (from, to, tick) => {
        asked.push(`${from} ${to} ${tick}`);
        return to === PRIMARY;
      },
    }, ["LikesServer3 14\n"]);
    assertEquals(answers, ["lost"]);
    assertEquals(received, []);
    assertEquals(asked, [`3 ${PRIMARY} 1`]); // tick 1: after the send was told at tick 0
  },
});

Deno.test({
  name: "FaultProxy loses what is sent to a primary that is down",
  ignore,
  async fn() {
    const primary = new Acknowledger();
    const port = primary.port;
    await primary[Symbol.asyncDispose]();
    const kinds: string[] = [];
    const proxy = new FaultProxy({
      faults: CALM,
      replicaPort: () => port,
      replicas: 1,
      now: () => 0,
      identify: () => Promise.resolve({ attempt: 1, seq: 1 }),
      onEvent: (event) => {
        kinds.push(event.kind);
        if (event.kind === "lose") connection.abandon();
      },
    });
    const connection = new ReportConnection(portOf(proxy), false);
    const answer = await connection.exchange(
      new TextEncoder().encode("LikesServer3 14\n"),
    );
    await proxy.close();
    assertEquals(answer.kind, "lost");
    assertEquals(kinds, ["send", "lose"]);
  },
});

Deno.test({
  name: "FaultProxy passes on nothing that no likes server has sent",
  ignore,
  async fn() {
    await using primary = new Acknowledger();
    const kinds: string[] = [];
    const proxy = new FaultProxy({
      faults: CALM,
      replicaPort: () => primary.port,
      replicas: 1,
      now: () => 0,
      identify: (_server, _replica, line) =>
        Promise.resolve(
          line === "LikesServer3 14" ? { attempt: 1, seq: 1 } : null,
        ),
      onEvent: ({ kind }) => kinds.push(kind),
    });
    for (
      const text of [
        "\n",
        "nonsense\n",
        "LikesServer3 43\n",
        `${"x".repeat(100_000)}\n`,
        "READ\n",
        "LikesServer4 14\n", // a report, but not one that a likes server said it would send
      ]
    ) {
      using stranger = await Deno.connect({
        hostname: "127.0.0.1",
        port: portOf(proxy),
      });
      await stranger.write(new TextEncoder().encode(text)).catch(() => 0);
      // Nothing is answered: the connection ends.
      const count = await stranger.read(new Uint8Array(16)).catch(() => null);
      assertEquals(count, null, text.slice(0, 40));
    }
    using silent = await Deno.connect({
      hostname: "127.0.0.1",
      port: portOf(proxy),
    });
    const connection = new ReportConnection(portOf(proxy), false);
    const answer = await connection.exchange(
      new TextEncoder().encode("LikesServer3 14\n"),
    );
    assertEquals(answer, { kind: "answer", text: "ACK" });
    assertEquals(primary.received, ["LikesServer3 14\n"]);
    assertEquals(kinds[0], "send");
    await proxy.close();
    assertEquals(
      await silent.read(new Uint8Array(16)).catch(() => null),
      null,
    );
  },
});

Deno.test({
  name:
    "FaultProxy says that a primary was silent that was killed before it answered",
  ignore,
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const killed = listener.accept().then(async (connection) => {
      await connection.read(new Uint8Array(64));
      connection.close();
    });
    const told: string[] = [];
    const silence = Promise.withResolvers<void>();
    const proxy = new FaultProxy({
      faults: CALM,
      replicaPort: () => listener.addr.port,
      replicas: 1,
      now: () => 0,
      identify: () => Promise.resolve({ attempt: 1, seq: 1 }),
      onEvent: ({ kind }) => {
        told.push(kind);
        if (kind === "silence") silence.resolve();
      },
    });
    const connection = new ReportConnection(portOf(proxy), false);
    const exchange = connection.exchange(
      new TextEncoder().encode("LikesServer3 14\n"),
    );
    await silence.promise;
    await killed;
    connection.abandon();
    await exchange;
    assertEquals(told, ["send", "receive", "silence"]);
    // What a likes server sends on is lost as long as the primary is known to
    // be down, though somebody listens there.
    proxy.down(0);
    const lost = new ReportConnection(portOf(proxy), false);
    const second = lost.exchange(
      new TextEncoder().encode("LikesServer3 14\n"),
    );
    while (told.length < 5) await new Promise((resolve) => setTimeout(resolve));
    assertEquals(told.slice(3), ["send", "lose"]);
    lost.abandon();
    await second;
    await proxy.close();
    listener.close();
  },
});

Deno.test({
  name: "FaultProxy ends what is under way when it is closed",
  ignore,
  async fn() {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const proxy = new FaultProxy({
      faults: CALM,
      replicaPort: () => listener.addr.port,
      replicas: 1,
      now: () => 0,
      identify: () => Promise.resolve({ attempt: 1, seq: 1 }),
      onEvent: () => {},
    });
    const connection = new ReportConnection(portOf(proxy), false);
    const exchange = connection.exchange(
      new TextEncoder().encode("LikesServer3 14\n"),
    );
    const waiting = await listener.accept(); // a primary that stands still
    await proxy.close();
    await proxy.empty();
    assertEquals((await exchange).kind, "lost");
    waiting.close();
    listener.close();
  },
});

Deno.test({
  name:
    "FaultProxy gives a likes server one reply, though the network copies it",
  ignore,
  async fn() {
    await using primary = new Acknowledger();
    const told: string[] = [];
    const proxy = new FaultProxy({
      faults: {
        ...CALM,
        copied: (direction) => direction === MessageKind.REPLY,
      },
      replicaPort: () => primary.port,
      replicas: 1,
      now: () => 0,
      identify: () => Promise.resolve({ attempt: 1, seq: 1 }),
      onEvent: ({ kind, isReply }) => {
        if (isReply) told.push(kind);
      },
    });
    using connection = await Deno.connect({
      hostname: "127.0.0.1",
      port: portOf(proxy),
    });
    await connection.write(new TextEncoder().encode("LikesServer3 14\n"));
    const bytes = new Uint8Array(64);
    let text = "";
    const reading = (async () => {
      for (let count; (count = await connection.read(bytes)) !== null;) {
        text += new TextDecoder().decode(bytes.subarray(0, count));
      }
    })();
    while (told.length < 5) await new Promise((resolve) => setTimeout(resolve));
    await proxy.empty();
    await proxy.close();
    await reading;
    assertEquals(text, "ACK\n");
    assertEquals(told, ["answer", "send", "copy", "receive", "receive"]);
  },
});

Deno.test({
  name: "FaultProxy goes on accepting after it had no file descriptor left",
  ignore,
  async fn() {
    await using primary = new Acknowledger();
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accept = listener.accept.bind(listener);
    let refusals = 2;
    listener.accept = () =>
      refusals-- > 0
        ? Promise.reject(new Error("Too many open files (os error 24)"))
        : accept();
    const { listen } = Deno;
    Object.assign(Deno, { listen: () => listener });
    let proxy: FaultProxy;
    try {
      proxy = new FaultProxy({
        faults: CALM,
        replicaPort: () => primary.port,
        replicas: 1,
        now: () => 0,
        identify: () => Promise.resolve({ attempt: 1, seq: 1 }),
        onEvent: () => {},
      });
    } finally {
      Object.assign(Deno, { listen });
    }
    const connection = new ReportConnection(portOf(proxy), false);
    const answer = await connection.exchange(
      new TextEncoder().encode("LikesServer3 14\n"),
    );
    await proxy.close();
    assertEquals(answer, { kind: "answer", text: "ACK" });
    assertEquals(primary.received, ["LikesServer3 14\n"]);
  },
});
