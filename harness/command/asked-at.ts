import { mustError } from '../core/must.js';

/** The port and path of a URL, as the prober asks: by HTTP. @throws OomdrillError `URL_INVALID` */
export function askedAt(text: string | undefined): { port?: number; path: string } {
  if (text === undefined) return { path: '/' };
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'https:')
    throw mustError('URL_INVALID', '--url', 'be an HTTP address, because HTTPS is not supported', text);
  if (url?.protocol !== 'http:' || url.port === '0' || url.username !== '' || url.password !== '')
    throw mustError(
      'URL_INVALID',
      '--url',
      'be an HTTP address without a password, such as http://localhost:8080/health',
      text,
    );
  return { port: Number(url.port || 80), path: `${url.pathname}${url.search}` };
}
