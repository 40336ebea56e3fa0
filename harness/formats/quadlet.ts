import { Unit } from '../systemd/unit.js';
import { type Assignment, readUnitFile, type UnitFault, type UnitFile } from '../systemd/unit-file.js';
import type { FilePlace } from './place.js';
import { defaultService, type QuadletKind } from './quadlet-groups.js';
import { findKey } from './quadlet-keys.js';

/** Why podman makes no service of a quadlet, or which versions of it do not. */
interface QuadletFault {
  readonly at: FilePlace;
  /** A clause after "podman refuses it: ". */
  readonly why: string;
  readonly fix: string;
  /** The first version that does not refuse it; undefined if all do. */
  readonly since?: string;
  /** The last version that is known to refuse it; undefined if all do. */
  readonly upTo?: string | undefined;
}

/** A file of a quadlet with its path for the caller: the quadlet itself, or a drop-in of it. */
export interface QuadletPart {
  readonly shown: string;
  readonly text: string;
}

/** A quadlet, and the service that podman's generator makes of it. */
export interface Quadlet {
  readonly kind: QuadletKind;
  /** Its file's name, such as `web@.container`. */
  readonly name: string;
  /** Name of the service: `web@.service`. */
  readonly service: string;
  /** The service in the order in which it is read: the file, its drop-ins, and what the generator adds. */
  readonly files: readonly UnitFile[];
  /** The file and its drop-ins without the quadlet's own section, for what systemd reads of them. */
  readonly sources: readonly UnitFile[];
  readonly faults: readonly QuadletFault[];
}

/**
 * Reads a quadlet as podman's generator does (podman 5.4 and 5.6, pkg/systemd/quadlet/quadlet.go; podman-systemd.unit(5)):
 * `[Service]` stays, drop-ins are appended, and a command and `Delegate=yes` are added. Of the command it has the parts that
 * decide about memory: the cgroup, PodmanArgs= and Memory=.
 *
 * @param name its file's name
 * @param parts the quadlet, then its drop-ins in the order in which they apply
 */
export function readQuadlet(name: string, kind: QuadletKind, parts: readonly QuadletPart[]): Quadlet {
  const read = parts.map(({ text, shown }) => readUnitFile(text, shown));
  const own = new Unit(
    name,
    read.map(({ file }) => file),
  );
  const named = own.value(kind.group, 'ServiceName');
  const files = read.map(({ file }) => renameGroups(file, kind));
  const added = addedLines(name, kind, own);
  const generated = {
    path: parts[0]?.shown ?? name,
    preamble: [],
    sections: [{ name: 'Service', raw: '', items: added }],
  };
  return {
    kind,
    name,
    service: named === undefined ? defaultService(name, kind) : `${named.value}.service`,
    files: [...files, generated],
    sources: read.map(({ file }) => withoutGroup(file, kind)),
    faults: [
      ...read.flatMap(describeSyntax),
      ...findRefusedKeys(kind, own),
      ...findContradictions(kind, own, generated.path),
    ],
  };
}

const renameGroups = (file: UnitFile, { group }: QuadletKind): UnitFile => ({
  ...file,
  sections: file.sections.map((section) =>
    section.name === group || section.name === 'Quadlet' ? { ...section, name: `X-${section.name}` } : section,
  ),
});

const withoutGroup = (file: UnitFile, { group }: QuadletKind): UnitFile => ({
  ...file,
  sections: file.sections.filter(({ name }) => name !== group && name !== 'Quadlet'),
});

/** The lines of [Service] that the generator adds, each at the line of the quadlet that it comes from. */
function addedLines(name: string, kind: QuadletKind, own: Unit): Assignment[] {
  const { command, from } = composeCommand(name, kind, own);
  const line = from?.line ?? 1;
  const add = (key: string, value: string): Assignment => ({ kind: 'assignment', key, value, raw: '', line });
  const lines = [add('ExecStart', command)];
  const isOneshot = own.value('Service', 'Type')?.value === 'oneshot';
  if (kind.extension === 'container') lines.push(add('Delegate', 'yes'));
  if (kind.extension === 'pod') lines.push(add('Type', 'forking'));
  else if (kind.extension === 'container' || kind.extension === 'kube') {
    if (!isOneshot) lines.push(add('Type', 'notify'));
  } else if (own.value('Service', 'Type') === undefined) lines.push(add('Type', 'oneshot'));
  return lines;
}

/** The command that starts it, as far as it is about memory, and the assignment that names what it starts. */
function composeCommand(name: string, kind: QuadletKind, own: Unit): { command: string; from: Assignment | undefined } {
  const value = (key: string) => own.value(kind.group, key);
  const args = own.values(kind.group, 'PodmanArgs');
  const globals = own.values(kind.group, 'GlobalArgs');
  const join = (...words: readonly (string | undefined)[]) =>
    ['/usr/bin/podman', ...globals, ...words].filter((word) => word !== undefined && word !== '').join(' ');
  const image = value('Image') ?? value('Rootfs');
  if (kind.extension === 'container') {
    const mode = value('CgroupsMode')?.value;
    const memory = value('Memory')?.value;
    const flags = [
      `--cgroups=${mode ?? 'split'}`,
      memory && `--memory ${memory}`,
      value('Pod') && '--pod-id-file %t/pod.pod-id',
    ];
    return { command: join('run', ...flags, ...args, image?.value, value('Exec')?.value), from: image };
  }
  const yaml = value('Yaml');
  if (kind.extension === 'kube')
    return { command: join('kube', 'play', '--replace', '--service-container=true', ...args, yaml?.value), from: yaml };
  if (kind.extension === 'pod')
    return { command: join('pod', 'start', value('PodName')?.value ?? `systemd-${name}`), from: value('PodName') };
  return {
    command: join(kind.extension, kind.extension === 'image' ? 'pull' : 'create', ...args, image?.value),
    from: image,
  };
}

/** Lines that podman does not understand: it then reads no quadlet of that folder at all (loadUnitsFromDir()). */
const describeSyntax = ({ file, faults }: ReturnType<typeof readUnitFile>): QuadletFault[] =>
  faults.map(({ line, why, hint }: UnitFault) => ({
    at: { path: file.path, line },
    why: `${why}, so that it reads no quadlet of this directory`,
    fix: hint ?? 'Correct the line.',
  }));

/** Keys that the quadlet's own section does not have (checkForUnknownKeys()). */
function* findRefusedKeys(kind: QuadletKind, own: Unit): Generator<QuadletFault> {
  for (const { path, sections } of own.files)
    for (const item of sections.filter(({ name }) => name === kind.group).flatMap(({ items }) => items)) {
      if (item.kind !== 'assignment') continue;
      const at = { path, line: item.line };
      const why = `[${kind.group}] has no key ${item.key}=`;
      const known = findKey(kind.group, item.key);
      if (known === 'known') continue;
      if ('fix' in known) yield { at, why, ...known };
      else {
        const option =
          item.key === 'Memory' ? `PodmanArgs=--memory=${item.value}` : 'the option of podman into PodmanArgs=';
        yield { at, why, fix: `Write ${option}, or use podman ${known.since}.`, since: known.since };
      }
    }
}

/** What else podman makes no service of (ConvertContainer(), ConvertKube()). */
function* findContradictions(kind: QuadletKind, own: Unit, path: string): Generator<QuadletFault> {
  const has = (key: string) => own.value(kind.group, key) !== undefined;
  const at = { path };
  if (kind.extension === 'container' && !has('Image') && !has('Rootfs'))
    yield { at, why: 'it has neither Image= nor Rootfs=', fix: 'Name an image: Image=.' };
  if (kind.extension === 'container' && has('Image') && has('Rootfs'))
    yield { at, why: 'it has both Image= and Rootfs=', fix: 'Remove one of them.' };
  if (kind.extension === 'kube' && !has('Yaml')) yield { at, why: 'it has no Yaml=', fix: 'Name a manifest: Yaml=.' };
  if (kind.extension !== 'container' && kind.extension !== 'kube') return;
  const only = (section: string, key: string, accepted: RegExp, fix: string): QuadletFault[] => {
    const found = own.value(section, key);
    return found && !accepted.test(found.value)
      ? [{ at: { path: found.path, line: found.line }, why: `it does not accept ${key}=${found.value}`, fix }]
      : [];
  };
  yield* only(kind.group, 'Pod', /\.pod$/, 'Name a .pod file.');
  yield* only('Service', 'Type', /^(?:notify|oneshot)$/, 'Remove Type=: podman writes the one that fits.');
  yield* only('Service', 'KillMode', /^(?:mixed|control-group)$/, 'Remove KillMode=: podman writes mixed.');
}
