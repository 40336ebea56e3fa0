import { posix } from 'node:path';
import { type ComposeService, readComposeService } from './compose-service.js';
import { parseDotEnv, type Variables } from './compose-variables.js';
import type { Container, ContainerFault, ContainerFile } from './container.js';
import { dig, entriesOf, type Located, scalarOf } from './located.js';
import type { FileInTree } from './unit-in-tree.js';
import type { ReadYaml } from './yaml-files.js';

/** Files that Compose reads by itself, the first of a folder; and those that it reads on top of it (compose-go v2, cli/options.go). */
const DEFAULT_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
export const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** Names that Compose files have. */
export const COMPOSE_NAME = /^(?:[\w-]+[.-])?(?:docker-|podman-|container-)?compose(?:[._-][\w.-]+)?\.ya?ml$/;

/** Whether a YAML document is a Compose file: Kubernetes' have an apiVersion. */
const isCompose = (document: Located | undefined, path: string): boolean =>
  dig(document, 'services')?.kind === 'map' &&
  dig(document, 'apiVersion') === undefined &&
  (COMPOSE_NAME.test(posix.basename(path)) || entriesOf(dig(document, 'services')).some(([, each]) => hasImage(each)));

/** Whether a service says what it is made of, without which Compose refuses it. */
export const hasImage = (service: Located): boolean =>
  ['image', 'build', 'extends'].some((key) => dig(service, key) !== undefined);

/** A Compose file as a map of its services, and its variables. */
interface Layer {
  readonly path: string;
  readonly services: Located;
}

/** Compose files that are read as one, the lowest first. */
interface Stack {
  readonly layers: readonly Layer[];
  /** Whether it is likely to be named together with another file. */
  readonly isPart: boolean;
}

/**
 * Reads the Compose files of a tree as Compose does: the file that it finds by its name with its override, `extends`,
 * anchors and merge keys, and variables from the `.env` next to it. Every other Compose file is read by itself: it is not known
 * with which others it is named on the command line.
 */
export function readCompose(yaml: readonly ReadYaml[], files: readonly FileInTree[]): ContainerFile[] {
  const layers = findLayers(yaml);
  return findStacks(layers).map((stack) => readStack(stack, mergeStack(stack.layers, layers, files)));
}

/** The services of a Compose file with all that Compose reads together with it. */
export interface ComposeProject {
  readonly services: Located;
  readonly variables: Variables;
}

/**
 * Opens one Compose file of a tree as `readCompose` reads it; undefined if the file is not there, or has no services.
 *
 * @param path of the file in the tree
 */
export function openCompose(
  yaml: readonly ReadYaml[],
  files: readonly FileInTree[],
  path: string,
): ComposeProject | undefined {
  const named = yaml.find(({ file }) => file.path === path);
  const services = dig(named?.documents[0], 'services');
  if (services?.kind !== 'map') return undefined;
  const known = findLayers(yaml);
  // One that was named is a Compose file, whatever its name is.
  const layers = known.some((each) => each.path === path) ? known : [...known, { path, services }];
  const stack = findStacks(layers).find((each) => each.layers[0]?.path === path);
  return mergeStack(stack?.layers ?? [{ path, services }], layers, files);
}

const findLayers = (yaml: readonly ReadYaml[]): Layer[] =>
  yaml.flatMap(({ file, documents: [document] }): Layer[] => {
    const services = dig(document, 'services');
    return services !== undefined && isCompose(document, file.path) ? [{ path: file.path, services }] : [];
  });

function findStacks(layers: readonly Layer[]): Stack[] {
  const used = new Set<Layer>();
  const stacks: Stack[] = [];
  for (const folder of new Set(layers.map(({ path }) => posix.dirname(path)))) {
    const find = (names: readonly string[]) =>
      names.map((name) => layers.find(({ path }) => path === posix.join(folder, name))).find(Boolean);
    const base = find(DEFAULT_NAMES);
    const override = find(OVERRIDE_NAMES);
    if (!base) continue;
    const stack = override ? [base, override] : [base];
    stacks.push({ layers: stack, isPart: false });
    for (const layer of stack) used.add(layer);
  }
  const others = layers.filter((layer) => !used.has(layer));
  const hasBase = (layer: Layer) => [...used].some(({ path }) => posix.dirname(path) === posix.dirname(layer.path));
  return [...stacks, ...others.map((layer) => ({ layers: [layer], isPart: hasBase(layer) }))];
}

function mergeStack(stack: readonly Layer[], layers: readonly Layer[], files: readonly FileInTree[]): ComposeProject {
  const folder = posix.dirname(stack[0]?.path ?? '');
  const dotEnv = files.find(({ path }) => path === posix.join(folder, '.env'));
  const resolve = createResolver(layers);
  const services = stack
    .map(({ services, path }) => mapEntries(services, (service) => resolve(service, path, [])))
    .reduce((base, over) => mergeLocated(base, over));
  return { services, variables: dotEnv ? parseDotEnv(dotEnv.text) : new Map() };
}

function readStack({ isPart }: Stack, { services, variables }: ComposeProject): ContainerFile {
  const containers: Container[] = [];
  const faults: ContainerFault[] = [];
  for (const [name, service] of entriesOf(services)) {
    if (service.kind !== 'map') continue;
    const read: ComposeService = readComposeService(name, service, variables);
    // A file that is read on top of another need not say which image it is.
    const isKnownInPart = isPart || !hasImage(service) || isUnresolved(service);
    containers.push({ ...read.container, isKnownInPart });
    faults.push(...read.faults);
  }
  return { containers, faults };
}

const mapEntries = (map: Located, change: (value: Located) => Located): Located =>
  map.kind === 'map'
    ? { ...map, entries: new Map([...map.entries].map(([name, value]) => [name, change(value)])) }
    : map;

/** Marks a service that extends one that is not in the tree; no service has a setting of this name. */
const UNRESOLVED = 'extends a service that is not here';

/** Whether a service extends one that is not in the tree. */
export const isUnresolved = (service: Located): boolean => dig(service, UNRESOLVED) !== undefined;

/** Services that extend others that extend others; no file has more. */
const MAX_EXTENDS = 20;

/** Puts what services extend below them (compose-spec, 05-services.md, extends). */
function createResolver(layers: readonly Layer[]) {
  return function resolve(service: Located, path: string, from: readonly string[]): Located {
    const extended = dig(service, 'extends');
    if (extended === undefined || service.kind !== 'map') return service;
    const name = scalarOf(extended) ?? scalarOf(dig(extended, 'service'));
    const file = scalarOf(dig(extended, 'file'));
    const target = file === undefined ? path : posix.join(posix.dirname(path), file);
    const layer = layers.find((each) => each.path === target);
    const base = name === undefined ? undefined : dig(layer?.services, name);
    const key = `${target} ${name}`;
    if (base === undefined || from.includes(key) || from.length > MAX_EXTENDS)
      return { ...service, entries: new Map([...service.entries, [UNRESOLVED, extended]]) };
    return mergeLocated(resolve(base, target, [...from, key]), service);
  };
}

/**
 * Merges a value over another as Compose does: maps by their keys, lists one after the other, and the tags `!reset` and
 * `!override` (compose-spec, 13-merge.md).
 */
function mergeLocated(base: Located, over: Located): Located {
  if (over.tag === '!override') return over;
  if (base.kind === 'list' && over.kind === 'list') return { ...over, items: [...base.items, ...over.items] };
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [name, value] of over.entries) {
    const below = entries.get(name);
    if (value.tag === '!reset') entries.delete(name);
    else entries.set(name, below ? mergeLocated(below, value) : value);
  }
  return { ...base, entries };
}
