#!/usr/bin/env bash
# Puts one record about this workflow run on the stream $STREAM_NAME: the run's jobs by gh, the record by record.mjs.
set -euo pipefail

jobs=$(gh api --paginate "repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/attempts/$GITHUB_RUN_ATTEMPT/jobs" --jq '.jobs[]')
record=$(node "$(dirname "${BASH_SOURCE[0]}")/record.mjs" <<<"$jobs")
key=${PIPELINE:-$GITHUB_REPOSITORY}
aws kinesis put-record --cli-binary-format raw-in-base64-out \
  --stream-name "$STREAM_NAME" --partition-key "${key:0:256}" --data "$record"
