import { assertEquals, assertRejects } from "@std/assert";
import { acceptAll } from "../../lib/platform/accept.ts";

/**
 * The results of a listener: a connection by its number, an error, or an error
 * by its message.
 */
type Gift = number | string | Error;

/** A listener without network, which gives one thing after the other. */
class Listener {
  isClosing = false;
  readonly #gifts: Gift[];

  constructor(gifts: Gift[]) {
    this.#gifts = gifts;
  }

  accept(): Promise<Deno.TcpConn> {
    const gift = this.#gifts.shift();
    if (typeof gift === "number") {
      return Promise.resolve({ number: gift } as unknown as Deno.TcpConn);
    }
    // Nothing is left: it was closed.
    this.isClosing = gift === undefined;
    return Promise.reject(
      gift instanceof Error
        ? gift
        : new Error(gift ?? "Listener has been closed"),
    );
  }
}

async function toldOf(gifts: Gift[]): Promise<unknown[]> {
  const told: unknown[] = [];
  const listener = new Listener(gifts);
  await acceptAll({
    listener,
    isClosing: () => listener.isClosing,
    onConnection: (connection) =>
      told.push((connection as unknown as { number: number }).number),
    onFailure: (error) => told.push((error as Error).message),
  });
  return told;
}

Deno.test("acceptAll() goes on after failures, tells each row of them once, and ends with the listener", async () => {
  assertEquals(await toldOf([1, "a", "b", 2, 3, "c", 4]), [
    ...[1, "a", 2, 3, "c", 4],
  ]);
});

Deno.test("acceptAll() goes on at once, without a word, when a client was gone first", async () => {
  const { setTimeout } = globalThis;
  let pauses = 0;
  Object.assign(globalThis, {
    setTimeout: (action: () => void) => {
      pauses++;
      queueMicrotask(action);
    },
  });
  try {
    const { NotConnected, ConnectionAborted, ConnectionReset } = Deno.errors;
    const gone = [NotConnected, ConnectionAborted, ConnectionReset]
      .map((Gone) => new Gone("Client"));
    assertEquals(await toldOf([...gone, 1, ...gone, 2]), [1, 2]);
    assertEquals(pauses, 0);
    // One that has gone is no connection: the want of file descriptors is not
    // told again.
    assertEquals(await toldOf(["a", ...gone, "b", 3]), ["a", 3]);
    assertEquals(pauses, 2);
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
});

Deno.test("acceptAll() closes a connection that is not taken over, and ends with the error", async () => {
  const told: string[] = [];
  const connection = { close: () => told.push("closed") };
  await assertRejects(
    () =>
      acceptAll({
        listener: {
          accept: () => Promise.resolve(connection as unknown as Deno.TcpConn),
        },
        isClosing: () => told.length > 0,
        onConnection: () => {
          throw new TypeError("x is undefined");
        },
        onFailure: () => told.push("failure"),
      }),
    TypeError,
    "x is undefined",
  );
  assertEquals(told, ["closed"]);
});

Deno.test("acceptAll() accepts nothing where the listener is closing already", async () => {
  const listener = new Listener([1]);
  listener.isClosing = true;
  const onConnection = () => {
    throw new Error("Accepted");
  };
  await acceptAll({
    listener,
    isClosing: () => listener.isClosing,
    onConnection,
  });
});
