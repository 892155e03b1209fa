/** What a person types as the address of a server: http or https, without a slash at its end. Null where it is none. */
export function parseServerUrl(text: string): string | null {
  const typed = text.trim();
  const url = URL.canParse(typed) ? new URL(typed) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) return null;
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
