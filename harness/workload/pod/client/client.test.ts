import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { type Message, openRuntime } from './call.js';
import { typeOfMessage } from './messages.js';
import { type PodSpec, runPod, showContainer } from './pod.js';

/** What a runtime answers to a method; an error's text for a refusal. */
type Answers = Readonly<Record<string, (request: Message) => Message | string>>;

/** A runtime that answers by gRPC, as containerd does, and what it was asked. */
async function startRuntime(t: Test, answers: Answers) {
  // The path of a socket has at most 107 bytes (unix(7)).
  const dir = await mkdtemp(join(tmpdir(), 'cri-'));
  const socket = join(dir, 'cri.sock');
  const asked: [string, Message][] = [];
  const server = createServer();
  server.on('stream', async (stream: ServerHttp2Stream, headers) => {
    const method = String(headers[':path']).replace(/^.*\//, '');
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const type = typeOfMessage(`${method}Request`);
    const request = type.toObject(type.decode(body.subarray(5, 5 + body.readUInt32BE(1))), { longs: Number });
    asked.push([method, request]);
    const answer = answers[method]?.(request) ?? {};
    if (typeof answer === 'string') {
      stream.respond(
        { ':status': 200, 'grpc-status': '2', 'grpc-message': encodeURIComponent(answer) },
        { endStream: true },
      );
      return;
    }
    const responseType = typeOfMessage(`${method}Response`);
    const message = responseType.encode(responseType.fromObject(answer)).finish();
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message.length, 1);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.concat([prefix, message]));
  });
  await new Promise<void>((listening) => server.listen(socket, () => listening()));
  const runtime = openRuntime(socket);
  t.teardown(() => {
    runtime.close();
    server.close();
    return rm(dir, { recursive: true });
  });
  return { ...runtime, asked };
}

const SPEC: PodSpec = {
  sandbox: { metadata: { uid: 'u-1' }, linux: { cgroup_parent: 'kubepods-podu_1.slice' } },
  containers: [
    {
      metadata: { name: 'web' },
      args: ['serve', ''],
      linux: { resources: { memory_limit_in_bytes: 5 * 1024 ** 3, unified: { 'memory.oom.group': '1' } } },
    },
  ],
};

/** A runtime in which the container runs, or has ended. */
const answersOf = (status: Message, pid = 7): Answers => ({
  ListPodSandbox: () => ({
    items: [
      { id: 'old', metadata: { uid: 'u-1' } },
      { id: 'other', metadata: { uid: 'u-2' } },
    ],
  }),
  RunPodSandbox: () => ({ pod_sandbox_id: 'old' }),
  CreateContainer: () => ({ container_id: 'c-1' }),
  ListContainers: () => ({
    containers: [
      { id: 'c-0', pod_sandbox_id: 'other', metadata: { name: 'web' } },
      { id: 'c-1', pod_sandbox_id: 'old', metadata: { name: 'web' } },
    ],
  }),
  ContainerStatus: () => ({ status, info: { info: JSON.stringify({ pid }) } }),
});

t.test('a pod is made anew, and the PID of its container is known', async (t) => {
  const { call, asked } = await startRuntime(t, answersOf({ state: 1 }));
  t.equal(await runPod(call, SPEC, 'web'), 7);
  t.same(
    asked.map(([method]) => method),
    [
      'ListPodSandbox',
      'StopPodSandbox',
      'RemovePodSandbox',
      'RunPodSandbox',
      'CreateContainer',
      'StartContainer',
    ].concat(['ListPodSandbox', 'ListContainers', 'ContainerStatus']),
  );
  t.match(asked[1]?.[1], { pod_sandbox_id: 'old' }, 'that of another pod is left alone');
  t.match(
    asked[4]?.[1],
    { config: SPEC.containers[0], sandbox_config: SPEC.sandbox },
    'all that was asked for arrives',
  );
  t.match(asked[8]?.[1], { container_id: 'c-1', verbose: true });
});

t.test('how a container stands', async (t) => {
  const shown = async (status: Message) => showContainer((await startRuntime(t, answersOf(status))).call, 'u-1', 'web');
  t.match(
    await shown({ state: 1 }),
    /^MainPID=7\nNRestarts=0\nActiveState=active\nSubState=running\nResult=success\n$/,
  );
  t.match(
    await shown({ state: 2, exit_code: 137, reason: 'OOMKilled' }),
    /^MainPID=0\nNRestarts=0\nActiveState=failed\nSubState=exited with status 137 \(OOMKilled\)\nResult=oom-kill\n$/,
  );
  t.match(await shown({ state: 2, exit_code: 1, reason: 'Error' }), /ActiveState=failed\n.*\nResult=exit-code\n$/);
  t.match(await shown({ state: 2, exit_code: 0, reason: 'Completed' }), /ActiveState=inactive\n.*\nResult=success\n$/);
});

t.test('the words of the runtime are the error', async (t) => {
  const { call } = await startRuntime(t, { RunPodSandbox: () => 'failed to get sandbox image "x": 100 %' });
  await t.rejects(runPod(call, SPEC, 'web'), { message: 'RunPodSandbox: failed to get sandbox image "x": 100 %' });
  await t.rejects(showContainer(call, 'u-1', 'web'), { message: 'there is no container web in the pod u-1' });
});

t.test('a socket that is not there', async (t) => {
  const { call, close } = openRuntime(join(t.testdir({}), 'none.sock'));
  t.teardown(close);
  await t.rejects(call('ListPodSandbox', {}), { message: /ENOENT/ });
});
