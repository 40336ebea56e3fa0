/** What the folder of a drill's second try has behind the name of the first one's. Older records have no other sign of it. */
export const AGAIN = '-again';
