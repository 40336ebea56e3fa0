import { type Bundle, UNIT_DIR, USER_UNIT_DIR } from '../bundle/bundle.js';
import { resolveUserScope } from '../bundle/serving.js';
import { dropFromUnit, setInUnit, withoutFiles } from './edit.js';
import { dropCap, PANES, setSoftLimit } from './layer.js';
import type { Mutant } from './mutant.js';

const IN_PANE = 'runaway-in-pane';
const DROP_INS = 'tmux-spawn-.scope.d/';

/**
 * Mutants of the scopes of tmux panes. Left out: swap allowed, which the user's slice around the pane still forbids.
 */
export const PANES_MUTANTS: readonly Mutant[] = [
  {
    name: 'panes-drop-in-removed',
    breaks:
      'tmux-spawn-.scope.d is missing: a pane has no cap of its own, and systemd stops the whole pane after an OOM kill.',
    belief: 'One pane cannot take the memory of all the others.',
    noticedBy: [IN_PANE],
    apply: (bundle) =>
      PANES.find(bundle) && withoutFiles(bundle, (path) => path.startsWith(`${USER_UNIT_DIR}/${DROP_INS}`)),
  },
  {
    name: 'panes-drop-in-of-the-wrong-manager',
    breaks:
      "The drop-in is in /etc/systemd/system, but panes are scopes of each user's own manager, which reads /etc/systemd/user.",
    belief: 'A drop-in for tmux-spawn-.scope applies to every such scope.',
    noticedBy: [IN_PANE],
    apply: (bundle) =>
      PANES.find(bundle) && {
        ...bundle,
        files: bundle.files.map((file) => ({
          ...file,
          path: file.path.replace(`${USER_UNIT_DIR}/${DROP_INS}`, `${UNIT_DIR}/${DROP_INS}`),
        })),
      },
  },
  {
    name: 'panes-oom-policy-dropped',
    breaks:
      "The scopes have no OOMPolicy=, so systemd's default applies, stop: it ends the pane of a task that was killed.",
    belief: 'The task that is killed is the only loss.',
    noticedBy: [IN_PANE],
    apply: (bundle) => dropFromUnit(bundle, findScope(bundle), 'Scope', 'OOMPolicy'),
  },
  {
    name: 'panes-oom-group',
    breaks: 'OOMPolicy=kill turns on memory.oom.group for each pane: its shell dies with the task.',
    belief: 'The kernel kills the runaway and spares the shell.',
    noticedBy: [IN_PANE],
    apply: (bundle) => PANES.find(bundle) && setInUnit(bundle, findScope(bundle), 'Scope', 'OOMPolicy', 'kill'),
  },
  {
    name: 'panes-max-dropped',
    breaks: "The scopes have no MemoryMax=: a runaway in a pane grows up to the cap of its user's slice.",
    belief: 'One pane cannot take the memory of all the others.',
    noticedBy: [IN_PANE],
    apply: (bundle) => dropCap(bundle, PANES),
  },
  {
    name: 'panes-high-at-75',
    breaks: 'MemoryHigh= of the scopes is 75 % of their MemoryMax=.',
    belief: 'A runaway in a pane dies at its cap.',
    noticedBy: [IN_PANE],
    apply: (bundle) => setSoftLimit(bundle, PANES, 0.75),
  },
];

const findScope = (bundle: Bundle) => resolveUserScope(bundle, 'tmux-spawn-1.scope').unit;
