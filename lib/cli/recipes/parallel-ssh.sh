#!/usr/bin/env bash
# Many seeds on several machines, by GNU parallel over ssh: one shard a job.
#
#   parallel-ssh.sh hosts.txt 64 results sim --seed 1 --runs 1000000 --loss 0.05
#   cat results/*.jsonl | deno task merge -
#
# The first word is a file with a host a line, such as `4/node1` for four jobs at
# a time there; the second the number of shards, the third a folder here for
# their files; the others are those of `sim` or `compare`. The program is on
# every host. Its runs come back over its standard output, and nothing stays
# there. The same line again repeats what failed or was not begun.
set -euo pipefail

# The program on the hosts.
LIKES=${LIKES:-likes}

hosts=$1
shards=$2
folder=$3
shift 3
mkdir -p "$folder"

# A folder is for one sweep: its job log knows jobs by their numbers alone, and
# would take those of another one for done.
sweep="$shards $*"
[[ -e $folder/sweep ]] || printf '%s\n' "$sweep" >"$folder/sweep"
if [[ $(<"$folder/sweep") != "$sweep" ]]; then
  echo "$folder is of another sweep: $(<"$folder/sweep")" >&2
  exit 2
fi

# --results writes what a job prints to a file of its own, anew at each attempt.
parallel --sshloginfile "$hosts" --joblog "$folder/joblog" --resume-failed \
  --retries 3 --results "$folder/{}.jsonl" \
  "$LIKES $(printf '%q ' "$@") --shard {}/$shards --workers 1 --runs-file -" \
  ::: $(seq 0 $((shards - 1))) >/dev/null
