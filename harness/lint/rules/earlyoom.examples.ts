import { composeTree } from '../../testing/lint.js';
import {
  A,
  bundle,
  EARLYOOM,
  type ExamplesOf,
  earlyoom,
  files,
  GOOD,
  service,
  UNITS,
} from '../../testing/rule-examples.js';
import type * as rules from './earlyoom.js';

export const examples: ExamplesOf<typeof rules> = {
  preferServer: {
    bad: [
      { tree: bundle(GOOD, earlyoom("--prefer '^a$'")), at: `${EARLYOOM}:1` },
      {
        tree: bundle(`${GOOD}\nEnvironment=NODE_ENV=production`, earlyoom("--prefer='^(claude|node)$'")),
        says: /matches node/,
      },
      { tree: files({ ...earlyoom("--prefer '[[:alpha:]]'"), [A]: service(GOOD) }) },
      {
        tree: bundle(GOOD, {
          ...earlyoom("--prefer '^a$'"),
          [`${UNITS}/earlyoom.service`]:
            '[Service]\nEnvironmentFile=-/etc/default/earlyoom\nExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS\n',
        }),
      },
      {
        tree: bundle(GOOD, {
          [`${UNITS}/earlyoom.service.d/o.conf`]: '[Service]\nEnvironment=A=1 "EARLYOOM_ARGS=-m 5 --prefer ^a$"\n',
        }),
        at: `${UNITS}/earlyoom.service.d/o.conf:2`,
      },
      {
        tree: bundle(GOOD, {
          [`${UNITS}/earlyoom.service`]:
            '[Service]\nEnvironmentFile=-/etc/sysconfig/earlyoom\nExecStart=/usr/bin/earlyoom $OPTIONS\n',
          'etc/sysconfig/earlyoom': "# mine\nOPTIONS=-m 4 --prefer '^a$'\n",
        }),
        at: 'etc/sysconfig/earlyoom:2',
      },
      // The vendor's unit says which file it is, where only an /etc is asked for.
      {
        tree: composeTree({ [A]: service(GOOD), 'etc/sysconfig/earlyoom': 'OPTIONS=--prefer ^a$\n' }, 'etc', {
          'usr/lib/systemd/system/earlyoom.service':
            '[Service]\nEnvironmentFile=/etc/sysconfig/earlyoom\nExecStart=/usr/bin/earlyoom --avoid x$ $OPTIONS\n',
        }),
        at: 'etc/sysconfig/earlyoom:1',
      },
      {
        tree: bundle(
          `${GOOD}\nExecStart=\nExecStart=/bin/bash -lc "exec node /srv/server.js"`,
          earlyoom("--prefer '^node$'"),
        ),
        says: /matches node/,
      },
    ],
    good: [
      // The later file wins.
      {
        tree: bundle(GOOD, {
          [`${UNITS}/earlyoom.service`]:
            '[Service]\nEnvironmentFile=-/etc/sysconfig/earlyoom\nEnvironmentFile=/etc/e.env\nExecStart=earlyoom $EARLYOOM_ARGS\n',
          'etc/sysconfig/earlyoom': "EARLYOOM_ARGS=--prefer '^a$'\n",
          'etc/e.env': "EARLYOOM_ARGS=--prefer '^b$'\n",
        }),
      },
      // Settings of the file come later (systemd.exec(5), EnvironmentFile=).
      {
        tree: bundle(GOOD, {
          ...earlyoom("--prefer '^ugrep$'"),
          [`${UNITS}/earlyoom.service.d/o.conf`]: '[Service]\nEnvironment="EARLYOOM_ARGS=--prefer ^a$"\n',
        }),
      },
      {
        tree: bundle(GOOD, {
          [`${UNITS}/earlyoom.service.d/o.conf`]:
            '[Service]\nEnvironment="EARLYOOM_ARGS=--prefer ^a$"\nEnvironment=\nEnvironment=A=1\n',
        }),
      },
      // It does not read the file.
      {
        tree: bundle(GOOD, {
          ...earlyoom("--prefer '^a$'"),
          [`${UNITS}/earlyoom.service.d/o.conf`]: '[Service]\nEnvironmentFile=\n',
        }),
      },
      { tree: bundle(GOOD, earlyoom("--prefer '^ugrep$' --avoid '^a$'")) },
      { tree: bundle(GOOD, earlyoom("--prefer '^(claude|node)$'")) },
    ],
  },
  patternDead: {
    bad: [
      {
        tree: files(earlyoom("--avoid '^(gnome-control-center|java)$'")),
        says: /"gnome-control-center" of --avoid .* needs 20 characters/,
      },
      { tree: files(earlyoom('--prefer /usr/bin/java')), says: /needs a slash/ },
    ],
    good: [{ tree: files(earlyoom("--avoid '(^|/)(init|Xorg|gnome-control-c|a{2,20}|x?)$'")) }],
  },
  escapeEaten: {
    bad: [
      {
        tree: files(earlyoom("--prefer '^2\\.1\\.'")),
        says: /is written '\^2\\\.1\\\.', and earlyoom gets '\^2\.1\.'/,
      },
    ],
    good: [
      { tree: files(earlyoom("--prefer '^2[.]1[.]'")) },
      { tree: files({ [EARLYOOM]: 'EARLYOOM_ARGS="--prefer \\"^a$\\" --avoid \'^2\\\\\\\\.1\'"\n' }) },
    ],
  },
  patternInvalid: {
    bad: [
      { tree: files(earlyoom("--prefer '(a'")) },
      { tree: files(earlyoom("--prefer '(?i)a'")) },
      {
        tree: files(earlyoom(`--prefer '${'a|'.repeat(200_000)}'`)),
        says: /^--prefer '.{103}' could not be checked\.$/,
      },
      { tree: files(earlyoom("--avoid '((a{99}){99}){99}'")), says: /could not be checked/ },
    ],
    good: [{ tree: files(earlyoom("--prefer '(a)'")) }],
  },
  swapThreshold: {
    bad: [
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-m 5"\n' }, { swap: '14G' }), says: /less than 10 %/ },
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-S 1048576"\n' }, { swap: '14G' }), says: /less than 1G of/ },
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-s 100 -S1"\n' }, { swap: '14G' }), says: /less than 1K of/ },
      {
        tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-s 1 -S 1048576"\n' }, { swap: '14G' }),
        says: /less than 1 %/,
      },
      { tree: bundle(GOOD, { [EARLYOOM]: '# c\nEARLYOOM_ARGS=-s20,10\n' }, { swap: '14G' }), at: `${EARLYOOM}:2` },
      // Of a whole host it is known that the file is missing.
      {
        tree: composeTree({
          [`${UNITS}/earlyoom.service`]:
            '[Service]\nEnvironmentFile=-/etc/default/earlyoom\nExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS\n',
        }),
        host: { swap: 14 * 1024 ** 3 },
      },
      // And a unit without such a file has what it says.
      {
        tree: files({ [`${UNITS}/earlyoom.service`]: '[Service]\nExecStart=/usr/bin/earlyoom -m 5\n' }),
        host: { swap: 14 * 1024 ** 3 },
      },
    ],
    good: [
      {
        tree: bundle(
          GOOD,
          {
            [`${UNITS}/earlyoom.service`]:
              '[Service]\nEnvironmentFile=/etc/sysconfig/earlyoom\nExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS\n',
            'etc/sysconfig/earlyoom': 'EARLYOOM_ARGS="-m 4 -s 100"\n',
          },
          { swap: '14G' },
        ),
      },
      // Where the unit is all that was given, the file may say anything.
      {
        tree: files({
          [`${UNITS}/earlyoom.service`]:
            '[Service]\nEnvironmentFile=-/etc/default/earlyoom\nExecStart=/usr/bin/earlyoom $EARLYOOM_ARGS\n',
        }),
        host: { swap: 14 * 1024 ** 3 },
      },
      { tree: bundle(GOOD, earlyoom(''), { swap: '14G' }) },
      { tree: bundle(GOOD, { [EARLYOOM]: 'EARLYOOM_ARGS="-S 14680064"\n' }, { swap: '14G' }) },
      {
        tree: bundle(
          GOOD,
          { [`${UNITS}/earlyoom.service`]: '[Service]\nExecStart=/usr/bin/earlyoom -s 100\nTasksMax=9\n' },
          { swap: '1G' },
        ),
      },
    ],
  },
};
