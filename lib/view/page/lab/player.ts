/**
 * The player of a film: its stage, and the controls that play, step and scrub.
 *
 * @module
 */
/// <reference lib="dom" />
import { secondsFromTicks, TICKS_PER_SECOND } from "../../../domain/ticks.ts";
import { grouped } from "../../../verdict/explain.ts";
import { describeEvent } from "../../picture/history_events.ts";
import { Film } from "../../lab/film/film.ts";
import type { Frame } from "../../lab/film/frame.ts";
import type { Group } from "../../lab/groups.ts";
import type { LabRun } from "../../lab/lab_run.ts";
import { seriesAt } from "../../lab/film/series_at.ts";
import { quantity } from "../../numbers.ts";
import { button, element, setText } from "../dom.ts";
import { faultLabel, isInForce } from "../../picture/fault_marks.ts";
import { type FaultMark, REPLICA_LINES_MAX } from "../../picture/picture.ts";
import { LabStage } from "./stage.ts";
import { StageKey } from "./stage_key.ts";

/** Speeds of a film, in virtual seconds a second. */
const SPEEDS = [0.01, 0.1, 0.5, 1, 2, 5, 20, 60];
const SPEED = 2;

/**
 * The shortest time that a message is seen while a film plays, in real seconds;
 * and the longest that this may be in virtual ones.
 */
const SEEN_SECONDS = 0.45;
const SEEN_VIRTUAL_SECONDS_MAX = 2;

/**
 * Time between two still pictures of a playing film where the user prefers
 * reduced motion, in milliseconds.
 */
const STILL_MS = 500;

/** The beginning of a film. */
export interface FilmBeginning {
  /** The moment that is shown first. */
  readonly seconds: number;
  /** The speed, in virtual seconds a second. @default {2} */
  readonly speed?: number | undefined;
}

/** Plays the film of a run. */
export class LabPlayer {
  /** The root element, to be put into the page. */
  readonly root: HTMLElement;
  readonly #stage: LabStage;
  readonly #key = new StageKey();
  readonly #play = button(
    "▶ Play",
    () => this.#isPlaying ? this.#pause() : this.#start(),
    { class: "play" },
  );
  readonly #speed = element(
    "select",
    { "aria-label": "Speed" },
    ...SPEEDS.map((speed) =>
      element("option", { value: `${speed}` }, `${speed} ×`)
    ),
  );
  readonly #scrubber = element("input", {
    type: "range",
    class: "scrubber",
    min: "0",
    step: "any",
    "aria-label": "Moment",
  });
  readonly #when = element("b", { class: "when" });
  readonly #event = element("span", { class: "event", role: "status" });
  /** Faults that are in force. */
  readonly #force = element("b", {});
  readonly #spread = element("span", {});
  readonly #note = element("p", { class: "note" });
  readonly #onMoment: (seconds: number) => void;
  readonly #stillness = matchMedia("(prefers-reduced-motion: reduce)");
  #film: Film | null = null;
  #run: LabRun | null = null;
  #isPlaying = false;
  /** The speed of the film's beginning: another one is the user's choice. */
  #begunWith = SPEED;
  /** Whether messages are shown exactly where they are, as after a step. */
  #isExact = false;
  #lastMs = 0;

  /**
   * @param onMoment Called when another moment is shown.
   * @param onGroup Called when a process is put into a group.
   */
  constructor(
    onMoment: (seconds: number) => void,
    onGroup: (node: number, group: Group) => void,
  ) {
    this.#onMoment = onMoment;
    this.#stage = new LabStage(onGroup);
    this.#speed.value = `${SPEED}`;
    this.root = element(
      "section",
      { class: "player" },
      element("h2", {}, "Messages"),
      this.#controls(),
      this.#scrubber,
      element(
        "p",
        { class: "moment" },
        this.#when,
        " ",
        this.#event,
      ),
      element("p", { class: "in-force" }, this.#force, " ", this.#spread),
      this.#stage.root,
      this.#key.root,
      this.#note,
    );
    this.#scrubber.addEventListener("input", () => {
      this.#seek(Number(this.#scrubber.value) * TICKS_PER_SECOND);
    });
  }

  /**
   * Shows the film of a run.
   *
   * @param run The run.
   * @param beginning The moment that is shown first, and the speed.
   */
  show(run: LabRun, { seconds, speed = SPEED }: FilmBeginning): void {
    this.#pause();
    const { options, reel } = run;
    this.#run = run;
    // Of more replicas there is a band in the lines, and no stage.
    this.root.hidden = options.replicas > REPLICA_LINES_MAX;
    this.#key.show(options);
    this.#film = new Film(options, reel);
    this.#scrubber.max = `${secondsFromTicks(reel.keptUntilTick)}`;
    setText(this.#note, noteOf(run));
    if (speed !== this.#begunWith) this.#speed.value = `${speed}`;
    this.#begunWith = speed;
    this.seek(seconds);
  }

  /**
   * Shows the groups of a partition.
   *
   * @param groupOf The group of a process.
   */
  group(groupOf: (node: number) => Group): void {
    this.#stage.group(groupOf);
  }

  /**
   * Goes to a moment.
   *
   * @param seconds The moment.
   */
  seek(seconds: number): void {
    this.#seek(seconds * TICKS_PER_SECOND);
  }

  #seek(tick: number): void {
    this.#isExact = false;
    this.#film?.seek(Math.round(tick));
    this.#draw();
  }

  #controls(): HTMLElement {
    const named = (label: string) => ({ title: label, "aria-label": label });
    return element(
      "div",
      { class: "controls", role: "group", "aria-label": "Film" },
      button("|◀", () => this.#seek(0), named("To the beginning")),
      button("◀ Step", () => this.#step(-1), named("Step back, one event")),
      this.#play,
      button("Step ▶", () => this.#step(1), named("Step on, one event")),
      element("label", {}, "speed ", this.#speed),
    );
  }

  #step(events: number): void {
    this.#pause();
    this.#isExact = true;
    this.#film?.step(events);
    this.#draw();
  }

  #start(): void {
    const film = this.#film;
    if (film === null) return;
    if (film.isAtEnd) film.seek(0);
    this.#isPlaying = true;
    this.#isExact = false;
    setText(this.#play, "‖ Pause");
    this.#lastMs = performance.now();
    requestAnimationFrame((ms) => this.#tick(ms));
  }

  #pause(): void {
    this.#isPlaying = false;
    setText(this.#play, "▶ Play");
  }

  #tick(ms: number): void {
    const film = this.#film;
    if (!this.#isPlaying || film === null) return;
    const passedMs = Math.max(0, ms - this.#lastMs);
    if (!this.#stillness.matches || passedMs >= STILL_MS) {
      this.#lastMs = ms;
      // A page that was hidden goes on where it was.
      const seconds = Math.min(passedMs / 1000, 1);
      film.seek(
        film.tick + seconds * Number(this.#speed.value) * TICKS_PER_SECOND,
      );
      this.#draw();
    }
    if (film.isAtEnd) this.#pause();
    else requestAnimationFrame((next) => this.#tick(next));
  }

  /** The shortest time that a message is shown on its way, in ticks. */
  get #slowness(): number {
    if (this.#isExact) return 0;
    return TICKS_PER_SECOND * Math.min(
      SEEN_SECONDS * Number(this.#speed.value),
      SEEN_VIRTUAL_SECONDS_MAX,
    );
  }

  #draw(): void {
    const film = this.#film;
    const run = this.#run;
    if (film === null || run === null) return;
    const filmed = film.frame(this.#slowness);
    const seconds = secondsFromTicks(filmed.tick);
    const { picture, verdict, reel } = run;
    const known = reel.isWhole ? null : seriesAt(picture.series, seconds);
    const frame = known === null ? filmed : withTotals(filmed, known.replicas);
    const numbers = known ?? filmed;
    const { generated, counted } = numbers;
    this.#stage.show(film, frame, {
      ...{ generated, counted },
      most: Math.max(verdict.generated, verdict.counted ?? 0),
    });
    this.#scrubber.value = `${seconds}`;
    this.#scrubber.setAttribute("aria-valuetext", `${seconds.toFixed(2)} s`);
    setText(this.#when, `${seconds.toFixed(this.#isExact ? 4 : 1)} s`);
    setText(this.#force, inForceText(picture.faults, seconds));
    setText(this.#spread, spreadText(frame));
    this.#describe(frame, numbers);
    this.#onMoment(seconds);
  }

  /**
   * Describes the last event; not while a film plays, or screen readers would
   * read it out without end.
   */
  #describe(
    frame: Frame,
    { generated, counted }: { generated: number; counted: number },
  ): void {
    const { event } = frame;
    if (this.#isPlaying) {
      setText(this.#event, "");
      return;
    }
    if (event === undefined) setText(this.#event, "nothing has happened yet");
    else {
      const { who, text, seconds } = describeEvent(event);
      setText(
        this.#event,
        this.#isExact
          ? `${who}: ${text}`
          : `last event at ${seconds.toFixed(2)} s: ${who}: ${text}`,
      );
    }
    this.#stage.describe(
      `${quantity(generated, "like")} generated, ${grouped(counted)} counted. ${
        flightsText(frame)
      }`,
    );
  }
}

/** The faults that are in force, each with a mark. */
function inForceText(faults: readonly FaultMark[], seconds: number): string {
  return faults.filter((mark) => isInForce(mark, seconds))
    .map((mark) => `${FAULT_MARKS[mark.kind]} ${faultLabel(mark)}`)
    .join(" · ");
}

const FAULT_MARKS: Readonly<Record<FaultMark["kind"], string>> = {
  partition: "✂",
  crash: "✗",
  pause: "‖",
};

/** A frame, with the likes of replicas that are known where it lacks some. */
function withTotals(
  frame: Frame,
  totals: readonly (number | null)[] = [],
): Frame {
  const replicas = frame.replicas.map((one, number) => ({
    ...one,
    total: totals[number] ?? one.total,
  }));
  return { ...frame, replicas };
}

/** The spread of replicas that are up. */
function spreadText({ replicas }: Frame): string {
  if (replicas.length === 1) return "";
  const totals = replicas.flatMap(({ state, total }) =>
    state === "crashed" ? [] : [total]
  );
  if (totals.length === 0) return "no replica is up";
  const spread = Math.max(...totals) - Math.min(...totals);
  return spread === 0
    ? "= the replicas hold as many likes"
    : `≠ spread of the replicas: ${quantity(spread, "like")}`;
}

/** Messages on their way, in words. */
function flightsText({ flights }: Frame): string {
  if (flights.length === 0) return "No message is on its way.";
  const counts = new Map<string, [one: string, many: string, count: number]>();
  for (const { flight, fall } of flights) {
    const [one, many] = FLIGHT_WORDS[flight.kind][flight.isReply ? 1 : 0];
    const how = `${fall > 0 ? "lost " : ""}${flight.stale ? "stale " : ""}`;
    const [, , count] = counts.get(how + one) ?? ["", "", 0];
    counts.set(how + one, [how + one, how + many, count + 1]);
  }
  return `On their way: ${
    [...counts.values()].map(([one, many, count]) => quantity(count, one, many))
      .join(", ")
  }.`;
}

/** Names of a request and of its reply, of one and of several. */
const FLIGHT_WORDS = {
  report: [["report", "reports"], ["reply", "replies"]],
  exchange: [
    ["exchange request", "exchange requests"],
    ["exchange reply", "exchange replies"],
  ],
  read: [["read", "reads"], ["answer", "answers"]],
  repair: [["repair", "repairs"], ["repair reply", "repair replies"]],
} as const;

function noteOf({ reel, options }: LabRun): string {
  const notes = [
    "Messages are shown slower than they travel, so that they can be seen; after a step, each is where it is.",
  ];
  if (!reel.isWhole) {
    notes.push(
      `${reel.servers.length} of ${
        grouped(options.servers)
      } likes servers are shown: those that faults name, and the first ones. What replicas hold is of all of them.`,
    );
  }
  if (reel.keptUntilTick < reel.endTick) {
    notes.push(
      `The film ends at ${
        secondsFromTicks(reel.keptUntilTick).toFixed(0)
      } s: there are too many events for all.`,
    );
  }
  return notes.join(" ");
}
