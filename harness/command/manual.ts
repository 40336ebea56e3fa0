import { type CommandManual, DEFAULT_EXIT_STATUS } from './documented-command.js';

/** What oomdrill is, in a line: sentence case, no full stop. */
export const PURPOSE = 'Prove in a throwaway VM that memory limits on Linux contain a runaway process';

/** The manual of the program as a whole. */
export const MANUAL: CommandManual = {
  details: [
    'A drill boots a VM with your systemd units and limits, starts a process in it that takes memory (the hog), asks the server in it for answers from outside, as its clients do, and says what happened.',
    'What is drilled is a bundle: a directory with unit files and settings as on the real host, and a bundle.json that says how large that host is and how its server is asked. A scenario says which bundle is drilled, what the hog does, and which outcome is expected: contained, livelocked, unit-stopped and so on. The verdict compares the two: pass, fail, inconclusive (nothing was proved) or error. A control is a scenario with limits that are known to be bad; it passes when the harm shows.',
    'Sizes are those of the real host, and are written as bytes with K, M, G or T (powers of 1024), such as 16G. The VM is smaller: every size is divided by one number, the scale.',
  ],
  examples: [
    { does: 'Can this machine drill, and what is missing?', line: 'oomdrill doctor' },
    { does: 'Drill the core suite: an incident, its repair, and a runaway process', line: 'oomdrill run' },
    { does: 'Check the limits of this machine as they are written, without a VM', line: 'oomdrill lint /etc' },
    {
      does: 'Make a bundle of a live host, and drill it',
      line: 'oomdrill capture web.service --host me@web.example\noomdrill run --bundle ./web',
    },
    { does: 'May these values reach the host?', line: 'oomdrill validate ./web --memory-max 24G' },
    {
      does: 'Charts of all drills so far in one HTML file',
      line: 'oomdrill report reports/*/*/record.jsonl -o report',
    },
  ],
  exitStatus: {
    ...DEFAULT_EXIT_STATUS,
    0: 'everything ended as expected',
    1: 'a claim failed: the limits do not do what they should, or a control showed no harm',
    2: 'nothing was proved: inconclusive, or an error of the machine or the network, or while a file was read or written',
  },
  environment: {
    OOMDRILL_OPTION:
      'default of the option of this name of every command, such as OOMDRILL_SCALE for --scale; of a switch, true or false',
    OOMDRILL_COMMAND_OPTION: 'the same for one command, such as OOMDRILL_RUN_SUITE for --suite of oomdrill run',
    OOMDRILL_CACHE: 'directory for images and snapshots (default: $XDG_CACHE_HOME/oomdrill, ~/.cache/oomdrill)',
    OOMDRILL_STATE:
      'directory for the ledger, a list of what is running (default: $XDG_STATE_HOME/oomdrill, ~/.local/state/oomdrill)',
    OOMDRILL_SNAPSHOT_SPACE:
      'what the snapshots in which a server has settled may take on disk, all together; 0 for none (default: 12G)',
    OOMDRILL_MIRROR: 'Debian mirror for images (default: http://deb.debian.org/debian)',
    OOMDRILL_MIRROR_EXPIRED:
      'allow to build guests also from lists of packages of that mirror that are past their date (Valid-Until); records say so',
    OOMDRILL_BOX: 'Vagrant box for --machine vagrant (default: the one that oomdrill image box makes)',
    OOMDRILL_DEBUG: 'if set, print the stack of an error as well',
    CHROMIUM: 'browser for report --png (default: chromium or google-chrome in PATH)',
    GITHUB_STEP_SUMMARY: 'if set, add the results of run, judge and merge to this file as Markdown',
    NO_COLOR: 'if set, print no colors',
  },
  files: {
    'oomdrill.config.ts':
      'defaults of options, and reporters and probes of your own; also .js, .mjs or .json; in the working directory or above it',
    'reports/RUN/SCENARIO-GUEST/record.jsonl':
      'the record of a drill: every sample, answer and kernel message, and how the limits were read back from the kernel',
    'reports/RUN/SCENARIO-GUEST/console.log': 'the serial console of its VM',
    'reports/history.jsonl': 'results of earlier runs, a line each',
    'reports/baseline.json': 'accepted results',
    'BUNDLE/bundle.json': 'the host, the server and how it is asked',
    'BUNDLE/etc/': 'unit files and settings, as below /etc of the real host',
  },
};
