import { isBoolean } from './boolean.js';
import { shareOfMemory } from './memory-value.js';
import { OOM_DIRECTIVES } from './oom-directives.js';
import { parseTimeSpan } from './time-span.js';

/** Whether a value is one that systemd accepts, and what it should have been. */
export interface ValueRule {
  readonly accepts: (value: string) => boolean;
  /** What to write, as an instruction. */
  readonly fix: string;
}

const oneOf = (...words: readonly string[]): ValueRule => ({
  accepts: (value) => words.includes(value),
  fix: `Write one of ${words.join(', ')}.`,
});

const share: ValueRule = {
  accepts: (value) => shareOfMemory(value) !== undefined,
  fix: 'Write a share with its sign, up to 100%: 80%, 805‰ or 8055‱.',
};

const yesOrNo: ValueRule = { accepts: isBoolean, fix: 'Write yes or no.' };

const span: ValueRule = {
  accepts: (value) => parseTimeSpan(value) !== undefined,
  fix: 'Write a time span, such as 30s or 1min 30s (systemd.time(7)).',
};

/** How long pressure must last: at least a second, and not for ever; 0 stands for the default. */
const duration: ValueRule = {
  accepts(value) {
    const seconds = parseTimeSpan(value);
    return seconds === 0 || (seconds !== undefined && seconds >= 1 && seconds !== Number.POSITIVE_INFINITY);
  },
  fix: 'Write a time span of at least 1s, such as 30s or 1min 30s (systemd.time(7)).',
};

const watch: ValueRule = {
  accepts: (value) => isBoolean(value) || /^(?:auto|skip)$/.test(value),
  fix: 'Write one of auto, on, off, skip.',
};

const policy = oneOf('continue', 'stop', 'kill');

const scoreAdjust: ValueRule = {
  accepts: (value) => OOM_DIRECTIVES.OOMScoreAdjust.test(value),
  fix: 'Write a whole number from -1000 to 1000.',
};

const managed = oneOf('auto', 'kill');

/**
 * Directives about OOM kills and memory pressure that take no amount of memory, in unit files and in the settings of the
 * managers and of systemd-oomd. systemd ignores a line with any other value, with a message in the journal (systemd 258,
 * src/core/load-fragment.c, src/core/main.c, src/oom/oomd-conf.c).
 */
export const OOM_VALUES: Readonly<Record<string, ValueRule>> = {
  // systemd.service(5), systemd.scope(5), systemd.exec(5).
  OOMPolicy: policy,
  OOMScoreAdjust: scoreAdjust,
  // systemd.resource-control(5).
  ManagedOOMMemoryPressure: managed,
  ManagedOOMSwap: managed,
  ManagedOOMMemoryPressureLimit: share,
  ManagedOOMMemoryPressureDurationSec: duration,
  ManagedOOMPreference: oneOf('none', 'avoid', 'omit'),
  MemoryAccounting: yesOrNo,
  MemoryPressureWatch: watch,
  MemoryPressureThresholdSec: span,
  MemoryZSwapWriteback: yesOrNo,
  // systemd-system.conf(5).
  DefaultOOMPolicy: policy,
  DefaultOOMScoreAdjust: scoreAdjust,
  DefaultMemoryAccounting: yesOrNo,
  DefaultMemoryPressureWatch: watch,
  DefaultMemoryPressureThresholdSec: span,
  // oomd.conf(5).
  SwapUsedLimit: share,
  DefaultMemoryPressureLimit: share,
  DefaultMemoryPressureDurationSec: duration,
  PrekillHookTimeoutSec: duration,
};
