/** A name that is safe as that of a file and of a scenario, made of one that may hold any characters: `web@blue` becomes `web-blue`. */
export function plainName(text: string, otherwise = 'server'): string {
  const name = text.replaceAll(/[^A-Za-z0-9._-]+/g, '-').replaceAll(/^[-._]+|[-._]+$/g, '');
  return name === '' ? otherwise : name;
}
