import { assertEquals } from "@std/assert";
import { MessageKind } from "../../../lib/domain/messages.ts";
import { KEPT_MAX } from "../../../lib/live/network/kept_connections.ts";
import type { Message } from "../../../lib/live/network/message.ts";
import { Upstreams } from "../../../lib/live/network/upstream.ts";
import { closeQuietly } from "../../../lib/platform/close_quietly.ts";
import { granted } from "../../permissions.ts";

const ignore = !granted({ net: ["127.0.0.1"] });

function messageOf(kind: MessageKind): Message {
  const bytes = new TextEncoder().encode("request\n");
  return { kind, from: 0, replica: 0, n: 1, luckNode: 0, bytes };
}

/** A replica that answers each read of a connection alike. */
class Replica implements AsyncDisposable {
  /** Connections that were accepted. */
  accepted = 0;
  readonly #reply: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>[] = [];
  readonly #accepting = this.#accept();

  constructor(reply: string) {
    this.#reply = reply;
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) {
      this.accepted++;
      this.#connections.add(connection);
      this.#serving.push(this.#serve(connection).catch(() => {}));
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    const bytes = new Uint8Array(256);
    while (await connection.read(bytes) !== null) {
      await connection.write(new TextEncoder().encode(this.#reply));
    }
  }

  /** Ends all connections, and goes on listening. */
  dropConnections(): void {
    for (const connection of this.#connections) closeQuietly(connection);
    this.#connections.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.dropConnections();
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#serving);
  }
}

async function ask(
  upstreams: Upstreams,
  port: number,
  kind: MessageKind,
): Promise<string> {
  const way = upstreams.open(port, kind);
  const outcome = await way.exchange(messageOf(kind), () => {});
  return outcome.kind === "reply" ? outcome.reply.line : outcome.kind;
}

Deno.test({
  name:
    "Upstreams makes reports and reads of a replica over one connection, one after the other",
  ignore,
  async fn() {
    await using replica = new Replica("ACK\n");
    const upstreams = new Upstreams(true);
    const { REPORT, READ_REQUEST, REPAIR } = MessageKind;
    for (const kind of [REPORT, READ_REQUEST, REPAIR, REPORT]) {
      assertEquals(await ask(upstreams, replica.port, kind), "ACK");
    }
    assertEquals(replica.accepted, 1);
    const both = [REPORT, READ_REQUEST].map((kind) =>
      ask(upstreams, replica.port, kind)
    );
    assertEquals(await Promise.all(both), ["ACK", "ACK"]);
    assertEquals(replica.accepted, 2);
    upstreams.close();
  },
});

Deno.test({
  name: "Upstreams uses no connection that the replica has ended",
  ignore,
  async fn() {
    await using replica = new Replica("ACK\n");
    const upstreams = new Upstreams(true);
    const { port } = replica;
    assertEquals(await ask(upstreams, port, MessageKind.REPORT), "ACK");
    replica.dropConnections();
    // Its end is here once that of a connection made later is.
    using witness = await Deno.connect({ hostname: "127.0.0.1", port });
    while (replica.accepted < 2) await new Promise((go) => setTimeout(go));
    replica.dropConnections();
    assertEquals(await witness.read(new Uint8Array(1)), null);
    assertEquals(await ask(upstreams, port, MessageKind.REPORT), "ACK");
    assertEquals(replica.accepted, 3);
    upstreams.close();
  },
});

Deno.test({
  name:
    "Upstreams uses no connection again on which more than a reply came, or whose request was given up",
  ignore,
  async fn() {
    await using replica = new Replica("ACK\nACK\n");
    const upstreams = new Upstreams(true);
    const { port } = replica;
    assertEquals(await ask(upstreams, port, MessageKind.REPORT), "ACK");
    assertEquals(await ask(upstreams, port, MessageKind.REPORT), "ACK");
    assertEquals(replica.accepted, 2);
    await using mute = new Replica("");
    const way = upstreams.open(mute.port, MessageKind.READ_REQUEST);
    const outcome = way.exchange(messageOf(MessageKind.READ_REQUEST), () => {
      way.abandon();
    });
    assertEquals(await outcome, { kind: "silent" });
    upstreams.close();
  },
});

Deno.test({
  name:
    "Upstreams makes each exchange, and each request of a primary that is alone, over a connection of its own",
  ignore,
  async fn() {
    await using replica = new Replica("ACK\n");
    const { REPORT, READ_REQUEST, PEER_REQUEST } = MessageKind;
    const several = new Upstreams(true);
    const alone = new Upstreams(false);
    for (let n = 0; n < 2; n++) {
      assertEquals(await ask(several, replica.port, PEER_REQUEST), "ACK");
      assertEquals(await ask(alone, replica.port, REPORT), "ACK");
      assertEquals(await ask(alone, replica.port, READ_REQUEST), "ACK");
    }
    assertEquals(replica.accepted, 6);
  },
});

Deno.test({
  name: "Upstreams keeps no more connections than are of use",
  ignore,
  async fn() {
    await using replica = new Replica("ACK\n");
    const upstreams = new Upstreams(true);
    const askAtOnce = (count: number) =>
      Promise.all(Array.from(
        { length: count },
        () => ask(upstreams, replica.port, MessageKind.REPORT),
      ));
    await askAtOnce(KEPT_MAX + 5);
    assertEquals(replica.accepted, KEPT_MAX + 5);
    await askAtOnce(KEPT_MAX);
    assertEquals(replica.accepted, KEPT_MAX + 5);
    await askAtOnce(KEPT_MAX + 1);
    assertEquals(replica.accepted, KEPT_MAX + 6);
    upstreams.close();
  },
});

Deno.test({
  name: "Upstreams keeps no connection that its replica is about to end",
  ignore,
  async fn() {
    for (const reply of ["NAK busy", "NAK closing"]) {
      await using replica = new Replica(`${reply}\n`);
      const upstreams = new Upstreams(true);
      for (let n = 1; n <= 2; n++) {
        assertEquals(
          await ask(upstreams, replica.port, MessageKind.REPORT),
          reply,
        );
        assertEquals(replica.accepted, n);
      }
      upstreams.close();
    }
  },
});
