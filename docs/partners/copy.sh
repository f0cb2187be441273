#!/usr/bin/env bash
# Keeps a copy of the record in a folder: record.ndjson as the server exports it, brought up to date,
# and now.ndjson with an object a line. Needs curl and jq.
#
#   copy.sh https://upr.example.org folder
set -euo pipefail
server=${1%/} folder=$2
mkdir -p "$folder"
ask() { curl -sS --retry 5 "$@"; } # again after as long as Retry-After says, where the server is busy

begin() {
	ask -f -D "$folder/headers" -o "$folder/record.new" "$server/export/record.ndjson"
	value() { tr -d '\r' <"$folder/headers" | sed -n "s/^$1: //Ip"; }
	[[ $(wc -l <"$folder/record.new") == "$(value x-total-count)" ]] || { echo "the line broke: run it again" >&2; exit 1; }
	mv "$folder/record.new" "$folder/record.ndjson"
	cursor=$(value x-record-version)
	: >"$folder/changes.new"
}

if [[ -s $folder/cursor && -e $folder/record.ndjson ]]; then
	cursor=$(<"$folder/cursor")
	: >"$folder/changes.new"
else
	begin
fi
while :; do
	status=$(ask -o "$folder/page.json" -w '%{http_code}' "$server/changes?first=10000&since=$cursor")
	case $status in
	200) ;;
	410) begin; continue ;; # the server's record was restored
	*) cat "$folder/page.json" >&2; exit 1 ;;
	esac
	jq -c '.changes[]' "$folder/page.json" >>"$folder/changes.new"
	cursor=$(jq -r .cursor "$folder/page.json")
	[[ $(jq .more "$folder/page.json") == true ]] || break
done
# The last of each id is what there is; what was deleted or redacted is nowhere in the folder.
cat "$folder/record.ndjson" "$folder/changes.new" |
	jq -cn 'reduce inputs as $c ({}; if $c.deleted then del(.[$c.id]) else .[$c.id] = ($c | {id, kind, object}) end) | .[]' >"$folder/record.new"
jq -c .object "$folder/record.new" >"$folder/now.new"
mv "$folder/record.new" "$folder/record.ndjson"
mv "$folder/now.new" "$folder/now.ndjson"
rm -f "$folder/changes.new" "$folder/page.json"
# The cursor is written last: whatever happens in between, the next time leads to the same end.
echo "$cursor" >"$folder/cursor.new"
mv "$folder/cursor.new" "$folder/cursor"
