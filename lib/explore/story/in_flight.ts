/**
 * The messages on their way of a story, each with a number: a state only says
 * how many there are of each.
 *
 * @module
 */

import type { ToldArrival, ToldMessage, ToldOutcome } from "./told.ts";

/** A message on its way that has no number yet. */
export type UntoldMessage = Omit<ToldMessage, "id">;

/**
 * Whether two messages say the same.
 *
 * @param a The one.
 * @param b The other.
 * @returns `true` if they have the same ends and the same text.
 */
export function isAlike(a: UntoldMessage, b: UntoldMessage): boolean {
  return a.from === b.from && a.to === b.to && a.text === b.text &&
    a.isReply === b.isReply;
}

interface Tracked extends ToldMessage {
  readonly isCopy: boolean;
}

/** Follows messages from where they are sent to where they end. */
export class InFlight {
  #messages: Tracked[] = [];
  #last = 0;

  /**
   * A message is sent, or repeated by the network.
   *
   * @param message The message.
   * @param isCopy Whether the network repeats it.
   * @returns It, or its copy, with its number.
   */
  send(message: UntoldMessage, isCopy = false): ToldMessage {
    const sent = { id: ++this.#last, ...message };
    this.#messages.push({ ...sent, isCopy });
    return sent;
  }

  /**
   * A message ends.
   *
   * @param message What it says.
   * @param outcome How it ends.
   * @param isNewest Whether it is the one of several that was sent last.
   * @returns It with its number.
   */
  end(
    message: UntoldMessage,
    outcome: Exclude<ToldOutcome, "repeated">,
    isNewest: boolean,
  ): ToldArrival {
    const candidates = this.#messages.filter((one) => isAlike(one, message));
    // Who waits, waits for what was sent last, and not for a copy.
    const own = candidates.filter(({ isCopy }) => !isCopy);
    const found = isNewest
      ? own.at(-1) ?? candidates.at(-1)
      : candidates.find(({ isCopy }) => isCopy) ?? candidates[0];
    if (found === undefined) return { id: ++this.#last, ...message, outcome };
    this.#messages = this.#messages.filter((other) => other !== found);
    const { isCopy, ...told } = found;
    const isRepeated = isCopy && outcome === "arrives";
    return { ...told, outcome: isRepeated ? "repeated" : outcome };
  }
}
