import { assert, assertEquals } from "@std/assert";
import { Streams } from "../../../lib/domain/random.ts";
import { KeyValueStore } from "../../../lib/host/services/key_value.ts";

const write = (key: unknown, value: unknown) => ({ type: "write", key, value });
const read = (key: unknown) => ({ type: "read", key });
const cas = (key: unknown, from: unknown, to: unknown) => ({
  ...{ type: "cas", key, from, to },
});

Deno.test("KeyValueStore answers write, read and cas as the protocol has it", () => {
  const store = new KeyValueStore();
  const codeOf = (body: Record<string, unknown>) =>
    store.answer("n1", body)["code"];
  assertEquals(codeOf(read("x")), 20);
  assertEquals(codeOf(cas("x", 1, 2)), 20);
  assertEquals(store.answer("n1", write("x", 1)), { type: "write_ok" });
  assertEquals(store.answer("n2", read("x")), { type: "read_ok", value: 1 });
  assertEquals(codeOf(cas("x", 7, 2)), 22);
  assertEquals(store.answer("n1", cas("x", 1, 2)), { type: "cas_ok" });
  assertEquals(store.answer("n1", read("x"))["value"], 2);
  assertEquals(codeOf({ type: "incr", key: "x" }), 10);
  assertEquals(codeOf({ type: "read" }), 12);
  assertEquals(codeOf({ type: "write", key: "x" }), 12);
});

Deno.test("KeyValueStore creates a key by cas only if it is told to", () => {
  const store = new KeyValueStore();
  const creating = { ...cas("x", 0, 5), "create_if_not_exists": true };
  assertEquals(store.answer("n1", creating), { type: "cas_ok" });
  assertEquals(store.answer("n1", creating)["code"], 22);
  assertEquals(store.answer("n1", read("x"))["value"], 5);
});

Deno.test("KeyValueStore compares values of any form, and keys by their value", () => {
  const store = new KeyValueStore();
  store.answer("n1", write(7, { a: 1, b: [2] }));
  const change = cas(7, { b: [2], a: 1 }, "new");
  assertEquals(store.answer("n1", change), { type: "cas_ok" });
  assertEquals(store.answer("n1", read("7"))["code"], 20);
});

Deno.test("KeyValueStore.sequential() answers from the past, never backwards for one client, and shows a client its own writes", () => {
  const store = KeyValueStore.sequential(new Streams(7));
  let stale = 0;
  const seen = new Map<string, number>();
  for (let n = 1; n <= 1000; n++) {
    assertEquals(store.answer("writer", write("x", n)), { type: "write_ok" });
    assertEquals(store.answer("writer", read("x"))["value"], n);
    const reader = `reader${n % 10}`;
    const body = store.answer(reader, read("x"));
    // Before the first state that it sees there is no key.
    const value = body["code"] === 20 ? 0 : body["value"] as number;
    assert(value <= n && value > n - 32, `${value} of ${n}`);
    assert(value >= (seen.get(reader) ?? 0), `${reader} went back`);
    seen.set(reader, value);
    if (value < n) stale++;
  }
  assert(stale > 300, `${stale} reads were stale`);
});

Deno.test("KeyValueStore.sequential() makes changes to the newest state only", () => {
  const store = KeyValueStore.sequential(new Streams(7));
  store.answer("n1", write("x", 0));
  let count = 0;
  for (let n = 0; n < 2000; n++) {
    const client = `n${n % 5}`;
    const value = store.answer(client, read("x"))["value"];
    if (typeof value !== "number") continue;
    const { type } = store.answer(client, cas("x", value, value + 1));
    if (type === "cas_ok") count++;
  }
  assert(count > 100, `${count} changes`);
  // A write takes a client to the newest state.
  store.answer("n9", write("y", 1));
  assertEquals(store.answer("n9", read("x"))["value"], count);
});

Deno.test("KeyValueStore.sequential() draws from the seed alone", () => {
  const answers = [7, 7, 8].map((seed) => {
    const store = KeyValueStore.sequential(new Streams(seed));
    return JSON.stringify(Array.from({ length: 200 }, (_, n) => {
      store.answer("writer", write("x", n));
      return store.answer("reader", read("x"));
    }));
  });
  assertEquals(answers[0], answers[1]);
  assert(answers[0] !== answers[2]);
});

Deno.test("KeyValueStore refuses what does not fit in memory, and forgets what no state shows any more", () => {
  const store = new KeyValueStore();
  const value = "v".repeat(700_000);
  const write = (key: string, n: number) =>
    store.answer("n1", { type: "write", key, value: `${n}${value}` });
  for (let n = 0; n < 100; n++) {
    assertEquals(write("same", n), { type: "write_ok" });
  }
  const full = new KeyValueStore();
  const codes = Array.from(
    { length: 60 },
    (_, n) => full.answer("n1", { type: "write", key: `k${n}`, value })["code"],
  );
  assertEquals([codes[0], codes[59]], [undefined, 11]);
});

Deno.test("KeyValueStore lets a large value be written over, as only the newest state has to fit", () => {
  const stores = [
    new KeyValueStore(),
    KeyValueStore.sequential(new Streams(7)),
  ];
  for (const store of stores) {
    const large = "v".repeat(10_000_000);
    assertEquals(store.answer("n1", write("small", 1))["type"], "write_ok");
    for (let n = 0; n < 16; n++) {
      const answer = store.answer("n1", write("large", `${n}${large}`));
      assertEquals(answer, { type: "write_ok" });
      // Others may see the past, but none that has been forgotten.
      if (n < 8) continue;
      assertEquals(store.answer(`r${n}`, read("small"))["value"], 1);
      const value = store.answer(`r${n}`, read("large"))["value"] as string;
      assert(parseInt(value) <= n, "from the future");
    }
    for (const key of ["second", "third"]) {
      assertEquals(store.answer("n1", write(key, large))["type"], "write_ok");
    }
    assertEquals(store.answer("n1", write("fourth", large))["code"], 11);
    assertEquals(store.answer("n1", write("third", 0))["type"], "write_ok");
    assertEquals(
      store.answer("n1", write("fourth", large))["type"],
      "write_ok",
    );
  }
});
