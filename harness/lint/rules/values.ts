import { MEMORY_DIRECTIVES, NEVER_ZERO } from '../../systemd/memory-value.js';
import { OOM_VALUES } from '../../systemd/oom-values.js';
import { readAmount } from '../amount.js';
import type { Rule } from '../rule.js';

export const badValue: Rule = {
  id: 'bad-value',
  severity: 'error',
  title: 'A value that systemd ignores',
  why: 'systemd ignores the line, with a message in the journal: the earlier value stays in effect, which is mostly no limit at all.',
  source: 'systemd.resource-control(5); systemd, config_parse_memory_limit(): "Invalid memory limit, ignoring"',
  fix: 'Write a number with K, M, G or T (16G), a percentage up to 100%, or infinity, and nothing else on the line.',
  *check({ unitFiles, settings, host }) {
    for (const { file } of [...unitFiles, ...settings]) {
      for (const item of file.sections.flatMap(({ items }) => items)) {
        if (item.kind !== 'assignment' || item.value === '') continue;
        const { key, value, line } = item;
        const rule = OOM_VALUES[key];
        const at = { path: file.path, line };
        if (rule && !rule.accepts(value))
          yield {
            at,
            message: `${key}=${value} is not a value that ${key}= accepts, and systemd ignores the line.`,
            fix: rule.fix,
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
