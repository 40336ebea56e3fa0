/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/mutation.test.ts > TAP > all killed > must match snapshot 1`] = `
┌─────────────────────────┬──────────────────────────────────────────┬────────┬─────────┐
│ mutant                  │ result                                   │ drills │    time │
├─────────────────────────┼──────────────────────────────────────────┼────────┼─────────┤
│ unit-oom-policy-dropped │ killed by runaway-past-max: unit-stopped │      2 │ 128.0 s │
└─────────────────────────┴──────────────────────────────────────────┴────────┴─────────┘
mutation score of devvm: 100 %, 1 of 1 mutants killed in 3 drills
survivors: 0
false alarms: 0 in 1 drills of the unchanged bundle

`;

exports[`harness/report/mutation.test.ts > TAP > mutants > must match snapshot 1`] = `
unit-oom-policy-dropped
    The unit has no OOMPolicy=, so systemd's default
    applies, stop.
    Wrongly believed: A child that is killed for memory is
    the only loss.
    drilled with: runaway-past-max

unit-high-at-75
    MemoryHigh= is 75 % of MemoryMax=, as on the day of the
    incident.
    Wrongly believed: A soft limit slows down the runaway
    and nothing else.
    drilled with: runaway-past-max, 2026-07-02-fixed

unit-swap-allowed
    The unit may swap, on a host with swap.
    Wrongly believed: Swap only ever helps.
    drilled with: runaway-past-max

docker-slice-removed
    docker.slice has no unit file: systemd creates it when a
    container needs it, without any limit.
    Wrongly believed: Containers are in docker.slice, so
    they are capped.
    does not apply to this bundle

`;

exports[
  `harness/report/mutation.test.ts > TAP > survivors, and mutants that were not decided > must match snapshot 1`
] = `
┌─────────────────────────┬───────────────────────────────────────────────────────┬────────┬────────┐
│ mutant                  │ result                                                │ drills │   time │
├─────────────────────────┼───────────────────────────────────────────────────────┼────────┼────────┤
│ unit-oom-policy-dropped │ killed by runaway-past-max: contained, a bound missed │      1 │ 64.0 s │
├─────────────────────────┼───────────────────────────────────────────────────────┼────────┼────────┤
│ unit-high-at-75         │ SURVIVED                                              │      1 │ 64.0 s │
├─────────────────────────┼───────────────────────────────────────────────────────┼────────┼────────┤
│ unit-swap-allowed       │ undecided                                             │      1 │ 64.0 s │
├─────────────────────────┼───────────────────────────────────────────────────────┼────────┼────────┤
│ docker-slice-removed    │ does not apply                                        │      0 │      - │
└─────────────────────────┴───────────────────────────────────────────────────────┴────────┴────────┘
devvm unchanged, runaway-past-max: fail, degraded. The gap was long.
survived: unit-high-at-75. MemoryHigh= is 75 % of MemoryMax=, as on the day of the incident.
    runaway-past-max: pass, contained. The kernel killed the hog.
undecided: unit-swap-allowed. The unit may swap, on a host with swap.
    runaway-past-max: error. QEMU died. (reports/a/record.jsonl)
mutation score of devvm: 33.3 %, 1 of 3 mutants killed in 5 drills
survivors: 1 (unit-high-at-75)
undecided: 1 (unit-swap-allowed)
do not apply: 1 (docker-slice-removed)
false alarms: 1 in 2 drills of the unchanged bundle

`;
