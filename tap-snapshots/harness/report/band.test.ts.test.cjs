/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/band.test.ts > TAP > a map > with a band, by size 1`] = `
devvm-2026-07-02, MemoryHigh=1.5G MemoryMax=2G at scale 1/8; sizes of a settled hog, its own memory alone:
      1496M  healthy  contained, longest gap 0.20 s
      1504M  harmed   livelocked, longest gap 40.2 s

    .............................................#################xx
    0                               1044M                      2089M
    . the server is healthy  # it is harmed, and nothing is killed  x the hog is killed
a settled hog of 1496M to 2048M harms the server and is not killed: a band of 552M in the guest (each edge to 8M), 4.31G on the real host if it grows with the scale

`;

exports[
  `harness/report/band.test.ts > TAP > a sweep: all strips to the scale of the largest limit, and the error of a row without a map > must match snapshot 1`
] = `
devvm, MemoryHigh of the real host against the size of a settled hog, its own memory in the guest:
         12G  .............................................#################xx
    infinity  ...............................xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
         14G  .............................................?################xx
         16G  no map
              0                               1044M                      2089M
    . the server is healthy  # it is harmed, and nothing is killed  x the hog is killed
MemoryHigh=12G: a band from 1496M to 2048M, 4.31G on the real host if it grows with the scale
MemoryHigh=infinity: no band
MemoryHigh=14G: unfinished, healthy up to 1496M, harmed from 1504M to 2040M, no size found yet at which the hog is killed. Interrupted.
MemoryHigh=16G: One drill of the map proved nothing: the host was busy.

`;
