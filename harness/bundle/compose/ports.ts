import type { Located } from '../../formats/located.js';
import { dig, itemsOf, scalarOf } from '../../formats/located.js';
import { placeInWords, refusal } from './refusal.js';
import type { GivenService } from './service.js';

/** Ports that a service publishes, as `docker run --publish` takes them. */
interface Published {
  readonly publish: readonly string[];
  /** What is not drilled, in sentences. */
  readonly warnings: readonly string[];
}

const SHORT =
  /^(?:(?<ip>\d+(?:\.\d+){3}|\[[\da-fA-F:]+\]):)?(?:(?<host>\d+(?:-\d+)?):)?(?<target>\d+(?:-\d+)?)(?:\/(?<protocol>[a-z]+))?$/;

/** No range is longer. */
const MAX_PORTS = 1_000;

/** The ports of a service (compose-spec, 05-services.md, ports). @throws OomdrillError `COMPOSE_REFUSED`, `COMPOSE_VARIABLE` */
export function listPorts(service: GivenService): Published {
  const publish: string[] = [];
  const warnings: string[] = [];
  for (const item of itemsOf(service.find('ports'))) {
    const { ip = '', host, target = '', protocol = 'tcp' } = partsOf(service, item);
    const skip = (why: string) =>
      warnings.push(`${placeInWords(item.at)}: ports of the service ${service.name}: ${why}.`);
    if (protocol !== 'tcp') skip(`${target}/${protocol} is not published in a drill, which asks by TCP`);
    else if (ip.includes(':')) skip(`${target} is not published in a drill at an IPv6 address`);
    else if (host === undefined || host === '0')
      skip(`Docker publishes ${target} at a port that it chooses, and nothing asks there`);
    else {
      const [hosts, targets] = [rangeOf(host), rangeOf(target)];
      if (hosts.length !== targets.length || hosts.length === 0)
        throw refusal(
          item.at,
          `ports of the service ${service.name}: ${host}:${target} are not as many ports of the host as of the container, and Compose refuses the file.`,
          'Write ports such as 8080:80, or two ranges of the same length.',
        );
      publish.push(...hosts.map((port, index) => `${ip === '' ? '' : `${ip}:`}${port}:${targets[index]}`));
    }
  }
  return { publish, warnings };
}

interface Parts {
  readonly ip?: string | undefined;
  readonly host?: string | undefined;
  readonly target?: string | undefined;
  readonly protocol?: string | undefined;
}

function partsOf(service: GivenService, item: Located): Parts {
  if (item.kind === 'map') {
    const part = (key: string) => {
      const value = dig(item, key);
      return value && scalarOf(value) !== undefined ? service.textOf(value, `ports.${key}`).text : undefined;
    };
    return { ip: part('host_ip'), host: part('published'), target: part('target'), protocol: part('protocol') };
  }
  const { text } = service.textOf(item, 'ports');
  const parts = SHORT.exec(text)?.groups;
  if (parts) return parts;
  throw refusal(
    item.at,
    `ports of the service ${service.name}: ${JSON.stringify(text)} must be ports, or Compose refuses the file.`,
    'Write ports in quotes, such as "8080:80".',
  );
}

function rangeOf(text: string): number[] {
  const [from = Number.NaN, to = from] = text.split('-').map(Number);
  if (!(from >= 1 && to <= 65_535 && from <= to && to - from < MAX_PORTS)) return [];
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
