/** Suffix of the folder of a drill's second try. In older records it is the only sign of a second try. */
export const SECOND_TRY_SUFFIX = '-again';
