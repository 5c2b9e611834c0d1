/**
 * The player of what explorations find: step by step, with what each process
 * knows.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Explored } from "../../lab/exploration.ts";
import { storyFrame } from "../../lab/story_frame.ts";
import { quantity } from "../../numbers.ts";
import { button, element, setText } from "../dom.ts";
import { CopyBox } from "./copy_box.ts";
import { stateWords, StoryStage } from "./story_stage.ts";

/** Between two steps of a story that plays, in milliseconds. */
const STEP_MS = 1_500;

/** Explorations to begin with: each finds its story in a moment. */
const EXAMPLES: readonly (readonly [label: string, flags: string])[] = [
  ["at-least-once counts twice", "--delivery at-least-once --exact"],
  ["original counts twice", "--delivery original --exact"],
  ["at-most-once loses", "--delivery at-most-once --exact"],
  [
    "crdt holds",
    "--servers 1 --losses 1 --copies 0 --crashes 1 --late 0 --reads 0",
  ],
];

/** Plays stories. */
export class StoryPlayer {
  /** The buttons of the examples, to be put into the page. */
  readonly examples: HTMLElement;
  /** The root element, to be put into the page; hidden without a story. */
  readonly root: HTMLElement;
  readonly #stage = new StoryStage();
  readonly #banner = element("p", { class: "banner", role: "status" });
  readonly #count = element("b", { class: "when" });
  readonly #words = element("span", { class: "event", "aria-live": "polite" });
  readonly #steps = element("ol", { class: "steps" });
  readonly #messages = element("ul", { class: "on-way" });
  readonly #processes = element("dl", { class: "setting knowledge" });
  readonly #command = new CopyBox(
    "Command line that tells the same in a terminal",
    "Copy command",
  );
  readonly #play = button(
    "▶ Play",
    () => this.#timer === null ? this.#start() : this.#pause(),
    { class: "play" },
  );
  readonly #body: HTMLElement;
  readonly #program: string;
  #explored: Explored | null = null;
  /** The step that is shown, -1 before the first. */
  #at = -1;
  #timer: ReturnType<typeof setInterval> | null = null;

  /**
   * @param program The program of command lines: `deno task` or `likes`.
   * @param onFlags Called with the flags of an example.
   */
  constructor(program: string, onFlags: (flags: string) => void) {
    this.#program = program;
    this.examples = element(
      "div",
      { class: "chips examples", role: "group", "aria-label": "Explorations" },
      element("b", {}, "Explore"),
      ...EXAMPLES.map(([label, flags]) =>
        button(label, () => onFlags(flags), { title: `explore ${flags}` })
      ),
    );
    const named = (label: string) => ({ title: label, "aria-label": label });
    this.#body = element(
      "div",
      {},
      element(
        "div",
        { class: "controls", role: "group", "aria-label": "Story" },
        button("|◀", () => this.#go(-1), named("Before the first step")),
        button("◀ Step", () => this.#go(this.#at - 1), named("Step back")),
        this.#play,
        button("Step ▶", () => this.#go(this.#at + 1), named("Step on")),
        button("▶|", () => this.#go(Infinity), named("The last step")),
        element("small", {}, "keys: ← → Home End, P plays"),
      ),
      element("p", { class: "moment" }, this.#count, " ", this.#words),
      this.#stage.root,
      element(
        "div",
        { class: "story-lists" },
        element(
          "section",
          {},
          element("h2", {}, "Messages"),
          this.#messages,
          element("h2", {}, "What each process knows"),
          this.#processes,
        ),
        element("section", {}, element("h2", {}, "Steps"), this.#steps),
      ),
    );
    this.root = element(
      "section",
      { class: "explored", "aria-label": "What an exploration finds" },
      this.#banner,
      this.#body,
      this.#command.root,
    );
    this.root.hidden = true;
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** Whether the outcome of an exploration is shown. */
  get isShown(): boolean {
    return this.#explored !== null;
  }

  /**
   * Shows the outcome of an exploration.
   *
   * @param explored The outcome.
   */
  show(explored: Explored): void {
    this.#pause();
    this.#explored = explored;
    this.root.hidden = false;
    const { story, flags } = explored;
    const isGood = story?.violation === undefined;
    this.#banner.className = `banner ${isGood ? "good" : "bad"}`;
    this.#banner.replaceChildren(...bannerOf(explored));
    this.#command.show(`${this.#program} explore ${flags}`.trim());
    this.#body.hidden = story === null;
    if (story === null) return;
    const { steps, roundFrom } = story;
    this.#steps.replaceChildren(...steps.map(({ words }, index) =>
      element(
        "li",
        {},
        ...index === roundFrom ? ["and then again and again: "] : [],
        button(`${words}.`, () => this.#go(index)),
      )
    ));
    this.#go(0);
  }

  /** Shows nothing. */
  hide(): void {
    this.#pause();
    this.#explored = null;
    this.root.hidden = true;
  }

  #go(step: number): void {
    this.#pause();
    this.#show(step);
  }

  #show(step: number): void {
    const story = this.#explored?.story;
    if (story === null || story === undefined) return;
    const { steps } = story;
    this.#at = Math.max(-1, Math.min(step, steps.length - 1));
    const frame = storyFrame(story, this.#at);
    this.#stage.show(frame);
    setText(
      this.#count,
      `${this.#at + 1} of ${quantity(steps.length, "step")}`,
    );
    setText(this.#words, `${frame.words}.`);
    this.#messages.replaceChildren(
      ...frame.messages.map((message) =>
        element(
          "li",
          { class: message.state },
          element("b", {}, `${message.id}`),
          ` ${message.from} → ${message.to}: ${message.text}: `,
          element("i", {}, stateWords(message)),
        )
      ),
      ...frame.messages.length === 0
        ? [element("li", {}, "none is on its way")]
        : [],
    );
    this.#processes.replaceChildren(
      ...frame.processes.flatMap(({ name, words, hasChanged }) => [
        element("dt", {}, `${hasChanged ? "▸ " : ""}${name}`),
        element(
          "dd",
          hasChanged ? { class: "changed" } : {},
          words === "" ? "nothing yet" : words,
        ),
      ]),
    );
    for (const [index, item] of [...this.#steps.children].entries()) {
      const one = item.querySelector("button");
      if (index === this.#at) one?.setAttribute("aria-current", "step");
      else one?.removeAttribute("aria-current");
    }
  }

  #start(): void {
    const length = this.#explored?.story?.steps.length ?? 0;
    if (this.#at >= length - 1) this.#show(-1);
    setText(this.#play, "‖ Pause");
    this.#timer = setInterval(() => {
      this.#show(this.#at + 1);
      if (this.#at >= length - 1) this.#pause();
    }, STEP_MS);
  }

  #pause(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    setText(this.#play, "▶ Play");
  }

  #onKey(event: KeyboardEvent): void {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    const isTyping = target instanceof Element &&
      target.matches("input, select, textarea");
    if (this.root.hidden || isTyping || altKey || ctrlKey || metaKey) return;
    if (key === "ArrowRight") this.#go(this.#at + 1);
    else if (key === "ArrowLeft") this.#go(this.#at - 1);
    else if (key === "Home") this.#go(-1);
    else if (key === "End") this.#go(Infinity);
    else if (key === "p" || key === "P") this.#play.click();
    else return;
    event.preventDefault();
  }
}

function bannerOf({ story, states, isWhole }: Explored): (Node | string)[] {
  const seen = states === undefined ? "" : ` ${quantity(states, "state")}.`;
  if (story === null) {
    return isWhole
      ? [element("strong", {}, "HOLDS"), ` It holds in all${seen}`]
      : [
        element("strong", {}, "NOT DECIDED"),
        ` It stopped at${seen} Nothing is wrong so far, but there are more, of which nothing is known: a terminal takes more.`,
      ];
  }
  const { violation, steps } = story;
  if (violation === undefined) {
    return [element("strong", {}, "HOLDS"), " Nothing is violated after it."];
  }
  const [first = "", ...rest] = violation;
  return [
    element("strong", {}, "VIOLATED"),
    ` ${first.toUpperCase()}${rest.join("")}, after ${
      quantity(steps.length, "event")
    }.${states === undefined ? "" : ` No story is shorter.`}`,
  ];
}
