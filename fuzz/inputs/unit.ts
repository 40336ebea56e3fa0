import { bundleFiles } from './corpus.js';

/** The unit files and drop-ins of fixtures/, and one with all the oddities of systemd's syntax. */
export const UNIT_TEXTS: readonly string[] = [
  ...bundleFiles().flatMap(({ path, text }) => (path.startsWith('etc/systemd/') ? [text] : [])),
  '# a comment\n[Unit]\nDescription=a \\\n; not this\n  b\n\n[Service]\nExecStart=/bin/sh -c "exec a"\nMemoryMax = 16G\nMemoryMax=\nOOMPolicy=continue\n[Service]\nSlice=a-b.slice\n',
  '[Service]\nMemoryMax=1G \\',
  '[Service]\n# a comment',
  '[Service]\nMemoryMax=1G\n; \\\n',
];

/** What a unit file may hold besides. */
export const UNIT_WORDS: readonly string[] = [
  '[Service]\n',
  '[Slice]\n',
  '[Unit]\n',
  '\nMemoryMax=16G\n',
  '\nMemoryHigh=50%\n',
  '\nMemoryMax=\n',
  '\nMemoryMax=1G\\',
  '\nOOMPolicy=stop\n',
  '\nOOMScoreAdjust=-1000\n',
  '\nManagedOOMMemoryPressure=kill\n',
  '\nDelegate=yes\n',
  '\nSlice=a-b-c.slice\n',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: systemd's
  '\nExecStart=/usr/bin/node "a b" $X ${Y}\n',
  '\nEnvironment=A=1 "B=2 3"\n',
  '\n# oomdrill-lint: ignore oom-policy -- a reason\n',
  '\n# oomdrill-lint: ignore x\n',
  '; a comment \\\n',
  '%i',
  '%n',
  '\\x2d',
];
