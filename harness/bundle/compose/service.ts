// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose
import { usageError } from '../../core/errors.js';
import { interpolate, type Variables } from '../../formats/compose-variables.js';
import { dig, entriesOf, itemsOf, type Located, scalarOf } from '../../formats/located.js';
import { placeInWords, refusal } from './refusal.js';

/** A text of a service with its variables put in, and where it is. */
export interface Given {
  readonly text: string;
  readonly at: Located['at'];
}

/** A service of a Compose file whose settings are asked for one by one. */
export class GivenService {
  readonly name: string;
  readonly variables: Variables;
  readonly #service: Located;

  constructor(name: string, service: Located, variables: Variables) {
    this.name = name;
    this.#service = service;
    this.variables = variables;
  }

  get at(): Located['at'] {
    return this.#service.at;
  }

  get entries(): readonly (readonly [string, Located])[] {
    return entriesOf(this.#service);
  }

  find(...keys: readonly string[]): Located | undefined {
    return dig(this.#service, ...keys);
  }

  /** One text; undefined where there is none. @throws OomdrillError `COMPOSE_VARIABLE`, `COMPOSE_REFUSED` */
  text(...keys: readonly string[]): Given | undefined {
    const value = this.find(...keys);
    if (value === undefined || (value.kind === 'scalar' && value.isNull)) return undefined;
    return this.textOf(value, keys.join('.'));
  }

  /** The text of a value that must be one. @param key what it is, for errors */
  textOf(value: Located, key: string): Given {
    const written = scalarOf(value);
    if (written === undefined)
      throw refusal(value.at, `${key} of the service ${this.name} must be a text.`, 'Write one value.');
    const text = interpolate(written, this.variables);
    if (text !== undefined) return { text, at: value.at };
    throw usageError(
      'COMPOSE_VARIABLE',
      `${placeInWords(value.at)}: ${key} of the service ${this.name} depends on a variable that is not known.`,
      'Set the variable in the file .env next to it in the bundle, or give it a default: ${NAME:-value}.',
    );
  }

  /** A list of texts, or one text by itself; undefined where there is none. */
  texts(...keys: readonly string[]): readonly Given[] | undefined {
    const value = this.find(...keys);
    const key = keys.join('.');
    if (value?.kind === 'list') return itemsOf(value).map((item) => this.textOf(item, key));
    const one = this.text(...keys);
    return one && [one];
  }
}
