import { assertEquals } from "@std/assert";
import { acceptAll } from "../../lib/live/accept.ts";

/** What a listener without network gives, one after the other: a connection by its number, or an error by its message. */
class Listener {
  isClosing = false;
  readonly #gifts: (number | string)[];

  constructor(gifts: (number | string)[]) {
    this.#gifts = gifts;
  }

  accept(): Promise<Deno.TcpConn> {
    const gift = this.#gifts.shift();
    if (typeof gift === "number") {
      return Promise.resolve({ number: gift } as unknown as Deno.TcpConn);
    }
    // Nothing is left: it was closed.
    this.isClosing = gift === undefined;
    return Promise.reject(new Error(gift ?? "Listener has been closed"));
  }
}

async function toldOf(gifts: (number | string)[]): Promise<unknown[]> {
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
