import { isDeepStrictEqual } from 'node:util';
import type { Bundle } from '../bundle/bundle.js';
import { parseEnvironmentFile, splitVariable } from '../systemd/environment-file.js';
import { readBackError } from '../systemd/read-back.js';
import { findStandIn } from '../workload/stand-ins.js';
import { withFile } from './edit.js';
import type { Mutant } from './mutant.js';

/**
 * Scenarios in which hogs use all memory of the host: many hogs, each no larger than other processes; two large ones.
 */
const MANY = 'aggregate-of-many';
const TWO = 'aggregate-exhaustion';

const EARLYOOM_UNIT = 'earlyoom.service';

/** The file from which Debian's unit reads its arguments: EnvironmentFile=, and $EARLYOOM_ARGS in ExecStart=. */
const EARLYOOM_DEFAULTS = 'etc/default/earlyoom';

const VARIABLE = 'EARLYOOM_ARGS';

/**
 * Mutants of the backstop of the whole host. Left out: another `-s`, which changes nothing on a host without swap; the
 * file removed, because Debian's default acts earlier.
 */
export const EARLYOOM_MUTANTS: readonly Mutant[] = [
  {
    name: 'earlyoom-off',
    breaks: 'earlyoom is configured but does not run.',
    belief: 'Caps may add up to more than the memory, because there is a backstop.',
    noticedBy: [MANY, TWO],
    apply: (bundle) => {
      const { manifest } = bundle;
      return runsEarlyoom(bundle)
        ? {
            ...bundle,
            manifest: { ...manifest, sidecars: manifest.sidecars?.filter(({ unit }) => unit !== EARLYOOM_UNIT) },
          }
        : undefined;
    },
  },
  {
    name: 'earlyoom-dry-run',
    breaks: 'earlyoom still has --dryrun from a trial: it only logs what it would kill.',
    belief: 'The service is active and its journal shows kills, so it works.',
    noticedBy: [MANY, TWO],
    apply: (bundle) => addArguments(bundle, '--dryrun'),
  },
  {
    name: 'earlyoom-too-late',
    breaks: 'earlyoom acts only when 1 % of the memory is left, in order to kill as rarely as possible.',
    belief: 'A killer in user space acts in time at any threshold.',
    noticedBy: [MANY, TWO],
    apply: (bundle) => addArguments(bundle, '-m 1,1'),
  },
  {
    name: 'earlyoom-prefers-the-server',
    breaks: "earlyoom's --prefer matches the name of the server, which was meant to match agents.",
    belief: 'The largest process is killed first.',
    noticedBy: [MANY],
    apply: (bundle) => addArguments(bundle, `--prefer ^(${findStandIn(bundle).processNames.toSorted().join('|')})$`),
  },
  {
    name: 'earlyoom-avoids-the-hogs',
    breaks: "earlyoom's --avoid also names compilers, so that no build is killed.",
    belief: 'earlyoom can still kill the processes that hold the memory.',
    noticedBy: [MANY],
    apply: (bundle) => addArguments(bundle, '--avoid ^(sshd|systemd|dockerd|containerd|tmux|cc1plus|rustc)'),
  },
];

const runsEarlyoom = ({ manifest }: Bundle): boolean =>
  manifest.sidecars?.some(({ unit }) => unit === EARLYOOM_UNIT) ?? false;

/**
 * Adds arguments after earlyoom's own; of an option that is set twice, the later one counts. They must need no quotes.
 *
 * @throws OomdrillError `UNIT_READ_BACK`
 */
function addArguments(bundle: Bundle, more: string): Bundle | undefined {
  const text = bundle.files.find(({ path }) => path === EARLYOOM_DEFAULTS)?.text;
  const line = /^EARLYOOM_ARGS=.*$/m.exec(text ?? '')?.[0];
  if (text === undefined || line === undefined || !runsEarlyoom(bundle) || text.includes(more)) return undefined;
  const written = line.trimEnd();
  const quote = /^EARLYOOM_ARGS=(["']).*\1$/.exec(written)?.[1] ?? '';
  const given = written.slice(0, written.length - quote.length);
  const changed = text.replace(line, () => `${given} ${more}${quote}`);
  requireLastArguments(changed, splitVariable(more));
  return withFile(bundle, EARLYOOM_DEFAULTS, changed);
}

/** Checks that a file of earlyoom's arguments ends them with some. @throws OomdrillError `UNIT_READ_BACK` */
function requireLastArguments(text: string, asked: readonly string[]): void {
  const found = splitVariable(parseEnvironmentFile(text).findLast(({ name }) => name === VARIABLE)?.value ?? '');
  if (isDeepStrictEqual(found.slice(-asked.length), asked)) return;
  throw readBackError(EARLYOOM_DEFAULTS, `${VARIABLE}="... ${asked.join(' ')}"`, `${VARIABLE}="${found.join(' ')}"`);
}
