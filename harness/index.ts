/**
 * oomdrill as a library: what a repository of one's own imports. Loading it loads no machine and no test runner; what
 * drills or judges is loaded when it is called.
 *
 * @packageDocumentation
 */
export type { Bundle, BundleFile } from './bundle/bundle.js';
export { loadBundle } from './bundle/load.js';
export { OomdrillError } from './core/errors.js';
