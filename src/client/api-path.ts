/** What of a URL names a part of OpenAI's API, e.g. `/chat/completions`: without host, and without what is before and with `/v1`. */
export function apiPath(url: string): string {
  return new URL(url).pathname.replace(/^.*?\/v1(?=\/)/, '');
}
