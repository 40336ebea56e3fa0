import { OomdrillError } from '../../core/errors.js';
import { labelOf, type Setting } from './settings.js';

/** The options that a sentence begins with: `--json must`, `--json and --junit must`. */
const SUBJECT = /(^|[.)] )(--[\w-]+(?: and --[\w-]+)*)(?= )/g;

/**
 * An error of a command, whose sentences name options, with the names of what set them: `OOMDRILL_JOBS must be ...` in the
 * place of `--jobs must be ...`. Of an option or a value that is only mentioned, the hint says where it is set. So no command has to
 * know where its options come from.
 */
export function nameSources(thrown: unknown, settings: readonly Setting[]): unknown {
  if (!(thrown instanceof OomdrillError)) return thrown;
  const used = settings.filter(({ passedOver }) => passedOver === undefined);
  const named = new Set<Setting>();
  const message = thrown.message.replaceAll(SUBJECT, (_, before: string, names: string) => {
    const labels = names.split(' and ').map((long) => {
      const setting = used.find((each) => each.long === long);
      if (!setting) return long;
      named.add(setting);
      return labelOf(setting.source);
    });
    return `${before}${labels.join(' and ')}`;
  });
  const mentioned = used.filter((setting) => !named.has(setting) && isMentioned(setting, message));
  if (named.size + mentioned.length === 0) return thrown;
  const hints = thrown.hint === undefined ? [] : [thrown.hint];
  hints.push(...mentioned.map(({ long, source }) => `${long} is set by ${labelOf(source)}.`));
  const { code, kind, cause } = thrown;
  return new OomdrillError({ code, kind, message, hint: hints.join(' ') || undefined, cause });
}

/** Whether a sentence has the option, or its value in quotes or in brackets: `There is no guest "sid".` */
function isMentioned({ long, raw }: Setting, message: string): boolean {
  const values = [raw].flat().flatMap((value) => [`"${value}"`, `(got ${value})`]);
  return new RegExp(`(?<![\\w-])${long}(?![\\w-])`).test(message) || values.some((value) => message.includes(value));
}
