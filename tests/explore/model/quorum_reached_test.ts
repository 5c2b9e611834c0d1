import { assertEquals } from "@std/assert";
import { quorumReached } from "../../../lib/explore/model/quorum_reached.ts";
import { WriteQuorum } from "../../../lib/rules/write_quorum.ts";

const OPTIONS = { servers: 1, replicas: 3, quorum: 2 };

Deno.test("quorumReached() is the highest draw that as many replicas as must have acknowledged, or what was reached before", () => {
  const rule = new WriteQuorum(OPTIONS);
  for (let code = 0; code < 4 ** 4; code++) {
    const [before = 0, ...seqs] = [0, 1, 2, 3].map((i) => code >> 2 * i & 3);
    const [, second = 0] = seqs.toSorted((a, b) => b - a);
    assertEquals(
      quorumReached(rule, 0, before, seqs, 2),
      Math.max(before, second),
      `${before}: ${seqs}`,
    );
  }
});

/** Takes one more acknowledgement for enough once a draw was acknowledged. */
class OvercountingWriteQuorum extends WriteQuorum {
  #count = 0;

  override restart(server: number): void {
    super.restart(server);
    this.#count = 0;
  }

  override acknowledged(server: number, replica: number, seq: number) {
    const isMore = super.acknowledged(server, replica, seq);
    if (isMore) this.#count++;
    return isMore;
  }

  override seqOf(server: number): number {
    return super.seqOf(server) + Math.max(0, this.#count - 1);
  }
}

/** Raises to the highest of what some replicas acknowledged at one stroke. */
class HighestWriteQuorum extends WriteQuorum {
  #highest = 0;

  override restart(server: number): void {
    super.restart(server);
    this.#highest = 0;
  }

  override acknowledged(server: number, replica: number, seq: number) {
    const isJump = seq > this.#highest + 1;
    const isMore = super.acknowledged(server, replica, seq);
    this.#highest = Math.max(this.#highest, seq);
    if (isJump && isMore) this.restore(server, seq);
    return isMore;
  }
}

Deno.test("quorumReached() tells the wrong answer of a rule that is wrong in one order only", () => {
  const inOrder = new OvercountingWriteQuorum(OPTIONS);
  assertEquals(quorumReached(inOrder, 0, 0, [2, 2, 0], 2), 3);
  const atOnce = new HighestWriteQuorum(OPTIONS);
  assertEquals(quorumReached(atOnce, 0, 0, [1, 3, 0], 2), 3);
});
