#!/usr/bin/env bash
# Many seeds as a job array of Slurm, one shard a task.
#
#   sbatch --array=0-7 slurm.sh 8 sim --seed 1 --runs 1000000 --loss 0.05
#   cat results/*.jsonl | deno task merge -
#
# The first word is the number of shards; the others are those of `sim` or
# `compare`. What failed is repeated by submitting it again, all of it or some:
# `--array=3,5`. Shards that are done are left alone.
#
#SBATCH --job-name=likes
#SBATCH --array=0-7
#SBATCH --cpus-per-task=1
#SBATCH --time=01:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=likes-%A_%a.log
set -uo pipefail

# The program: the single binary, or such as "npx -y deno@2.9.6 task --quiet".
LIKES=${LIKES:-likes}
# Where the runs files go: a folder that all nodes share.
RESULTS=${RESULTS:-results}
# Times that a task is repeated which a machine has ended.
REPEATS=${REPEATS:-3}

shards=$1
shift
shard=$SLURM_ARRAY_TASK_ID
mkdir -p "$RESULTS"
result=$RESULTS/$shard.jsonl

# A folder is for one sweep: results of another one would pass for its own. Tasks
# that begin together write the same, each as a whole.
sweep="$shards $*"
if [[ ! -e $RESULTS/sweep ]]; then
  printf '%s\n' "$sweep" >"$RESULTS/sweep.$shard"
  mv "$RESULTS/sweep.$shard" "$RESULTS/sweep"
fi
if [[ $(<"$RESULTS/sweep") != "$sweep" ]]; then
  echo "$RESULTS is of another sweep: $(<"$RESULTS/sweep")" >&2
  exit 2
fi

# The program may write in /tmp, which is the node's own. A task that comes back
# to the same node finds its file there and goes on, on another one it begins
# anew. Other sweeps have other names.
name=$(printf '%s\n' "$shards" "$@" | cksum | cut -d ' ' -f 1)
file=/tmp/likes-$(id -un)-$name-$shard.jsonl

[[ -e $result ]] && exit 0

# shellcheck disable=SC2086 # LIKES may be several words
$LIKES "$@" --shard "$shard/$shards" --runs-file "$file" \
  --workers "${SLURM_CPUS_PER_TASK:-1}"
code=$?
case $code in
0)
  # Whole or not there at all.
  cp "$file" "$result.part" && mv "$result.part" "$result" && rm "$file"
  ;;
13[0-9] | 14[0-9])
  # Ended by a signal: not enough memory, a node that goes down.
  if ((${SLURM_RESTART_COUNT:-0} < REPEATS)); then
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$shard"
  fi
  exit $code
  ;;
*)
  # 2: the command line or another run's file; 3: a disk that is full.
  exit $code
  ;;
esac
