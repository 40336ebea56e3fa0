/** One line of a log. What the log does not say, or what could not be distinguished from the message, is absent. */
export interface SavedLogLine {
  /** The message, without time, host and sender. */
  readonly text: string;
  /** The time as the log writes it: a date, seconds since boot, seconds since 1970. */
  readonly at?: string;
  /** Its sender: `kernel`, `systemd`, `earlyoom`; with `journalctl -o with-unit` the unit, `earlyoom.service`. */
  readonly from?: string;
}

/** Programs that write lines of the kernel into a log of their own, or of syslog. */
const CARRIES_KERNEL_LINES = /^(?:kernel|klogd|rsyslogd|syslog-ng|dmesg|kmsg|netconsole|node-problem-detector)$/;

/** Whether a line may be the kernel's: another program may write the same words, as in a message of an alert. */
export const mayBeOfKernel = ({ from }: SavedLogLine): boolean => from === undefined || CARRIES_KERNEL_LINES.test(from);

// Every pattern is anchored and bounded: a line may be long, and hold anything.

/** `kern  :warn  : ` of `dmesg -x` (util-linux, sys-utils/dmesg.c, print_record), `kern: warning: ` of talosctl dmesg. */
const FACILITY =
  /^(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d) *: *(?:emerg|alert|crit|critical|err|error|warn|warning|notice|info|debug) *: */;

/** `<4>` of `dmesg -r`, of a console and of syslog (RFC 3164 and 5424: PRI). */
const PRIORITY = /^<\d{1,3}>/;

/** `6,1234,5678,-;` of /dev/kmsg: priority, sequence, microseconds since boot, flags (Linux, Documentation/ABI/testing/dev-kmsg). */
const KMSG = /^\d{1,4},\d{1,20},(\d{1,20}),[^;\s]{1,60};/;

/** `1 TIME HOST APP PROCID MSGID SD ` behind the priority (RFC 5424, section 6). */
const RFC_5424 = /^1 (\S{1,40}) \S{1,255} (\S{1,48}) \S{1,128} \S{1,32} (?:-|(?:\[[^\]]{0,2000}\]){1,20}) ?/;

/** What stands in brackets before a message of the kernel, and is its time. */
const IN_BRACKETS = /^\[([^\][]{1,60})\](?:\[ *[TC]\d{1,10}\])?(?:: | |$)/;

const CLOCK = String.raw`\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?`;
const ISO = String.raw`\d{4}-\d\d-\d\d[T ]${CLOCK}(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?`;
/** In any language: `Nov`, `März`, `апр.`, `11月`, `พ.ย.`, `Thg 11`. */
const MONTH = String.raw`\d{0,2}[\p{L}\p{M}]{1,12}(?:\.[\p{L}\p{M}]{1,12})?\.?(?: \d{1,2}(?= +\d{1,2} ))?`;

const BRACKETED_TIMES = [
  // Seconds since boot: printk.time=1, and `journalctl -o short-monotonic`.
  /^ *\d{1,12}\.\d{1,9}$/,
  // `dmesg -d` and `-D`, `journalctl -o short-delta`: with the seconds since the line before.
  /^ *(?:\d{1,12}\.\d{1,9})? *< *\+?(?:\d{1,12}\.\d{1,9})? *>$/,
  // `dmesg -e`: a minute, or the seconds since the line before.
  /^ *\+\d{1,12}\.\d{1,9}$/,
  new RegExp(String.raw`^${MONTH} ?\d{1,2} \d{1,2}:\d\d$`, 'u'),
  // `dmesg -T`.
  new RegExp(String.raw`^[\p{L}\p{M}]{1,12}\.? ${MONTH} +\d{1,2} ${CLOCK} \d{4}$`, 'u'),
  // `talosctl dmesg`.
  new RegExp(`^${ISO}$`),
];

/** Times before the host, or before the sender with `journalctl --no-hostname`. */
const TIMES = [
  // RFC 3164; `journalctl -o short` and `short-precise`.
  new RegExp(String.raw`^(${MONTH} {1,2}\d{1,2} (?:\d{4} )?${CLOCK}):? +`, 'u'),
  // `logread` of OpenWrt: as ctime(3) writes it.
  new RegExp(String.raw`^([\p{L}\p{M}]{1,12}\.? ${MONTH} +\d{1,2} ${CLOCK} \d{4}) +`, 'u'),
  // `journalctl -o short-full`: with the day of the week and the time zone.
  new RegExp(String.raw`^([\p{L}\p{M}]{1,12}\.? \d{4}-\d\d-\d\d ${CLOCK} [A-Z0-9+:-]{1,9}) +`, 'u'),
  // `journalctl -o short-iso` and `short-iso-precise`, RFC 3339 of rsyslog.
  new RegExp(`^(${ISO}):? +`),
  // `journalctl -o short-unix`.
  /^(\d{9,11}\.\d{3,9}) +/,
];

/** `dmesg --time-format iso`: a comma before the fraction, and no host (util-linux, lib/timeutils.c, ISO_COMMAUSEC). */
const DMESG_ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d,\d{6}[+-]\d\d:\d\d) /;

/** Facility and level that busybox and OpenWrt write before the sender (busybox, sysklogd/syslogd.c, parse_fac_prio_20). */
const FACILITY_LEVEL =
  /(?:kern|user|mail|daemon|auth|security|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d)\.(?:emerg|panic|alert|crit|err|error|warn|warning|notice|info|debug) /;

/** `HOST IDENTIFIER[PID]: `, `HOST kern.warn IDENTIFIER: `. */
const SENDER = new RegExp(
  String.raw`^(?:\S{0,254}[^\s:] )?(?:${FACILITY_LEVEL.source})?([^\s:[\]]{1,128})(?:\[\d{1,10}\])?:(?: |$)`,
);
/** The same before which there is no host for certain: `[  5.1] systemd[1]: `, `[ 5.1] web kernel: `. */
const SURE_SENDER = /^(?:\S{0,254}[^\s:] )?(?:([^\s:[\]]{1,128})\[\d{1,10}\]|(kernel)):(?: |$)/;

/** `In(05) vcpu-5 - Guest: `, by which VMware writes a guest's console into its own log. */
const VMWARE_GUEST = /^\w{1,4}\(\d{1,3}\) \S{1,40} - Guest: /;

/** What other tools put before a line of a log: `kern.log:`, `kern.log:12:` of grep, `node-7 ` of oc, `web-1  | ` of Compose. */
const CARRIER = /^(?:[^\s:]{1,255}:(?:\d{1,9}:)?|[^\s|]{1,255} +(?:\| )?)(?=\S)/;

/** Colours of a terminal (`dmesg --color=always`). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const COLOUR = /\u001b\[[\d;]{0,20}[mK]/g;

/** Takes a line of a log apart, in any of the forms of `dmesg`, `journalctl -o`, syslog and the like. */
export function parseLogLine(line: string): SavedLogLine {
  const plain = undress(line);
  return parseKnown(plain) ?? parseCarried(plain) ?? { text: plain };
}

/** Without colours, and without what a mail or Markdown puts before a quoted line. A crash leaves NUL bytes in a log. */
function undress(line: string): string {
  const plain = withoutColours(line);
  const start = plain.search(/[^\s>\0]/);
  return start < 0 ? '' : plain.slice(start).trimEnd();
}

/** Without the colours that `grep` and `dmesg` have for a terminal. */
export const withoutColours = (line: string): string => (line.includes('\u001b') ? line.replaceAll(COLOUR, '') : line);

function parseCarried(line: string): SavedLogLine | undefined {
  const carrier = CARRIER.exec(line)?.[0];
  return carrier === undefined ? undefined : parseKnown(line.slice(carrier.length));
}

function parseKnown(line: string): SavedLogLine | undefined {
  const facility = FACILITY.exec(line);
  const afterFacility = line.slice(facility?.[0].length ?? 0);
  const priority = PRIORITY.exec(afterFacility);
  const rest = afterFacility.slice(priority?.[0].length ?? 0);
  const found = parseKernelLine(rest) ?? (priority ? parseRfc5424(rest) : undefined) ?? parseHostLine(rest);
  if (facility?.[1] === 'user' && found) return parseOwnTag(found);
  if (found) return found;
  return facility || priority ? { text: rest, from: 'kernel' } : undefined;
}

/** `[talos] Sending SIGKILL ...`: what a program wrote into the kernel's log, with its name in brackets. */
function parseOwnTag({ text, ...line }: SavedLogLine): SavedLogLine {
  const tag = /^\[([\w.-]{1,40})\] /.exec(text);
  return tag ? { ...line, text: text.slice(tag[0].length), from: tag[1] ?? '' } : { ...line, text };
}

/** A line with the time of the kernel's own log: its message follows at once, or that of a program that wrote into it. */
function parseKernelLine(line: string): SavedLogLine | undefined {
  const kmsg = KMSG.exec(line);
  if (kmsg) return parseSureSender(line.slice(kmsg[0].length), { at: `${Number(kmsg[1]) / 1_000_000}` });
  const iso = DMESG_ISO.exec(line);
  if (iso) return parseSureSender(line.slice(iso[0].length), { at: iso[1] ?? '' });
  const brackets = line.startsWith('[') ? IN_BRACKETS.exec(line) : null;
  const at = brackets?.[1];
  if (!brackets || at === undefined || !BRACKETED_TIMES.some((time) => time.test(at))) return undefined;
  return parseSureSender(line.slice(brackets[0].length), { at: at.trim() });
}

function parseSureSender(text: string, { at }: { readonly at: string }): SavedLogLine {
  const sender = SURE_SENDER.exec(text);
  return sender
    ? { text: text.slice(sender[0].length), at, from: sender[1] ?? sender[2] ?? 'kernel' }
    : { text, at, from: 'kernel' };
}

function parseRfc5424(line: string): SavedLogLine | undefined {
  const [header, at, from] = RFC_5424.exec(line) ?? [];
  if (header === undefined || at === undefined || from === undefined) return undefined;
  return withinSyslog({ text: line.slice(header.length), at, from });
}

function parseHostLine(line: string): SavedLogLine | undefined {
  for (const time of TIMES) {
    const [header, at] = time.exec(line) ?? [];
    if (header === undefined || at === undefined) continue;
    const text = line.slice(header.length);
    const guest = VMWARE_GUEST.exec(text);
    if (guest) return parseGuestLine(text.slice(guest[0].length), at);
    const sender = SENDER.exec(text);
    if (sender) return withinSyslog({ text: text.slice(sender[0].length), at, from: sender[1] ?? '' });
    // A console, before whose lines another program put the time.
    const inside = text.startsWith('[') ? parseKernelLine(text) : undefined;
    return inside ? { ...inside, at } : { text, at };
  }
  return undefined;
}

function parseGuestLine(line: string, at: string): SavedLogLine {
  const inside = parseKnown(line);
  return { text: inside?.text ?? line, at, from: inside?.from ?? 'kernel' };
}

/** Syslog may keep the kernel's own time: `Sep  9 14:23:36 nc kernel: [230460.9] message`. */
function withinSyslog({ text, at, from }: Required<SavedLogLine>): SavedLogLine {
  const inside = from === 'kernel' ? parseKernelLine(text) : undefined;
  return { text: inside?.text ?? text, at, from };
}
