/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/formats.test.ts > TAP > JUnit XML > must match snapshot 1`] = `
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="oomdrill" tests="7" failures="1" errors="2" time="187.500">
  <testsuite name="oomdrill.trixie" id="0" package="oomdrill" hostname="trixie" skipped="1" tests="5" failures="1" errors="1" time="125.000" timestamp="2026-07-02T16:35:00">
    <properties>
      <property name="cpus" value="2"/>
      <property name="cpuModel" value="model"/>
      <property name="memoryBytes" value="25769803776"/>
      <property name="availableBytes" value="21474836480"/>
      <property name="kernel" value="6.1.0"/>
      <property name="distribution" value="Debian 12"/>
    </properties>
    <testcase name="composed" classname="oomdrill.trixie" time="62.500">
      <system-out>contained
Nothing was killed while the hog held, with memory.current at 1.54G.
The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms.
longest gap 0.20 s (clients give up after 20.0 s), median answer 0.03 s before and 0.03 s during the hold
time to an answer during the hold: p50 0.03 s, p90 0.03 s, p99 too few, worst 0.03 s (225 of 225 requests answered)
memory.events: 0 oom_kill, 0 high, 0 max; full stall 0.0 % of the hold
killed: nothing, by the logs
hog holding, plateau 1.54G, at most 0.00 % off its target
server PID 412 -&gt; 412, 0 restarts, first answer after the SIGKILL: 0.03 s
0.0 % of the samples missing
record: reports/a/record.jsonl</system-out>
    </testcase>
    <testcase name="composed (2)" classname="oomdrill.trixie" time="62.500">
      <system-out>contained
Nothing was killed while the hog held, with memory.current at 1.54G.
The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms.
longest gap 0.20 s (clients give up after 20.0 s), median answer 0.03 s before and 0.03 s during the hold
time to an answer during the hold: p50 0.03 s, p90 0.03 s, p99 too few, worst 0.03 s (225 of 225 requests answered)
memory.events: 0 oom_kill, 0 high, 0 max; full stall 0.0 % of the hold
killed: nothing, by the logs
hog holding, plateau 1.54G, at most 0.00 % off its target
server PID 412 -&gt; 412, 0 restarts, first answer after the SIGKILL: 0.03 s
0.0 % of the samples missing
record: reports/a/record.jsonl</system-out>
    </testcase>
    <testcase name="composed (3)" classname="oomdrill.trixie">
      <failure type="livelocked" message="Expected contained, but it was livelocked.">Expected contained, but it was livelocked.
No client got an answer for 40.2 s, longer than the watchdog window of 20.0 s, and the kernel killed nothing.
All tasks of the cgroup were stalled on memory for 62 % of the hold (PSI full); memory.events counted 0 high and 0 max; page cache in the cgroup fell to 20M.
The server and the hog were both alive, and memory was on a plateau of 1.54G.
The silence of 40.2 s was the cgroup's memory: some of its tasks waited for memory for 70 % of it.
longest gap 40.2 s, silent for at least 40.0 s of it (clients give up after 20.0 s), median answer 0.03 s before and 17.7 s during the hold
time to an answer during the hold: p50 17.7 s, p90 no answer, p99 no answer, worst no answer (125 of 225 requests answered)
memory.events: 0 oom_kill, 0 high, 0 max; full stall 62 % of the hold
killed: nothing, by the logs
hog holding, plateau 1.54G, at most 0.00 % off its target
server PID 412 -&gt; 412, 0 restarts, first answer after the SIGKILL: 0.03 s
0.0 % of the samples missing
record: reports/b/record.jsonl</failure>
    </testcase>
    <testcase name="broken|off" classname="oomdrill.trixie">
      <error type="QEMU_DIED" message="QEMU said &quot;&lt;b&gt;|\`*_&amp;amp;\`&quot; ]]&gt; \\\\x00\\nand ended.">QEMU said "&lt;b&gt;|\`*_&amp;amp;\`" ]]&gt; \\\\x00\\nand ended. [QEMU_DIED]
hint: Look at dmesg.</error>
    </testcase>
    <testcase name="broken|off (2)" classname="oomdrill.trixie">
      <skipped>There is no PSI.</skipped>
    </testcase>
  </testsuite>
  <testsuite name="oomdrill.bookworm" id="1" package="oomdrill" hostname="bookworm" skipped="0" tests="2" failures="0" errors="1" time="62.500" timestamp="2026-07-02T16:35:00">
    <properties>
      <property name="cpus" value="2"/>
      <property name="cpuModel" value="model"/>
      <property name="memoryBytes" value="25769803776"/>
      <property name="availableBytes" value="21474836480"/>
      <property name="kernel" value="6.1.0"/>
      <property name="distribution" value="Debian 12"/>
    </properties>
    <testcase name="composed" classname="oomdrill.bookworm" time="62.500">
      <system-out>contained
Nothing was killed while the hog held, with memory.current at 1.54G.
The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms.
Drifting: the longest gap is 0.90 s, and its median before was 0.23 s.
Drifting: the full stall is 12 % of the hold, and its median before was 0.0 %.
longest gap 0.20 s (clients give up after 20.0 s), median answer 0.03 s before and 0.03 s during the hold
time to an answer during the hold: p50 0.03 s, p90 0.03 s, p99 too few, worst 0.03 s (225 of 225 requests answered)
memory.events: 0 oom_kill, 0 high, 0 max; full stall 0.0 % of the hold
killed: nothing, by the logs
hog holding, plateau 1.54G, at most 0.00 % off its target
server PID 412 -&gt; 412, 0 restarts, first answer after the SIGKILL: 0.03 s
0.0 % of the samples missing
record: reports/a/record.jsonl</system-out>
    </testcase>
    <testcase name="composed (2)" classname="oomdrill.bookworm">
      <error type="inconclusive" message="Expected contained, but it was livelocked.">Expected contained, but it was livelocked.
No client got an answer for 40.2 s, longer than the watchdog window of 20.0 s, and the kernel killed nothing.
All tasks of the cgroup were stalled on memory for 62 % of the hold (PSI full); memory.events counted 0 high and 0 max; page cache in the cgroup fell to 20M.
The server and the hog were both alive, and memory was on a plateau of 1.54G.
The silence of 40.2 s was the cgroup's memory: some of its tasks waited for memory for 70 % of it.
longest gap 40.2 s, silent for at least 40.0 s of it (clients give up after 20.0 s), median answer 0.03 s before and 17.7 s during the hold
time to an answer during the hold: p50 17.7 s, p90 no answer, p99 no answer, worst no answer (125 of 225 requests answered)
memory.events: 0 oom_kill, 0 high, 0 max; full stall 62 % of the hold
killed: nothing, by the logs
hog holding, plateau 1.54G, at most 0.00 % off its target
server PID 412 -&gt; 412, 0 restarts, first answer after the SIGKILL: 0.03 s
0.0 % of the samples missing
record: reports/b/record.jsonl</error>
    </testcase>
  </testsuite>
</testsuites>

`;

exports[`harness/report/formats.test.ts > TAP > Markdown > must match snapshot 1`] = `
## oomdrill: 3 passed, 1 failed, 1 inconclusive, 1 stopped by an error, 1 skipped

Exit status 1: a claim failed: the limits do not do what they should, or a control did not have a bad outcome.

| verdict | scenario | guest | outcome | longest gap | kills | full stall | took |
| :-- | :-- | :-- | :-- | --: | --: | --: | --: |
| pass | composed | trixie | contained | 0.20 s | 0 | 0 % | 62.5 s |
| pass | composed | trixie | contained | 0.20 s | 0 | 0 % | 62.5 s |
| pass, **drifting** | composed | bookworm | contained | 0.20 s | 0 | 0 % | 62.5 s |
| **fail** | composed | trixie | livelocked, expected contained | 40.2 s | 0 | 62 % | - |
| **error** | broken&#124;off | trixie | no outcome | - | - | - | - |
| **skip** | broken&#124;off | trixie | no outcome | - | - | - | - |
| **inconclusive** | composed | bookworm | inconclusive, expected contained | 40.2 s | 0 | 62 % | - |

### pass: composed on bookworm

- Nothing was killed while the hog held, with memory.current at 1.54G.
- The longest gap between two answers was 0.20 s; during the hold the median answer took 30 ms.
- Drifting: the longest gap is 0.90 s, and its median before was 0.23 s.
- Drifting: the full stall is 12 % of the hold, and its median before was 0.0 %.
- longest gap 0.20 s (clients give up after 20.0 s), median answer 0.03 s before and 0.03 s during the hold
- time to an answer during the hold: p50 0.03 s, p90 0.03 s, p99 too few, worst 0.03 s (225 of 225 requests answered)
- memory.events: 0 oom\\_kill, 0 high, 0 max; full stall 0.0 % of the hold
- killed: nothing, by the logs
- hog holding, plateau 1.54G, at most 0.00 % off its target
- server PID 412 -\\> 412, 0 restarts, first answer after the SIGKILL: 0.03 s
- 0.0 % of the samples missing
- record: reports/a/record.jsonl

### fail: composed on trixie

- Expected contained, but it was livelocked.
- No client got an answer for 40.2 s, longer than the watchdog window of 20.0 s, and the kernel killed nothing.
- All tasks of the cgroup were stalled on memory for 62 % of the hold (PSI full); memory.events counted 0 high and 0 max; page cache in the cgroup fell to 20M.
- The server and the hog were both alive, and memory was on a plateau of 1.54G.
- The silence of 40.2 s was the cgroup's memory: some of its tasks waited for memory for 70 % of it.
- longest gap 40.2 s, silent for at least 40.0 s of it (clients give up after 20.0 s), median answer 0.03 s before and 17.7 s during the hold
- time to an answer during the hold: p50 17.7 s, p90 no answer, p99 no answer, worst no answer (125 of 225 requests answered)
- memory.events: 0 oom\\_kill, 0 high, 0 max; full stall 62 % of the hold
- killed: nothing, by the logs
- hog holding, plateau 1.54G, at most 0.00 % off its target
- server PID 412 -\\> 412, 0 restarts, first answer after the SIGKILL: 0.03 s
- 0.0 % of the samples missing
- record: reports/b/record.jsonl

### error: broken&#124;off on trixie

- QEMU said "\\<b\\>&#124;&#96;\\*\\_\\&amp;&#96;" \\]\\]\\> &#92;&#92;x00&#92;nand ended. \\[QEMU\\_DIED\\]
- hint: Look at dmesg.

### skip: broken&#124;off on trixie

- There is no PSI.
- hint: Look at dmesg.

### inconclusive: composed on bookworm

- Expected contained, but it was livelocked.
- No client got an answer for 40.2 s, longer than the watchdog window of 20.0 s, and the kernel killed nothing.
- All tasks of the cgroup were stalled on memory for 62 % of the hold (PSI full); memory.events counted 0 high and 0 max; page cache in the cgroup fell to 20M.
- The server and the hog were both alive, and memory was on a plateau of 1.54G.
- The silence of 40.2 s was the cgroup's memory: some of its tasks waited for memory for 70 % of it.
- longest gap 40.2 s, silent for at least 40.0 s of it (clients give up after 20.0 s), median answer 0.03 s before and 17.7 s during the hold
- time to an answer during the hold: p50 17.7 s, p90 no answer, p99 no answer, worst no answer (125 of 225 requests answered)
- memory.events: 0 oom\\_kill, 0 high, 0 max; full stall 62 % of the hold
- killed: nothing, by the logs
- hog holding, plateau 1.54G, at most 0.00 % off its target
- server PID 412 -\\> 412, 0 restarts, first answer after the SIGKILL: 0.03 s
- 0.0 % of the samples missing
- record: reports/b/record.jsonl


`;

exports[`harness/report/formats.test.ts > TAP > OpenMetrics > must match snapshot 1`] = `
# HELP oomdrill_outcome 1 for the outcome of the drill, 0 for every other outcome.
# TYPE oomdrill_outcome gauge
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="inconclusive"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="escaped"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="unit-stopped"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="collateral-kill"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="livelocked"} 1
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="wounded"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="degraded"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="starved"} 0
oomdrill_outcome{scenario="composed",guest="trixie",control="false",outcome="contained"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="inconclusive"} 1
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="escaped"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="unit-stopped"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="collateral-kill"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="livelocked"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="wounded"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="degraded"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="starved"} 0
oomdrill_outcome{scenario="composed",guest="bookworm",control="false",outcome="contained"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="inconclusive"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="escaped"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="unit-stopped"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="collateral-kill"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="livelocked"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="wounded"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="degraded"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="starved"} 0
oomdrill_outcome{scenario="broken|off",guest="trixie",control="false",outcome="contained"} 0
# HELP oomdrill_verdict 1 for the verdict on the drill, 0 for every other verdict.
# TYPE oomdrill_verdict gauge
oomdrill_verdict{scenario="composed",guest="trixie",control="false",verdict="pass"} 0
oomdrill_verdict{scenario="composed",guest="trixie",control="false",verdict="fail"} 1
oomdrill_verdict{scenario="composed",guest="trixie",control="false",verdict="inconclusive"} 0
oomdrill_verdict{scenario="composed",guest="trixie",control="false",verdict="error"} 0
oomdrill_verdict{scenario="composed",guest="trixie",control="false",verdict="skip"} 0
oomdrill_verdict{scenario="composed",guest="bookworm",control="false",verdict="pass"} 0
oomdrill_verdict{scenario="composed",guest="bookworm",control="false",verdict="fail"} 0
oomdrill_verdict{scenario="composed",guest="bookworm",control="false",verdict="inconclusive"} 1
oomdrill_verdict{scenario="composed",guest="bookworm",control="false",verdict="error"} 0
oomdrill_verdict{scenario="composed",guest="bookworm",control="false",verdict="skip"} 0
oomdrill_verdict{scenario="broken|off",guest="trixie",control="false",verdict="pass"} 0
oomdrill_verdict{scenario="broken|off",guest="trixie",control="false",verdict="fail"} 0
oomdrill_verdict{scenario="broken|off",guest="trixie",control="false",verdict="inconclusive"} 0
oomdrill_verdict{scenario="broken|off",guest="trixie",control="false",verdict="error"} 1
oomdrill_verdict{scenario="broken|off",guest="trixie",control="false",verdict="skip"} 0
# HELP oomdrill_longest_gap_seconds Longest time between two full answers of the server, from the injection on.
# TYPE oomdrill_longest_gap_seconds gauge
oomdrill_longest_gap_seconds{scenario="composed",guest="trixie",control="false"} 40.2
oomdrill_longest_gap_seconds{scenario="composed",guest="bookworm",control="false"} 40.2
# HELP oomdrill_longest_login_gap_seconds Longest time without a successful login through the guest's own sshd, from the injection on.
# TYPE oomdrill_longest_login_gap_seconds gauge
# HELP oomdrill_oom_kills OOM kills by the kernel in the drilled cgroup.
# TYPE oomdrill_oom_kills gauge
oomdrill_oom_kills{scenario="composed",guest="trixie",control="false"} 0
oomdrill_oom_kills{scenario="composed",guest="bookworm",control="false"} 0
# HELP oomdrill_full_stall_ratio Share of the hold in which every task of the cgroup stalled on memory (PSI full).
# TYPE oomdrill_full_stall_ratio gauge
oomdrill_full_stall_ratio{scenario="composed",guest="trixie",control="false"} 0.623608017817372
oomdrill_full_stall_ratio{scenario="composed",guest="bookworm",control="false"} 0.623608017817372
# HELP oomdrill_duration_seconds How long the drill took.
# TYPE oomdrill_duration_seconds gauge
# HELP oomdrill_drifting 1 if a drill that passed is clearly worse than the ones before it.
# TYPE oomdrill_drifting gauge
oomdrill_drifting{scenario="composed",guest="trixie",control="false"} 0
oomdrill_drifting{scenario="composed",guest="bookworm",control="false"} 0
oomdrill_drifting{scenario="broken|off",guest="trixie",control="false"} 0
# HELP oomdrill_kills What was killed in the drill, by its killer; none where that is not known.
# TYPE oomdrill_kills gauge
oomdrill_kills{scenario="composed",guest="trixie",control="false",killer="kernel"} 0
oomdrill_kills{scenario="composed",guest="trixie",control="false",killer="earlyoom"} 0
oomdrill_kills{scenario="composed",guest="trixie",control="false",killer="systemd-oomd"} 0
oomdrill_kills{scenario="composed",guest="trixie",control="false",killer="systemd"} 0
oomdrill_kills{scenario="composed",guest="trixie",control="false",killer="unknown"} 0
oomdrill_kills{scenario="composed",guest="bookworm",control="false",killer="kernel"} 0
oomdrill_kills{scenario="composed",guest="bookworm",control="false",killer="earlyoom"} 0
oomdrill_kills{scenario="composed",guest="bookworm",control="false",killer="systemd-oomd"} 0
oomdrill_kills{scenario="composed",guest="bookworm",control="false",killer="systemd"} 0
oomdrill_kills{scenario="composed",guest="bookworm",control="false",killer="unknown"} 0
# HELP oomdrill_latency_seconds How long requests took, from when they were due; those without an answer are in +Inf, and not in the sum.
# TYPE oomdrill_latency_seconds histogram
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="0.01"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="0.025"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="0.05"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="0.1"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="0.25"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="0.5"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="1.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="2.5"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="5.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="10.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="20.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="30.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="baseline",le="+Inf"} 25
oomdrill_latency_seconds_sum{scenario="composed",guest="trixie",control="false",phase="baseline"} 0.75
oomdrill_latency_seconds_count{scenario="composed",guest="trixie",control="false",phase="baseline"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="0.01"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="0.025"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="0.05"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="0.1"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="0.25"} 26
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="0.5"} 27
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="1.0"} 29
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="2.5"} 37
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="5.0"} 49
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="10.0"} 74
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="20.0"} 124
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="30.0"} 125
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="hold",le="+Inf"} 225
oomdrill_latency_seconds_sum{scenario="composed",guest="trixie",control="false",phase="hold"} 1015.75
oomdrill_latency_seconds_count{scenario="composed",guest="trixie",control="false",phase="hold"} 225
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="0.01"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="0.025"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="0.05"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="0.1"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="0.25"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="0.5"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="1.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="2.5"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="5.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="10.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="20.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="30.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="trixie",control="false",phase="recovery",le="+Inf"} 18
oomdrill_latency_seconds_sum{scenario="composed",guest="trixie",control="false",phase="recovery"} 0.54
oomdrill_latency_seconds_count{scenario="composed",guest="trixie",control="false",phase="recovery"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="0.01"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="0.025"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="0.05"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="0.1"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="0.25"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="0.5"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="1.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="2.5"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="5.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="10.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="20.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="30.0"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="baseline",le="+Inf"} 25
oomdrill_latency_seconds_sum{scenario="composed",guest="bookworm",control="false",phase="baseline"} 0.75
oomdrill_latency_seconds_count{scenario="composed",guest="bookworm",control="false",phase="baseline"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="0.01"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="0.025"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="0.05"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="0.1"} 25
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="0.25"} 26
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="0.5"} 27
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="1.0"} 29
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="2.5"} 37
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="5.0"} 49
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="10.0"} 74
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="20.0"} 124
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="30.0"} 125
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="hold",le="+Inf"} 225
oomdrill_latency_seconds_sum{scenario="composed",guest="bookworm",control="false",phase="hold"} 1015.75
oomdrill_latency_seconds_count{scenario="composed",guest="bookworm",control="false",phase="hold"} 225
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="0.01"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="0.025"} 0
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="0.05"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="0.1"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="0.25"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="0.5"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="1.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="2.5"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="5.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="10.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="20.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="30.0"} 18
oomdrill_latency_seconds_bucket{scenario="composed",guest="bookworm",control="false",phase="recovery",le="+Inf"} 18
oomdrill_latency_seconds_sum{scenario="composed",guest="bookworm",control="false",phase="recovery"} 0.54
oomdrill_latency_seconds_count{scenario="composed",guest="bookworm",control="false",phase="recovery"} 18
# HELP oomdrill_exit_status Exit status of the run: 0 as expected, 1 a claim failed, 2 nothing was proved.
# TYPE oomdrill_exit_status gauge
oomdrill_exit_status 1
# HELP oomdrill_last_run_timestamp_seconds When the last drill of the run ended.
# TYPE oomdrill_last_run_timestamp_seconds gauge
oomdrill_last_run_timestamp_seconds 1783010100.123
# EOF

`;
