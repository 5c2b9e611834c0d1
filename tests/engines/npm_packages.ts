// Packages that only these tests need. They are hundreds of megabytes, so they
// are not in the project's lock file, from which every command is fetched, but
// in one beside this: imported by names that the type checker does not see.

/** The database. */
export const DUCKDB = "npm:@duckdb/node-api@1.5.6-r.1";
/** The schemas of Kubernetes. */
export const KUBERNETES = "npm:kubernetes-models@5.1.0";
/** A reader of YAML. */
export const YAML = "npm:yaml@2.9.1";
