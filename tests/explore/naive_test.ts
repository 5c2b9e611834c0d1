// Bounded completeness: an exploration that knows no tricks finds the same.

import { assert, assertEquals } from "@std/assert";
import { DELIVERIES } from "../../lib/domain/delivery.ts";
import type { StateBuffer } from "../../lib/explore/checker/model.ts";
import { Search } from "../../lib/explore/checker/search.ts";
import { type Bounds, drawsOf } from "../../lib/explore/model/bounds.ts";
import { Flag, Header, Server } from "../../lib/explore/model/layout.ts";
import { LikesModel } from "../../lib/explore/model/likes_model.ts";
import {
  Answer,
  isAwaitedKind,
  isReplyKind,
  Message,
  Messages,
} from "../../lib/explore/model/messages.ts";
import { SavedRow, wideAt } from "../../lib/explore/model/saved_row.ts";
import { isMarked } from "../../lib/rules/delivery_traits.ts";
import { makeRows } from "../../lib/rules/rows.ts";
import { onlyOf } from "./bounds_of_tests.ts";
import { keyOf, type Letter, NaiveWorld, type State } from "./naive_world.ts";

/** Bounds small enough for recursion, with each kind of fault somewhere. */
const SIZES = [
  { servers: 1, draws: 2, losses: 1, copies: 1, crashes: 0, late: 1 },
  { servers: 1, draws: 2, losses: 0, copies: 0, crashes: 2, late: 1 },
  { servers: 2, draws: 1, losses: 1, copies: 0, crashes: 0, late: 0 },
  { servers: 2, draws: 1, losses: 0, copies: 0, crashes: 1, late: 0 },
  { servers: 2, draws: 2, losses: 0, copies: 0, crashes: 0, late: 0 },
] as const;

/** Takes down every state that the search sees, as the naive world has it. */
class RecordingModel extends LikesModel {
  readonly keys = new Set<string>();
  readonly #rows = makeRows(1);
  readonly #row = new SavedRow(this.#rows);

  override check(state: StateBuffer): number {
    this.keys.add(keyOf(this.#stateOf(state.bytes), this.bounds.delivery));
    return super.check(state);
  }

  #stateOf(bytes: Uint8Array): State {
    const { layout, bounds } = this;
    const servers = Array.from({ length: bounds.servers }, (_, i) => i);
    const flags = bytes[Header.FLAGS]!;
    return {
      rows: servers.map((server) => {
        this.#row.load(bytes, layout.row(server, 0));
        return [...this.#rows.ints];
      }),
      ledger: servers.map((server) => {
        const at = layout.entry(server, 0, 0);
        return [bytes[at]!, bytes[at + 1]!, wideAt(bytes, at + 2)];
      }),
      down: servers.map((server) =>
        bytes[layout.server(server) + Server.DOWN] !== 0
      ),
      primaryDown: bytes[Header.REPLICAS] !== 0,
      letters: servers.flatMap((server) => this.#lettersOf(bytes, server)),
      left: [...bytes.slice(Header.LOSSES, Header.LATE + 1)],
      ended: (flags & Flag.SETTLING) !== 0,
      faulty: (flags & Flag.FAULTY) !== 0,
      copied: (flags & Flag.COPIED) !== 0,
    };
  }

  #lettersOf(bytes: Uint8Array, server: number): Letter[] {
    const messages = new Messages(this.layout);
    messages.open(bytes, this.layout.messages(server));
    return Array.from({ length: messages.count }, (_, i) => {
      const kind = messages.kindOf(i);
      const isReply = isReplyKind(kind);
      const [first, second] = [messages.firstOf(i), messages.secondOf(i)];
      return {
        ...{ server, isReply, awaited: isAwaitedKind(kind) },
        isCopy: kind === Message.COPY,
        text: !isReply
          ? [second, first, messages.totalOf(i)]
          : first === Answer.ACK
          ? ["ACK"]
          : [first === Answer.GAP ? "GAP" : "NO", second],
      };
    });
  }
}

function naiveOf(bounds: Bounds): NaiveWorld {
  const naive = new NaiveWorld(bounds, drawsOf(bounds));
  naive.explore();
  return naive;
}

for (const delivery of DELIVERIES) {
  Deno.test(
    `Search of ${delivery} reaches the states that a naive recursion reaches, by as many events`,
    () => {
      for (const size of SIZES) {
        const bounds = onlyOf({ delivery, ...size });
        const naive = naiveOf(bounds);
        const name = `${delivery} ${JSON.stringify(size)}`;
        const model = new RecordingModel(bounds);
        const search = new Search(model);
        while (!search.advance(1000));
        assertEquals(search.violation, null, name);
        assert(naive.depths.size > 20, name);
        const states = new Set(naive.depths.keys());
        assertEquals(model.keys.symmetricDifference(states).size, 0, name);
        assertEquals(search.states, states.size, name);
        const levels: number[] = [];
        for (let state = 0; state < search.states; state++) {
          const depth = search.pathTo(state).length - 1;
          levels[depth] = (levels[depth] ?? 0) + 1;
        }
        assertEquals(levels, naive.levels, name);
      }
    },
  );

  Deno.test(
    `Search of ${delivery}, held to exactness, finds violations as near as a naive recursion`,
    () => {
      let found = 0;
      for (const size of SIZES) {
        const bounds = onlyOf({ delivery, ...size, isExact: true });
        const { twiceDepth, offDepth } = naiveOf(bounds);
        const search = new Search(new LikesModel(bounds));
        while (!search.advance(1000));
        const name = `${delivery} ${JSON.stringify(size)}`;
        assertEquals(search.violation?.depth ?? Infinity, twiceDepth, name);
        if (twiceDepth < Infinity) found++;
        // Who stops at one violation has not seen all others.
        if (twiceDepth < Infinity) continue;
        assertEquals(search.endViolation?.depth ?? Infinity, offDepth, name);
        if (offDepth < Infinity) found++;
      }
      assertEquals(found > 0, !isMarked(delivery));
    },
  );
}

Deno.test("Search without reduction sees each renaming, and as many states up to it", () => {
  const bounds = onlyOf({ servers: 3, draws: 1, losses: 1 });
  const seen = [true, false].map((isReduced) => {
    const model = new RecordingModel(bounds);
    const search = new Search(model, { isReduced });
    while (!search.advance(1000));
    return [search.states, model.keys.size];
  });
  const [[reduced = 0, alike = 0] = [], [whole = 0, same = 0] = []] = seen;
  assertEquals([reduced, alike], [alike, same]);
  assert(whole > 4 * reduced, `${whole} states, ${reduced} up to renaming`);
});
