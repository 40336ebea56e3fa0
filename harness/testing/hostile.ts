/** What every hostile value holds, so that a test can tell that the value was printed. */
export const MARK = 'zq7';

/**
 * What would begin a line of its own if a value could break one. It follows the break at once: a word behind a blank may begin a line
 * where text for people is wrapped.
 */
const FORGED = 'FORGED';

/** Values that act somewhere: on a terminal, in a log of a CI, in TAP, Markdown, HTML, XML, labels or a shell. */
export const HOSTILE: Readonly<Record<string, string>> = {
  'a colour': `${MARK}\u001b[31mred\u001b[0m`,
  'a cursor that goes up and erases': `${MARK}\u001b[1A\u001b[2K\u001b[999D`,
  'a title of the window': `\u001b]0;${MARK}\u0007`,
  'a link of a terminal': `\u001b]8;;http://evil.example\u001b\\${MARK}\u001b]8;;\u001b\\`,
  'a string for a device': `\u001bP$q${MARK}\u001b\\`,
  'a C1 control': `${MARK}\u009b2J\u0090x\u009c`,
  'a line break': `${MARK}\n${FORGED}`,
  'a carriage return': `${MARK}\r${FORGED}`,
  'other line breaks': `${MARK}\u0085${FORGED}\u000b${FORGED}\u000c${FORGED}`,
  'line breaks of Unicode': `${MARK}\u2028${FORGED}\u2029${FORGED}`,
  'a test of TAP': `${MARK}\nnot ok 99 - ${MARK}\nok 100`,
  'a plan of TAP': `${MARK}\n1..0 # SKIP ${MARK}`,
  'the end of TAP': `${MARK}\nBail out! ${MARK}`,
  'directives of TAP': `${MARK} # SKIP x # TODO y \\# z`,
  'diagnostics of TAP': `${MARK}\n  ---\n  verdict: "pass"\n  ...\n`,
  'text from right to left': `${MARK}\u202etxt.exe\u202c`,
  isolates: `\u2066\u2067${MARK}\u2069\u200e\u200f\u061c`,
  'no width': `z\u200bq\u200d7\u00ad\u2060 ${MARK}`,
  'a mark of the byte order': `\ufeff${MARK}`,
  tags: `${MARK}\u{e0041}\u{e007f}`,
  NUL: `${MARK}\0${MARK}`,
  'DEL and backspaces': `${MARK}\u007f\b\b\b`,
  'lone surrogates': `${MARK}\ud800 \udc00`,
  noncharacters: `${MARK}\ufffe\uffff`,
  'an error for GitHub': `::error title=${MARK}::owned`,
  'the end of all commands for GitHub': `${MARK}\n  ::stop-commands::${FORGED}`,
  'a group for GitHub': `${MARK} ##[group]${MARK}`,
  'a command for Azure': `##vso[task.setvariable variable=${MARK}]x`,
  'a command for TeamCity': `##teamcity[testFailed name='${MARK}']`,
  'a heading': `# ${MARK}`,
  'a link of Markdown': `[${MARK}](https://evil.example/a) ![${MARK}](https://evil.example/b.png)`,
  'a reference of Markdown': `[${MARK}]: https://evil.example "x" [^1]`,
  'bare addresses': `https://evil.example/${MARK} www.evil.example ftp://evil.example <https://evil.example>`,
  mail: `${MARK}@evil.example mailto:${MARK}@evil.example <${MARK}@evil.example>`,
  mentions: `@${MARK} @org/team #123 org/repo#1 GH-1 a\\@b.example`,
  code: `\`${MARK}\` \`\`\` @x\`y@z.example\``,
  emphasis: `**${MARK}** _${MARK}_ ~~${MARK}~~ $x$`,
  HTML: `<script>alert("${MARK}")</script><img src=x onerror=alert(1)><!-- -->&lt;`,
  'a task': `- [ ] ${MARK}`,
  'an ordered list': `1. ${MARK}`,
  'a quote': `> ${MARK}`,
  'a rule': `--- ${MARK}`,
  'cells of a table': `| ${MARK} | b |\\| c`,
  'a row of a table': `${MARK} |\n|${FORGED}| a |`,
  'the end of CDATA': `]]>${MARK}&${MARK}; <![CDATA[`,
  'percent signs': `${MARK}%0A::error::x%25,line=1::`,
  quotes: `"${MARK}' \\" \\`,
  'labels of metrics': `${MARK}",b="c"} 1`,
  'a command of a shell': `$(${MARK}) \`${MARK}\`; rm -rf x && ${MARK}`,
  templates: `{{${MARK}}} \${${MARK}} {0} %s %n`,
};

/** What must not be in a text for people. Line breaks of ours are; colours are where they are asked for. */
const ACTING = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{NChar}\u3164]/gu;

/** The colours that we use. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
const COLOURS = /\u001b\[(?:[12]|22|3[1-9])m/g;

/**
 * What acts in a text that was printed for people; undefined if nothing does. It looks at the text itself, and not by what
 * escapes it.
 */
export function findActing(text: string, colours = false): string | undefined {
  for (const line of (colours ? text.replace(COLOURS, '') : text).split('\n')) {
    const [acting] = line.match(ACTING) ?? [];
    if (acting !== undefined) return `U+${acting.codePointAt(0)?.toString(16)} in ${JSON.stringify(line)}`;
    if (/^\s*::.*::|##\[|##vso\[|##teamcity\[/i.test(line)) return `a command in ${JSON.stringify(line)}`;
    if (/^\s*(?:\|?FORGED|not ok 99|ok 100|1\.\.0|Bail out)/.test(line))
      return `a line of its own: ${JSON.stringify(line)}`;
  }
  return undefined;
}

/** Every text of a value replaced, except those of keys whose values are fixed names. */
export function withTexts<T>(value: T, text: string, fixed: ReadonlySet<string> = new Set()): T {
  const replace = (part: unknown, key: string): unknown => {
    if (fixed.has(key)) return part;
    if (typeof part === 'string') return text;
    if (Array.isArray(part)) return part.map((each) => replace(each, key));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, each]) => [name, replace(each, name)]));
  };
  return replace(value, '') as T;
}
