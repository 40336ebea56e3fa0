import { NOT_UTF8 } from '../../systemd/unit-file.js';
import { composeTree } from '../../testing/lint.js';
import { A, bundle, type ExamplesOf, files, GOOD, service, UNITS } from '../../testing/rule-examples.js';
import type * as rules from './files.js';

export const examples: ExamplesOf<typeof rules> = {
  unreadableFile: {
    bad: [
      {
        tree: {
          kind: 'files',
          root: '.',
          notRead: [],
          entries: [{ kind: 'unreadable', path: A, shown: A, why: 'it is larger than 1 MiB' }],
        },
      },
    ],
    good: [
      {
        tree: {
          kind: 'etc',
          root: '.',
          notRead: [],
          entries: [{ kind: 'unreadable', path: `${UNITS}/core`, shown: 'core', why: 'x' }],
        },
      },
    ],
  },
  linkCircle: {
    bad: [
      { tree: files({ [A]: '-> b.service', [`${UNITS}/b.service`]: '-> a.service' }) },
      { tree: files({ [A]: '-> a.service' }) },
    ],
    good: [{ tree: files({ [A]: '-> /usr/lib/elsewhere.service', [`${UNITS}/b.service`]: '-> /dev/null' }) }],
  },
  unitSyntax: {
    bad: [
      { tree: files({ [A]: `${service('')}no assignment\n` }), at: `${A}:4` },
      { tree: files({ [A]: 'MemoryMax=1G\n' }), says: /before any section/ },
      { tree: files({ [A]: '[Service\nMemoryMax=1G\n' }), at: `${A}:1`, says: /reads no further/ },
      {
        tree: files({ [A]: service(`Environment=A=${NOT_UTF8}`) }),
        at: `${A}:3`,
        says: /not UTF-8, and systemd reads/,
      },
      { tree: files({ [A]: service(`Environment=A \\\n  ${NOT_UTF8}`) }), at: `${A}:3` },
      { tree: files({ [A]: `[${NOT_UTF8}]\n` }), at: `${A}:1`, says: /not UTF-8/ },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: service(`# ${NOT_UTF8}\nEnvironment=A \\\n# ${NOT_UTF8}\n  B`) }) },
    ],
  },
  serviceSection: {
    bad: [
      { tree: files({ [A]: '[Unit]\nDescription=x\n' }), says: /no \[Service\] section/ },
      { tree: files({ [A]: '[Service]\nType=simple\n' }), says: /no ExecStart=, unless a drop-in elsewhere adds it/ },
      { tree: composeTree({ [A]: '[Service]\nType=simple\n' }), says: /starts nothing: it has no ExecStart=\.$/ },
    ],
    good: [
      { tree: bundle(GOOD) },
      { tree: files({ [A]: '[Unit]\nSuccessAction=reboot\n' }) },
      { tree: files({ [`${UNITS}/a.service.d/x.conf`]: '[Service]\nMemoryMax=1G\n' }) },
    ],
  },
};
