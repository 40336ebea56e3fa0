import { readLogEntries } from './log-entries.js';
import { parseLogLine, type SavedLogLine } from './log-prefix.js';

export { mayBeOfKernel, type SavedLogLine } from './log-prefix.js';

/** The kernel cuts its own lines off at 1 KiB (Linux, printk.c, LOG_LINE_MAX); a log adds a time and a host. */
const MAX_LINE_LENGTH = 8 * 1024;

/**
 * The messages of a log in any form: `dmesg` and `/dev/kmsg`, `journalctl` with any `-o`, syslog (RFC 3164 and 5424),
 * `talosctl dmesg`, and what grep, kubectl or Compose put before a line. A line of no known form is a message as it is.
 */
export function* readLogLines(text: string): Generator<SavedLogLine> {
  const entries = readLogEntries(text);
  if (entries) {
    for (const entry of entries) yield* splitMessage(entry);
    return;
  }
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    const stop = end < 0 ? text.length : end;
    const line = text.slice(start, Math.min(stop, start + MAX_LINE_LENGTH));
    start = stop + 1;
    if (line.trim() !== '') yield parseLogLine(line);
  }
}

/** A message of the journal may have several lines. */
function* splitMessage({ text, ...rest }: SavedLogLine): Generator<SavedLogLine> {
  for (const line of text.split('\n')) if (line.trim() !== '') yield { ...rest, text: line.slice(0, MAX_LINE_LENGTH) };
}
