import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/options/usage_error.ts";
import {
  explorationFromCommand,
  explorationFromHash,
  hashOfExploration,
} from "../../../lib/view/lab/command_line.ts";
import { explore } from "../../../lib/view/lab/exploration.ts";
import { storyFrame } from "../../../lib/view/lab/story_frame.ts";

const EVENTS = "draw0,deliver0,lose0,timeout0,retry0,deliver0";
const FLAGS = `--delivery at-least-once --exact --replay ${EVENTS}`;

function exploreFlags(flags: string) {
  const words = explorationFromHash(hashOfExploration(flags));
  assert(words !== null);
  return explore(words, () => {});
}

Deno.test("explore() finds the story of the terminal, and tells it again by the flags that it gives", () => {
  const found = exploreFlags("--delivery at-least-once --exact");
  assertEquals([found.states, found.isWhole], [125, true]);
  assertEquals(found.flags, FLAGS);
  const again = exploreFlags(found.flags);
  assertEquals(again.story?.steps, found.story?.steps);
  assertEquals(again.flags, found.flags);
  // What a worker posts must be plain data.
  assertEquals(structuredClone(found), found);
});

Deno.test("explore() tells that everything holds, or in how many states", () => {
  const few = "--servers 1 --losses 1 --copies 0 --crashes 0 --late 0";
  const whole = exploreFlags(few);
  assertEquals([whole.story, whole.isWhole], [null, true]);
  const cut = exploreFlags(`${few} --states-max 10`);
  assertEquals([cut.story, cut.isWhole], [null, false]);
});

Deno.test("explore() refuses what the command line refuses", () => {
  for (const flags of ["--loss 0.1", "--servers 0", "--replay draw9", "more"]) {
    assertThrows(
      () => exploreFlags(flags),
      flags === "--replay draw9" ? Error : UsageError,
    );
  }
});

Deno.test("explorationFromCommand() takes the line that a story comes with, and no other command", () => {
  assertEquals(
    explorationFromCommand("$ deno task explore --exact --replay 'retry0>1'"),
    ["--exact", "--replay", "retry0>1"],
  );
  assertEquals(explorationFromCommand("likes sim --name explore"), null);
  assertEquals(explorationFromHash("#servers=3&seed=1"), null);
});

Deno.test("storyFrame() has each message from its sending to its end, and marks what has changed", () => {
  const { story } = exploreFlags(FLAGS);
  assert(story !== null);
  const states = story.steps.map((_, at) =>
    storyFrame(story, at).messages.map(({ id, state }) => `${id} ${state}`)
  );
  assertEquals(states, [
    ["1 sent"],
    ["1 arrives", "2 sent"],
    ["2 lost"],
    [],
    ["3 sent"],
    ["3 arrives", "4 sent"],
  ]);
  const changed = [0, 1].map((at) =>
    storyFrame(story, at).processes
      .filter(({ hasChanged }) => hasChanged).map(({ name }) => name)
  );
  assertEquals(changed, [["LikesServer0"], ["primary"]]);
  const begin = storyFrame(story, -1);
  assertEquals([begin.messages, begin.processes.length], [[], 3]);
  assertThrows(() => storyFrame(story, 6), RangeError, "-1 to 5");
});

Deno.test("storyFrame() shows who is down until it is started again", () => {
  const { story } = exploreFlags(
    "--servers 1 --replay draw0,crash-primary0,restart-primary0",
  );
  assert(story !== null);
  const down = [0, 1, 2].map((at) =>
    storyFrame(story, at).processes
      .filter(({ isDown }) => isDown).map(({ name }) => name)
  );
  assertEquals(down, [[], ["primary"], []]);
});
