import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { diagnose } from './diagnose.js';
import { readEvidence } from './evidence.js';

// What people saved after a kill, from public reports (fixtures/cases/README.md), with the right answer.

interface Case {
  readonly outcomes: readonly string[];
  /** What the reasons must say. */
  readonly says: readonly RegExp[];
  /** What they must not say. */
  readonly neverSays?: RegExp;
}

const OPEN = ['contained', 'unit-stopped', 'collateral-kill'];

const CASES: Readonly<Record<string, Case>> = {
  '01-patroni-3027': {
    outcomes: OPEN,
    says: [
      /killed postgres \(PID 23316\) at the limit of \S+pod11aa\.slice \(2G/,
      /not the limit of the victim's own cgroup \S+docker-22bb\.scope, but of \S+pod11aa\.slice above it/,
    ],
  },
  '02-k8s-50632': {
    outcomes: OPEN,
    says: [/node \(PID 787161\)/, /node \(PID 787213\)/, /node \(PID 787445\)/],
    neverSays: /the log ends before/,
  },
  '03-openprescribing-5431': {
    outcomes: [...OPEN, 'escaped'],
    says: [/a process of system-postgresql\.slice was killed by the OOM killer/],
    neverSays: /no kill|no log has/,
  },
  '04-xysat-12': {
    outcomes: ['unit-stopped'],
    says: [/systemd ended xysat\.service because of an OOM kill/, /whole host ran out of memory.*php \(PID 718651\)/],
  },
  '05-nbs-4438': {
    outcomes: ['unit-stopped'],
    says: [
      /systemd ended actions\.runner\.x\.service/,
      /the victim's own limit: \/system\.slice\/actions\.runner\.x\.service/,
    ],
  },
  '06-systemd-23606': {
    outcomes: ['unit-stopped', 'collateral-kill'],
    says: [/systemd-oomd killed all of \S+vte-spawn-1\.scope due to memory pressure .* 51\.07%/],
    neverSays: /no kill|no log has/,
  },
  '07-earlyoom-205': {
    outcomes: ['collateral-kill', 'contained'],
    says: [/earlyoom sent SIGTERM to ipfs \(PID 696\)/],
    neverSays: /no kill|no log has/,
  },
  '08-containerd-6735': {
    outcomes: ['collateral-kill', 'escaped'],
    says: [/3 oom_kill, but 0 oom/],
    neverSays: /at its limit\./,
  },
  '14-talos-12526': {
    outcomes: ['unit-stopped', 'collateral-kill'],
    says: [/Talos' OOM controller killed all of \S+pod77f0: \/usr\/bin\/kube-apiserver/],
    neverSays: /no kill|no log has/,
  },
  '15-gpud-70': {
    outcomes: OPEN,
    says: [
      /pt_main_thread \(PID 461754\) at the limit of \S+podeded\.slice/,
      /not the limit of the victim's own cgroup/,
    ],
  },
  '16-relate-1383': {
    outcomes: ['escaped', 'collateral-kill'],
    says: [/killed uwsgi \(PID 3581527\)/, /postgres \(cpuset user\.slice\) asked for the memory/],
  },
  '17-k8s-56891': {
    outcomes: OPEN,
    says: [
      /killed java \(PID 28438\) at the limit of \/kubepods\/pod9538 \(512M/,
      /had chosen java \(PID 24572\), and killed a child of it/,
    ],
  },
  '18-crun-1357': { outcomes: ['livelocked'], says: [/found no task that it may kill.*OOMScoreAdjust=-1000/] },
  '19-containerd-12133': {
    outcomes: ['collateral-kill', 'contained', 'unit-stopped'],
    says: [
      /not the limit of the victim's own cgroup \/offline\.slice\/pod-a\.scope, but of \/offline\.slice above it/,
      /batch-b \(cpuset pod-b\) asked for the memory/,
    ],
    neverSays: /this cgroup at its limit/,
  },
  '20-k8s-117070': {
    outcomes: ['unit-stopped'],
    says: [/killed all tasks in \S+cri-containerd-77\.scope together/, /killed server \(PID 700\)/],
  },
  '24-show': { outcomes: ['unit-stopped'], says: [/Result=oom-kill, OOMPolicy=stop/] },
  '24b-status': { outcomes: ['unit-stopped'], says: [/systemd ended web\.service because of an OOM kill/] },
  '29-photon-1535': {
    outcomes: OPEN,
    says: [/killed fluentd \(PID 5511\) at the limit of \/kubepods\/burstable\/pod1,/],
  },
};

const folder = new URL('../../fixtures/cases/', import.meta.url);

for (const [name, { outcomes, says, neverSays }] of Object.entries(CASES))
  t.test(name, async (t) => {
    const files = readdirSync(new URL(`${name}/`, folder)).map((file) => ({
      name: file,
      text: readFileSync(new URL(`${name}/${file}`, folder), 'utf8'),
    }));
    const diagnosis = diagnose(readEvidence(files));
    t.same(diagnosis.outcomes, outcomes);
    t.equal(diagnosis.enough, true);
    const reasons = diagnosis.reasons.join('\n');
    for (const words of says) t.match(reasons, words);
    if (neverSays) t.notMatch(reasons, neverSays);
  });
