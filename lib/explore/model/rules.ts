/**
 * The rules that are explored.
 *
 * @module
 */

import { HomeChoice, type HomeChoiceOptions } from "../../rules/choice.ts";
import { RULE_MAKERS, type RuleMakers } from "../../rules/makers.ts";

/** The rules, which a test can replace to show that a wrong one is found. */
export interface Rules extends RuleMakers {
  /** Makes the choice of the replica that is asked. */
  readonly makeHomeChoice: (options: HomeChoiceOptions) => HomeChoice;
}

/** The rules as they are. */
export const RULES: Rules = {
  ...RULE_MAKERS,
  makeHomeChoice: (options) => new HomeChoice(options),
};
