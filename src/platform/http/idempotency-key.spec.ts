import type { Request } from 'express';
import { repeatOf } from './idempotency-key';

const KEY = '019a0000-0000-7000-8000-000000000001';
type Sent = Partial<Pick<Request, 'method' | 'originalUrl' | 'body'>> & { headers?: Record<string, string> };

function asked({ method = 'POST', originalUrl = '/api/x', body, headers = {} }: Sent) {
  const json = body !== undefined;
  const all = { 'idempotency-key': KEY, ...headers };
  return repeatOf({ method, originalUrl, body, headers: all, is: () => (json ? 'json' : false) });
}

it('says nothing of a request that says nothing', () => {
  const request = { method: 'POST', originalUrl: '/', headers: {}, body: {}, is: () => 'json' };
  expect(repeatOf(request as unknown as Request)).toBeUndefined();
});

it('takes a uuid, bare or in quotes', () => {
  expect(asked({ body: {} })?.key).toBe(KEY);
  expect(asked({ body: {}, headers: { 'idempotency-key': `"${KEY}"` } })?.key).toBe(KEY);
});

it.each(['', 'short', 'with spaces in it, long enough', 'x'.repeat(65), `${KEY}\n`])('refuses %j', (key) => {
  expect(() => asked({ body: {}, headers: { 'idempotency-key': key } })).toThrow('Idempotency-Key');
});

it('tells another method, path or body apart, and knows the same one again', () => {
  const of = (sent: Sent): string => asked(sent)!.fingerprint;
  const same = { body: { text: '两肺清晰' } };
  expect(of(same)).toBe(of({ body: { text: '两肺清晰' } }));
  const others: Sent[] = [
    { ...same, method: 'PUT' },
    { ...same, originalUrl: '/api/y' },
    { body: { text: '两肺' } },
    { body: {} },
    {},
    { headers: { 'content-length': '7' } },
    { headers: { 'content-length': '8' } },
    { headers: { 'content-length': '8', 'content-type': 'image/png' } },
  ];
  const all = [same, ...others].map(of);
  expect(new Set(all).size).toBe(all.length);
});

it('does not touch a body that no route has asked for yet', () => {
  const request = {
    method: 'POST',
    originalUrl: '/api/x',
    headers: { 'idempotency-key': KEY },
    is: () => false,
    get body(): unknown {
      throw new Error('unsupported');
    },
  };
  expect(repeatOf(request as unknown as Request)?.key).toBe(KEY);
});
