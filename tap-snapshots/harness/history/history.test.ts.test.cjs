/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/history/history.test.ts > TAP > a history for people > must match snapshot 1`] = `
band of devvm on trixie (qemu, scale 1/8): 2 runs, the last 2026-07-14T02:00:00.000Z
    verdicts     ··
    band         ·▁  median 12M, last 12M

composed on trixie (qemu tcg, scale 1/8): 13 runs, the last 2026-07-13T02:00:00.000Z
    verdicts     ···········!·
    longest gap  ▁▁▁▁▁▁▂▁▁▁▇!█  median 0.25 s, last 0.90 s
    full stall   ▁▁▁▁▁▁▁▁▁▁▁!▁  median 0 %, last 0 %
    p50          ▁▁▁▁▁▁▁▁▁▁▁!▁  median 0.03 s, last 0.03 s
    p90          ▁▁▁▁▁▁▁▁▁▁▁!▁  median 0.03 s, last 0.03 s
    accepted on 2026-07-10T02:00:00.000Z: longest gap 0.24 s, full stall 0 %, p50 0.03 s, p90 0.03 s
    Drifting: the longest gap is 0.90 s, and its median before was 0.24 s.

wild on trixie (qemu tcg, scale 1/8): 1 run, the last 2026-07-11T02:00:00.000Z
    verdicts     ·

damaged: 2 lines could not be read on 2026-07-14T02:00:00.000Z; kept in history.jsonl.damaged-1
damaged: lines 3, 5 of the history could not be read

`;
