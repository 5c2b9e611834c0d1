/**
 * The headline of a run: its state or its result, in one line.
 *
 * @module
 */
import { explain, grouped } from "../../verdict/explain.ts";
import { faultLabel, isInForce } from "../picture/fault_marks.ts";
import { formatSeconds, quantity } from "../numbers.ts";
import type { FaultMark, RunPicture } from "../picture/picture.ts";
import { wordsOf } from "../picture/words.ts";
import { verdictWord } from "../verdict_words.ts";

/** The titles of pages about a run. */
export const TITLES = {
  live: "Live run",
  virtual: "Virtual run",
  primary: "Primary",
  hosted: "Hosted run",
} as const;

/** A headline. */
export interface Headline {
  /** Whether that is good news; it has a colour of its own. */
  readonly tone: "good" | "busy" | "bad" | "unknown";
  /** A word or two. */
  readonly title: string;
  /** Sentences. */
  readonly text: string;
}

/**
 * A primary that lags less than this is as close as messages are fast, in
 * seconds.
 */
const AGREES_SECONDS = 1;

/** Faults that are named in a headline. */
const NAMED_MAX = 2;

/**
 * Says how a run goes or how it ended.
 *
 * @param picture The picture of the run.
 * @returns A headline.
 */
export function headline(picture: RunPicture): Headline {
  const { verdict, setting } = picture;
  if (verdict !== undefined) {
    return {
      tone: verdict.converged === undefined
        ? "unknown"
        : verdict.converged
        ? "good"
        : "bad",
      title: verdictWord(verdict),
      text: explain(verdict).join(" "),
    };
  }
  const { conclusion } = picture;
  if (conclusion !== undefined) {
    const { passed, word, text } = conclusion;
    return { tone: passed ? "good" : "bad", title: word, text };
  }
  if (setting.world === "hosted") return hostedGoingOn(picture);
  if (setting.world === "primary") {
    const { counted, note = "" } = picture;
    return {
      tone: "unknown",
      title: "RECEIVING",
      text: `${likes(counted ?? 0)} counted. ${note}`,
    };
  }
  return goingOn(picture);
}

function goingOn(picture: RunPicture): Headline {
  const { generated, counted, stalenessSeconds, nowSeconds, spread } = picture;
  const why = inForce(picture.faults, nowSeconds);
  const isOne = picture.replicas === undefined;
  if (generated === null || counted === null) {
    const text = `How many likes ${
      isOne ? "the primary holds" : "the replicas hold"
    } is not known.${why}`;
    return { tone: "unknown", title: "RUNNING", text };
  }
  const have = isOne ? "The primary has" : "The replicas have";
  const gap = generated - counted;
  if (gap < 0) {
    return {
      tone: "bad",
      title: "TOO MANY",
      text: `${have} ${likes(-gap)} more than were generated.${why}`,
    };
  }
  const apart = spread === undefined || spread === 0
    ? ""
    : ` They are ${likes(spread)} apart.`;
  if (gap > 0 && (stalenessSeconds ?? 0) >= AGREES_SECONDS) {
    return {
      tone: "busy",
      title: "APART",
      text: `${isOne ? "The primary is" : "The replicas together are"} ${
        likes(gap)
      } behind, the oldest ${
        formatSeconds(stalenessSeconds)
      } old.${apart}${why}`,
    };
  }
  return {
    tone: apart === "" ? "good" : "busy",
    title: apart === "" ? "IN STEP" : "APART",
    text: `${have} ${
      isOne ? "" : "together "
    }what was generated, but for what is on its way.${apart}${why}`,
  };
}

function hostedGoingOn(picture: RunPicture): Headline {
  const { setting, generated, counted, faults, nowSeconds } = picture;
  const { generated: state, held, one } = wordsOf(setting);
  const why = inForce(faults, nowSeconds);
  const known = counted === null ? "" : `, ${grouped(counted)} ${held}`;
  const isBehind = counted !== null && generated !== counted;
  return {
    tone: isBehind ? "busy" : "good",
    title: isBehind ? "APART" : "IN STEP",
    text: `${quantity(generated ?? 0, one)} ${state}${known}.${why}`,
  };
}

function inForce(faults: readonly FaultMark[], seconds: number): string {
  const now = faults.filter((mark) => isInForce(mark, seconds));
  if (now.length === 0) return "";
  const named = now.slice(0, NAMED_MAX).map((mark) =>
    `${faultLabel(mark)}${
      mark.untilSeconds === null
        ? ""
        : ` until ${formatSeconds(mark.untilSeconds)}`
    }`
  );
  const more = now.length - named.length;
  return ` In force: ${named.join("; ")}${
    more > 0 ? ` and ${grouped(more)} more` : ""
  }.`;
}

function likes(count: number): string {
  return quantity(count, "like");
}
