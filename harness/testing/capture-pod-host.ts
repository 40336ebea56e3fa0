import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../core/assets.js';

/** Containerd's own tool: `containers list`, `containers info ID`, `tasks list`, `images list`. */
const CTR = `#!/bin/sh
shift 4
here=$(dirname "$0")/..
case "$1 $2" in
  'containers list') cat "$here/ids" ;;
  'containers info') cat "$here/ctr-$3.json" ;;
  'tasks list') cat "$here/tasks" ;;
  'images list') echo "REF TYPE DIGEST SIZE"; echo "x application/y sha256:${'a'.repeat(64)} 1 MiB linux/amd64 -" ;;
esac
`;

const CRICTL = `#!/bin/sh
here=$(dirname "$0")/..
case $1 in
  pods) echo sandbox ;;
  ps) cat "$here/ids" ;;
  inspect) cat "$here/crictl-$2.json" ;;
esac
`;

/** A container on the node. */
export interface PodHostContainer {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  readonly mounts?: readonly string[];
  readonly port?: number;
  readonly image?: string;
  readonly score?: number;
  readonly uid?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Files of its cgroup. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A node with a pod `cache`. */
export interface PodHost {
  readonly containers: readonly PodHostContainer[];
  readonly tool?: 'ctr' | 'crictl';
  /** The class as its slice has it: `kubepods-burstable`. */
  readonly slice?: string;
  readonly kubelet?: string;
  readonly settings?: string;
  readonly limits?: Readonly<Record<string, string>>;
}

const FIRST_PID = 100;

/** Runs host/capture.sh for the pod `cache` on such a node, whose /proc and cgroups are files below a folder. */
export async function capturePodHost(dir: string, host: PodHost, name = 'cache') {
  const { containers, tool = 'ctr', slice = 'kubepods-burstable' } = host;
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), text);
  };
  const writeProgram = async (program: string, text: string) => {
    await write(`bin/${program}`, text);
    await chmod(join(dir, 'bin', program), 0o755);
  };
  await writeProgram(tool, tool === 'ctr' ? CTR : CRICTL);
  await writeProgram('systemctl', "#!/bin/sh\ncase $1 in --version) echo 'systemd 257' ;; is-active) exit 3 ;; esac\n");
  if (host.kubelet) await writeProgram('kubelet', `#!/bin/sh\necho 'Kubernetes v${host.kubelet}.1'\n`);
  await write('proc/meminfo', 'MemTotal:        8388608 kB\nSwapTotal:       0 kB\n');
  await write('proc/cpuinfo', 'processor : 0\n');
  if (host.settings !== undefined) await write('kubelet.yaml', host.settings);
  const pod = `/${slice === 'kubepods' ? '' : 'kubepods.slice/'}${slice}.slice/${slice}-pod12.slice`;
  const ids = containers.map((_, index) => `id${index}`);
  await write('ids', ids.map((id) => `${id}\n`).join(''));
  await write(
    'tasks',
    `TASK    PID    STATUS\n${ids.map((id, index) => `${id}    ${FIRST_PID + index}    RUNNING\n`).join('')}`,
  );
  for (const [file, text] of Object.entries(host.limits ?? {})) await write(`cgroup${pod}/${file}`, `${text}\n`);
  for (const [index, container] of containers.entries()) {
    const pid = FIRST_PID + index;
    const cgroup = `${pod}/cri-containerd-id${index}.scope`;
    await write(`proc/${pid}/cgroup`, `0::${cgroup}\n`);
    await write(`cgroup${cgroup}/cgroup.procs`, `${pid}\n`);
    await mkdir(join(dir, `proc/${pid}/fd`), { recursive: true });
    if (container.port !== undefined) {
      await symlink(`socket:[${pid}]`, join(dir, `proc/${pid}/fd/3`));
      const hex = container.port.toString(16).toUpperCase().padStart(4, '0');
      await write(`proc/${pid}/net/tcp`, `head\n 0: 00000000:${hex} 00000000:0000 0A 0:0 0:0 0 0 0 ${pid}\n`);
    }
    for (const [file, text] of Object.entries(container.files ?? {}))
      await write(`cgroup${cgroup}/${file}`, `${text}\n`);
    const json = tool === 'ctr' ? ofContainerd(container) : ofCri(container, pid);
    await write(`${tool}-id${index}.json`, `${JSON.stringify(json, null, tool === 'ctr' ? 4 : 2)}\n`);
  }
  const script = (await readFile(assets.hostScript('capture.sh'), 'utf8'))
    .replaceAll(/(?<=[ "<])\/proc\//g, `${dir}/proc/`)
    .replaceAll('/sys/fs/cgroup', `${dir}/cgroup`)
    .replaceAll('/var/lib/kubelet/config.yaml', join(dir, 'kubelet.yaml'));
  await write('capture.sh', script);
  const { stdout, stderr, exitCode } = await execa('sh', [join(dir, 'capture.sh'), '--pod', name], {
    env: { PATH: `${join(dir, 'bin')}${delimiter}/usr/bin${delimiter}/bin` },
    extendEnv: false,
    reject: false,
  });
  return { stdout, stderr, exitCode };
}

const labelsOf = ({ name, uid = 'u' }: PodHostContainer) => ({
  'io.cri-containerd.kind': 'container',
  'io.kubernetes.container.name': name,
  'io.kubernetes.pod.name': 'cache',
  'io.kubernetes.pod.namespace': 'default',
  'io.kubernetes.pod.uid': uid,
});

const specOf = ({ args = [], env = [], mounts = [], score = 875, annotations = {} }: PodHostContainer) => ({
  process: { user: { uid: 0 }, args, env, cwd: '/', oomScoreAdj: score },
  mounts: [{ destination: '/proc', type: 'proc' }, ...mounts.map((destination) => ({ destination }))],
  annotations,
  linux: { resources: { cpu: { shares: 102, quota: 50_000, period: 100_000 } } },
});

/** As `ctr containers info` of containerd 1.6 has it. */
const ofContainerd = (container: PodHostContainer) => ({
  ID: 'x',
  Labels: labelsOf(container),
  Image: container.image ?? 'docker.io/library/redis:7',
  Spec: specOf(container),
});

/** As `crictl inspect` has it (cri-tools, docs/crictl.md). */
const ofCri = (container: PodHostContainer, pid: number) => ({
  info: {
    config: {
      args: container.args,
      envs: (container.env ?? []).map((line) => ({
        key: line.split('=')[0],
        value: line.slice(line.indexOf('=') + 1),
      })),
      linux: { security_context: { run_as_user: { value: 999 } } },
      metadata: { name: container.name },
    },
    pid,
    runtimeSpec: specOf({ ...container, args: ['docker-entrypoint.sh', ...(container.args ?? [])] }),
  },
  status: {
    annotations: container.annotations,
    image: { image: container.image ?? 'docker.io/library/redis:7' },
    imageRef: `docker.io/library/redis@sha256:${'b'.repeat(64)}`,
    labels: labelsOf(container),
    metadata: { attempt: 3, name: container.name },
  },
});
