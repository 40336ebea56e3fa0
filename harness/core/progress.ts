/** Called with what is going on, in words that complete a line of a log. */
export type Progress = (line: string) => void;
