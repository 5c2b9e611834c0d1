/**
 * The story of an element that was lost: how it came in, where it went, and
 * where it did not.
 *
 * @module
 */

import { isReader, isReplica } from "../../domain/nodes.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import type { LostElement } from "../../verdict/operations/operation.ts";
import {
  type Story,
  STORY_MESSAGES_MAX,
  type StoryFault,
  type StoryStep,
} from "../../view/diagram/story.ts";
import type { HostRun } from "../run/options.ts";
import { isObject } from "../protocol/message.ts";
import { placeNames } from "../network/naming.ts";
import {
  type JournalEntry,
  type MessageJournal,
  typeOf,
} from "./message_views.ts";

/** Keys of a body whose numbers are no elements. */
const NO_ELEMENTS = new Set(["msg_id", "in_reply_to", "type"]);

/** Nodes that miss the element are told of, at most. */
const MISSING_MAX = 3;

/**
 * Tells the story of a lost element from the messages in which it stands.
 *
 * @param lost The element, and the nodes that lack it.
 * @param journal What became of all messages.
 * @param run The run.
 * @returns The story: of the messages with the element those that first brought
 * it to each node and those that did not arrive, then others, in their order.
 */
export function lossStory(
  lost: LostElement,
  journal: MessageJournal,
  run: HostRun,
): Story {
  const nameOf = placeNames(run);
  const { value } = lost;
  const missingAt = new Set(lost.missingAt);
  const carrying = messagesWith(value, journal.entries);
  const { chosen, others } = choose(carrying, (one) => {
    return missingAt.has(nameOf(one.parcel.to));
  });
  const firstSeconds = secondsFromTicks(chosen[0]?.tick ?? 0);
  const participants = new Set<string>();
  for (const { parcel } of chosen) {
    participants.add(nameOf(parcel.from)).add(nameOf(parcel.to));
  }
  const shownMissing = lost.missingAt.slice(0, MISSING_MAX);
  for (const name of shownMissing) participants.add(name);
  const steps = chosen.map((entry) => stepOf(entry, nameOf, value));
  for (const { t: seconds, kind: told, node, links } of journal.faults) {
    const kind = told as StoryFault["kind"]; // Operations are not kept.
    if (node !== undefined && participants.has(node)) {
      if (seconds < firstSeconds && kind !== "crash") continue;
      steps.push({ kind, over: [node], seconds });
    } else if (links !== undefined) {
      const over = [...participants].filter((name) => name.startsWith("n"));
      if (over.length > 0) steps.push({ kind, over, seconds, text: links });
    }
  }
  steps.sort((a, b) => (a.seconds ?? 0) - (b.seconds ?? 0));
  const more = others > 0
    ? `\n${others} more messages with it are not shown`
    : "";
  const absent = lost.missingAt.length > shownMissing.length
    ? `${shownMissing.join(", ")} and ${
      lost.missingAt.length - shownMissing.length
    } more`
    : shownMissing.join(", ");
  return {
    title: `How ${String(value)} got lost`,
    participants: inOrder(participants),
    steps: [
      ...steps,
      {
        kind: "note",
        over: shownMissing,
        text: `The last ${
          lost.missingAt.length === 1
            ? `read of ${absent} lacks`
            : `reads of ${absent} lack`
        } ${String(value)}${more}${
          journal.isFull ? "\nlater messages were not kept" : ""
        }`,
      },
    ],
  };
}

/** The ends of messages in which a number stands as an element. */
function messagesWith(
  value: unknown,
  entries: readonly JournalEntry[],
): JournalEntry[] {
  const digits = String(value);
  const isCarrying = new Map<number, boolean>();
  const ends: JournalEntry[] = [];
  for (const entry of entries) {
    const { id, line, from, to } = entry.parcel;
    if (entry.kind === "sent" || isReader(from) || isReader(to)) continue;
    let is = isCarrying.get(id);
    if (is === undefined) {
      is = line.includes(digits) && holds(value, line);
      isCarrying.set(id, is);
    }
    if (is) ends.push(entry);
  }
  return ends;
}

function holds(value: unknown, line: string): boolean {
  try {
    const { body } = JSON.parse(line);
    // What a read shows is told at the end.
    if (isObject(body) && body["type"] === "read_ok") return false;
    return isIn(value, body);
  } catch {
    return false;
  }
}

function isIn(value: unknown, where: unknown): boolean {
  if (where === value) return true;
  if (Array.isArray(where)) return where.some((one) => isIn(value, one));
  if (!isObject(where)) return false;
  return Object.entries(where).some(([key, one]) =>
    !NO_ELEMENTS.has(key) && (key === String(value) || isIn(value, one))
  );
}

/** The entries that matter most, as many as a diagram may have. */
function choose(
  entries: readonly JournalEntry[],
  isForMissing: (entry: JournalEntry) => boolean,
): { chosen: JournalEntry[]; others: number } {
  const reached = new Set<number>();
  const ranked = entries.map((entry, order) => {
    const { from, to } = entry.parcel;
    const isFirst = entry.kind === "arrived" && !reached.has(to);
    if (entry.kind === "arrived") reached.add(to);
    const isRequest = !isReplica(from);
    const rank = isRequest || isFirst
      ? 0
      : entry.kind === "lost" && isForMissing(entry)
      ? 1
      : isForMissing(entry)
      ? 2
      : entry.kind === "lost"
      ? 3
      : 4;
    return { entry, order, rank };
  });
  const chosen = ranked
    .toSorted((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, STORY_MESSAGES_MAX)
    .sort((a, b) => a.order - b.order)
    .map(({ entry }) => entry);
  return { chosen, others: entries.length - chosen.length };
}

function stepOf(
  { kind, tick, parcel }: JournalEntry,
  nameOf: (place: number) => string,
  value: unknown,
): StoryStep {
  const type = typeOf(parcel.line);
  return {
    kind: "message",
    from: nameOf(parcel.from),
    to: nameOf(parcel.to),
    text: `${type} ${String(value)}`,
    isReply: !isReplica(parcel.to) && isReplica(parcel.from),
    outcome: kind === "lost" ? "lost" : "arrives",
    seconds: secondsFromTicks(tick),
  };
}

/** Clients first, then nodes by their numbers. */
function inOrder(names: ReadonlySet<string>): string[] {
  const keyOf = (name: string): [number, number] => [
    name.startsWith("c") ? 0 : 1,
    Number(name.slice(1)) || 0,
  ];
  return [...names].sort((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return one[0] - other[0] || one[1] - other[1];
  });
}
