/**
 * The description of a command: its operands and its flags.
 *
 * @module
 */

import type { Flag } from "./flag.ts";
import type { FlagKey } from "./flags.ts";

/** Flags under one heading of the help. */
export interface Section<K extends FlagKey = FlagKey> {
  /** The heading. */
  readonly title: string;
  /** The flags, in the order of the help. */
  readonly flags: readonly K[];
}

/** A command: its name, summary and flags. */
export interface Command<K extends FlagKey = FlagKey> {
  /** The command in one line, without a full stop. */
  readonly summary: string;
  /**
   * The words that the command takes besides flags, in order; the last one any
   * number of times, but at least once, if it ends in `…`.
   */
  readonly operands: readonly string[];
  /**
   * The words behind `--` on its command line, where some must stand there: for
   * the help.
   */
  readonly trailing?: string;
  /** The command's flags. */
  readonly sections: readonly Section<K>[];
  /**
   * Whether its runs are always live; those of others are only with `--live`.
   * @default {false}
   */
  readonly isLive?: boolean;
  /** Flags whose default, bounds or help are others than elsewhere. */
  readonly flags?: Readonly<Partial<Record<FlagKey, Flag<unknown>>>>;
  /**
   * Flags that it does not take although they might be expected, and why, to be
   * said to whoever gives one.
   */
  readonly refused?: Readonly<Partial<Record<FlagKey, string>>>;
}
