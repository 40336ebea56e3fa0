import { basename } from 'node:path';
import { readUnitFile } from '../systemd/unit-file.js';
import { STAND_INS } from '../workload/stand-ins.js';
import { findJobStarter } from './job-starters.js';
import { readProgramNames } from './program-names.js';
import type { Scene } from './scene.js';
import type { Subject } from './subject.js';

/**
 * What a tree shows of people on the host: `work` if they work there, in sessions or in tmux, so that the next runaway
 * may well be theirs; `login` if they can log in, as on every host with sshd; undefined if it shows neither.
 */
export function findPeople(scene: Scene): 'work' | 'login' | undefined {
  if (isTmuxUsed(scene) || hasSessionSettings(scene) || isWorkplace(scene)) return 'work';
  return hasLogin(scene) ? 'login' : undefined;
}

/** Whether a tree shows that tmux is used: a unit runs it, has a scope of one of its panes, or the caller says so. */
export function isTmuxUsed({ subjects, earlyoom, manifest, serving }: Scene): boolean {
  return (
    subjects.some(
      ({ name, unit }) => /^tmux[-@.]/.test(name) || unit.values('Service', 'ExecStart').some(startsTmux),
    ) ||
    (earlyoom?.patterns ?? []).some(({ text }) => /\btmux\b/.test(text)) ||
    /\btmux\b|\bpanes?\b/i.test(manifest?.description ?? '') ||
    serving.some(opensTerminals)
  );
}

const startsTmux = (command: string): boolean =>
  readProgramNames(command).some((name) => /^(?:tmux|byobu)$/.test(name));

/** Whether a server opens terminals for its users, as the ones do that oomdrill has a stand-in for. */
function opensTerminals({ unit }: Subject): boolean {
  const names = unit.values('Service', 'ExecStart').flatMap(readProgramNames);
  return STAND_INS.some(({ path, opensTerminals }) => opensTerminals && names.includes(basename(path)));
}

/** Whether the administrator set up login sessions: their slices, their managers and units, or logind. */
function hasSessionSettings({ tree }: Scene): boolean {
  return tree.entries.some(
    (entry) =>
      entry.kind === 'file' &&
      (IS_OF_SESSIONS.test(entry.path) || (IS_LOGIND.test(entry.path) && hasAssignments(entry.text))),
  );
}

/** Files of the administrator: those in /usr are there on every host. */
const IS_OF_SESSIONS =
  /^etc\/systemd\/(?:system(?:\.control)?\/(?:user(?:-[^/]*)?\.slice|user@[^/]*\.service|session-[^/]*\.scope)(?:\.d\/[^/]+\.conf)?|user\/(?:[^/]+\.(?:service|slice|scope)|[^/]+\.d\/[^/]+\.conf))$/;

/** logind.conf(5), with its drop-ins. */
const IS_LOGIND = /^etc\/systemd\/logind\.conf(?:\.d\/[^/]+\.conf)?$/;

/** Whether a file sets anything: a distribution's own has comments alone. */
function hasAssignments(text: string): boolean {
  const { sections } = readUnitFile(text, 'logind.conf').file;
  return sections.some(({ items }) => items.some(({ kind }) => kind === 'assignment'));
}

/** Whether the host is there for what people start on it. */
function isWorkplace({ subjects, manifest }: Scene): boolean {
  return (
    /\bssh\b|\blog ?ins?\b|\bsessions? of users?\b/i.test(manifest?.description ?? '') ||
    subjects.some((subject) => findJobStarter(subject)?.isWorkplace === true)
  );
}

/** Whether people can log in: sshd, a getty or a display manager is enabled or set up. */
function hasLogin({ tree }: Scene): boolean {
  return tree.entries.some(({ path }) =>
    /(?:^|\/)(?:sshd?|dropbear|x?getty|serial-getty|autovt|display-manager|gdm3?|sddm|lightdm|xrdp)(?:@[^/]*)?\.(?:service|socket)(?:\.d\/|$)/.test(
      path,
    ),
  );
}
