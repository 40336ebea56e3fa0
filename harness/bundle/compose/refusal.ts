import { type OomdrillError, usageError } from '../../core/errors.js';
import type { FilePlace } from '../../formats/place.js';

/** A place in the words of errors: `etc/web/compose.yaml:12`. */
export const placeInWords = ({ path, line }: FilePlace): string => (line === undefined ? path : `${path}:${line}`);

/** What Compose or Docker would refuse, or what a drill cannot be made of. @param why to follow the place */
export const refusal = (at: FilePlace, why: string, hint: string): OomdrillError =>
  usageError('COMPOSE_REFUSED', `${placeInWords(at)}: ${why}`, hint);
