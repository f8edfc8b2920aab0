#!/bin/sh
# Reads plain text as `predicate-extract` would, for tests that have no reader of documents. A file that holds `BREAKS`
# breaks it; the file `before` beside this script stands for a newer reader: its text comes before that of every page.
order=$(cat)
file=$(printf '%s' "$order" | sed 's/^{"file":"\([^"]*\)".*/\1/')
asked=$(printf '%s' "$order" | sed 's/.*\("settings":{.*}\)}$/\1/')
if grep -q BREAKS "$file"; then kill -SEGV $$; fi
text=$(cat "$(dirname "$0")/before" "$file" 2>/dev/null | sed 's/\\/\\\\/g; s/"/\\"/g' | tr '\n' '\001' | sed 's/\x01/\\n/g')
page='{"number":1,"text":"'$text'","recognised":false,"words":null}'
told='{"field":"author","value":"Oda Karlsen","source":"a test"}'
sent='{"field":"sent","value":"2026-03-02T09:00:00Z","source":"a test"}'
head='{"original":{"name":"","sha256":"","bytes":0},"media_type":"text/plain","contradictions":[],"language":null'
made='"recipe":{"steps":[{"name":"a test","version":"1"}],'$asked',"network":"","files":"","repeatable":true}}'
printf '%s,"dates":[%s],"authors":[%s],"metadata":[],"pages":[%s],"parts":[],"unread":[],%s' \
    "$head" "$sent" "$told" "$page" "$made" >account.json
