/** A word of the private language that oomdrill once had, and the field's own in its place. */
export interface OldWord {
  readonly word: string;
  /**
   * Where the pattern looks. `words`: in the text with every identifier split, so that one pattern finds "borrowed",
   * `borrowedUntil`, `OOMDRILL_BORROWED` and `--borrowed-host`; a space is any white space, also the end of a line.
   * `names`: in the text as it is written, for what is odd as a name only.
   */
  readonly in: 'words' | 'names';
  readonly pattern: RegExp;
  readonly better: string;
  readonly why: string;
  /** Texts in which it must be found. */
  readonly examples: readonly string[];
  /** Texts that look like it and are right. */
  readonly fine?: readonly string[];
}

const PRIVATE = 'Of our own making: a reader cannot look it up.';
const IDIOM = 'An idiom: a reader with English as a second language has to guess.';
const PROCESS = 'A process is "it" or "which": it is not a person.';
const MUST = 'An error says what must be, not what the value is not.';
const LIMITS = 'Constants for bounds begin with DEFAULT_, MAX_ or MIN_ everywhere else.';

/** What no text and no name of this repository may hold. `npm run words` lists where it does. */
export const OLD_WORDS: readonly OldWord[] = [
  {
    word: 'squeeze',
    in: 'words',
    pattern: /\bsqueez(?:e[sd]?|ing)\b/,
    better: 'limited, limiting cgroup, under pressure',
    why: PRIVATE,
    examples: ['the squeezed cgroup', 'squeezedBy(unit)', '--squeezed PATH'],
  },
  {
    word: 'beside',
    in: 'words',
    pattern: /\bbeside\b/,
    better: 'sidecar; next to, with, at the same time',
    why: 'The field calls a unit that runs along with the server a sidecar.',
    examples: ['besideGapMs', 'the units beside it', '{"beside": []}'],
    fine: ['and besides that'],
  },
  {
    word: 'company',
    in: 'words',
    pattern: /\bcompany\b/,
    better: 'sidecars',
    why: PRIVATE,
    examples: ['withoutCompany', "import './company.js'"],
  },
  {
    word: 'needed: false',
    in: 'names',
    pattern: /\bneeded["']?: (?:false|true)\b|\bneeded["']?: z\./,
    better: 'optional: true',
    why: 'A flag says what is special.',
    examples: ['{"needed": false}', 'needed: false'],
  },
  {
    word: 'mend',
    in: 'words',
    pattern: /\bmend(?:s|ed|ing)?\b/,
    better: 'fix, repair',
    why: 'Compilers, linters and SARIF say fix.',
    examples: ['mend: "Set MemoryMax="', 'limits are mended', 'mendOf(rule)'],
    fine: ['recommended'],
  },
  {
    word: 'ordeal',
    in: 'words',
    pattern: /\bordeals?\b/,
    better: 'stress window',
    why: PRIVATE,
    examples: ['ordealOf(record)', 'during the ordeal'],
  },
  {
    word: 'USUAL_',
    in: 'names',
    pattern: /\bUSUAL_\w+|\busual(?!Causes)[A-Z]\w*|(?<!as \w+ as )\busual\??:|\.usual\b|\busual-[a-z]+\.ts/,
    better: 'DEFAULT_...; of a series: previousMedian',
    why: LIMITS,
    examples: ['USUAL_PHASES', 'usualGuest', '{ usual: 3 }', 'drift.usual', 'hosts/usual-guest.ts'],
    fine: ['the usual case', 'usualCauses', 'twice as slow as usual: without that'],
  },
  {
    word: 'MOST_',
    in: 'names',
    pattern: /\b(?:MOST|LONGEST|LARGEST|GREATEST|BIGGEST|HIGHEST)_[A-Z]\w*/,
    better: 'MAX_...',
    why: LIMITS,
    examples: ['MOST_TRIES', 'LONGEST_WAIT_MS', 'LARGEST_REPORT'],
    fine: ['longestGapMs'],
  },
  {
    word: 'LEAST_',
    in: 'names',
    pattern: /\b(?:LEAST|SHORTEST|SMALLEST|FEWEST|LOWEST)_[A-Z]\w*/,
    better: 'MIN_...',
    why: LIMITS,
    examples: ['LEAST_SAMPLES', 'SHORTEST_HOLD_MS'],
  },
  {
    word: 'in vain',
    in: 'words',
    pattern: /\bin vain\b/,
    better: 'timeoutError, timed out',
    why: IDIOM,
    examples: ['waitedInVain(reason)', 'waited in vain'],
  },
  {
    word: 'whenRunAlone',
    in: 'words',
    pattern: /\bwhen run alone\b/,
    better: 'defineScenario(import.meta, ...)',
    why: 'A scenario is declared in one call.',
    examples: ['await whenRunAlone(import.meta.url, scenario)'],
  },
  {
    word: 'seat',
    in: 'words',
    pattern: /\bseat(?:s|ed|ing)?\b/,
    better: 'start, ready',
    why: PRIVATE,
    examples: ['SEATED_MS', 'seatBystanders()'],
  },
  {
    word: 'freeze',
    in: 'words',
    pattern: /\b(?:(?<!object\.)freez(?:es?|ing)|froze|frozen|thaw(?:s|ed|ing)?)\b/,
    better: 'snapshot',
    why: 'QEMU and libvirt call the state of a stopped guest a snapshot; a frozen cgroup is something else.',
    examples: ['a frozen guest', 'freezeGuest()', 'thawed'],
    fine: ['Object.freeze(table)'],
  },
  {
    word: 'saved state',
    in: 'words',
    pattern: /\bsaved state\b/,
    better: 'snapshot',
    why: 'QEMU and libvirt call it a snapshot.',
    examples: ['from a saved state'],
  },
  {
    word: 'borrow',
    in: 'words',
    pattern: /\bborrow(?:s|ing|ed(?! hosts?\b))?\b/,
    better: 'back up, restore (a "borrowed host" stays)',
    why: 'What is done to a host is a backup and its restoration.',
    examples: ['OOMDRILL_BORROWED=1', 'borrow(host)', '/var/lib/oomdrill-borrowed'],
    fine: ['a borrowed host', 'BorrowedHost'],
  },
  {
    word: 'give back',
    in: 'words',
    pattern: /\b(?:giv(?:e|es|en|ing)|gave) (?:\w+ ){0,3}?back\b/,
    better: 'restore, return, release',
    why: 'What is done to a host is a backup and its restoration.',
    examples: ['host/give-back.sh', 'gives the host back', 'was given\n// back'],
  },
  {
    word: 'put by',
    in: 'words',
    pattern: /\bput(?:s|ting)? (?:(?:it|them|files?) )?by\b/,
    better: 'back up',
    why: IDIOM,
    examples: ['files are put by', 'putBy(path)'],
    fine: ['put in by hand', 'put back file by file'],
  },
  {
    word: 'take away',
    in: 'words',
    pattern: /\b(?:tak(?:e|es|en|ing)|took) (?:\w+ ){0,3}?away\b/,
    better: 'remove',
    why: IDIOM,
    examples: ['take away what was left', 'takes the cap away'],
  },
  {
    word: 'told',
    in: 'words',
    pattern: /\btold\b/,
    better: "the thing's own name; reported, configured, distinguished",
    why: 'It had eight meanings.',
    examples: ['const told = reasons', 'told_to_stop', 'can be told apart'],
  },
  {
    word: 'is no',
    in: 'words',
    pattern:
      /(?<!\bthere )\b(?:is|are|was|were|be) no (?!(?:longer|more|less|fewer|later|earlier|larger|lower|higher|better|worse)\b)\w+/,
    better: 'must be ..., is not a ...',
    why: MUST,
    examples: ['this is no number of times', 'what is no bundle'],
    fine: ['there is no scenario', 'is no longer than', 'There are no records'],
  },
  {
    word: 'names no',
    in: 'words',
    pattern: /\bnames? no\b/,
    better: 'must name a ...',
    why: MUST,
    examples: ['"-x" names no host'],
    fine: ['names none'],
  },
  {
    word: 'come about',
    in: 'words',
    pattern: /\b(?:com(?:e|es|ing)|came) about\b/,
    better: 'could not connect to ..., happen',
    why: IDIOM,
    examples: ['ssh to X did not come about within 20 s'],
  },
  {
    word: 'bad words',
    in: 'words',
    pattern: /\bbad words\b/,
    better: 'usage error',
    why: 'Arguments are not words.',
    examples: ['bad words end with 64'],
  },
  {
    word: 'wreck',
    in: 'words',
    pattern: /\bwreck(?:s|ed|ing|age)?\b/,
    better: '--allow-destructive; destroy',
    why: 'Other tools call what cannot be undone destructive.',
    examples: ['--i-may-wreck-it', 'mayWreck'],
  },
  {
    word: '--use-running',
    in: 'words',
    pattern: /\buse running\b/,
    better: '--stop-running-service',
    why: 'It stops the service and starts it again.',
    examples: ['--use-running', 'useRunning: true'],
  },
  {
    word: 'hogState',
    in: 'names',
    pattern: /\bhogState\b|'some-hog'|\bkilled: '(?:hog|nobody)'/,
    better: "injectionState; 'some-injections', 'injections', 'none'",
    why: 'A hog is one kind of injection.',
    examples: ['evidence.hogState', "killed: 'hog'"],
  },
  {
    word: 'Into',
    in: 'names',
    pattern: /\bInto\b(?=[[\],;>)}]| [=|{}])/,
    better: 'HogPlacement',
    why: 'A type is a noun.',
    examples: ['type Into = string', 'place: Into;', '(into: Into)'],
    fine: ['Into the session goes a hog'],
  },
  {
    word: 'planner()',
    in: 'names',
    pattern: /(?<![.\w-])(?:planner|overlay|drilling|timed|together|reporter|claiming|fared|capped)\(/,
    better: 'a verb: createPlanner(), createOverlay(), withInterrupts() ...',
    why: 'A function does something.',
    examples: ['function planner(options)', 'await timed(work)'],
    fine: ['this.planner()', 'createPlanner(options)'],
  },
  {
    word: 'who',
    in: 'words',
    pattern:
      /(?<!\b(?:users?|people|persons?|those|readers?|reviewers?|authors?|contributors?|engineers?|administrators?|operators?|anyone|everyone|someone|one|you|stranger|newcomers?) )\bwho(?:m|ever)?\b/,
    better: 'what, which; people who ...',
    why: PROCESS,
    examples: ['the process who was killed', 'whoServes', 'whoever killed it'],
    fine: ['a user who may sudo', 'for those who read it', 'a unit whose limit is low'],
  },
  {
    word: 'nobody',
    in: 'words',
    pattern: /\b(?:no|some|any|every)body\b/,
    better: 'none, nothing, no client; of people: no one, someone, everyone',
    why: PROCESS,
    examples: ['nobody is killed', "killed: 'nobody'", 'isAnybody', 'pushes everybody else into swap'],
  },
  {
    word: 'well',
    in: 'words',
    pattern:
      /'well'|\b(?:is|are|was|were|be|been|being|it's|stays?|stayed|comes? out|came out|found) well\b(?! (?:known|kept|formed|defined))/,
    better: 'healthy',
    why: 'Health checks say healthy.',
    examples: ["zone: 'well'", 'the server is well', 'a control that came out well', 'isWell(zone)'],
    fine: ['as well as', 'is well known'],
  },
  {
    word: 'come to rest',
    in: 'words',
    pattern: /\b(?:com(?:e|es|ing)|came) to (?:\w+ )?rest\b|\bat rest\b/,
    better: 'settle, plateau, steady',
    why: IDIOM,
    examples: ['where memory comes to rest', 'a hog at rest'],
  },
  {
    word: 'let loose',
    in: 'words',
    pattern: /\blet(?:s|ting)? (?:\w+ ){0,3}?loose\b/,
    better: 'start, inject',
    why: IDIOM,
    examples: ["import './let-loose.js'", 'letLoose(hog)', 'lets the hog loose'],
  },
  {
    word: 'of standard output:',
    in: 'words',
    pattern: /\bof standard output:/,
    better: 'output format: text, github or sarif',
    why: 'Help names the thing first.',
    examples: ['of standard output: text, github, sarif'],
  },
];

/** A place where old words are right. */
export interface Exception {
  readonly words: readonly OldWord['word'][];
  readonly path: RegExp;
  /** The line as it is written; any line where it is absent. */
  readonly line?: RegExp;
  readonly why: string;
}

const CODE = 'An error code, which programs match.';
const ALIAS = 'A hidden alias of a flag, for scripts that have it.';

export const EXCEPTIONS: readonly Exception[] = [
  { words: ['who'], path: /^LICENSE$/, why: 'The MIT licence as it is.' },
  {
    words: ['beside', 'mend', 'needed: false', 'hogState', 'nobody', 'well', 'USUAL_'],
    path: /version-1\.ts$/,
    why: 'The names of version 1 of a format, which is still read.',
  },
  {
    words: ['wreck', '--use-running'],
    path: /^harness\/machine\/host\/provider\.ts$/,
    line: /deprecated:/,
    why: ALIAS,
  },
  {
    words: ['wreck', '--use-running'],
    path: /^harness\/command\/(?:deprecated-option\.(?:test\.)?|flag\.)ts$/,
    why: ALIAS,
  },
  { words: ['borrow'], path: /\.ts$/, line: /\bHOST_BORROWED\b/, why: CODE },
  {
    words: ['borrow'],
    path: /^host\/shared\.sh$|^harness\/machine\/host\/backup\.test\.ts$/,
    line: /\/var\/lib\/oomdrill-borrowed/,
    why: 'Where oomdrill 0.1 kept its backup of a borrowed host.',
  },
  {
    words: ['beside', 'needed: false'],
    path: /^harness\/bundle\/manifest\.(?:test\.)?ts$/,
    why: 'The old names of keys in bundle.json, which are still read.',
  },
];
