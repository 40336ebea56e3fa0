/** A line of a stack trace of Node.js: it has a file, a line and a column, which a sentence with an indented "at" has not. */
export const STACK_LINE = /^ +at .*:\d+:\d+\)?$/m;
