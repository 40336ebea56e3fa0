import t from 'tap';
import { loadBundle } from '../../bundle/load.js';
import { scaleBundle } from '../../bundle/scale.js';
import { assets } from '../../core/assets.js';
import { createWorkload } from '../kinds.js';

const SPEC = 'var/lib/oomdrill/pod/spec.json';

async function workloadOf(name: string) {
  const bundle = await loadBundle(assets.bundle(name));
  const workload = createWorkload(scaleBundle(bundle, 8), { scale: 8 });
  return { workload, spec: JSON.parse(workload.files.find(({ path }) => path === SPEC)?.text ?? '') };
}

t.test('the runtime is asked for what the kubelet asks it for', async (t) => {
  const { workload, spec } = await workloadOf('pod-redis-1-36');
  t.match(spec.sandbox.linux, { security_context: { namespace_options: { network: 2 } } }, "the node's network");
  t.match(spec.sandbox.linux.cgroup_parent, /^kubepods-burstable-pod[0-9a-f_]+\.slice$/);
  const [container] = spec.containers;
  t.match(container, { image: { image: 'localhost/oomdrill-pod:latest' }, log_path: 'redis.log' });
  t.equal(container.args.at(-1), '', 'an empty word stays');
  t.match(container.linux.resources, {
    memory_limit_in_bytes: 2 ** 29,
    memory_swap_limit_in_bytes: 2 ** 29,
    oom_score_adj: 875,
    unified: { 'memory.high': '496603136', 'memory.oom.group': '1' },
  });
  t.same(workload.build?.slice(-2), ['packages', 'redis-server']);
  t.ok(workload.isContainer, 'a hog is a child of its first process');
  const units = workload.files.map(({ path }) => path).filter((path) => path.endsWith('.slice'));
  t.equal(units.length, 3, 'and its slices are installed');
});

t.test('a kubelet that kills one process says nothing of the group', async (t) => {
  const { spec } = await workloadOf('pod-redis-single');
  t.same(spec.containers[0].linux.resources.unified, {});
});

t.test('where it is', async (t) => {
  const { workload } = await workloadOf('pod-redis');
  const slice = '/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-podx.slice';
  t.same(workload.locate?.(`${slice}/cri-containerd-0af1.scope`), {
    unit: 'cri-containerd-0af1.scope',
    cgroup: `${slice}/cri-containerd-0af1.scope`,
  });
  t.equal(workload.locate?.('/system.slice/docker-0af1.scope'), undefined);
});

t.test('images of an archive have the names of the manifest, as containerd has them', async (t) => {
  const bundle = await loadBundle(assets.bundle('pod-redis'));
  const { pod } = bundle.manifest.serving;
  const named = async (image: string) => {
    const serving = { ...bundle.manifest.serving, pod: pod && { ...pod, image: { archive: 'srv/web.tar' } } };
    const files = bundle.files.map((file) => ({ ...file, text: file.text.replace('image: redis', `image: ${image}`) }));
    return createWorkload({ ...bundle, manifest: { ...bundle.manifest, serving }, files }, { scale: 1 }).build?.at(-1);
  };
  t.equal(await named('redis'), 'docker.io/library/redis:latest');
  t.equal(await named('team/web:2'), 'docker.io/team/web:2');
  t.equal(await named('registry.local:5000/web'), 'registry.local:5000/web:latest');
  t.equal(await named('localhost/web:1'), 'localhost/web:1');
});
