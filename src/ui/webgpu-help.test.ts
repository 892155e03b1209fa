import { describe, expect, it } from 'vitest';
import { BROWSER_HELP, findMissingWebGpu, orderHelp } from './webgpu-help';

const AGENTS = {
  chrome:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
  edge: 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36 Edg/150.0',
  safari:
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  linux: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
};

describe('help without WebGPU', () => {
  it.each(Object.entries(AGENTS))('puts %s first and keeps the others', (id, agent) => {
    const help = orderHelp(agent);
    expect(help[0]?.id).toBe(id);
    expect(help).toHaveLength(BROWSER_HELP.length);
  });

  it('takes Android for Chrome, not for Linux', () => {
    expect(orderHelp('Mozilla/5.0 (Linux; Android 15) Chrome/150.0.0.0 Mobile Safari/537.36')[0]?.id).toBe('chrome');
  });

  it('tells an insecure address from a browser without WebGPU', () => {
    expect(findMissingWebGpu({ navigator: { gpu: {} }, isSecureContext: true })).toBeNull();
    expect(findMissingWebGpu({ navigator: {}, isSecureContext: true })?.message).toContain('browser');
    expect(findMissingWebGpu({ navigator: {}, isSecureContext: false })?.hint).toContain('https');
  });
});
