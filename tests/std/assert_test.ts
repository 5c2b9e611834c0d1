import {
  assert,
  assertEquals,
  AssertionError,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { exists } from "@std/fs";
import { granted } from "../permissions.ts";

Deno.test("assert() narrows the type of what it is given", () => {
  const value: string | undefined = ["a"].at(0);
  assert(value !== undefined);
  assertEquals(value.length, 1);
});

Deno.test("assertThrows() gives back an error of the class asked for", () => {
  const error: AssertionError = assertThrows(
    () => assertEquals<number>(1, 2),
    AssertionError,
    "Values are not equal",
  );
  assert(error.message.length > 0);
});

Deno.test("assertRejects() fails when nothing is thrown", async () => {
  await assertRejects(
    () => assertRejects(() => Promise.resolve(), RangeError),
    AssertionError,
  );
});

Deno.test("parseArgs() leaves strings as they are", () => {
  const parsed = parseArgs(["--seed", "007", "rest"], { string: ["seed"] });
  assertEquals(parsed["seed"], "007");
  assertEquals(parsed._, ["rest"]);
});

Deno.test({
  name: "exists() finds this file",
  ignore: !granted({ read: ["."] }),
  async fn() {
    const here = new URL(import.meta.url);
    assert(await exists(here, { isFile: true }));
  },
});
