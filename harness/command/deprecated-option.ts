import { type Command, Option } from 'commander';
import { say } from '../core/say.js';

/**
 * A former name of an option. It does what the option does, is in neither `--help` nor completion, and names the option on
 * standard error. Where both are given, that counts as the option given twice.
 */
class DeprecatedOption extends Option {
  /** @param name the former name with its dashes, such as `--old-name` */
  constructor(
    name: string,
    readonly replacement: Option,
  ) {
    super(replacement.required ? `${name} <value>` : name);
    this.hideHelp();
    if (replacement.parseArg) this.argParser(replacement.parseArg);
  }

  /** Both names set one value. */
  override attributeName(): string {
    return this.replacement.attributeName();
  }
}

/** An option and its former names, which a command declares together. */
export function withDeprecatedNames(option: Option, names: readonly string[] = []): readonly Option[] {
  return [option, ...names.map((name) => new DeprecatedOption(name, option))];
}

/** Adds options to a command, which names the new option once where a former name is used. */
export function addOptions(command: Command, options: readonly Option[]): void {
  for (const option of options) {
    command.addOption(option);
    if (option instanceof DeprecatedOption) warnOnce(command, option);
  }
}

function warnOnce(command: Command, option: DeprecatedOption): void {
  let warned = false;
  command.on(`option:${option.name()}`, () => {
    if (warned) return;
    warned = true;
    say(`${option.long} is deprecated: use ${option.replacement.long}`);
  });
}
