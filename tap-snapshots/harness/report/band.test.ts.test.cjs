/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/band.test.ts > TAP > a map > with a band, by place 1`] = `
devvm-2026-07-02, MemoryHigh=1.5G MemoryMax=2G at scale 1/8; memory of the hog's own, at rest:
      1496M  healthy  contained, longest gap 0.20 s
      1504M  harmed   livelocked, longest gap 40.2 s

    .............................................#################xx
    0                               1044M                      2089M
    . the server is healthy  # it is harmed, and nothing is killed  x the kernel kills
a hog at rest harms the server and lives between 1496M and 2048M: a band of 552M in the guest (each edge to 8M), 4.31G if it grows with the scale

`;

exports[
  `harness/report/band.test.ts > TAP > a sweep: all rows to the measure of the largest limit, and one that proved nothing says why > must match snapshot 1`
] = `
devvm, MemoryHigh of the real host against memory of the hog's own in the guest, at rest:
         12G  .............................................#################xx
    infinity  ...............................xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
         14G  .............................................?################xx
         16G  not known
              0                               1044M                      2089M
    . the server is healthy  # it is harmed, and nothing is killed  x the kernel kills
MemoryHigh=12G: a band from 1496M to 2048M, 4.31G if it grows with the scale
MemoryHigh=infinity: no band
MemoryHigh=14G: unfinished, the server was healthy up to 1496M, harmed from 1504M to 2040M, the hog killed nowhere yet. Interrupted.
MemoryHigh=16G: A drill of the map proved nothing: the host was busy.

`;
