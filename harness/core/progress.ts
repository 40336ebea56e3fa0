/**
 * Called with what is going on, in words that complete a line of a log. What is to be copied whole, such as a command,
 * stands below it on a line of its own.
 */
export type Progress = (line: string, ...below: readonly string[]) => void;
