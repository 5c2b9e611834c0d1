/**
 * A model that takes down every state that a search sees.
 *
 * @module
 */

import type { StateBuffer } from "../../lib/explore/checker/model.ts";
import { excusedSeqOf } from "../../lib/explore/model/excused.ts";
import {
  ENTRY_BYTES,
  Flag,
  Header,
  HEARD_BYTES,
  MESSAGE_BYTES,
  Read,
  Server,
} from "../../lib/explore/model/layout.ts";
import { LikesModel } from "../../lib/explore/model/likes_model.ts";
import {
  Answer,
  isAwaitedKind,
  isReplyKind,
  Message,
  Messages,
} from "../../lib/explore/model/messages.ts";
import { Phase, ReadMessage } from "../../lib/explore/model/reads.ts";
import { SavedRow, wideAt } from "../../lib/explore/model/saved_row.ts";
import { makeRows } from "../../lib/rules/rows.ts";
import { keyOf, type SeenPair, seenRow, type View } from "./naive_view.ts";

const ASKED = ["no", "asked", "asked again", "asks again"] as const;

/** Takes down every state that a search sees, as it is seen. */
export class RecordingModel extends LikesModel {
  /** The states, as text. */
  readonly keys = new Set<string>();
  readonly #rows = makeRows(1);
  readonly #row = new SavedRow(this.#rows);

  override check(state: StateBuffer): number {
    this.keys.add(keyOf(this.#viewOf(state.bytes)));
    return super.check(state);
  }

  #viewOf(bytes: Uint8Array): View {
    const { layout, bounds } = this;
    const { servers, replicas, readFrom } = bounds;
    const flags = bytes[Header.FLAGS]!;
    const each = <T>(count: number, make: (i: number) => T): T[] =>
      Array.from({ length: count }, (_, i) => make(i));
    const counters = layout.isMarked ? 1 : replicas;
    const item = each(servers, (i) => i).find((server) =>
      layout.isReading && bytes[layout.read(server)] !== Phase.NONE
    );
    const isReadOver = bytes[Header.READS] === 0 && item === undefined;
    const entryAt = (at: number) =>
      [bytes[at]!, bytes[at + 1]!, wideAt(bytes, at + 2)] as const;
    return {
      servers: each(servers, (server) => {
        const own = layout.server(server);
        this.#row.load(bytes, layout.row(server, 0));
        return {
          row: seenRow([...this.#rows.ints], bounds),
          down: bytes[own + Server.DOWN] !== 0,
          target: bytes[own + Server.TARGET]!,
          silences: bytes[own + Server.SILENCES]!,
          excused: excusedSeqOf(bytes, layout, server),
          answered: layout.isReading
            ? bytes[layout.read(server) + Read.ANSWERED]!
            : 0,
          seen: each(
            replicas,
            (replica) =>
              layout.isReading ? bytes[layout.seen(server, replica)]! : 0,
          ),
        };
      }),
      replicas: each(replicas, (replica) => ({
        down: bytes[Header.REPLICAS + replica] !== 0,
        life: layout.isGossiping ? bytes[layout.life(replica)]! : 0,
        last: layout.isGossiping ? bytes[layout.life(replica) + 1]! : 0,
        pairs: each(
          replicas,
          (peer) => peer === replica ? null : this.#pair(bytes, replica, peer),
        ),
        entries: each(servers, (server) =>
          each(counters, (counter) => {
            const row = server * counters + counter;
            const at = layout.entryOfRow(replica, row);
            const holders = layout.isGossiping
              ? bytes[at + ENTRY_BYTES + 1]!
              : 0;
            return {
              held: entryAt(at),
              version: layout.isGossiping ? bytes[at + ENTRY_BYTES]! : 0,
              holders: [(holders & 15) - 1, (holders >> 4) - 1],
            };
          })),
      })),
      letters: each(servers, (server) => this.#letters(bytes, server)).flat(),
      notes: each(layout.syncsMax, (number) => number)
        .filter((number) => bytes[layout.sync(number)] !== 0)
        .map((number) => {
          const at = layout.sync(number);
          // used, reply, awaited, copy, more, as bits
          const bits = bytes[at]!;
          const [ends = 0, epoch = 0, peerEpoch = 0, has = 0, base = 0] = bytes
            .slice(at + 1);
          return {
            ...{ from: ends >> 4, to: ends & 15, epoch, peerEpoch, has, base },
            upTo: bytes[at + 6]!,
            kind: `${(bits & 2) !== 0} ${(bits & 8) !== 0} ${(bits & 4) !== 0}`,
            entries: each(servers, (server) =>
              each(counters, (counter) => {
                const row = server * counters + counter;
                const entry = entryAt(layout.syncEntry(number, row));
                return entry[0] === 0 ? [] : entry;
              })),
          };
        }),
      reader: {
        target: isReadOver || readFrom !== "home" ? -1 : bytes[Header.READER]!,
        open: item === undefined ? null : {
          item,
          due: bytes[layout.read(item) + Read.DUE]!,
          floor: bytes[layout.read(item) + Read.FLOOR]!,
          heard: each(layout.heardMax, (i) => i)
            .map((i) => layout.heard(item) + i * HEARD_BYTES)
            .filter((at) => bytes[at] !== 0)
            .map((at) => [
              ...[bytes[at]! & 15, bytes[at + 1]!, wideAt(bytes, at + 2)],
            ]),
        },
        questions: item === undefined ? [] : each(layout.readsMax, (i) => i)
          .map((i) => layout.readMessages(item) + i * MESSAGE_BYTES)
          .filter((at) => bytes[at] !== 0)
          .map((at) => ({
            replica: bytes[at]! & 15,
            text: bytes[at]! >> 4 === ReadMessage.QUESTION
              ? "null"
              : `${[bytes[at + 1]!, wideAt(bytes, at + 2)]}`,
          })),
      },
      rest: [
        ...bytes.slice(Header.LOSSES, Header.READS + 1),
        (flags & Flag.SETTLING) !== 0,
        (flags & Flag.FAULTY) !== 0,
        (flags & Flag.COPIED) !== 0,
      ],
    };
  }

  #pair(bytes: Uint8Array, replica: number, peer: number): SeenPair {
    const at = this.layout.pair(replica, peer);
    const [peerEpoch = 0, got = 0, told = 0, asked = 0, goal = 0] = bytes.slice(
      at,
    );
    return {
      ...{ peerEpoch, got, told, goal },
      asked: ASKED[asked]!,
      isProgress: bytes[at + 5] !== 0,
    };
  }

  #letters(bytes: Uint8Array, server: number): View["letters"] {
    const messages = new Messages(this.layout);
    messages.open(bytes, this.layout.messages(server));
    return Array.from({ length: messages.count }, (_, i) => {
      const kind = messages.kindOf(i);
      const isReply = isReplyKind(kind);
      const [first, second] = [messages.firstOf(i), messages.secondOf(i)];
      const name = isReply
        ? "reply"
        : kind === Message.COPY
        ? "copy"
        : "report";
      const text = !isReply
        ? [second, first, messages.totalOf(i)]
        : first === Answer.ACK
        ? ["ACK"]
        : [first === Answer.GAP ? "GAP" : "NO", second];
      return {
        ...{ server, replica: messages.replicaOf(i) },
        ...{ kind: `${name} ${isAwaitedKind(kind)}`, text: `${text}` },
      };
    });
  }
}
