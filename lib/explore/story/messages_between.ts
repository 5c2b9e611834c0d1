/**
 * The messages between replicas, and those of reads, in words.
 *
 * @module
 */

import { nodeName, readerNode, replicaNode } from "../../domain/nodes.ts";
import { MESSAGE_BYTES } from "../model/layout.ts";
import type { LikesModel } from "../model/likes_model.ts";
import { ReadMessage } from "../model/reads.ts";
import { wideAt } from "../model/saved_row.ts";
import { ENDS, REPLY } from "../model/syncs.ts";
import type { UntoldMessage } from "./in_flight.ts";

/**
 * The messages between replicas on their way.
 *
 * @param model The model.
 * @param bytes A state of it.
 * @returns The messages, by their numbers in the state.
 */
export function syncsOf(
  { layout, bounds }: LikesModel,
  bytes: Uint8Array,
): UntoldMessage[] {
  const { servers, replicas } = bounds;
  const rows = layout.isMarked ? 1 : replicas;
  const messages: UntoldMessage[] = [];
  for (let number = 0; number < layout.syncsMax; number++) {
    const at = layout.sync(number);
    if (bytes[at] === 0) break;
    const entries: string[] = [];
    for (let row = 0; row < servers * rows; row++) {
      const entry = layout.syncEntry(number, row);
      if (bytes[entry] === 0) continue;
      const counter = layout.isMarked
        ? ""
        : ` at ${nodeName(replicaNode(row % rows), replicas)}`;
      const seq = layout.isMarked ? `, seq ${bytes[entry]}` : "";
      const server = nodeName(Math.floor(row / rows), replicas);
      entries.push(`${server} ${wideAt(bytes, entry + 2)}${seq}${counter}`);
    }
    messages.push({
      from: nodeName(replicaNode(bytes[at + ENDS]! >> 4), replicas),
      to: nodeName(replicaNode(bytes[at + ENDS]! & 15), replicas),
      text: entries.length === 0 ? "nothing new" : entries.join("; "),
      isReply: (bytes[at]! & REPLY) !== 0,
    });
  }
  return messages;
}

/**
 * The messages of reads of an item on their way.
 *
 * @param model The model.
 * @param bytes A state of it.
 * @param item The item.
 * @returns The messages, by their numbers in the state.
 */
export function readMessagesOf(
  { layout, bounds }: LikesModel,
  bytes: Uint8Array,
  item: number,
): UntoldMessage[] {
  const { replicas } = bounds;
  const reader = nodeName(readerNode(0), replicas);
  const name = nodeName(item, replicas);
  const messages: UntoldMessage[] = [];
  for (let number = 0; number < layout.readsMax; number++) {
    const at = layout.readMessages(item) + number * MESSAGE_BYTES;
    const kind = bytes[at]! >> 4;
    if (kind === 0) break;
    const replica = nodeName(replicaNode(bytes[at]! & 15), replicas);
    const value = `${name} ${wideAt(bytes, at + 2)}, seq ${bytes[at + 1]}`;
    const isReply = kind === ReadMessage.ANSWER ||
      kind === ReadMessage.REPAIRED;
    const text = kind === ReadMessage.QUESTION
      ? `READ ${name}`
      : kind === ReadMessage.ANSWER
      ? `VALUE ${value}`
      : kind === ReadMessage.REPAIRED
      ? "ACK"
      : `REPAIR ${value}`;
    messages.push(
      isReply
        ? { from: replica, to: reader, text, isReply }
        : { from: reader, to: replica, text, isReply },
    );
  }
  return messages;
}

/**
 * All messages on their way that are no reports and no answers to them.
 *
 * @param model The model.
 * @param bytes A state of it.
 * @returns The messages.
 */
export function messagesBetween(
  model: LikesModel,
  bytes: Uint8Array,
): UntoldMessage[] {
  const { layout, bounds } = model;
  const messages = syncsOf(model, bytes);
  if (!layout.isReading) return messages;
  for (let item = 0; item < bounds.servers; item++) {
    messages.push(...readMessagesOf(model, bytes, item));
  }
  return messages;
}
