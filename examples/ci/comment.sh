#!/bin/sh
# Writes COMMENT_FILE as a comment on pull request COMMENT_ISSUE, in place of the earlier one.
set -eu

marker='<!-- plimsoll -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
printf '%s\n' "$marker" | cat - "$COMMENT_FILE" >"$body"

comments=repos/$GITHUB_REPOSITORY/issues/$COMMENT_ISSUE/comments
earlier=$(gh api --paginate "$comments" --jq ".[] | select(.user.type == \"Bot\") | select(.body | startswith(\"$marker\")) | .id" | head -n 1)
if [ -n "$earlier" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$earlier" -F "body=@$body"
else
  gh api --silent --method POST "$comments" -F "body=@$body"
fi
