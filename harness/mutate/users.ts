import { UNIT_DIR } from '../bundle/bundle.js';
import { withoutFiles } from './edit.js';
import { allowSwap, capAtMemory, overrideCap, setSoftLimit, USERS } from './layer.js';
import type { Mutant } from './mutant.js';

const IN_SESSION = 'runaway-in-session';

/**
 * Mutants of the users' slices. Left out: a drop-in in `user.slice.d`, one cap for all users together. With one runaway
 * at a time, no drill can distinguish it from a cap for each user.
 */
export const USERS_MUTANTS: readonly Mutant[] = [
  {
    name: 'users-drop-in-removed',
    breaks: 'user-.slice.d is missing: nothing limits what users run over ssh and in tmux.',
    belief: 'The web sessions are the only place where a runaway can start.',
    noticedBy: [IN_SESSION],
    apply: (bundle) => USERS.find(bundle) && withoutFiles(bundle, isUsersDropIn),
  },
  {
    name: 'users-drop-in-of-one-user',
    breaks: "The drop-in is in root's own slice, user-0.slice.d, and applies to no other user.",
    belief: 'A cap that was tested as root applies to all users.',
    noticedBy: [IN_SESSION],
    apply: (bundle) =>
      USERS.find(bundle) && {
        ...bundle,
        files: bundle.files.map((file) => ({
          ...file,
          path: file.path.replace(`${UNIT_DIR}/user-.slice.d/`, `${UNIT_DIR}/user-0.slice.d/`),
        })),
      },
  },
  {
    name: 'users-max-above-ram',
    breaks: "MemoryMax= of the users' slices is a quarter above the host's memory.",
    belief: 'Every user has a hard limit.',
    noticedBy: [IN_SESSION],
    apply: (bundle) => capAtMemory(bundle, USERS, 1.25),
  },
  {
    name: 'users-high-at-75',
    breaks: "MemoryHigh= of the users' slices is 75 % of their MemoryMax=.",
    belief: 'A runaway in a session dies at its cap.',
    noticedBy: [IN_SESSION],
    apply: (bundle) => setSoftLimit(bundle, USERS, 0.75),
  },
  {
    name: 'users-swap-allowed',
    breaks: "The users' slices may swap, on a host with swap.",
    belief: 'A runaway in a session dies at its cap.',
    noticedBy: [IN_SESSION],
    apply: (bundle) => allowSwap(bundle, USERS),
  },
  {
    name: 'users-overridden-by-a-later-drop-in',
    breaks: 'A drop-in of user-.slice.d that is read last lifts MemoryMax=.',
    belief: 'The drop-in that was reviewed is the one in effect.',
    noticedBy: [IN_SESSION],
    apply: (bundle) => overrideCap(bundle, USERS, `${UNIT_DIR}/user-.slice.d`),
  },
  {
    name: 'slices-uncapped-by-slice-d',
    breaks: 'A drop-in in slice.d, which applies to every slice, sorts after the others and lifts MemoryMax= of all.',
    belief:
      "A drop-in in the slice's own directory overrides one in a general directory; it does so only with the same file name.",
    noticedBy: [IN_SESSION, 'runaway-in-container'],
    apply: (bundle) => overrideCap(bundle, USERS, `${UNIT_DIR}/slice.d`),
  },
];

const isUsersDropIn = (path: string): boolean => path.startsWith(`${UNIT_DIR}/user-.slice.d/`);
