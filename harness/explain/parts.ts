import { type CgroupFile, cgroupFileAt, cgroupFileNamed, guessCgroupFile } from './cgroup-file.js';
import { type CgroupLine, filesWithKey, parseCgroupLine } from './cgroup-line.js';
import { withoutColours } from './log-prefix.js';
import { isComplaint, parseCommand } from './transcript.js';

/** A file that a user saved during an incident. */
export interface Saved {
  /** Its path, or `-`. */
  readonly name: string;
  readonly text: string;
  /** The directory that was named instead of it, if it was found in one. */
  readonly within?: string;
}

/** A cgroup file that a text holds, or what is left of the text. */
export interface Part {
  /** The path of the cgroup file as far as it is known, otherwise the name of the text. */
  readonly path: string;
  /** Which file of a cgroup it is. Undefined for what is left, and for what could be several. */
  readonly file: CgroupFile | undefined;
  /** Whether a name says so, and not the content alone. */
  readonly isNamed: boolean;
  /** The files that the content may be of, if it could not be distinguished. */
  readonly candidates: readonly string[];
  readonly text: string;
}

/** What a text was split into. */
export interface SplitText {
  readonly parts: readonly Part[];
  /** Everything that is none of a cgroup's files: a log, or the rest of a transcript. */
  readonly rest: string;
  /** Single values that nothing gives a name to. */
  readonly looseValues: number;
  /** Values that were written in another way than the kernel, with the name of their file. */
  readonly unreadable: readonly string[];
}

/** No line of a cgroup file is longer. */
const MAX_LINE_LENGTH = 4 * 1024;

/** What every text with a cgroup file in it has somewhere. */
const HOLDS_CGROUP_FILE =
  /(?:^|[^\w.])(?:memory|io|cpu|irq|cgroup|pids)\.[a-z]|(?:^|\W)(?:some|full) avg10=|^[ \t]{0,64}[a-z_]{1,64} \d{1,20}[ \t]{0,64}$/m;

/**
 * Splits a text into the cgroup files that it holds: one file; the output of `grep '' memory.*`, `head` or
 * `tail -n +1`; of `cat a b`, where a file ends when another format or a key for the second time begins; the transcript
 * of a shell.
 */
export function splitText({ name, text: written }: Saved): SplitText {
  const text = withoutColours(written);
  const own = guessCgroupFile(name);
  if (!own && !HOLDS_CGROUP_FILE.test(text)) return { parts: [], rest: text, looseValues: 0, unreadable: [] };
  const splitter = new Splitter(name, own);
  for (const line of text.split('\n')) splitter.add(line);
  return splitter.finish();
}

interface OpenPart {
  readonly path: string;
  /** Known by its name: a header, `grep -H`, a command, or the name of the text itself. */
  readonly file: CgroupFile | undefined;
  readonly form: 'keyed' | 'pressure' | 'value' | 'other';
  candidates: readonly string[];
  readonly keys: Set<string>;
  readonly lines: string[];
}

class Splitter {
  readonly #name: string;
  readonly #parts: OpenPart[] = [];
  readonly #rest: string[] = [];
  #open: OpenPart | undefined;
  /** The files that a command named, and how many of them have begun. */
  #asked: readonly string[] = [];
  #begun = 0;
  #directory: string | undefined;
  #looseValues = 0;
  readonly #unreadable: string[] = [];
  /** A text with the name of such a file can only hold that: the name alone tells io.pressure from memory.pressure. */
  #isStrict: boolean;

  constructor(name: string, own: CgroupFile | undefined) {
    this.#name = name;
    this.#isStrict = own !== undefined && !KNOWN_BY_CONTENT.has(own.name);
    if (own) this.#begin(name, own);
  }

  add(whole: string): void {
    const line = whole.length > MAX_LINE_LENGTH ? '' : undress(whole);
    if (line === '') this.#rest.push(whole);
    else if (!this.#addNamed(line) && !this.#addHeader(line) && !this.#addCommand(line) && !isComplaint(line))
      this.#addContent(line, whole);
  }

  finish(): SplitText {
    const parts = this.#parts.filter(({ lines }) => lines.length > 0).map((part) => this.#finished(part));
    return { parts, rest: this.#rest.join('\n'), looseValues: this.#looseValues, unreadable: this.#unreadable };
  }

  /** `PATH:CONTENT` of grep, and `PATH: CONTENT`, `PATH=CONTENT` or `PATH CONTENT` of people's own loops. */
  #addNamed(line: string): boolean {
    const [, path, content] = NAMED_LINE.exec(line) ?? [];
    const file = path === undefined || content === undefined ? undefined : cgroupFileAt(path);
    if (path === undefined || content === undefined || !file) return false;
    if (this.#open?.path !== path)
      this.#open = this.#parts.findLast((part) => part.path === path) ?? this.#begin(path, file);
    if (file.form === 'value') this.#addValue(this.#open, content);
    else for (const each of splitPairs(content)) this.#extend(this.#open, each, parseCgroupLine(each));
    return true;
  }

  /** A value, which people write with its size in words behind it: `1073741824 (1G)`. */
  #addValue(part: OpenPart, content: string): void {
    const value = /^(max|\d{1,20})(?: \(.{0,40}\))?$/.exec(content)?.[1];
    if (value !== undefined) this.#extend(part, value, parseCgroupLine(value));
    else this.#unreadable.push(`${part.file?.name} (${content.slice(0, 40)})`);
  }

  #addHeader(line: string): boolean {
    if (line.length > MAX_HEADER_LENGTH) return false;
    const path = line
      .replace(DECORATION, '')
      .replace(/^file: */i, '')
      .replace(DECORATION, '');
    const file = /\s/.test(path) ? undefined : cgroupFileAt(path);
    if (!file) return ONLY_DECORATION.test(line);
    this.#begin(this.#inDirectory(path), file);
    this.#isStrict = false;
    return true;
  }

  #addCommand(line: string): boolean {
    const command = parseCommand(line, this.#directory);
    if (!command) return false;
    this.#directory = command.directory;
    this.#isStrict = false;
    this.#asked = command.files;
    this.#begun = 0;
    this.#open = undefined;
    return true;
  }

  #addContent(line: string, whole: string): void {
    const content = parseCgroupLine(line);
    if (this.#goesOn(content)) this.#extend(this.#open, line, content);
    else if (!content || this.#isStrict) this.#rest.push(whole);
    else if (this.#asked.length > 0 && this.#beginAsked(content)) this.#extend(this.#open, line, content);
    else if (this.#joins(content) || this.#beginUnnamed(content)) this.#extend(this.#open, line, content);
    else if (content.form === 'value') this.#looseValues += 1;
    else this.#rest.push(whole);
  }

  /** Whether a line goes on with the named part that is open. Of several files that a command named, each has its turn. */
  #goesOn(content: CgroupLine | undefined): boolean {
    const open = this.#open;
    if (!open?.file || !fits(open.file, content)) return false;
    return this.#asked.length === 0 || !this.#isFull(open, content);
  }

  /** Adds a line to a part; what it has already begins a second copy of it, as of a later reading. */
  #extend(part: OpenPart | undefined, line: string, content: CgroupLine | undefined): void {
    if (!part) return;
    const target = this.#isFull(part, content) ? this.#begin(part.path, part.file, part.form) : part;
    if (content) target.keys.add(keyOf(content));
    target.lines.push(line);
    this.#open = target;
  }

  #isFull(part: OpenPart, content: CgroupLine | undefined): boolean {
    return part.form !== 'other' && content !== undefined && part.keys.has(keyOf(content));
  }

  /** The next file that the command named and that a line can be of; after the last one the first again, as in a loop. */
  #beginAsked(content: CgroupLine): boolean {
    const rounds = [this.#asked.slice(this.#begun), this.#asked];
    for (const [round, paths] of rounds.entries()) {
      const index = paths.findIndex((path) => mayBeginWith(cgroupFileAt(path), content));
      const path = paths[index];
      const file = path === undefined ? undefined : cgroupFileAt(path);
      if (path === undefined || !file) continue;
      this.#begun = (round === 0 ? this.#begun : 0) + index + 1;
      this.#begin(path, file);
      return true;
    }
    return false;
  }

  /** Whether a line goes on with a part that only its content has identified. */
  #joins(content: CgroupLine): boolean {
    const open = this.#open;
    if (!open || open.file || open.form !== content.form || open.keys.has(keyOf(content))) return false;
    if (content.form !== 'keyed') return true;
    const files = filesWithKey(content.key);
    const common = open.candidates.filter((file) => files.includes(file));
    // A kernel newer than the table has more keys, and /proc/vmstat has all kinds.
    if (files.length === 0 || open.candidates.join() === 'vmstat') return true;
    if (common.length > 0) open.candidates = common;
    return common.length > 0;
  }

  #beginUnnamed(content: CgroupLine): boolean {
    const candidates = content.form === 'keyed' ? filesWithKey(content.key) : ['memory.pressure'];
    if (content.form === 'value' || candidates.length === 0) return false;
    this.#begin(this.#name, undefined, content.form, candidates);
    return true;
  }

  #begin(
    path: string,
    file: CgroupFile | undefined,
    form: OpenPart['form'] = file?.form ?? 'other',
    candidates: readonly string[] = [],
  ): OpenPart {
    const part = { path, file, form, candidates, keys: new Set<string>(), lines: [] };
    this.#parts.push(part);
    this.#open = part;
    return part;
  }

  #inDirectory(path: string): string {
    return path.startsWith('/') || this.#directory === undefined ? path : `${this.#directory}/${path}`;
  }

  #finished({ path, file, candidates, lines }: OpenPart): Part {
    const text = `${lines.join('\n')}\n`;
    if (file) return { path, file, isNamed: true, candidates: [], text };
    const known = tellApart(candidates);
    return { path, file: known, isNamed: false, candidates: known ? [] : candidates, text };
  }
}

/** With one blank in place of a tab or several blanks. */
const undress = (line: string): string => line.trim().replace(/\s+/g, ' ');

const NAMED_LINE =
  /^((?:\S{0,1000}\/)?(?:pressure\/(?:memory|io|cpu|irq)|(?:memory|cgroup|cpu|cpuset|io|irq|pids|misc|hugetlb)\.[a-z_]+(?:\.[a-z_]+)*))(?::(?:\d{1,6}:)?\s{0,8}|\s{0,8}=\s{0,8}|\s{1,40})(?=\S)(.*)$/;

/** Files of which the content tells more than a name that people gave them. */
const KNOWN_BY_CONTENT: ReadonlySet<string> = new Set(['memory.events', 'memory.stat', 'memory.pressure']);

const MAX_HEADER_LENGTH = 1024;
/** `==> memory.events <==`, `### memory.events`, `--- memory.events ---`, `memory.events:`. */
const DECORATION = /^[\s=#>*:+~-]+|[\s=#<*:+~-]+$/g;
const ONLY_DECORATION = /^[\s=#><*:+~_-]+$/;

/** `low 0 high 5 max 0` on one line, as `echo $(cat memory.events)` writes it; any other content as it is. */
function splitPairs(content: string): string[] {
  if (/^(?:[a-z_]{1,40} \d{1,20} ){1,200}[a-z_]{1,40} \d{1,20}$/.test(content))
    return content.match(/[a-z_]+ \d+/g) ?? [content];
  return content.split(/ (?=full avg10=)/);
}

const keyOf = (content: CgroupLine): string => (content.form === 'value' ? 'value' : content.key);

/** Whether a line can be one of a file with a name. */
function fits(file: CgroupFile, content: CgroupLine | undefined): boolean {
  return file.form === 'other' || content?.form === file.form;
}

/** The same of the first line of a file, of which only the order of names in a command is known. */
function mayBeginWith(file: CgroupFile | undefined, content: CgroupLine): boolean {
  if (!file || file.form !== content.form) return false;
  if (content.form !== 'keyed') return true;
  const name = file.name === 'memory.events.local' ? 'memory.events' : file.name;
  const files = filesWithKey(content.key);
  return files.length === 0 || files.includes(name);
}

/** The file that a content is of if no name says so. Undefined where it could be two. */
function tellApart(candidates: readonly string[]): CgroupFile | undefined {
  if (candidates.includes('memory.events') && candidates.includes('memory.swap.events')) return undefined;
  const known = candidates.find((name) => name !== 'vmstat') ?? candidates[0];
  return known === undefined || known === 'vmstat' ? undefined : cgroupFileNamed(known);
}
