import type { Bundle } from '../bundle/bundle.js';
import { standInOf } from '../workload/stand-ins.js';
import { withFile } from './edit.js';
import type { Mutant } from './mutant.js';

/** All memory of the box is taken by hogs that are small enough to be taken for others; by two large ones. */
const MANY = 'aggregate-of-many';
const TWO = 'aggregate-exhaustion';

const EARLYOOM_UNIT = 'earlyoom.service';

/** Where Debian's unit has its arguments from: EnvironmentFile=, and $EARLYOOM_ARGS in ExecStart=. */
const EARLYOOM_DEFAULTS = 'etc/default/earlyoom';

/**
 * The backstop of the whole box, broken. Not here: another `-s`, which on a host without swap changes nothing; the file removed, since
 * what Debian has instead only acts earlier.
 */
export const EARLYOOM_MUTANTS: readonly Mutant[] = [
  {
    name: 'earlyoom-off',
    breaks: 'earlyoom is configured and does not run.',
    belief: 'Caps may add up to more than the memory, since there is a backstop.',
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
    breaks: 'earlyoom was left with --dryrun after it was tried out: it says whom it would kill.',
    belief: 'The service is active and its journal shows kills, so it works.',
    noticedBy: [MANY, TWO],
    apply: (bundle) => addArguments(bundle, '--dryrun'),
  },
  {
    name: 'earlyoom-too-late',
    breaks: 'earlyoom acts when 1 % of the memory is left, to kill as rarely as can be.',
    belief: 'A killer in user space is in time at any threshold.',
    noticedBy: [MANY, TWO],
    apply: (bundle) => addArguments(bundle, '-m 1,1'),
  },
  {
    name: 'earlyoom-prefers-the-server',
    breaks: "earlyoom's --prefer matches the name of the server, which it takes for an agent's.",
    belief: 'The largest process is killed first.',
    noticedBy: [MANY],
    apply: (bundle) => addArguments(bundle, `--prefer ^(${standInOf(bundle).processNames.toSorted().join('|')})$`),
  },
  {
    name: 'earlyoom-avoids-the-hogs',
    breaks: "earlyoom's --avoid names compilers too, so that no build is lost.",
    belief: 'Those that hold the memory can still be killed.',
    noticedBy: [MANY],
    apply: (bundle) => addArguments(bundle, '--avoid ^(sshd|systemd|dockerd|containerd|tmux|cc1plus|rustc)'),
  },
];

const runsEarlyoom = ({ manifest }: Bundle): boolean =>
  manifest.sidecars?.some(({ unit }) => unit === EARLYOOM_UNIT) ?? false;

/** More arguments behind earlyoom's own: of an option that is given twice the later one counts. They need no quotes. */
function addArguments(bundle: Bundle, more: string): Bundle | undefined {
  const text = bundle.files.find(({ path }) => path === EARLYOOM_DEFAULTS)?.text;
  const assignment = /^(EARLYOOM_ARGS=(["']?).*?)(\2)[ \t]*$/m;
  if (text === undefined || !runsEarlyoom(bundle) || !assignment.test(text) || text.includes(more)) return undefined;
  return withFile(
    bundle,
    EARLYOOM_DEFAULTS,
    text.replace(assignment, (_, before, __, quote) => `${before} ${more}${quote}`),
  );
}
