/** What the folder of a drill's second try has behind the name of the first one's. */
export const AGAIN = '-again';
