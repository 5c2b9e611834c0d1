/**
 * The knowledge of each process in a state, in words.
 *
 * @module
 */

import { nodeName, readerNode, replicaNode } from "../../domain/nodes.ts";
import { isStuck } from "../../rules/delivery_traits.ts";
import { Header, Read, Server } from "../model/layout.ts";
import type { LikesModel } from "../model/likes_model.ts";
import {
  acknowledgedAt,
  isActing,
  isDrawing,
  isInFlight,
  seqAt,
  settledAt,
  totalAt,
  wideAt,
} from "../model/saved_row.ts";
import type { ToldProcess } from "./told.ts";

/**
 * Tells what each process knows.
 *
 * @param model The model.
 * @param bytes A state of it.
 * @returns The likes servers, then the replicas.
 */
export function processesOf(
  model: LikesModel,
  bytes: Uint8Array,
): ToldProcess[] {
  const { servers, replicas } = model.bounds;
  const told: ToldProcess[] = [
    ...Array.from({ length: servers }, (_, server) => ({
      name: nodeName(server, replicas),
      words: serverWords(model, bytes, server),
    })),
    ...Array.from({ length: replicas }, (_, replica) => ({
      name: nodeName(replicaNode(replica), replicas),
      words: replicaWords(model, bytes, replica),
    })),
  ];
  const { reads } = model;
  if (reads !== null) {
    const item = reads.openItem(bytes);
    told.push({
      name: nodeName(readerNode(0), replicas),
      words: reads.isWaiting(bytes)
        ? `waits for what ${nodeName(item, replicas)} has; up to draw ${
          bytes[model.layout.read(item) + Read.DUE]
        } was acknowledged when it began`
        : "waits for nothing",
    });
  }
  return told;
}

function serverWords(
  model: LikesModel,
  bytes: Uint8Array,
  server: number,
): string {
  const { layout, bounds } = model;
  const own = layout.server(server);
  const row = layout.row(server, 0);
  const total = totalAt(bytes, row);
  const drawn = seqAt(bytes, row);
  const words = [
    `drew ${total === 1 ? "1 like" : `${total} likes`} in ${drawn} ${
      drawn === 1 ? "draw" : "draws"
    }`,
  ];
  if (layout.rows > 1) {
    words.push(
      `a quorum acknowledged up to draw ${bytes[own + Server.QUORUM]}`,
    );
    for (let replica = 0; replica < layout.rows; replica++) {
      const at = layout.row(server, replica);
      const name = nodeName(replicaNode(replica), bounds.replicas);
      words.push(`${name}: ${rowWords(bytes, at)}`);
    }
  } else {
    words.push(
      `${acknowledgedAt(bytes, row)} acknowledged`,
      rowWords(bytes, row),
    );
  }
  const pending = total - settledAt(bytes, row);
  if (isStuck(bounds.delivery, pending)) {
    words.push(`its sum of ${pending} is more than a report may carry`);
  }
  if (!isDrawing(bytes, row)) words.push("draws no more");
  return bytes[own + Server.DOWN] !== 0
    ? `is down; ${words.join("; ")}`
    : words.join("; ");
}

function rowWords(bytes: Uint8Array, row: number): string {
  if (isInFlight(bytes, row)) {
    return `waits for the answer to a report of ${bytes[row + 4]}`;
  }
  return isActing(bytes, row) ? "waits to try again" : "waits for nothing";
}

function replicaWords(
  { layout, bounds }: LikesModel,
  bytes: Uint8Array,
  replica: number,
): string {
  const { servers, replicas } = bounds;
  const words: string[] = [];
  for (let server = 0; server < servers; server++) {
    const name = nodeName(server, replicas);
    if (layout.isMarked) {
      const at = layout.entry(server, replica, replica);
      const seq = bytes[at] as number;
      words.push(
        `${name} ${wideAt(bytes, at + 2)}${seq > 0 ? ` up to seq ${seq}` : ""}`,
      );
      continue;
    }
    const parts = Array.from(
      { length: replicas },
      (_, counter) => wideAt(bytes, layout.entry(server, replica, counter) + 2),
    );
    const sum = parts.reduce((all, part) => all + part, 0);
    const isSum = parts.filter((part) => part > 0).length > 1;
    words.push(`${name} ${isSum ? `${parts.join(" + ")} = ` : ""}${sum}`);
  }
  const isDown = bytes[Header.REPLICAS + replica] !== 0;
  return `${isDown ? "is down; " : ""}holds ${words.join(", ")}`;
}
