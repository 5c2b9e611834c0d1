/**
 * The laboratory: the virtual run, in the browser.
 *
 * @module
 */
/// <reference lib="dom" />
import { runEndTick } from "../../faults/plan.ts";
import { DELIVERIES } from "../../domain/delivery.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import { faultFlagsOf } from "../../faults/format.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { grouped } from "../../verdict/explain.ts";
import { verdictToJson } from "../../verdict/json.ts";
import { draftsOf, type FaultDraft, withDrafts } from "../lab/fault_drafts.ts";
import { explorationFromHash, hashOfExploration } from "../lab/command_line.ts";
import type { Explored } from "../lab/exploration.ts";
import type { LabRun } from "../lab/lab_run.ts";
import type { LabAnswer } from "../lab/requests.ts";
import { quorumSettingOf } from "../lab/quorum_setting.ts";
import type { RunPicture } from "../picture/picture.ts";
import { scenarioOf, SCENARIOS } from "../lab/scenarios.ts";
import {
  DEFAULT_SETTING,
  hashOfSetting,
  plannedEvents,
  readSetting,
  settingFromHash,
} from "../lab/setting.ts";
import { quantity } from "../numbers.ts";
import { element, setText } from "./dom.ts";
import { HeadlineBar } from "./headline_bar.ts";
import { LabCompare } from "./lab/compare.ts";
import { CommandBox } from "./lab/command_box.ts";
import { CopyBox } from "./lab/copy_box.ts";
import { FaultLine } from "./lab/fault_line.ts";
import { LabForm } from "./lab/form.ts";
import { StoryPlayer } from "./lab/story_player.ts";
import { LabMeasures } from "./lab/measures.ts";
import { LabPlayer } from "./lab/player.ts";
import { LabQuorums } from "./lab/quorums.ts";
import { LabRunner } from "./lab/runner.ts";
import { LabScenarios } from "./lab/scenarios.ts";
import { workersOf } from "./lab/workers.ts";
import { LabTimeline } from "./lab/timeline.ts";
import { ReadPanel } from "./read_panel.ts";
import { ReplicaTable } from "./replica_table.ts";
import { ServerTable } from "./server_table.ts";
import { SettingList } from "./setting_list.ts";

/** The first scenario: the story of two lines that part and meet again. */
const FIRST_SCENARIO = "partition";

/** The most draws, exchanges and reads of runs that are compared unasked. */
const COMPARED_EVENTS_MAX = 600_000;

/** Seconds before the first fault at which a film begins. */
const BEFORE_FAULT_SECONDS = 3;

/** Begin of the film of a run that is no scenario, as a share of the run. */
const FILM_FROM = 0.3;

/** From so many replicas on, the stage gets more room than the lines. */
const CROWD = 5;

/** Screens on which the setting has a column of its own, as in the style. */
const ROOM_FOR_PANEL = "(min-width: 900px)";

/** A comparison that the worker can make. */
type Comparison = "compare" | "quorums";

class Laboratory {
  readonly #program = document.body.dataset.program ?? "deno task";
  readonly #version = document.body.dataset.version ?? "";
  readonly #status = element("p", { role: "status", class: "progress" });
  readonly #form = new LabForm(() => this.#onForm(), () => this.#run());
  readonly #command = new CommandBox(
    (options) => this.#set(options),
    (words) => this.#explore(words),
    (message) => this.#fail(message),
  );
  readonly #explored = new StoryPlayer(
    this.#program,
    (flags) => this.#explore(explorationFromHash(hashOfExploration(flags))),
  );
  readonly #scenarios = new LabScenarios(
    ({ options }) => this.#set(options),
    this.#explored.examples,
  );
  readonly #address = new CopyBox(
    "Address that holds this setting",
    "Copy link",
  );
  readonly #headline = new HeadlineBar();
  readonly #faults = new FaultLine(
    (drafts) => this.#onFaults(drafts),
    (groups) => this.#player.group((node) => groups.get(node) ?? null),
  );
  readonly #timeline = new LabTimeline((seconds) => this.#player.seek(seconds));
  readonly #player = new LabPlayer(
    (seconds) => this.#timeline.mark(seconds),
    (node, group) => this.#faults.choose(node, group),
  );
  readonly #servers = new ServerTable();
  readonly #replicas = new ReplicaTable();
  readonly #reads = new ReadPanel();
  readonly #measures = new LabMeasures();
  readonly #compare = new LabCompare(
    () => this.#ask(["compare"]),
    (delivery) => this.#set({ ...this.#options, delivery }),
  );
  readonly #quorums = new LabQuorums(
    () => this.#ask(["quorums"]),
    (run) => this.#set(run),
  );
  /** Comparisons that are still to be asked for; the first is under way. */
  #asked: Comparison[] = [];
  readonly #facts = new SettingList();
  readonly #json = element("pre", { tabindex: "0" });
  readonly #story = element("div", { class: "story" });
  readonly #runner: LabRunner;
  #options: RunOptions = DEFAULT_SETTING;
  /** The setting whose run is shown; null before the first. */
  #shown: RunOptions | null = null;

  /** @param makeWorker Makes a worker that does runs. */
  constructor(makeWorker: () => Worker) {
    this.#runner = new LabRunner(
      (answer) => this.#hear(answer),
      this.#program,
      makeWorker,
    );
    this.#build();
    addEventListener("hashchange", () => this.#readAddress());
    this.#readAddress();
  }

  #build(): void {
    document.body.replaceChildren(
      element(
        "header",
        {},
        element("h1", {}, "Laboratory"),
        element(
          "p",
          {},
          "Break the network between likes servers, replicas and readers, and see what becomes of the likes.",
        ),
        this.#status,
      ),
      element(
        "main",
        { class: "lab" },
        this.#scenarios.root,
        this.#form.error,
        this.#settingPanel(),
        this.#fillStory(),
        this.#explored.root,
      ),
      element(
        "footer",
        {},
        `Version ${this.#version} of the eventual consistency simulator. This page is one file that asks nobody for anything: save it, send it.`,
      ),
    );
  }

  #fillStory(): HTMLElement {
    this.#story.append(
      this.#headline.root,
      element(
        "section",
        { class: "lines", "aria-label": "Faults and lines of the run" },
        this.#faults.root,
        this.#timeline.root,
      ),
      this.#player.root,
      this.#reads.root,
      this.#quorums.root,
      this.#compare.root,
      this.#measures.root,
      this.#replicas.root,
      this.#servers.root,
      this.#facts.root,
      element(
        "details",
        { class: "json" },
        element(
          "summary",
          {},
          "The verdict as JSON, as sim --json prints it",
        ),
        this.#json,
      ),
    );
    return this.#story;
  }

  /**
   * The panel of the setting: beside the run where there is room, else folded
   * away above it.
   */
  #settingPanel(): HTMLElement {
    const panel = element(
      "details",
      { class: "setting-panel" },
      element("summary", {}, "Setting"),
      this.#form.root,
      this.#command.root,
      this.#address.root,
    );
    const room = matchMedia(ROOM_FOR_PANEL);
    const unfold = () => {
      panel.open = room.matches;
    };
    room.addEventListener("change", unfold);
    unfold();
    return panel;
  }

  // --- settings

  #readAddress(): void {
    const { hash } = location;
    const first = SCENARIOS.find(({ id }) => id === FIRST_SCENARIO);
    const beginning = first?.options ?? DEFAULT_SETTING;
    try {
      const words = explorationFromHash(hash);
      if (words !== null) {
        if (this.#shown === null) this.#show(beginning);
        this.#explore(words);
      } else this.#set(hash.length <= 1 ? beginning : settingFromHash(hash));
    } catch (error) {
      if (this.#shown === null) this.#set(beginning);
      this.#fail(messageOf(error));
    }
  }

  #onForm(): void {
    const values = this.#form.values();
    // The form knows nothing of the faults on the time line.
    const { partition = [], crash = [], pause = [] } = faultFlagsOf(
      this.#options.faults,
      this.#options.replicas,
    );
    for (const text of partition) values.append("partition", text);
    for (const text of crash) values.append("crash", text);
    for (const text of pause) values.append("pause", text);
    try {
      this.#set(readSetting(values));
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  #onFaults(drafts: readonly FaultDraft[]): void {
    try {
      this.#set(withDrafts(this.#options, drafts));
    } catch (error) {
      this.#showFaults();
      this.#fail(messageOf(error));
    }
  }

  #set(options: RunOptions): void {
    this.#explored.hide();
    document.body.classList.remove("exploring");
    const hash = hashOfSetting(options);
    if (location.hash !== hash) history.replaceState(null, "", hash);
    this.#show(options);
    this.#address.show(location.href);
    this.#compare.clear();
    this.#quorums.clear(options);
    this.#run();
  }

  /** Shows a setting, and runs nothing. */
  #show(options: RunOptions): void {
    this.#options = options;
    this.#form.show(options);
    this.#scenarios.show(options);
    this.#command.show(runCommand(this.#program, "sim", options));
    this.#showFaults();
  }

  #showFaults(): void {
    const options = this.#options;
    this.#faults.show(draftsOf(options), options);
  }

  // --- explorations

  #explore(words: readonly string[] | null): void {
    this.#asked = [];
    this.#form.fail("");
    setText(this.#status, "Exploring …");
    document.body.classList.add("exploring");
    this.#scenarios.show(null);
    this.#runner.explore(words ?? []);
  }

  #onExplored(explored: Explored): void {
    const hash = hashOfExploration(explored.flags);
    if (location.hash !== hash) history.replaceState(null, "", hash);
    this.#address.show(location.href);
    setText(this.#status, "Explored here, every order of events");
    this.#explored.show(explored);
    const { story } = explored;
    document.title = `${
      story?.violation === undefined ? "✓" : "✗"
    } Laboratory · likes`;
    document.body.dataset.shown = explored.flags;
  }

  // --- runs

  #run(): void {
    this.#asked = [];
    setText(this.#status, "Running …");
    this.#runner.ask("run", this.#options);
  }

  #hear(answer: LabAnswer): void {
    switch (answer.kind) {
      case "progress":
        return this.#onProgress(answer.share);
      case "run":
        return this.#onRun(answer.run);
      case "compared":
        this.#compare.show(answer.compared);
        return this.#ask(this.#asked.slice(1));
      case "quorums":
        this.#quorums.show(answer.comparison);
        return this.#ask(this.#asked.slice(1));
      case "explored":
        return this.#onExplored(answer.explored);
      case "failed":
        return this.#onFailed(answer.message);
    }
  }

  #onProgress(share: number): void {
    const percent = `${Math.round(100 * share)} %`;
    const [asked] = this.#shown === this.#options ? this.#asked : [];
    if (asked === "compare") this.#compare.wait(share);
    else if (asked === "quorums") this.#quorums.wait(share);
    else setText(this.#status, `Running: ${percent}`);
  }

  #onRun(run: LabRun): void {
    const { verdict, picture } = run;
    this.#shown = this.#options;
    this.#story.classList.toggle(
      "crowded",
      this.#options.replicas >= CROWD,
    );
    const { virtualSeconds = 0, wallSeconds = 0 } = verdict;
    setText(
      this.#status,
      `${grouped(Math.round(virtualSeconds))} s of ${
        quantity(this.#options.servers, "likes server")
      }, run here in ${wallSeconds.toFixed(3)} s`,
    );
    document.title = `${verdict.converged ? "✓" : "✗"} Laboratory · likes`;
    this.#headline.show(picture);
    this.#faults.setAxis(picture.nowSeconds);
    this.#timeline.show(run);
    this.#servers.show(picture);
    this.#facts.show(picture);
    setText(this.#json, verdictToJson(verdict));
    this.#replicas.show(picture);
    this.#reads.show(picture);
    this.#measures.show(verdict);
    const scenario = scenarioOf(this.#options);
    this.#player.show(run, {
      seconds: scenario?.watchFromSeconds ?? this.#filmFrom(picture),
      speed: scenario?.speed,
    });
    document.body.dataset.shown = verdict.digest ?? "";
    this.#ask(this.#comparisons());
  }

  /** The beginning of a film: shortly before the first fault. */
  #filmFrom({ faults }: RunPicture): number {
    const [first] = faults;
    return first === undefined
      ? FILM_FROM * secondsFromTicks(runEndTick(this.#options))
      : Math.max(0, first.fromSeconds - BEFORE_FAULT_SECONDS);
  }

  /** Comparisons that are made unasked: those that take a moment. */
  #comparisons(): Comparison[] {
    const options = this.#options;
    const events = plannedEvents(options);
    const setting = quorumSettingOf(options);
    const isQuick = (runs: number) => runs * events <= COMPARED_EVENTS_MAX;
    const both: Comparison[] = [
      ...isQuick(DELIVERIES.length) ? ["compare" as const] : [],
      ..."run" in setting && isQuick(options.replicas ** 2)
        ? ["quorums" as const]
        : [],
    ];
    return options.writeTo === "all" ? both.reverse() : both;
  }

  #ask(comparisons: readonly Comparison[]): void {
    this.#asked = [...comparisons];
    const [first] = comparisons;
    if (first !== undefined) this.#runner.ask(first, this.#options);
  }

  #onFailed(message: string): void {
    // What cannot be explored leaves the page as it was, or as it begins.
    const isExploring = document.body.classList.contains("exploring");
    if (isExploring && !this.#explored.isShown) {
      document.body.classList.remove("exploring");
      if (this.#shown === null) this.#set(this.#options);
      else this.#scenarios.show(this.#options);
    }
    this.#fail(message);
  }

  #fail(message: string): void {
    setText(this.#status, "");
    this.#form.fail(message);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const packed = document.querySelector("#worker")?.textContent ?? "";
workersOf(packed).then((makeWorker) => new Laboratory(makeWorker));
