/** Suffix of the folder of a drill's second try. In older records it is the only sign of a second try. */
export const SECOND_TRY_SUFFIX = '-again';

/** The folder of the runs, in the working folder, unless another one is named: nothing is kept where oomdrill is installed. */
export const DEFAULT_OUT_DIR = 'reports';
