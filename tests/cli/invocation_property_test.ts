import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { commandNames, COMMANDS, isCommand } from "../../lib/cli/commands.ts";
import { type FlagKey, flagName, FLAGS } from "../../lib/options/flags.ts";
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { parseCommand } from "../../lib/options/parse.ts";
import { UsageError } from "../../lib/options/usage_error.ts";

const CONTEXT = { program: "likes", drawSeed: () => 1 };

const flags = Object.keys(FLAGS).filter((key): key is FlagKey => key in FLAGS)
  .map((key) => `--${flagName(key)}`);

const values = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("0", "1", "-1", "5s", "1s..5s", "0..42", "crdt", "0.5", "/"),
  fc.constantFrom("", "-", "--", "=", "--=", "---", "true", "__proto__"),
);

const words = fc.oneof(
  fc.constantFrom(...flags),
  fc.tuple(fc.constantFrom(...flags), values).map((pair) => pair.join("=")),
  values,
);

Deno.test("parseInvocation() answers any words with options or a usage error", () => {
  fc.assert(fc.property(
    fc.constantFrom(...commandNames()),
    fc.array(words, { maxLength: 8 }),
    (command, args) => {
      try {
        const invocation = parseInvocation([command, ...args], CONTEXT);
        assert(invocation.command === command || invocation.command === "help");
      } catch (error) {
        assert(error instanceof UsageError, String(error));
        // One line, nothing that a terminal would obey.
        assertEquals(/[^\x20-\x7e…]/.test(error.message), false, error.message);
      }
    },
  ));
});

Deno.test("parseInvocation() knows no other words than its commands", () => {
  fc.assert(fc.property(fc.string(), (word) => {
    fc.pre(!isCommand(word) && !["help", "-h", "--help"].includes(word));
    try {
      parseInvocation([word], CONTEXT);
    } catch (error) {
      assert(error instanceof UsageError, String(error));
      return;
    }
    throw new Error("It was followed");
  }));
});

Deno.test("parseCommand() reads any text after = as the value", () => {
  const texts = fc.string({ minLength: 1 }).filter((text) =>
    !text.includes("\0")
  );
  fc.assert(fc.property(texts, (text) => {
    assertEquals(
      parseCommand("primary", COMMANDS.primary, [`--log-dir=${text}`]).values
        .logDir,
      text,
    );
  }));
});
