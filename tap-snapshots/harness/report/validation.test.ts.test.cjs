/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[
  `harness/report/validation.test.ts > TAP > unsafe: why, what was drilled, and what would change > must match snapshot 1`
] = `
UNSAFE  web.service: MemoryHigh=12G MemoryMax=16G MemorySwapMax=0B OOMPolicy=continue, host 24G, swap 0
    a settled hog between MemoryHigh and MemoryMax: livelocked. No client got an answer for 40.2 s,
    longer than the watchdog window of 20.0 s, and the kernel killed nothing.
    Login sessions have no MemoryMax.
    error: etc/systemd/system/web.service:7: MemoryHigh=12G lies below MemoryMax=16G.

drilled at scale 1/8:
    plateau-1   livelocked       longest gap 40.2 s
    past-max    error            longest gap -

changes to the current settings:
    etc/systemd/system/web.service [Service]
    -MemoryHigh=infinity
    +MemoryHigh=12G

`;
