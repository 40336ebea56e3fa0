import protobuf from 'protobufjs/light.js';

/** Fields of a message: number and type; `*` before the type is repeated, `{}` a map of texts. */
type Fields = Readonly<Record<string, readonly [id: number, type: string]>>;

/**
 * The messages of CRI that a pod needs, with those of their fields that it needs (kubernetes/cri-api, pkg/apis/runtime/v1/api.proto):
 * what is not here is unknown to the client, and ignored by it.
 */
const MESSAGES: Readonly<Record<string, Fields>> = {
  PodSandboxMetadata: { name: [1, 'string'], uid: [2, 'string'], namespace: [3, 'string'] },
  NamespaceOption: { network: [1, 'int32'], pid: [2, 'int32'], ipc: [3, 'int32'] },
  LinuxSandboxSecurityContext: { namespace_options: [1, 'NamespaceOption'] },
  LinuxPodSandboxConfig: { cgroup_parent: [1, 'string'], security_context: [2, 'LinuxSandboxSecurityContext'] },
  PodSandboxConfig: {
    metadata: [1, 'PodSandboxMetadata'],
    log_directory: [3, 'string'],
    labels: [6, '{}'],
    linux: [8, 'LinuxPodSandboxConfig'],
  },
  RunPodSandboxRequest: { config: [1, 'PodSandboxConfig'] },
  RunPodSandboxResponse: { pod_sandbox_id: [1, 'string'] },
  ListPodSandboxRequest: {},
  PodSandbox: { id: [1, 'string'], metadata: [2, 'PodSandboxMetadata'] },
  ListPodSandboxResponse: { items: [1, '*PodSandbox'] },
  StopPodSandboxRequest: { pod_sandbox_id: [1, 'string'] },
  StopPodSandboxResponse: {},
  RemovePodSandboxRequest: { pod_sandbox_id: [1, 'string'] },
  RemovePodSandboxResponse: {},
  ContainerMetadata: { name: [1, 'string'], attempt: [2, 'uint32'] },
  ImageSpec: { image: [1, 'string'] },
  KeyValue: { key: [1, 'string'], value: [2, 'string'] },
  Int64Value: { value: [1, 'int64'] },
  LinuxContainerResources: {
    cpu_period: [1, 'int64'],
    cpu_quota: [2, 'int64'],
    cpu_shares: [3, 'int64'],
    memory_limit_in_bytes: [4, 'int64'],
    oom_score_adj: [5, 'int64'],
    unified: [9, '{}'],
    memory_swap_limit_in_bytes: [10, 'int64'],
  },
  LinuxContainerSecurityContext: { namespace_options: [3, 'NamespaceOption'], run_as_user: [5, 'Int64Value'] },
  LinuxContainerConfig: {
    resources: [1, 'LinuxContainerResources'],
    security_context: [2, 'LinuxContainerSecurityContext'],
  },
  ContainerConfig: {
    metadata: [1, 'ContainerMetadata'],
    image: [2, 'ImageSpec'],
    command: [3, '*string'],
    args: [4, '*string'],
    working_dir: [5, 'string'],
    envs: [6, '*KeyValue'],
    labels: [9, '{}'],
    log_path: [11, 'string'],
    linux: [15, 'LinuxContainerConfig'],
  },
  CreateContainerRequest: {
    pod_sandbox_id: [1, 'string'],
    config: [2, 'ContainerConfig'],
    sandbox_config: [3, 'PodSandboxConfig'],
  },
  CreateContainerResponse: { container_id: [1, 'string'] },
  StartContainerRequest: { container_id: [1, 'string'] },
  StartContainerResponse: {},
  ListContainersRequest: {},
  Container: { id: [1, 'string'], pod_sandbox_id: [2, 'string'], metadata: [3, 'ContainerMetadata'] },
  ListContainersResponse: { containers: [1, '*Container'] },
  ContainerStatusRequest: { container_id: [1, 'string'], verbose: [2, 'bool'] },
  ContainerStatus: { state: [3, 'int32'], exit_code: [7, 'int32'], reason: [10, 'string'] },
  ContainerStatusResponse: { status: [1, 'ContainerStatus'], info: [2, '{}'] },
};

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(Object.entries(MESSAGES).map(([name, fields]) => [name, describe(fields)])),
});

function describe(fields: Fields) {
  return {
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, [id, type]]) => [
        name,
        type === '{}'
          ? { id, keyType: 'string', type: 'string' }
          : type.startsWith('*')
            ? { id, rule: 'repeated', type: type.slice(1) }
            : { id, type },
      ]),
    ),
  };
}

/** A message of CRI. @throws Error where it is not one of those above */
export const typeOfMessage = (name: string): protobuf.Type => root.lookupType(name);
