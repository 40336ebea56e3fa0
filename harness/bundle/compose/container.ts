import { posix } from 'node:path';
import { split } from 'shlex';
import { z } from 'zod';
import { renderBytes } from '../../core/bytes.js';
import { messageOf, usageError } from '../../core/errors.js';
import { describeIssue, firstIssueOf } from '../../core/issue.js';
import { pathBelow } from '../../core/path-schema.js';
import { shellQuote } from '../../core/shell.js';
import { type ComposeProject, hasImage, isUnresolved, openCompose } from '../../formats/compose.js';
import { readComposeService } from '../../formats/compose-service.js';
import { interpolate, parseDotEnv } from '../../formats/compose-variables.js';
import { isLimit, type Stated } from '../../formats/container.js';
import { parseDockerSize } from '../../formats/docker-size.js';
import { dig, entriesOf, itemsOf, type Located, scalarOf } from '../../formats/located.js';
import { type ReadYaml, readYamlFiles } from '../../formats/yaml-files.js';
import type { BundleFile } from '../bundle.js';
import { containerSchema, imageSchema, type ServingContainer } from '../container.js';
import { treatmentOf } from './keys.js';
import { listPorts } from './ports.js';
import { placeInWords, refusal } from './refusal.js';
import { type Given, GivenService } from './service.js';

/** `serving.container` of `bundle.json` by a Compose file of the bundle. */
export const composeSchema = z.strictObject({
  compose: pathBelow('must be the path of a Compose file below etc/', 'etc/', '[.]ya?ml').describe(
    'Path in the bundle of a Compose file, such as `etc/web/compose.yaml`.',
  ),
  service: z
    .string()
    .min(1)
    .optional()
    .describe('Its service that is drilled; it may be left out where there is only one.'),
  image: imageSchema,
});

/** A container as a Compose file has it, and what of it is not drilled. */
export interface ComposedContainer {
  readonly container: ServingContainer;
  /** Sentences, each with file and line. */
  readonly warnings: readonly string[];
}

/**
 * Turns a service of a Compose file into the options of `docker run` that Compose would give it (docker/compose v2,
 * pkg/compose/create.go).
 *
 * @param files of the bundle: the Compose file, its override, what it extends, `.env` and files with variables
 * @throws OomdrillError `COMPOSE_FILE`, `COMPOSE_SERVICE`, `COMPOSE_VARIABLE`, and with file and line `COMPOSE_REFUSED`
 */
export function composeContainer(
  { compose: path, service: name, image }: z.infer<typeof composeSchema>,
  files: readonly BundleFile[],
): ComposedContainer {
  const project = openProject(path, files);
  const [chosen, located] = chooseService(project, path, name);
  const service = new GivenService(chosen, located, project.variables);
  const warnings = checkService(service, located);
  const limits = readComposeService(chosen, located, project.variables);
  for (const { kind, at, message, fix } of limits.faults) {
    if (kind === 'value' || kind === 'refused') throw refusal(at, message, `${fix}`);
    warnings.push(`${placeInWords(at)}: ${message}`);
  }
  const { publish, warnings: notPublished } = listPorts(service);
  const [entrypoint, ...before] = wordsOf(service, 'entrypoint') ?? [];
  const command = [...before, ...(wordsOf(service, 'command') ?? [])];
  const isOfHost = service.text('network_mode')?.text === 'host';
  const given: { readonly [key in keyof ServingContainer]: unknown } = {
    name: service.text('container_name')?.text ?? chosen,
    image,
    command: command.length === 0 ? undefined : command,
    entrypoint,
    user: service.text('user')?.text,
    environment: environmentOf(service, files, posix.dirname(path), warnings),
    publish: isOfHost ? undefined : publish,
    network: isOfHost ? 'host' : undefined,
    init: service.text('init') && isTrue(service.text('init')),
    memory: sizeOf(service, limits.container.max),
    memorySwap: swapOf(service),
    memoryReservation: sizeOf(service, limits.container.low),
    oomScoreAdj: limits.container.score?.value,
    restart: restartOf(service),
    healthCheck: healthCheckOf(service, warnings),
    cgroupParent: service.text('cgroup_parent')?.text,
  };
  const read = containerSchema.safeParse(given, { error: describeIssue });
  if (read.success) return { container: read.data, warnings: [...warnings, ...(isOfHost ? [] : notPublished)] };
  const { where, message } = firstIssueOf(read.error, 'the whole service');
  throw refusal(
    service.at,
    `the service ${chosen}: ${where} ${message}.`,
    'docs/bundles.md describes what can be drilled.',
  );
}

/** @throws OomdrillError `COMPOSE_FILE` */
function openProject(path: string, files: readonly BundleFile[]): ComposeProject {
  const all = files.map((file) => ({ ...file, shown: file.path }));
  // Other files of the bundle may be large, and are not Compose's.
  const yaml: readonly ReadYaml[] = readYamlFiles(all);
  const file = yaml.find((each) => each.file.path === path);
  const refuse = (why: string, hint: string) => usageError('COMPOSE_FILE', `${path} ${why}.`, hint);
  if (!file) throw refuse('is not in the bundle', 'bundle.json names it as serving.container.compose: add the file.');
  if (file.fault)
    throw usageError('COMPOSE_FILE', `${path}:${file.fault.line}: not valid YAML: ${file.fault.why}.`, 'Correct it.');
  const project = openCompose(yaml, all, path);
  if (project) return project;
  throw refuse('has no services', 'Name a Compose file: a map of services below services:.');
}

/** @throws OomdrillError `COMPOSE_SERVICE` */
function chooseService({ services }: ComposeProject, path: string, name: string | undefined): [string, Located] {
  const all = entriesOf(services);
  const [first] = all;
  const found = name === undefined ? (all.length === 1 ? first : undefined) : all.find(([each]) => each === name);
  if (found) return [found[0], found[1]];
  const names = all.map(([each]) => each).join(', ');
  const why =
    name !== undefined
      ? `has no service ${name}, but ${names || 'none at all'}`
      : all.length === 0
        ? 'has no service'
        : `has ${all.length} services, ${names}, and which of them is drilled is not said`;
  throw usageError('COMPOSE_SERVICE', `${path} ${why}.`, 'Name one in bundle.json: serving.container.service.');
}

/** What Compose refuses, and what a drill leaves out. @throws OomdrillError `COMPOSE_REFUSED` */
function checkService(service: GivenService, located: Located): string[] {
  const { name, at } = service;
  if (located.kind !== 'map' || !hasImage(located))
    throw refusal(
      at,
      `the service ${name} has neither image nor build, and Compose refuses the file.`,
      'Name its image; where that comes from in a drill, bundle.json says.',
    );
  if (isUnresolved(located))
    throw refusal(
      at,
      `the service ${name} extends one that is not in the bundle.`,
      'Add the file that it names in extends.',
    );
  const warnings: string[] = [];
  for (const [key, value] of service.entries) {
    const treatment = treatmentOf(key);
    if (treatment === undefined && !key.includes(' '))
      throw refusal(
        value.at,
        `${key} is not a setting of a service, and Compose refuses the file.`,
        'Correct its name, or remove it.',
      );
    if (treatment === 'left-out' && !isEmpty(value))
      warnings.push(`${placeInWords(value.at)}: ${key} of the service ${name} is left out of the drill.`);
  }
  const mode = service.text('network_mode');
  if (mode && !/^(?:host|bridge|default)$/.test(mode.text))
    warnings.push(
      `${placeInWords(mode.at)}: network_mode of the service ${name} is left out of the drill: its network is Docker's own.`,
    );
  return warnings;
}

const isEmpty = (value: Located): boolean =>
  value.kind === 'scalar'
    ? value.isNull || value.text === ''
    : (value.kind === 'list' ? value.items : [...value.entries]).length === 0;

const isTrue = (given: Given | undefined): boolean => /^(?:true|yes|on|y)$/i.test(given?.text ?? '');

/** @throws OomdrillError `COMPOSE_VARIABLE` for a size that is not known */
function sizeOf(service: GivenService, stated: Stated | undefined): string | undefined {
  if (!stated || !isLimit(stated)) return undefined;
  if (stated.bytes !== undefined) return renderBytes(stated.bytes);
  throw usageError(
    'COMPOSE_VARIABLE',
    `${placeInWords(stated.at)}: ${stated.written} of the service ${service.name} depends on a variable that is not known.`,
    'Set the variable in the file .env next to it in the bundle.',
  );
}

function swapOf(service: GivenService): string | undefined {
  const given = service.text('memswap_limit');
  if (!given || given.text === '-1') return given?.text;
  // Its reader has refused what is not a size. Docker takes 0 for not set.
  const bytes = parseDockerSize(given.text) ?? 0;
  return bytes === 0 ? undefined : renderBytes(bytes);
}

/** A command: a list, or a text that is split as a shell does. */
function wordsOf(service: GivenService, key: string): readonly string[] | undefined {
  const value = service.find(key);
  if (value?.kind === 'list') return service.texts(key)?.map(({ text }) => text);
  const given = service.text(key);
  if (!given) return undefined;
  try {
    return split(given.text);
  } catch (thrown) {
    throw refusal(
      given.at,
      `${key} of the service ${service.name} must be a command: ${messageOf(thrown)}`,
      'Close its quotes, or write it as a list.',
    );
  }
}

/** The block of deploy wins over the short form. */
function restartOf(service: GivenService): string | undefined {
  const policy = service.find('deploy', 'restart_policy');
  if (policy?.kind !== 'map') return service.text('restart')?.text;
  const condition = service.text('deploy', 'restart_policy', 'condition')?.text ?? 'any';
  const attempts = service.text('deploy', 'restart_policy', 'max_attempts')?.text;
  if (condition === 'none') return 'no';
  if (condition === 'any') return 'always';
  return condition === 'on-failure' && attempts !== undefined ? `${condition}:${attempts}` : condition;
}

function healthCheckOf(service: GivenService, warnings: string[]): unknown {
  const check = service.find('healthcheck');
  if (check?.kind !== 'map' || isTrue(service.text('healthcheck', 'disable'))) return undefined;
  const test = service.find('healthcheck', 'test');
  const [first, ...words] = service.texts('healthcheck', 'test')?.map(({ text }) => text) ?? [];
  if (first === undefined || (test?.kind === 'list' && first === 'NONE')) return undefined;
  if (test?.kind === 'list' && !/^CMD(?:-SHELL)?$/.test(first))
    throw refusal(
      test.at,
      `healthcheck.test of the service ${service.name} must begin with CMD, CMD-SHELL or NONE, or Compose refuses the file.`,
      'Write a list such as ["CMD-SHELL", "curl -f localhost"].',
    );
  for (const key of ['start_period', 'start_interval']) {
    const value = dig(check, key);
    if (value)
      warnings.push(
        `${placeInWords(value.at)}: healthcheck.${key} of the service ${service.name} is left out of the drill.`,
      );
  }
  const retries = service.text('healthcheck', 'retries')?.text;
  const command = test?.kind !== 'list' ? first : first === 'CMD' ? words.map(shellQuote).join(' ') : words.join(' ');
  return {
    command,
    interval: service.text('healthcheck', 'interval')?.text,
    timeout: service.text('healthcheck', 'timeout')?.text,
    retries: retries === undefined ? undefined : Number(retries),
  };
}

/** Variables of files and then those of the service; one without a value has that of the shell, of which only `.env` is known. */
function environmentOf(
  service: GivenService,
  files: readonly BundleFile[],
  folder: string,
  warnings: string[],
): Record<string, string> | undefined {
  const environment = new Map(envFilesOf(service).flatMap((file) => listVariables(service, file, files, folder)));
  const set = (name: string, written: string | undefined, at: Located['at']) => {
    const text = written === undefined ? service.variables.get(name) : interpolate(written, service.variables);
    if (text !== undefined) environment.set(name, text);
    else {
      warnings.push(
        `${placeInWords(at)}: the variable ${name} of the service ${service.name} is empty in the drill: .env next to the file does not say its value.`,
      );
      if (written !== undefined) environment.set(name, '');
    }
  };
  const own = service.find('environment');
  for (const [name, value] of entriesOf(own)) set(name, scalarOf(value), value.at);
  for (const item of itemsOf(own)) {
    const [, name = '', , value] = /^([^=]*)(=([\s\S]*))?$/.exec(scalarOf(item) ?? '') ?? [];
    set(name, value, item.at);
  }
  return environment.size === 0 ? undefined : Object.fromEntries(environment);
}

interface EnvFile extends Given {
  readonly isRequired: boolean;
}

function envFilesOf(service: GivenService): EnvFile[] {
  const value = service.find('env_file');
  const items = value?.kind === 'list' ? value.items : value ? [value] : [];
  return items.map((item) => {
    if (item.kind !== 'map') return { ...service.textOf(item, 'env_file'), isRequired: true };
    const path = dig(item, 'path') ?? item;
    return { ...service.textOf(path, 'env_file.path'), isRequired: scalarOf(dig(item, 'required')) !== 'false' };
  });
}

function listVariables(
  { name, variables }: GivenService,
  { text: path, at, isRequired }: EnvFile,
  files: readonly BundleFile[],
  folder: string,
): (readonly [string, string])[] {
  const file = posix.isAbsolute(path) ? undefined : files.find((each) => each.path === posix.join(folder, path));
  if (file) return [...parseDotEnv(file.text, variables)];
  if (!isRequired) return [];
  throw refusal(
    at,
    `env_file ${path} of the service ${name} is not in the bundle.`,
    `Put a stand-in for it at ${posix.join(folder, posix.basename(path))}, and name it so: no secret of the host belongs there.`,
  );
}
