import fc from 'fast-check';

/** Lines of a unit file that are hard to read, or to write after. */
const LINES = [
  '[Service]',
  ' [Service] ',
  '[Unit]',
  '[Install]',
  '[service]',
  'MemoryMax=1G',
  'MemoryMax =\t2G ',
  'MemoryMax=',
  'MemoryMax=3G \\',
  'MemoryMax=\\',
  'A=1',
  'A=x y \\',
  'A=[Service]',
  'A=\\\\',
  'memorymax=5G',
  '\u00a0MemoryMax=6G',
  '# c',
  '  ; c',
  '# c \\',
  '',
  '  ',
  '\\',
  ' more \\',
  ' end',
] as const;

/** The text of a unit file in any shape: comments, continuations, line breaks of all systems and none at its end, a byte order mark. */
export const unitText: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '[Service]\n', '\uFEFF[Service]\n', '\uFEFF'),
    fc.array(fc.tuple(fc.constantFrom(...LINES), fc.constantFrom('\n', '\n', '\n', '\r\n', '\r', '\n\n'))),
    fc.constantFrom(...LINES),
  )
  .map(([head, lines, last]) => `${head}${lines.map((line) => line.join('')).join('')}${last}`);
