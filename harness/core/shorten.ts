/**
 * A text for a message, cut off where it is too long: a file from elsewhere may hold megabytes in the place of a word.
 *
 * @param max the number of characters that are kept
 */
export const shorten = (text: string, max = 100): string => (text.length > max ? `${text.slice(0, max)}...` : text);
