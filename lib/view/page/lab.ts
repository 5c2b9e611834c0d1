/**
 * The laboratory: the virtual run, in the browser.
 *
 * @module
 */
/// <reference lib="dom" />
import { runEndTick } from "../../faults/plan.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import { faultFlagsOf } from "../../faults/format.ts";
import { runCommand } from "../../options/format_run.ts";
import type { RunOptions } from "../../options/run_options.ts";
import { grouped } from "../../verdict/explain.ts";
import { verdictToJson } from "../../verdict/json.ts";
import { draftsOf, type FaultDraft, withDrafts } from "../lab/fault_drafts.ts";
import type { LabRun } from "../lab/lab_run.ts";
import { type Scenario, scenarioOf, SCENARIOS } from "../lab/scenarios.ts";
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
import { CopyBox } from "./lab/copy_box.ts";
import { FaultLine } from "./lab/fault_line.ts";
import { LabForm } from "./lab/form.ts";
import { LabPlayer } from "./lab/player.ts";
import { LabRunner } from "./lab/runner.ts";
import { LabScenarios } from "./lab/scenarios.ts";
import { LabTimeline } from "./lab/timeline.ts";
import { ServerTable } from "./server_table.ts";
import { SettingList } from "./setting_list.ts";

/** The first scenario: the story of two lines that part and meet again. */
const FIRST_SCENARIO = "partition";

/** The most draws, exchanges and reads of a run that is compared unasked. */
const COMPARED_EVENTS_MAX = 120_000;

/** Begin of the film of a run that is no scenario, as a share of the run. */
const FILM_FROM = 0.3;

/** Screens on which the setting has a column of its own, as in the style. */
const ROOM_FOR_PANEL = "(min-width: 900px)";

class Laboratory {
  readonly #program = document.body.dataset.program ?? "deno task";
  readonly #status = element("p", { role: "status", class: "progress" });
  readonly #form = new LabForm(() => this.#onForm(), () => this.#run());
  readonly #scenarios = new LabScenarios((scenario) => this.#choose(scenario));
  readonly #command = new CopyBox(
    "Command line that gives the same run",
    "Copy command",
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
  readonly #compare = new LabCompare(
    () => this.#runner.ask("compare", this.#options),
    (delivery) => this.#set({ ...this.#options, delivery }),
  );
  readonly #facts = new SettingList();
  readonly #json = element("pre", {});
  readonly #runner: LabRunner;
  #options: RunOptions = DEFAULT_SETTING;
  /** The setting whose run is shown; null before the first. */
  #shown: RunOptions | null = null;

  constructor() {
    this.#runner = new LabRunner({
      onProgress: (share) => this.#onProgress(share),
      onRun: (run) => this.#onRun(run),
      onCompared: (modes) => this.#compare.show(modes),
      onFailed: (message) => this.#fail(message),
    }, this.#program);
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
          "Likes servers report to a primary: break the network between them and see what becomes of the likes.",
        ),
        this.#status,
      ),
      element(
        "main",
        { class: "lab" },
        this.#scenarios.root,
        this.#form.error,
        this.#settingPanel(),
        element(
          "div",
          { class: "story" },
          this.#headline.root,
          element(
            "section",
            { class: "lines", "aria-label": "Faults and lines of the run" },
            this.#faults.root,
            this.#timeline.root,
          ),
          this.#player.root,
          this.#compare.root,
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
        ),
      ),
    );
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
      this.#set(hash.length <= 1 ? beginning : settingFromHash(hash));
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

  #choose(scenario: Scenario): void {
    this.#set(scenario.options);
  }

  #set(options: RunOptions): void {
    this.#options = options;
    const hash = hashOfSetting(options);
    if (location.hash !== hash) history.replaceState(null, "", hash);
    this.#form.show(options);
    this.#scenarios.show(options);
    this.#command.show(runCommand(this.#program, "sim", options));
    this.#address.show(location.href);
    this.#showFaults();
    this.#compare.clear();
    this.#run();
  }

  #showFaults(): void {
    const options = this.#options;
    this.#faults.show(draftsOf(options), options);
  }

  // --- runs

  #run(): void {
    setText(this.#status, "Running …");
    this.#runner.ask("run", this.#options);
  }

  #onProgress(share: number): void {
    const percent = `${Math.round(100 * share)} %`;
    if (this.#shown === this.#options) this.#compare.wait(share);
    else setText(this.#status, `Running: ${percent}`);
  }

  #onRun(run: LabRun): void {
    const { verdict, picture } = run;
    this.#shown = this.#options;
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
    this.#timeline.show(picture);
    this.#servers.show(picture);
    this.#facts.show(picture);
    setText(this.#json, verdictToJson(verdict));
    const scenario = scenarioOf(this.#options);
    this.#player.show(
      run,
      scenario?.watchFromSeconds ??
        FILM_FROM * secondsFromTicks(runEndTick(this.#options)),
    );
    document.body.dataset.shown = verdict.digest ?? "";
    if (plannedEvents(this.#options) <= COMPARED_EVENTS_MAX) {
      this.#runner.ask("compare", this.#options);
    }
  }

  #fail(message: string): void {
    setText(this.#status, "");
    this.#form.fail(message);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

new Laboratory();
