/**
 * Events between replicas, and of the reader, in words.
 *
 * @module
 */

import { nodeName, readerNode, replicaNode } from "../../domain/nodes.ts";
import type { StateBuffer } from "../checker/model.ts";
import { Kind, kindOf, whichOf, whoOf } from "../model/events.ts";
import { Header } from "../model/layout.ts";
import type { LikesModel } from "../model/likes_model.ts";
import type { InFlight } from "./in_flight.ts";
import { readMessagesOf, syncsOf } from "./messages_between.ts";
import type { ToldArrival, ToldStep } from "./told.ts";

/** An event in words, without what follows from the states around it. */
export type Happening =
  & Pick<
    ToldStep,
    "words" | "who" | "peer" | "note" | "fault"
  >
  & {
    /** Messages that come to the end of their way. */
    readonly arrivals?: readonly ToldArrival[];
  };

/**
 * Tells what happens between replicas, or to the reader.
 *
 * @param model The model.
 * @param state The state before the event.
 * @param event The event.
 * @param inFlight The messages on their way, which are brought up to date.
 * @returns The event in words; null if it is no such event.
 */
export function tellBetween(
  model: LikesModel,
  state: StateBuffer,
  event: number,
  inFlight: InFlight,
): Happening | null {
  const { replicas } = model.bounds;
  const { bytes } = state;
  const who = whoOf(event);
  const which = whichOf(event);
  const replicaName = (replica: number) =>
    nodeName(replicaNode(replica), replicas);
  const reader = nodeName(readerNode(0), replicas);
  switch (kindOf(event)) {
    case Kind.EXCHANGE: {
      const name = replicaName(who);
      const peer = replicaName(which);
      return model.isSettling(state)
        ? {
          words: `${name} and ${peer} tell each other what they have`,
          who: name,
          peer,
          note: `a whole exchange with ${peer}`,
        }
        : { words: `${name} begins an exchange with ${peer}`, who: name };
    }
    case Kind.READ:
      return {
        words: `${reader} begins to read ${nodeName(who, replicas)}`,
        who: reader,
        note: `reads ${nodeName(who, replicas)}`,
      };
    case Kind.GIVE_UP:
      return {
        words: `${reader} has waited long enough for an answer`,
        who: reader,
        note: "no answer in time",
      };
    case Kind.REPAIR_AGAIN:
      return {
        words: `${reader} tells ${replicaName(which)} once more`,
        who: reader,
      };
  }
  const isSync = kindOf(event) >= Kind.SYNC && kindOf(event) <= Kind.COPY_SYNC;
  const isRead = kindOf(event) >= Kind.ANSWER &&
    kindOf(event) <= Kind.COPY_READ;
  const message = isSync
    ? syncsOf(model, bytes)[who]
    : isRead
    ? readMessagesOf(model, bytes, who)[which]
    : undefined;
  if (message === undefined) return null;
  const { from, to, text } = message;
  switch (kindOf(event)) {
    case Kind.LOSE_SYNC:
    case Kind.LOSE_READ:
      return {
        words: `The message from ${from} to ${to} (${text}) is lost`,
        arrivals: [inFlight.end(message, "lost", true)],
      };
    case Kind.COPY_SYNC:
    case Kind.COPY_READ:
      inFlight.send(message, true);
      return {
        words:
          `The network repeats the message from ${from} to ${to} (${text})`,
      };
  }
  const replicaNames = Array.from(
    { length: replicas },
    (_, i) => replicaName(i),
  );
  const isDown = replicaNames.some((name, replica) =>
    name === to && bytes[Header.REPLICAS + replica] !== 0
  );
  return {
    words: isDown
      ? `${to} is down: the message from ${from} (${text}) is lost`
      : `${to} hears from ${from}: ${text}${isSync ? ", and merges it" : ""}`,
    ...!isDown && { who: to },
    arrivals: [inFlight.end(message, isDown ? "lost" : "arrives", true)],
  };
}
