import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../core/assets.js';

/** Answers what host/capture.sh asks of a container, by what its templates name; it knows no other template. */
const ENGINE = `#!/bin/sh
here=$(dirname "$0")/../answers
for last; do :; done
if [ "$last" != web ] && [ "$1" != image ]; then echo "Error: No such container: $last" >&2; exit 1; fi
of=container
[ "$1" != image ] || of=image
case "$*" in
  *State.Pid*) file=status ;;
  *PODMAN_SYSTEMD_UNIT*) file=owner ;;
  *HostConfig*) file=settings ;;
  *NetworkSettings*) file=ports ;;
  *RepoDigests*) file=digests ;;
  *Healthcheck.Test*) file=health-words ;;
  *Healthcheck*) file=health ;;
  *'len .Config.Entrypoint'*) file=entrypoint-count ;;
  *'json .Config.Entrypoint'* | *'range .Config.Entrypoint'*) file=entrypoint ;;
  *'json .Config.Cmd'* | *'range .Config.Cmd'*) file=command ;;
  *Config.Env*) file=variables ;;
  *Mounts*) file=mounts ;;
  *'{{.Image}}'*) file=image-id ;;
esac
cat "$here/$of-$file" 2>/dev/null || true
`;

const SYSTEMCTL = "#!/bin/sh\ncase $1 in --version) echo 'systemd 257' ;; is-active) exit 3 ;; esac\n";

/** What a fake engine answers, by the names of its files: `container-command`, `image-variables`, ... */
export type EngineAnswers = Readonly<Record<string, string>>;

/** A container that runs, of an image from which it differs in nothing. */
const PLAIN_CONTAINER: EngineAnswers = {
  'container-status': `${process.pid} 0 running`,
  'container-settings':
    'memory 536870912\nmemory-swap 536870912\nmemory-reservation 0\noom-score-adj 0\nrestart always 0\ninit null\nnetwork web_default\nuser \nimage shop/web:1.2\n',
  'container-ports': 'publish 0.0.0.0 8080 80/tcp\npublish :: 8080 80/tcp\n',
};

/** Runs host/capture.sh for the container web on a host with these answers. @param engine `docker` or `podman` */
export async function captureContainerHost(dir: string, answers: EngineAnswers, engine = 'docker', name = 'web') {
  const bin = join(dir, 'bin');
  await mkdir(bin, { recursive: true });
  await mkdir(join(dir, 'answers'), { recursive: true });
  await writeFile(join(bin, engine), ENGINE, { mode: 0o755 });
  await writeFile(join(bin, 'systemctl'), SYSTEMCTL, { mode: 0o755 });
  for (const [file, text] of Object.entries({ ...PLAIN_CONTAINER, ...answers }))
    await writeFile(join(dir, 'answers', file), text);
  const { stdout, stderr, exitCode } = await execa('sh', [assets.hostScript('capture.sh'), `--${engine}`, name], {
    env: { PATH: `${bin}${delimiter}${process.env.PATH}` },
    reject: false,
  });
  return { stdout, stderr, exitCode };
}
