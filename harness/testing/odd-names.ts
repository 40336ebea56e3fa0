/** Names of folders that some program on the way reads as something else than a name. */
export const ODD_NAMES: readonly string[] = [
  'a b',
  ' ',
  "c'd",
  '"e"',
  'f,g,,h',
  'i:j',
  '%h%%n%41',
  'k\\l\\',
  '$m`n`$(o)',
  '~root',
  '#p?q*[r]{s}&<t>;|!',
  'ü漢🔥',
  '-rf',
  'u\nv',
  'w=x',
];

/** The one of the drill in `faults/long/odd-paths.test.ts`. */
export const ODD_FOLDER = 'a b,c\'d"e%h';
