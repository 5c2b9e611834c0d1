#!/usr/bin/env bash
# Many seeds on one machine, by GNU parallel: one shard a job, as many at a time
# as there are cores.
#
#   parallel.sh 64 /tmp/sweep sim --seed 1 --runs 1000000 --loss 0.05
#   deno task merge /tmp/sweep/*.jsonl
#
# The first word is the number of shards, the second a folder for their files, in
# /tmp because the program may write nowhere else; the others are those of `sim`
# or `compare`. The same line again repeats what failed, each shard from where it
# was, and does what was not begun.
set -euo pipefail

# The program: the single binary, or such as "npx -y deno@2.9.6 task --quiet".
LIKES=${LIKES:-likes}

shards=$1
folder=$2
shift 2
mkdir -p "$folder"

# A folder is for one sweep: its job log knows jobs by their numbers alone, and
# would take those of another one for done.
sweep="$shards $*"
[[ -e $folder/sweep ]] || printf '%s\n' "$sweep" >"$folder/sweep"
if [[ $(<"$folder/sweep") != "$sweep" ]]; then
  echo "$folder is of another sweep: $(<"$folder/sweep")" >&2
  exit 2
fi

# --resume-failed: jobs that the log has with exit code 0 are left out.
# Words are quoted for the shell that parallel starts.
parallel --joblog "$folder/joblog" --resume-failed --retries 3 \
  "$LIKES $(printf '%q ' "$@") --shard {}/$shards --workers 1 \
    --runs-file $(printf '%q' "$folder")/{}.jsonl >/dev/null" \
  ::: $(seq 0 $((shards - 1)))
