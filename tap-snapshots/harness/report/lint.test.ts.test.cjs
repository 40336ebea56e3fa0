/* IMPORTANT
 * This snapshot file is auto-generated, but designed for humans.
 * It should be checked into source control and tracked carefully.
 * Re-generate by setting TAP_SNAPSHOT=1 and running tests.
 * Make sure to inspect the output below.  Do not ignore changes!
 */
'use strict';
exports[`harness/report/lint.test.ts > TAP > for people > must match snapshot 1`] = `
.: note: No file sets OOMPolicy=continue for tmux-spawn-.scope, nor DefaultOOMPolicy= for users. [pane-policy]
    why: tmux puts each pane into a scope of its own, and of the default policy: when one of its
    tasks is killed, systemd ends all others of the pane.
    source: Incident 2026-08-16; pmcfadin/cqlite#2923; systemd.scope(5), OOMPolicy=
    fix: Write OOMPolicy=continue into etc/systemd/user/tmux-spawn-.scope.d/50-memory.conf, under
    [Scope].

etc/docker/daemon.json: error: The Docker daemon is told no cgroup-parent. [docker-no-parent]
    why: Containers then run in system.slice, each by itself and uncapped, beside the services of
    the host; a docker.slice with a cap holds none of them.
    source: dockerd(8), --cgroup-parent (default: system.slice with the systemd driver); scenario
    runaway-in-container
    fix: Write { "cgroup-parent": "docker.slice" } into /etc/docker/daemon.json, and cap
    docker.slice.

etc/systemd/system/t3-serve@.service:3: error: MemoryHigh=12G lies below MemoryMax=16G: a band of 4G, and t3-serve@.service may not swap. [soft-band]
    why: Above memory.high the kernel throttles every task of the cgroup and never kills; without
    swap nothing gives way but the program text of the server. What comes to rest in the band
    silences the server for as long as it lives.
    source: Incident 2026-07-02; cgroup-v2.rst, memory.high; vm0-ai/vm0#27110; Kubernetes KEP-2570
    fix: Take MemoryHigh away (MemoryHigh=infinity): a runaway then dies at MemoryMax.

etc/systemd/system/t3-serve@.service:4: error: t3-serve@.service has MemoryMax=16G, and the login sessions of users (user-.slice) have no MemoryMax. [slice-uncapped]
    why: The next runaway starts where no cap is: in a login session, in a container. It takes the
    box, and with it all that is capped so well.
    source: Incident 2026-06-22
    fix: Cap it too, for login sessions in user-.slice.d/50-memory.conf: [Slice], MemoryMax=,
    MemorySwapMax=0.

3 errors, 0 warnings, 1 note; 1 finding passed over as meant; warnings count as errors

`;
