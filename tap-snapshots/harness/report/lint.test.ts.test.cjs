/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/lint.test.ts > TAP > for people > must match snapshot 1`] = `
.: note: No file sets OOMPolicy=continue for tmux-spawn-.scope, nor DefaultOOMPolicy= for users. [pane-policy]
    why: tmux puts each pane into a scope of its own, with the default policy: when one of its tasks
    is killed, systemd ends all others of the pane.
    source: Incident 2026-08-16; pmcfadin/cqlite#2923; systemd.scope(5), OOMPolicy=
    fix: Write OOMPolicy=continue under [Scope] into
    etc/systemd/user/tmux-spawn-.scope.d/50-memory.conf.

etc/docker/daemon.json: error: The Docker daemon has no cgroup-parent setting. [docker-no-parent]
    why: Containers then run in system.slice, next to the services of the host and without a cap; a
    docker.slice with a cap holds none of them.
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

etc/systemd/system/t3-serve@.service:4: error: t3-serve@.service has MemoryMax=16G, while the login sessions of users (user-.slice) have no MemoryMax. [slice-uncapped]
    why: The next runaway starts where there is no cap, such as in a login session or a container.
    It exhausts the host, and every capped unit suffers with it.
    source: Incident 2026-06-22
    fix: Cap it too. For login sessions, write MemoryMax= and MemorySwapMax=0 under [Slice] in
    user-.slice.d/50-memory.conf.

3 errors, 0 warnings, 1 note; 1 finding suppressed; warnings count as errors

`;
