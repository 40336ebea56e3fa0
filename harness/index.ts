/**
 * oomdrill as a library: what a repository of one's own imports. Loading it loads no machine and no test runner; what
 * drills or judges is loaded when it is called. docs/library.md describes it.
 *
 * @packageDocumentation
 */

export type { Bundle, BundleFile } from './bundle/bundle.js';
export type { Manifest } from './bundle/manifest.js';
export {
  type DrillChoices,
  drillScenario as drill,
  judgeRecord as judge,
  readBundle as loadBundle,
} from './campaign/library.js';
export { type Config, defineConfig } from './config/config.js';
export { OomdrillError } from './core/errors.js';
export { printable } from './core/printable.js';
export { defineScenario } from './define-scenario.js';
export type {
  BundleSource,
  PhaseTimes,
  Repair,
  Requirement,
  Scenario,
  ScenarioDeclaration,
  Suite,
} from './drill/scenario.js';
export type {
  Fit,
  Ground,
  Injection,
  InjectionKind,
  InjectionPlan,
  RunningInjection,
  Scaling,
  SettledCheck,
  Sight,
  Spot,
} from './inject/injection.js';
export { CREEP, type Creep, type Hog, type HogShape, hog } from './inject/memory-hog/hog.js';
export { belowMax, between, beyondMax, own, type Target, total } from './inject/memory-hog/target.js';
export type { Place } from './inject/place.js';
export { cpuHog } from './inject/strain/cpu-hog.js';
export { diskHog } from './inject/strain/disk-hog.js';
export { forkBomb } from './inject/strain/fork-bomb.js';
export type { StrainInjection, StrainShape } from './inject/strain/kind.js';
export type { ExecOptions, ExecResult, GuestShell } from './machine/guest-shell.js';
export type { Expectation, InjectionProgress } from './record/schema.js';
export type { Reporter } from './report/reporter.js';
export type { RunSummary, Summary } from './verdict/summary.js';
export type { Probe, ProbeAnswer, ProbeTarget } from './workload/probe.js';
