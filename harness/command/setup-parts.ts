import { BROWSER_PACKAGES, COMMON_PACKAGES, type NeededPackage } from '../machine/needed-package.js';
import type { MachineProvider } from '../machine/provider.js';

/** Packages that `setup` installs by one name. */
export interface SetupPart {
  readonly name: string;
  /** What they are for, to complete "for". */
  readonly purpose: string;
  /** Whether only the tests in a clone of oomdrill need them. */
  readonly isForTests?: true;
  readonly packages: readonly NeededPackage[];
  /** What can be done with them, as a command line. */
  readonly next: string;
}

const NEXT_TESTS = 'npm test';

const TEST_PARTS: readonly SetupPart[] = [
  {
    name: 'promtool',
    purpose: 'the tests of metrics',
    isForTests: true,
    packages: [{ program: 'promtool', package: 'prometheus', service: 'prometheus' }],
    next: NEXT_TESTS,
  },
  {
    name: 'man',
    purpose: 'the tests of the man page',
    isForTests: true,
    packages: [
      { program: 'man', package: 'man-db' },
      { program: 'mandoc', package: 'mandoc' },
    ],
    next: NEXT_TESTS,
  },
  {
    name: 'jsonschema',
    purpose: 'the tests of formats',
    isForTests: true,
    packages: [{ file: '/usr/lib/python3/dist-packages/jsonschema', package: 'python3-jsonschema' }],
    next: NEXT_TESTS,
  },
];

/** What is installed whatever is asked for: the needs of the usual kind of machine. The guest programs are looked at apart. */
export function basePart([usual]: readonly MachineProvider[]): SetupPart {
  return {
    name: '',
    purpose: 'drills in a VM',
    packages: [...COMMON_PACKAGES, ...(usual?.packages ?? [])],
    next: 'npx oomdrill run',
  };
}

/** What can be asked for besides: each other kind of machine that needs packages, the browser, and what tests need. */
export function setupParts([, ...others]: readonly MachineProvider[]): readonly SetupPart[] {
  const machines = others
    .filter(({ packages }) => packages.length > 0)
    .map(({ name, packages }): SetupPart => {
      const next = `npx oomdrill run --machine ${name}`;
      return { name, purpose: `--machine ${name}`, packages, next };
    });
  const browser = {
    name: 'browser',
    purpose: 'report --png',
    packages: BROWSER_PACKAGES,
    next: 'npx oomdrill report RECORD --png',
  };
  return [...machines, browser, ...TEST_PARTS];
}
