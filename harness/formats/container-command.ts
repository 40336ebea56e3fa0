import { basename } from 'node:path';

/** What starts the containers of a client, and so decides in which cgroup they run. */
export type ContainerEngine = 'docker' | 'podman' | 'nerdctl' | 'machined' | 'lxc' | 'systemd';

/** A command that starts programs in another cgroup than its own. */
export interface ContainerCommand {
  /** As in a sentence: `docker run`. */
  readonly name: string;
  readonly engine: ContainerEngine;
  /** Whether the command ends, or may end, while they go on. */
  readonly isDetached: boolean;
  /** The cap that the command itself gives them, such as `--memory=2g`; undefined if there is none. */
  readonly cap: string | undefined;
  /** The slice that the command puts them into; undefined for the engine's own choice. */
  readonly parent: string | undefined;
  /** A variable among its options, which may say more; undefined if there is none. */
  readonly variable: string | undefined;
}

/** A program whose commands start something elsewhere. */
interface Client {
  readonly engine: ContainerEngine;
  /** Its options before the command that take a value of their own. */
  readonly valued: readonly string[];
  /** Its commands that start something, as the words after the options. */
  readonly starts: readonly string[];
}

const DOCKER: Client = {
  engine: 'docker',
  // docker(1), "OPTIONS".
  valued: ['-H', '--host', '-c', '--context', '--config', '-l', '--log-level', '--tlscacert', '--tlscert', '--tlskey'],
  starts: ['run', 'start', 'restart', 'exec', 'compose up', 'compose start', 'compose run', 'stack deploy'],
};

const PODMAN: Client = {
  engine: 'podman',
  // podman(1), "GLOBAL OPTIONS".
  valued: [
    ...['--cgroup-manager', '--config', '--conmon', '--connection', '-c', '--events-backend', '--hooks-dir'],
    ...['--identity', '--imagestore', '--log-level', '--module', '--namespace', '--network-cmd-path'],
    ...['--network-config-dir', '--out', '--root', '--runroot', '--runtime', '--runtime-flag', '--ssh'],
    ...['--storage-driver', '--storage-opt', '--tmpdir', '--transient-store', '--url', '--volumepath'],
  ],
  starts: ['run', 'start', 'restart', 'kube play', 'play kube', 'pod start', 'pod restart', 'compose up'],
};

/** Options of every Compose before its command that take a value (docker-compose(1)). */
const COMPOSE_VALUED = [
  ...['-f', '--file', '-p', '--project-name', '--profile', '--env-file', '--project-directory', '--ansi'],
  ...['--parallel', '--progress', '-c', '--context', '-H', '--host', '--podman-run-args', '--podman-args'],
];

const compose = (engine: ContainerEngine): Client => ({
  engine,
  valued: COMPOSE_VALUED,
  starts: ['up', 'start', 'restart', 'run'],
});

const simple = (engine: ContainerEngine, ...starts: string[]): Client => ({ engine, valued: [], starts });

/** Programs whose commands start something in another cgroup. */
const CLIENTS: Readonly<Record<string, Client>> = {
  docker: DOCKER,
  'docker-compose': compose('docker'),
  podman: PODMAN,
  'podman-compose': compose('podman'),
  nerdctl: {
    engine: 'nerdctl',
    valued: [
      '-n',
      '--namespace',
      '-a',
      '--address',
      '-H',
      '--host',
      '--data-root',
      '--snapshotter',
      '--cgroup-manager',
    ],
    starts: DOCKER.starts,
  },
  machinectl: simple('machined', 'start'),
  virsh: { engine: 'machined', valued: ['-c', '--connect'], starts: ['start', 'create'] },
  lxc: simple('lxc', 'start', 'launch'),
  incus: simple('lxc', 'start', 'launch'),
  'lxc-start': simple('lxc', ''),
  'systemd-nspawn': simple('machined', ''),
  'systemd-run': simple('systemd', ''),
};

/** Whether a program talks to an engine: it holds no payload itself, whatever its command. */
export const isContainerClient = (program: string): boolean => Object.hasOwn(CLIENTS, basename(program));

/**
 * Finds what a command starts outside of its own cgroup. Undefined for any other command, and for one that keeps its
 * payload in the cgroup of its unit: podman with `--cgroups=split` or `disabled` (podman-run(1)), systemd-nspawn with
 * `--keep-unit` (systemd-nspawn(1)).
 *
 * @param words its program and arguments, without what a shell adds
 */
export function findContainerCommand(words: readonly string[]): ContainerCommand | undefined {
  const [program = '', ...args] = words;
  const name = basename(program);
  const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
  if (!client) return undefined;
  const found = findStart(args, client);
  if (!found) return undefined;
  const options = /^(?:run|exec|)$/.test(found.start) ? cutOptions(found.options) : found.options;
  const cgroups = lastValue(options, ['--cgroups']);
  if (client.engine === 'podman' && (cgroups === 'split' || cgroups === 'disabled')) return undefined;
  if (name === 'systemd-nspawn' && options.includes('--keep-unit')) return undefined;
  return {
    name: [name, found.start].filter((word) => word !== '').join(' '),
    engine: client.engine,
    isDetached: isDetached(found.start, options),
    cap: findCap(options),
    parent: lastValue(options, ['--cgroup-parent', '--slice']),
    variable: options.find((word) => word.startsWith('$')),
  };
}

/** The command that starts something, and the words after it. */
function findStart(
  words: readonly string[],
  { starts, valued }: Pick<Client, 'starts' | 'valued'>,
): { readonly start: string; readonly options: readonly string[] } | undefined {
  if (starts.includes('')) return { start: '', options: words };
  const [first = '', ...more] = skipOptions(words, valued).rest;
  // `docker container run` is `docker run`.
  if (first === 'container' && more.length > 0) return findStart(more, { valued: [], starts });
  if (starts.includes(first)) return { start: first, options: more };
  const { rest, skipped } = skipOptions(more, first === 'compose' ? COMPOSE_VALUED : []);
  const start = `${first} ${rest[0] ?? ''}`;
  return starts.includes(start) ? { start, options: [...skipped, ...rest.slice(1)] } : undefined;
}

/** Skips leading options, and the values of those that have one of their own. */
function skipOptions(words: readonly string[], valued: readonly string[]) {
  let index = 0;
  while (index < words.length && /^[-$]/.test(words[index] ?? '')) index += valued.includes(words[index] ?? '') ? 2 : 1;
  return { rest: words.slice(index), skipped: words.slice(0, index) };
}

/** Options of `run` without a value (docker-run(1), podman-run(1), systemd-run(1)). */
const BOOLEAN = new RegExp(
  '^--(?:rm|rmi|detach|interactive|tty|init|privileged|publish-all|read-only|read-only-tmpfs|no-healthcheck|' +
    'oom-kill-disable|sig-proxy|disable-content-trust|quiet|replace|no-hosts|no-hostname|env-host|http-proxy|passwd|' +
    'rootfs|tls-verify|unsetenv-all|scope|user|pty|pipe|shell|wait|collect|no-block|slice-inherit|same-dir|' +
    'remain-after-exit|send-sighup|no-ask-password|expand-environment|boot|ephemeral|as-pid2|keep-unit|register)$',
);

/** The options at the beginning: what follows the image, or the program, is not for the engine. */
function cutOptions(words: readonly string[]): readonly string[] {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    if (word === '--' || !/^[-$]/.test(word)) break;
    const isAlone = /^\$|=|^-[bdiPqtGSMUnx]+$|^-[A-Za-z]\S/.test(word) || BOOLEAN.test(word);
    index += isAlone ? 1 : 2;
  }
  return words.slice(0, index);
}

/** Commands that return as soon as the container runs, unless an option says otherwise. */
const RETURNS = /^(?:start|restart|kube play|play kube|pod start|pod restart|stack deploy)$/;

function isDetached(start: string, options: readonly string[]): boolean {
  if (options.some((word) => /^(?:--detach(?:=true)?|-[it]*d[it]*)$/.test(word))) return true;
  return RETURNS.test(start) && !options.some((word) => /^(?:--attach|-[a-z]*a[a-z]*|--wait)$/.test(word));
}

/** A cap among the options: `--memory` of an engine, or a property of a transient unit. */
function findCap(options: readonly string[]): string | undefined {
  const memory = lastValue(options, ['--memory', '-m']);
  // 0 lifts the limit (docker-run(1), podman-run(1)).
  if (memory !== undefined && !/^0+[bkmg]?$/i.test(memory)) return `--memory=${memory}`;
  const properties = options.flatMap((word, index) => {
    if (word === '-p' || word === '--property') return options[index + 1] ?? [];
    return /^(?:--property=|-p)(.+)/.exec(word)?.[1] ?? [];
  });
  return properties.find((property) => /^MemoryMax=\d/.test(property));
}

/** The last value of an option: `--memory 2g`, `--memory=2g`, `-m2g`. */
function lastValue(words: readonly string[], names: readonly string[]): string | undefined {
  return words
    .flatMap((word, index) => {
      if (names.includes(word)) return words[index + 1] ?? [];
      const name = names.find((each) => word.startsWith(each.startsWith('--') ? `${each}=` : each));
      if (name === undefined) return [];
      return word.slice(name.length + (name.startsWith('--') ? 1 : 0)).replace(/^=/, '');
    })
    .at(-1);
}
