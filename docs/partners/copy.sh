#!/usr/bin/env bash
# Keeps a copy of the record in a folder: record.ndjson as it was taken first, and changes.ndjson
# with what came since, oldest first. Needs curl and jq.
#
#   copy.sh https://upr.example.org folder
set -euo pipefail
server=${1%/} folder=$2
mkdir -p "$folder"

begin() {
	curl -fsS -D "$folder/headers" -o "$folder/record.new" "$server/export/record.ndjson"
	value() { tr -d '\r' <"$folder/headers" | sed -n "s/^$1: //Ip"; }
	[[ $(wc -l <"$folder/record.new") == "$(value x-total-count)" ]] || { echo "the line broke: run it again" >&2; exit 1; }
	mv "$folder/record.new" "$folder/record.ndjson"
	: >"$folder/changes.ndjson"
	value x-record-version >"$folder/cursor"
}

[[ -s $folder/cursor ]] || begin
while :; do
	status=$(curl -sS -o "$folder/page.json" -w '%{http_code}' "$server/changes?first=10000&since=$(<"$folder/cursor")")
	case $status in
	200) ;;
	410) begin; continue ;; # the server's record was restored
	*) cat "$folder/page.json" >&2; exit 1 ;;
	esac
	jq -c '.changes[]' "$folder/page.json" >>"$folder/changes.ndjson"
	jq -r .cursor "$folder/page.json" >"$folder/cursor.new"
	mv "$folder/cursor.new" "$folder/cursor"
	[[ $(jq .more "$folder/page.json") == true ]] || break
done
# What there is now: the last of each id, without what was deleted.
cat "$folder/record.ndjson" "$folder/changes.ndjson" |
	jq -cn 'reduce inputs as $c ({}; if $c.deleted then del(.[$c.id]) else .[$c.id] = $c.object end) | .[]' >"$folder/now.new"
mv "$folder/now.new" "$folder/now.ndjson"
