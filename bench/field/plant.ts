import type { Tree } from '../../harness/bundle/tree.js';
import type { TreeEntry } from '../../harness/bundle/tree-entry.js';
import type { Finding } from '../../harness/lint/finding.js';
import { lintTree } from '../../harness/lint/lint.js';
import type { HostMemory } from '../../harness/lint/scene.js';
import { removeDirective } from '../../harness/systemd/directive.js';
import { readUnitFile, renderUnitFile } from '../../harness/systemd/unit-file.js';
import { A, type RuleExample } from '../../harness/testing/rule-examples.js';

type TextEntry = Extract<TreeEntry, { kind: 'file' }>;

/** A real service, among the files that its package or its host has besides. */
export interface Habitat {
  /** The service's own name. */
  readonly name: string;
  /** Base name of the program that it starts. */
  readonly program: string;
  readonly unit: TextEntry;
  readonly entries: readonly TreeEntry[];
}

/** Settings that are about memory: a service that has one of these is not chosen, for a fault must be the only one. */
const OF_MEMORY = /^\s*(?:\w*Memory(?!DenyWrite)\w*|OOM\w*|ManagedOOM\w*|Slice|Delegate)\s*=/im;

/** A command that says by itself which program runs: no shell, no variable, no prefix. */
const COMMAND = /^ExecStart=\/(?:[\w.-]+\/)+([a-z][a-z0-9-]{2,14})(?:\s|$)/gm;

const INTERPRETERS = /^(?:sh|bash|dash|env|perl|python[\d-]*|ruby|node|java|php[\d-]*|docker|podman|nice|test|true)$/;

/**
 * The services among the entries of a source that a fault can be planted in: each runs one program, has no limits, and
 * lint finds nothing in it.
 */
export function listHabitats(entries: readonly TreeEntry[]): readonly Habitat[] {
  const { findings } = lintTree({ kind: 'files', root: '.', entries, notRead: [] });
  const accused = new Set(findings.map(({ path }) => path));
  return entries.flatMap((unit) => {
    const name = /systemd\/system\/([\w-]+\.service)$/.exec(unit.path)?.[1];
    if (unit.kind !== 'file' || name === undefined || OF_MEMORY.test(unit.text)) return [];
    if (accused.has(unit.shown)) return [];
    if (entries.some(({ path }) => path.includes(`/${name}.d/`))) return [];
    const [program, ...more] = [...unit.text.matchAll(COMMAND)].map(([, base = '']) => base);
    const isPlain = /^Type=(?!oneshot)/m.test(unit.text) || !/^Type=/m.test(unit.text);
    if (program === undefined || more.length > 0 || INTERPRETERS.test(program) || !isPlain) return [];
    return [{ name, program, unit, entries }];
  });
}

/**
 * Plants an example of a rule in a real service: the example's a.service becomes that service, with its own lines
 * first and then those of the example, and the example's other files join the real ones.
 */
export function plant({ tree }: RuleExample, habitat: Habitat): Tree {
  const rename = (text: string) => renameIn(text, habitat);
  const planted = tree.entries.map((entry): TreeEntry => {
    const at = { path: rename(entry.path), shown: rename(entry.shown) };
    if (entry.kind === 'link') return { ...entry, ...at, target: rename(entry.target) };
    if (entry.kind === 'unreadable') return { ...entry, ...at };
    const text = entry.path === A ? mixUnits(habitat.unit.text, entry.text) : entry.text;
    return { ...entry, ...at, text: rename(text) };
  });
  const paths = new Set([...planted.map(({ path }) => path), ...idlePaths(habitat, tree)]);
  const rest = habitat.entries.filter(({ path }) => !paths.has(path));
  return { ...tree, entries: [...rest, ...planted] };
}

/** A text of an example with the names of the real service and its program. */
function renameIn(text: string, { name, program }: Habitat): string {
  return text
    .replaceAll(/(?<![\w@-])a\.service/g, name)
    .replaceAll('/usr/bin/a', `/usr/bin/${program}`)
    .replaceAll('^a$', `^${program}$`);
}

/** The real file where the example has its own at another place of the load path: the two are one unit. */
function idlePaths({ unit }: Habitat, tree: Tree): readonly string[] {
  return tree.entries.some(({ path }) => path === A) ? [unit.path] : [];
}

/** The command of most examples, which becomes that of the real service. */
const COMMON_COMMAND = 'ExecStart=/usr/bin/a';

/**
 * The real file's lines, and then the example's. Where the example has no command, or one of its own, that is the fault:
 * the real one is removed, with the one that stops it. Where it has no [Service], the example's lines are all.
 */
function mixUnits(real: string, example: string): string {
  const [head = '', command = '', ...lines] = example.split('\n');
  if (head !== '[Service]') return example;
  const isCommon = command === COMMON_COMMAND;
  const { file } = readUnitFile(real, 'real');
  const without = removeDirective(removeDirective(file, 'Service', 'ExecStart'), 'Service', 'ExecStop');
  const kept = isCommon ? real : renderUnitFile(without);
  const added = isCommon ? lines : [command, ...lines];
  return `${kept.replace(/\n*$/, '\n')}[Service]\n${added.join('\n')}`;
}

/** What a rule finds in a planted tree, and not in the real files alone. */
export function findPlanted(rule: string, example: RuleExample, habitat: Habitat): readonly Finding[] {
  // What is known of the host may name the unit, too.
  const host: HostMemory = JSON.parse(renameIn(JSON.stringify(example.host ?? {}), habitat));
  const ofRule = (tree: Tree) => lintTree(tree, host).findings.filter((finding) => finding.rule === rule);
  const keyOf = ({ path, message }: Finding) => `${path}: ${message}`;
  const before = new Set(ofRule({ ...example.tree, entries: habitat.entries }).map(keyOf));
  return ofRule(plant(example, habitat)).filter((finding) => !before.has(keyOf(finding)));
}
