import { MEMORY_DIRECTIVES, NEVER_ZERO } from '../../systemd/memory-value.js';
import { OOM_DIRECTIVES } from '../../systemd/oom-directives.js';
import { readAmount } from '../amount.js';
import type { Rule } from '../rule.js';

/** Values that other containment directives accept. */
const ACCEPTED: Readonly<Record<string, RegExp>> = {
  ...OOM_DIRECTIVES,
  ManagedOOMMemoryPressure: /^(?:auto|kill)$/,
  ManagedOOMSwap: /^(?:auto|kill)$/,
  ManagedOOMMemoryPressureLimit: /^(?:100|\d{1,2})(?:\.\d{1,2})?%$|^\d{1,4}(?:\.\d)?‰$|^\d{1,5}‱$/,
};

export const badValue: Rule = {
  id: 'bad-value',
  severity: 'error',
  title: 'A value that systemd ignores',
  why: 'systemd ignores the line, with a message in the journal: the earlier value stays in effect, which is mostly no limit at all.',
  source: 'systemd.resource-control(5); systemd, config_parse_memory_limit(): "Invalid memory limit, ignoring"',
  fix: 'Write a number with K, M, G or T (16G), a percentage up to 100%, or infinity, and nothing else on the line.',
  *check({ unitFiles, host }) {
    for (const { file } of unitFiles) {
      for (const item of file.sections.flatMap(({ items }) => items)) {
        if (item.kind !== 'assignment' || item.value === '') continue;
        const { key, value, line } = item;
        const accepted = ACCEPTED[key];
        const at = { path: file.path, line };
        if (accepted && !accepted.test(value))
          yield {
            at,
            message: `${key}=${value} is not a value that ${key}= accepts, and systemd ignores the line.`,
            fix: `Look up ${key}= in its manual page (systemd.directives(7)).`,
          };
        if (!MEMORY_DIRECTIVES.has(key) || readAmount(key, value, host.memory) !== 'invalid') continue;
        const why =
          NEVER_ZERO.has(key) && readAmount('MemorySwapMax', value, host.memory) === 0
            ? 'is not a limit'
            : 'is not an amount of memory';
        yield {
          at,
          message: `${key}=${value} ${why}, and systemd ignores the line${/\s#/.test(value) ? '; a comment needs a line of its own' : ''}.`,
        };
      }
    }
  },
};
