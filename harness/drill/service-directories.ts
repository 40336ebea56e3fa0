import { expandSpecifiers } from '../systemd/specifiers.js';
import type { Unit } from '../systemd/unit.js';

/** Where systemd makes the directories of a service, by directive (systemd.exec(5)). With DynamicUser= they are in `private`. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  StateDirectory: ['/var/lib', '/var/lib/private'],
  CacheDirectory: ['/var/cache', '/var/cache/private'],
  LogsDirectory: ['/var/log', '/var/log/private'],
  ConfigurationDirectory: ['/etc'],
};

/**
 * Finds the directories that systemd makes for a service when it starts, and leaves when it ends, as absolute paths.
 *
 * @throws OomdrillError the errors of `expandSpecifiers`
 */
export function listServiceDirectories(unit: Unit): readonly string[] {
  return Object.entries(PLACES).flatMap(([directive, places]) =>
    unit
      .values('Service', directive)
      .flatMap((value) => expandSpecifiers(value, unit.name).split(/\s+/))
      // What follows a colon is the name of a link to it.
      .map((word) => word.split(':', 1)[0] ?? '')
      .filter((name) => name !== '' && !/(?:^|\/)\.{1,2}(?:\/|$)|^\/|\/\/|\/$/.test(name))
      .flatMap((name) => places.map((place) => `${place}/${name}`)),
  );
}
