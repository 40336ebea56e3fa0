import type { Call, Message } from './call.js';

/** A pod, in the words of CRI: what the kubelet would ask the runtime for. */
export interface PodSpec {
  readonly sandbox: Message & { readonly metadata: { readonly uid: string } };
  readonly containers: readonly (Message & { readonly metadata: { readonly name: string } })[];
}

/** Runs a pod anew: its sandbox, and each of its containers. The PID of the first process of the named one. */
export async function runPod(call: Call, { sandbox, containers }: PodSpec, name: string): Promise<number> {
  for (const { id, metadata } of (await call('ListPodSandbox', {})).items as Sandbox[])
    if (metadata.uid === sandbox.metadata.uid) {
      await call('StopPodSandbox', { pod_sandbox_id: id });
      await call('RemovePodSandbox', { pod_sandbox_id: id });
    }
  const { pod_sandbox_id } = await call('RunPodSandbox', { config: sandbox });
  for (const config of containers) {
    const { container_id } = await call('CreateContainer', { pod_sandbox_id, config, sandbox_config: sandbox });
    await call('StartContainer', { container_id });
  }
  return (await readState(call, sandbox.metadata.uid, name)).pid;
}

/** How a container of a pod stands, as `systemctl show` says it of a service. */
export async function showContainer(call: Call, uid: string, name: string): Promise<string> {
  const { pid, state, exitCode, reason } = await readState(call, uid, name);
  const runs = state === RUNNING;
  const isKill = reason === 'OOMKilled';
  return [
    `MainPID=${runs ? pid : 0}`,
    // Only a kubelet would start it again, and none runs.
    'NRestarts=0',
    `ActiveState=${runs ? 'active' : exitCode === 0 ? 'inactive' : 'failed'}`,
    `SubState=${STATES[state] ?? 'unknown'}${runs ? '' : ` with status ${exitCode}${reason === '' ? '' : ` (${reason})`}`}`,
    `Result=${runs || (exitCode === 0 && !isKill) ? 'success' : isKill ? 'oom-kill' : 'exit-code'}`,
    '',
  ].join('\n');
}

interface Sandbox {
  readonly id: string;
  readonly metadata: { readonly uid: string };
}

/** Names of ContainerState, by their numbers. */
const STATES = ['created', 'running', 'exited'];
const RUNNING = 1;

async function readState(call: Call, uid: string, name: string) {
  const sandboxes = (await call('ListPodSandbox', {})).items as Sandbox[];
  const ids = new Set(sandboxes.filter(({ metadata }) => metadata.uid === uid).map(({ id }) => id));
  const all = (await call('ListContainers', {})).containers as {
    readonly id: string;
    readonly pod_sandbox_id: string;
    readonly metadata: { readonly name: string };
  }[];
  const found = all.find(({ pod_sandbox_id, metadata }) => ids.has(pod_sandbox_id) && metadata.name === name);
  if (!found) throw new Error(`there is no container ${name} in the pod ${uid}`);
  const { status, info } = await call('ContainerStatus', { container_id: found.id, verbose: true });
  const { state, exit_code: exitCode, reason } = status as { state: number; exit_code: number; reason: string };
  // Only the runtime's own words have the PID (containerd, pkg/cri/server/container_status.go, containerInfo).
  const { pid = 0 } = JSON.parse((info as Record<string, string>).info ?? '{}') as { pid?: number };
  return { pid, state, exitCode, reason };
}
