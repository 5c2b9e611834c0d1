import { assert, assertEquals, assertThrows } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { parseInvocation } from "../../lib/cli/invocation.ts";
import { partOf } from "../../lib/options/shard.ts";
import { granted } from "../permissions.ts";
import { RECIPES } from "./engine.ts";
import { KUBERNETES, YAML } from "./npm_packages.ts";

const ignore = !granted({ read: true, env: true });

/** A resource, as far as it is looked at. */
interface Resource {
  readonly kind: string;
  readonly spec: {
    readonly completions: number;
    readonly parallelism: number;
    readonly maxFailedIndexes: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly args: readonly string[];
          readonly volumeMounts: readonly { readonly mountPath: string }[];
        }[];
      };
    };
  };
}

interface Model {
  validate(): void;
}

async function resourcesOf(name: string): Promise<Resource[]> {
  const { parseAllDocuments }: {
    parseAllDocuments(text: string): { toJS(): Resource }[];
  } = await import(YAML);
  return parseAllDocuments(Deno.readTextFileSync(RECIPES + name))
    .map((document) => document.toJS());
}

async function modelOf(resource: Resource): Promise<Model> {
  const path = resource.kind === "Job"
    ? "/batch/v1/Job"
    : `/v1/${resource.kind}`;
  const models: Record<string, new (fields: unknown) => Model> = await import(
    KUBERNETES + path
  );
  return new models[resource.kind]!(resource);
}

/** The command lines of a job's container, one for each index. */
function commandLines({ spec }: Resource): string[][] {
  const [container] = spec.template.spec.containers;
  return Array.from(
    { length: spec.completions ?? 1 },
    (_, index) =>
      container!.args.map((word) => word.replaceAll("$(SHARD)", `${index}`)),
  );
}

const CONTEXT = { program: "likes", drawSeed: () => 0 };

Deno.test({
  name: "kubernetes.yaml and kubernetes-merge.yaml are resources of Kubernetes",
  ignore,
  async fn() {
    const kinds: string[] = [];
    for (const name of ["kubernetes.yaml", "kubernetes-merge.yaml"]) {
      for (const resource of await resourcesOf(name)) {
        kinds.push(resource.kind);
        (await modelOf(resource)).validate();
        // What is wrong is found: a field of another type.
        const wrong = { ...resource, metadata: 7 };
        const model = await modelOf(wrong);
        assertThrows(() => model.validate());
      }
    }
    assertEquals(kinds, ["PersistentVolumeClaim", "Job", "Job"]);
  },
});

Deno.test({
  name:
    "kubernetes.yaml runs each seed in one pod, and kubernetes-merge.yaml reads all their files",
  ignore,
  async fn() {
    const [, job] = await resourcesOf("kubernetes.yaml");
    assert(job !== undefined);
    assertEquals(job.spec.parallelism, job.spec.completions);
    assertEquals(job.spec.maxFailedIndexes, job.spec.completions);
    const files: string[] = [];
    let runs = 0;
    for (const [index, line] of commandLines(job).entries()) {
      const invocation = parseInvocation(line, CONTEXT);
      assert(invocation.command === "sim");
      const { shard, runsFile = "", runs: all } = invocation.options;
      assertEquals(shard, { index, count: job.spec.completions });
      runs += partOf(shard!, all).runs;
      files.push(runsFile);
      assert(runsFile.startsWith("/tmp/runs/"));
    }
    assertEquals(runs, 1_000_000);
    const [merge] = await resourcesOf("kubernetes-merge.yaml");
    const [line = []] = commandLines(merge!);
    const invocation = parseInvocation(line, CONTEXT);
    assert(invocation.command === "merge");
    assertEquals(invocation.options.files, files);
    for (const { spec } of [job, merge!]) {
      const [container] = spec.template.spec.containers;
      assertEquals(container?.volumeMounts[0]?.mountPath, "/tmp/runs");
    }
  },
});

Deno.test({
  name: "Containerfile takes the binary that the task compile writes",
  ignore,
  fn() {
    const text = Deno.readTextFileSync(`${RECIPES}Containerfile`);
    const [, source, target] = /^COPY (\S+) (\S+)$/m.exec(text) ?? [];
    assert(config.tasks.compile.command.includes(` -o ${source} `));
    assert(text.includes(`ENTRYPOINT ["${target}"]`));
  },
});
