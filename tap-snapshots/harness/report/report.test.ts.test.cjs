/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/report.test.ts > TAP > TAP that another parser understands > must match snapshot 1`] = `
TAP version 14
1..4
ok 1 - composed on trixie: contained
  ---
  verdict: "pass"
  reasons: ["Nothing was killed while the hog held, with memory.current at 1.54G.","The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms."]
  evidence: {"longestGapMs":200,"gapBounds":{"atLeastMs":0,"atMostMs":200},"ownGapMs":200,"canaryGapMs":null,"gapCauses":[],"watchdogWindowMs":20000,"oomKills":0,"kills":[],"highEvents":0,"maxEvents":0,"fullStallPercent":0,"plateauBytes":1656750080,"plateauErrorPercent":0,"serverPidBefore":412,"serverPidAfter":412,"nRestarts":0,"injectionState":"holding","injected":{"kind":"memory hog","noun":"hog"},"missingSamplesPercent":0,"recoveryMs":30,"repairMs":null,"sidecarGapMs":null,"longestLoginGapMs":null,"logins":null,"brimBytes":null,"hostStallMs":25,"observersCpuPercent":null,"load":null,"baselineMedianMs":30,"holdMedianMs":30,"latency":{"baseline":{"requests":25,"answered":25,"p50":{"state":"measured","ms":30,"beyond":12},"p90":{"state":"too-few","ms":null,"beyond":2},"p99":{"state":"too-few","ms":null,"beyond":0},"medianMs":30,"worstMs":30,"sumMs":750,"buckets":[{"withinMs":10,"answered":0},{"withinMs":25,"answered":0},{"withinMs":50,"answered":25},{"withinMs":100,"answered":25},{"withinMs":250,"answered":25},{"withinMs":500,"answered":25},{"withinMs":1000,"answered":25},{"withinMs":2500,"answered":25},{"withinMs":5000,"answered":25},{"withinMs":10000,"answered":25},{"withinMs":20000,"answered":25},{"withinMs":30000,"answered":25}]},"hold":{"requests":225,"answered":225,"p50":{"state":"measured","ms":30,"beyond":112},"p90":{"state":"measured","ms":30,"beyond":22},"p99":{"state":"too-few","ms":null,"beyond":2},"medianMs":30,"worstMs":30,"sumMs":6750,"buckets":[{"withinMs":10,"answered":0},{"withinMs":25,"answered":0},{"withinMs":50,"answered":225},{"withinMs":100,"answered":225},{"withinMs":250,"answered":225},{"withinMs":500,"answered":225},{"withinMs":1000,"answered":225},{"withinMs":2500,"answered":225},{"withinMs":5000,"answered":225},{"withinMs":10000,"answered":225},{"withinMs":20000,"answered":225},{"withinMs":30000,"answered":225}]},"recovery":{"requests":18,"answered":18,"p50":{"state":"too-few","ms":null,"beyond":8},"p90":{"state":"too-few","ms":null,"beyond":1},"p99":{"state":"too-few","ms":null,"beyond":0},"medianMs":30,"worstMs":30,"sumMs":540,"buckets":[{"withinMs":10,"answered":0},{"withinMs":25,"answered":0},{"withinMs":50,"answered":18},{"withinMs":100,"answered":18},{"withinMs":250,"answered":18},{"withinMs":500,"answered":18},{"withinMs":1000,"answered":18},{"withinMs":2500,"answered":18},{"withinMs":5000,"answered":18},{"withinMs":10000,"answered":18},{"withinMs":20000,"answered":18},{"withinMs":30000,"answered":18}]}}}
  record: "reports/a/record.jsonl"
  scale: 8
  accelerator: "tcg"
  killed: []
  ...
not ok 2 - composed on trixie: livelocked, expected contained
  ---
  verdict: "fail"
  reasons: ["Expected contained, but it was livelocked.","No client got an answer for 40.2 s, longer than the watchdog window of 20.0 s, and the kernel killed nothing.","All tasks of the cgroup were stalled on memory for 62 % of the hold (PSI full); memory.events counted 0 high and 0 max; page cache in the cgroup fell to 20M.","The server and the hog were both alive, and memory was on a plateau of 1.54G.","The silence of 40.2 s was the cgroup's memory: some of its tasks waited for memory for 70 % of it."]
  evidence: {"longestGapMs":40200,"gapBounds":{"atLeastMs":39970,"atMostMs":40200},"ownGapMs":40200,"canaryGapMs":null,"gapCauses":["memory"],"watchdogWindowMs":20000,"oomKills":0,"kills":[],"highEvents":0,"maxEvents":0,"fullStallPercent":62.360801781737194,"plateauBytes":1656750080,"plateauErrorPercent":0,"serverPidBefore":412,"serverPidAfter":412,"nRestarts":0,"injectionState":"holding","injected":{"kind":"memory hog","noun":"hog"},"missingSamplesPercent":0,"recoveryMs":30,"repairMs":null,"sidecarGapMs":null,"longestLoginGapMs":null,"logins":null,"brimBytes":null,"hostStallMs":25,"observersCpuPercent":null,"load":null,"baselineMedianMs":30,"holdMedianMs":17650.07,"latency":{"baseline":{"requests":25,"answered":25,"p50":{"state":"measured","ms":30,"beyond":12},"p90":{"state":"too-few","ms":null,"beyond":2},"p99":{"state":"too-few","ms":null,"beyond":0},"medianMs":30,"worstMs":30,"sumMs":750,"buckets":[{"withinMs":10,"answered":0},{"withinMs":25,"answered":0},{"withinMs":50,"answered":25},{"withinMs":100,"answered":25},{"withinMs":250,"answered":25},{"withinMs":500,"answered":25},{"withinMs":1000,"answered":25},{"withinMs":2500,"answered":25},{"withinMs":5000,"answered":25},{"withinMs":10000,"answered":25},{"withinMs":20000,"answered":25},{"withinMs":30000,"answered":25}]},"hold":{"requests":225,"answered":125,"p50":{"state":"measured","ms":17650.07,"beyond":112},"p90":{"state":"no-answer","ms":null,"beyond":22},"p99":{"state":"no-answer","ms":null,"beyond":2},"medianMs":17650.07,"worstMs":null,"sumMs":1015750,"buckets":[{"withinMs":10,"answered":0},{"withinMs":25,"answered":0},{"withinMs":50,"answered":25},{"withinMs":100,"answered":25},{"withinMs":250,"answered":26},{"withinMs":500,"answered":27},{"withinMs":1000,"answered":29},{"withinMs":2500,"answered":37},{"withinMs":5000,"answered":49},{"withinMs":10000,"answered":74},{"withinMs":20000,"answered":124},{"withinMs":30000,"answered":125}]},"recovery":{"requests":18,"answered":18,"p50":{"state":"too-few","ms":null,"beyond":8},"p90":{"state":"too-few","ms":null,"beyond":1},"p99":{"state":"too-few","ms":null,"beyond":0},"medianMs":30,"worstMs":30,"sumMs":540,"buckets":[{"withinMs":10,"answered":0},{"withinMs":25,"answered":0},{"withinMs":50,"answered":18},{"withinMs":100,"answered":18},{"withinMs":250,"answered":18},{"withinMs":500,"answered":18},{"withinMs":1000,"answered":18},{"withinMs":2500,"answered":18},{"withinMs":5000,"answered":18},{"withinMs":10000,"answered":18},{"withinMs":20000,"answered":18},{"withinMs":30000,"answered":18}]}}}
  record: "reports/b/record.jsonl"
  scale: 8
  accelerator: "tcg"
  killed: []
  ...
not ok 3 - composed on trixie: no outcome
  ---
  verdict: "error"
  reasons: ["QEMU ended # early."]
  evidence: null
  error: {"code":"QEMU_DIED","message":"QEMU ended # early.","hint":"Look at dmesg."}
  record: null
  scale: 8
  accelerator: "tcg"
  ...
ok 4 - composed on trixie: no outcome # SKIP There is no PSI.
  ---
  verdict: "skip"
  reasons: ["There is no PSI."]
  evidence: null
  error: {"code":"QEMU_DIED","message":"QEMU ended # early.","hint":"Look at dmesg."}
  record: null
  scale: 8
  accelerator: "tcg"
  ...

`;

exports[`harness/report/report.test.ts > TAP > the terminal > a table and the evidence 1`] = `
┌──────────┬────────┬────────────────────────────────┬─────────┬────────┬───────┐
│ scenario │ guest  │ outcome                        │ verdict │    gap │ kills │
├──────────┼────────┼────────────────────────────────┼─────────┼────────┼───────┤
│ composed │ trixie │ contained                      │ pass    │ 0.20 s │     0 │
├──────────┼────────┼────────────────────────────────┼─────────┼────────┼───────┤
│ composed │ trixie │ livelocked, expected contained │ fail    │ 40.2 s │     0 │
├──────────┼────────┼────────────────────────────────┼─────────┼────────┼───────┤
│ composed │ trixie │ no outcome                     │ error   │      - │     - │
└──────────┴────────┴────────────────────────────────┴─────────┴────────┴───────┘

pass  composed on trixie: contained
    Nothing was killed while the hog held, with memory.current at 1.54G.
    The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms.
    longest gap 0.20 s (clients give up after 20.0 s), median answer 0.03 s before and 0.03 s during
    the hold
    time to an answer during the hold: p50 0.03 s, p90 0.03 s, p99 too few, worst 0.03 s (225 of 225
    requests answered)
    memory.events: 0 oom_kill, 0 high, 0 max; full stall 0.0 % of the hold
    killed: nothing, by the logs
    hog holding, plateau 1.54G, at most 0.00 % off its target
    server PID 412 -> 412, 0 restarts, first answer after the SIGKILL: 0.03 s
    0.0 % of the samples missing
    record: reports/a/record.jsonl

fail  composed on trixie: livelocked, expected contained
    Expected contained, but it was livelocked.
    No client got an answer for 40.2 s, longer than the watchdog window of 20.0 s, and the kernel
    killed nothing.
    All tasks of the cgroup were stalled on memory for 62 % of the hold (PSI full); memory.events
    counted 0 high and 0 max; page cache in the cgroup fell to 20M.
    The server and the hog were both alive, and memory was on a plateau of 1.54G.
    The silence of 40.2 s was the cgroup's memory: some of its tasks waited for memory for 70 % of
    it.
    longest gap 40.2 s, silent for at least 40.0 s of it (clients give up after 20.0 s), median
    answer 0.03 s before and 17.7 s during the hold
    time to an answer during the hold: p50 17.7 s, p90 no answer, p99 no answer, worst no answer
    (125 of 225 requests answered)
    memory.events: 0 oom_kill, 0 high, 0 max; full stall 62 % of the hold
    killed: nothing, by the logs
    hog holding, plateau 1.54G, at most 0.00 % off its target
    server PID 412 -> 412, 0 restarts, first answer after the SIGKILL: 0.03 s
    0.0 % of the samples missing
    record: reports/b/record.jsonl

error  composed on trixie: no outcome
    QEMU ended # early. [QEMU_DIED]
    hint: Look at dmesg.

`;

exports[`harness/report/report.test.ts > TAP > what is not known is printed as unknown > must match snapshot 1`] = `
longest gap unknown (clients give up after 20.0 s), median answer unknown before and unknown during the hold
memory.events: unknown oom_kill, unknown high, unknown max; full stall unknown
killed: unknown, the record has no log
injection not in any sample
server PID unknown -> unknown, unknown restarts, first answer after the release: unknown
missing samples: unknown
`;
