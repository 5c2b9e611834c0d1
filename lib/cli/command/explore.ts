/**
 * `explore`: every order of events of a small run.
 *
 * @module
 */

import { Exit } from "../../domain/exit_codes.ts";
import {
  Exploration,
  type ExplorationResult,
  replayed,
} from "../../explore/exploration.ts";
import type { ExploreOptions } from "../../explore/explore_options.ts";
import type { Bounds } from "../../explore/model/bounds.ts";
import type { ToldStory } from "../../explore/story/told.ts";
import { shellWord } from "../../faults/notation.ts";
import { UsageError } from "../../options/usage_error.ts";
import { yieldToEventLoop } from "../../platform/event_loop.ts";
import { Interruption } from "../../platform/interruption.ts";
import { grouped } from "../../verdict/explain.ts";
import { quantity } from "../../view/numbers.ts";
import { CommandOutput, jsonText } from "../command_output.ts";
import { WholeFile } from "../whole_file.ts";
import { writeDiagram } from "../diagram/diagram_file.ts";
import { diagramOf } from "../diagram/told_diagram.ts";

/** States looked at between two turns of the event loop: some milliseconds. */
const SLICE_STATES = 4096;

const MEBIBYTE = 2 ** 20;

/**
 * Explores, or tells the story of some events.
 *
 * @param options What.
 * @returns The exit code: 0 everything holds in all states; 1 something does
 * not, or there are more states than may be seen, so that nothing is proved; 3
 * the diagram could not be written; 130 interrupted before everything was seen,
 * with what was found so far.
 */
export async function runExplore(
  options: ExploreOptions,
): Promise<number> {
  using interruption = new Interruption();
  const { stop } = interruption;
  const output = new CommandOutput();
  const diagram = WholeFile.at("diagram", options.diagram, output.note);
  if (options.replay !== undefined) {
    return replay(options, options.replay, output, diagram);
  }
  const exploration = new Exploration(options.bounds, options.statesMax);
  while (!stop.aborted && !exploration.advance(SLICE_STATES)) {
    output.show(
      1 - exploration.waiting / exploration.states,
      () =>
        `${grouped(exploration.states)} states, ${
          grouped(exploration.waiting)
        } of them to be looked at, ${exploration.depth} events deep`,
    );
    await yieldToEventLoop();
  }
  const seconds = output.elapsedMs / 1000;
  const result = exploration.result();
  output.tell(
    options.json
      ? jsonText(documentOf(options, result, seconds))
      : textOf(options, result, seconds),
  );
  if (stop.aborted) {
    output.note(
      `Stopped after ${grouped(result.states)} states: ${
        grouped(exploration.waiting)
      } of them were still to be looked at`,
    );
    return Exit.INTERRUPTED;
  }
  if (result.story === undefined) {
    if (diagram !== null) {
      output.note("There is no story to draw: no diagram is written");
    }
    return result.holds === null ? Exit.FAILED : Exit.DONE;
  }
  return written(diagram, result.story) ? Exit.FAILED : Exit.UNWRITTEN;
}

/** Tells what each process knows at each step of a story. */
function replay(
  options: ExploreOptions,
  events: readonly number[],
  output: CommandOutput,
  diagram: WholeFile | null,
): number {
  const story = storyOf(options, events);
  output.tell(
    options.json
      ? jsonText({ delivery: options.bounds.delivery, ...story })
      : [...storyLines(story, true), ...violationLines(story), ""].join("\n"),
  );
  if (!written(diagram, story)) return Exit.UNWRITTEN;
  return story.violation === undefined ? Exit.DONE : Exit.FAILED;
}

function storyOf(
  { bounds }: ExploreOptions,
  events: readonly number[],
): ToldStory {
  try {
    return replayed(bounds, events);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`Cannot use --replay: ${error.message}`);
  }
}

function written(diagram: WholeFile | null, story: ToldStory): boolean {
  return diagram === null || writeDiagram(diagram, diagramOf(story));
}

function textOf(
  options: ExploreOptions,
  result: ExplorationResult,
  seconds: number,
): string {
  const { story, events, states } = result;
  const lines = story === undefined ? [] : [
    ...storyLines(story, false),
    "",
    "After it:",
    ...processLines(story),
    "",
  ];
  const held = result.isWhole
    ? `HOLDS: It holds in all ${quantity(states, "state")}.`
    : `NOT DECIDED: Stopped at ${
      quantity(states, "state")
    }, nothing wrong so far; there are more, of which nothing is known. Fewer draws, faults, exchanges or reads have fewer, or --states-max allows more.`;
  return [
    ...lines,
    `delivery     ${options.bounds.delivery}${
      options.bounds.isExact ? ", held to exactness" : ""
    }`,
    `bounds       ${boundsText(options.bounds)}`,
    `explored     ${quantity(states, "state")}, ${
      quantity(result.transitions, "transition")
    }, ${quantity(result.depth, "event")} deep`,
    `effort       ${seconds.toFixed(1)} s, ${
      grouped(Math.round(states / seconds))
    } states a second, ${
      Math.ceil(result.bytes / MEBIBYTE)
    } MiB for states; two of them are taken for one with a chance of ${
      result.collisionChance.toExponential(0)
    }`,
    `reproduce    ${commandOf(options, events)}`,
    ...story === undefined ? [] : [
      `play         that line, pasted into the page of ${options.program} lab`,
    ],
    "",
    story === undefined ? held : `VIOLATED: ${sentence(story)}`,
    "",
  ].join("\n");
}

/** The bounds in words, in the order of the help. */
function boundsText(bounds: Bounds): string {
  const { servers, draws, losses, copies, crashes, late } = bounds;
  const { replicas, exchanges, reads, forgets } = bounds;
  return [
    quantity(servers, "likes server"),
    `${quantity(draws, "draw")} of each`,
    `at most ${quantity(losses, "loss", "losses")}`,
    quantity(copies, "copy", "copies"),
    quantity(crashes, "crash", "crashes"),
    ...forgets ? ["primaries start again empty"] : [],
    quantity(late, "late wait"),
    ...replicas === 1
      ? []
      : [quantity(replicas, "replica"), quantity(exchanges, "exchange")],
    quantity(reads, "read"),
  ].join(", ");
}

function storyLines({ steps, roundFrom }: ToldStory, all: boolean): string[] {
  const width = `${steps.length}`.length;
  return steps.flatMap(({ words, processes }, i) => [
    ...i === roundFrom ? ["and then again and again:"] : [],
    `${`${i + 1}`.padStart(width)}. ${words}.`,
    ...all ? processes.map(processLine) : [],
  ]);
}

function violationLines(story: ToldStory): string[] {
  return story.violation === undefined ? [] : ["", `So ${story.violation}.`];
}

function processLines({ steps }: ToldStory): string[] {
  return steps.at(-1)?.processes.map(processLine) ?? [];
}

function processLine({ name, words }: { name: string; words: string }): string {
  return `   ${name} ${words}`;
}

function sentence({ violation = "", steps }: ToldStory): string {
  const [first = "", ...rest] = violation;
  return `${first.toUpperCase()}${rest.join("")}, after ${
    quantity(steps.length, "event")
  }.`;
}

function documentOf(
  options: ExploreOptions,
  result: ExplorationResult,
  seconds: number,
): unknown {
  const { bounds } = options;
  const { story, events, ...numbers } = result;
  const { delivery, ...others } = bounds;
  return {
    ...{ holds: numbers.holds, complete: numbers.isWhole },
    ...{ states: numbers.states, transitions: numbers.transitions },
    ...{ depth: numbers.depth, delivery, bounds: others },
    ...{ wallSeconds: seconds, bytes: numbers.bytes },
    collisionChance: numbers.collisionChance,
    ...story !== undefined && {
      violation: story.violation,
      participants: story.participants,
      witness: story.steps,
      ...story.roundFrom !== undefined && { roundFrom: story.roundFrom },
    },
    command: commandOf(options, events),
  };
}

/** The command that tells the story again, or explores again without one. */
function commandOf(
  { command }: ExploreOptions,
  events: string | undefined,
): string {
  return events === undefined
    ? command
    : `${command} --replay ${shellWord(events)}`;
}
