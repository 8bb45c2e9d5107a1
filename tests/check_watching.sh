#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check_watching.sh PROGRAM ROOT: the alarms are rules that Prometheus takes, each is shown to fire and to
# keep quiet, and asks for a metric that there is; the handbook has a section for each; the document of
# metrics (PROGRAM print) has no fault that promtool sees.
set -eu
program=$1 root=$2
cd "$root"
if ! command -v promtool >/dev/null 2>&1; then
  echo 'watching: NOT RUN: promtool is missing (the Debian package prometheus)'
  exit 77
fi
bad=0
complain() {
  echo "watching: $*"
  bad=1
}
alerts=packaging/prometheus/alerts.yml
tests=packaging/prometheus/alerts_test.yml

promtool check rules "$alerts" >/dev/null || complain "$alerts has a fault"
promtool test rules "$tests" || complain "an alarm does not do what its test says"
promtool check config --syntax-only packaging/prometheus/scrape.yml >/dev/null || complain 'scrape.yml has a fault'
[ "$(grep -c '^      - alert: ' "$alerts")" -ge 30 ] || complain 'alarms were lost'

document=$("$program" print)
printf '%s\n' "$document" | promtool check metrics || complain 'the metrics have a fault'

# Of each alarm: its tests, its section of the handbook, a severity that somebody knows.
for name in $(sed -n 's/^      - alert: //p' "$alerts"); do
  for outcome in fires 'keeps quiet'; do
    grep -qx "  - name: $name $outcome" "$tests" || complain "nothing shows that $name $outcome"
  done
done
[ "$(grep -c 'severity: \(page\|warn\)$' "$alerts")" = "$(grep -c 'alert: ' "$alerts")" ] || complain 'a severity is missing'
if [ -f docs/OPERATIONS.ko.md ]; then
  for anchor in $(sed -n 's/^ *runbook: docs\/OPERATIONS.ko.md#//p' "$alerts"); do
    grep -q "id=\"$anchor\"" docs/OPERATIONS.ko.md || complain "the handbook has no section $anchor"
  done
fi

# What alarms and dashboard ask for is in the document; `up` is Prometheus' own.
families=$(printf '%s\n' "$document" | sed -n 's/^# TYPE \([^ ]*\) .*/\1/p')
asked=$(grep -v ' summary\| description' "$alerts"; grep '"expr"\|"definition"' packaging/grafana/voteanchor.json)
for metric in $(printf '%s\n' "$asked" | grep -o '\b\(voteanchor\|process\)_[a-z_]*' | sort -u); do
  base=$(printf '%s' "$metric" | sed 's/_\(bucket\|sum\|count\)$//')
  printf '%s\n' "$families" | grep -qx "$metric\|$base" || complain "there is no metric $metric"
done

[ "$bad" = 0 ] && echo 'watching: ok'
exit "$bad"
