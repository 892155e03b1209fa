import { expect, it } from 'vitest';
import { parseServerUrl } from './server-address';

it('takes http and https addresses, without the slash at their end', () => {
  expect(parseServerUrl(' https://gpu.example.com/v1/ ')).toBe('https://gpu.example.com/v1');
  expect(parseServerUrl('http://localhost:8000')).toBe('http://localhost:8000');
  for (const wrong of ['', 'gpu.example.com', 'ftp://gpu.example.com', 'javascript:alert(1)']) {
    expect(parseServerUrl(wrong)).toBeNull();
  }
});
