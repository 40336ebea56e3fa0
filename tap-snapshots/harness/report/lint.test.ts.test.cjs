/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/lint.test.ts > TAP > for people > must match snapshot 1`] = `
etc/docker/daemon.json: warning: The Docker daemon has no cgroup-parent setting, so nothing limits the sum of its containers. [docker-no-parent]
    why: Containers then run in system.slice, next to the services of the host, and nothing of their
    own limits their sum; a docker.slice holds none of them.
    source: dockerd(8), --cgroup-parent (default: system.slice with the systemd driver); scenario
    runaway-in-container
    fix: Add "cgroup-parent": "docker.slice" to /etc/docker/daemon.json, and cap docker.slice.

etc/systemd/system/t3-serve@.service:3: error: MemoryHigh=12G lies below MemoryMax=16G: a band of 4G, and t3-serve@.service may not swap. [soft-band]
    why: Above memory.high the kernel throttles every task of the cgroup and kills none. Without
    swap it can reclaim little but the program text of the server. A runaway that settles in the
    band silences the server for as long as it lives.
    source: Incident 2026-07-02; cgroup-v2.rst, memory.high; vm0-ai/vm0#27110; Kubernetes KEP-2570;
    canonical/lxd#13147; FootprintAI/Containarium#1454
    fix: Remove MemoryHigh (MemoryHigh=infinity): a runaway then dies at MemoryMax.

1 error, 1 warning, 0 notes; 1 finding suppressed; warnings count as errors

`;
