import { expect, test } from 'vitest';
import { nodeHttp } from '../../../src/host/node-http.ts';
import { approvedFetch } from '../../../src/sources/remote/oauth-fetch.ts';
import { bodyOf, web } from '../../support/web.ts';

test('one POST to exactly the endpoint that was approved, with what it was given and no more', async () => {
  const seen: unknown[] = [];
  const { origin } = await web(async (request, response) => {
    seen.push([request.method, request.url, request.headers['content-type'], request.headers.cookie, await bodyOf(request)]);
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': 'a=b' }).end('{"a":1}');
  });
  const post = approvedFetch([`${origin}/token`], new URL(`${origin}/mcp`), nodeHttp({}));
  const answer = await post(`${origin}/token`, {
    method: 'POST',
    body: new URLSearchParams({ code: 'x y' }),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect([answer.status, await answer.json(), answer.headers.get('set-cookie')]).toEqual([200, { a: 1 }, null]);
  expect(seen).toEqual([['POST', '/token', 'application/x-www-form-urlencoded', undefined, 'code=x+y']]);
});

test('nothing goes anywhere else: another path, origin, port, query or method, nor to what a lock may not name', async () => {
  const seen: unknown[] = [];
  const { origin } = await web((request, response) => {
    seen.push(request.url);
    response.writeHead(200).end('{}');
  });
  const { origin: other } = await web((request, response) => {
    seen.push(request.url);
    response.writeHead(200).end('{}');
  });
  const base = new URL(`${origin}/mcp`);
  const post = approvedFetch([`${origin}/token`], base, nodeHttp({}));
  for (const url of [
    `${origin}/tokens`,
    `${origin}/token?x=1`,
    `${origin}/token/`,
    `${other}/token`,
    'https://login.example.com/token',
    `${origin.replace('//', '//user:pw@')}/token`,
  ])
    await expect(post(url, { method: 'POST' })).rejects.toMatchObject({ code: 'address-refused' });
  for (const method of ['GET', 'PUT', undefined])
    await expect(post(`${origin}/token`, method === undefined ? {} : { method })).rejects.toMatchObject({ code: 'address-refused' });
  for (const named of ['http://login.example.com/token', 'https://10.0.0.1/token', 'https://169.254.169.254/token', 'file:///etc/passwd'])
    await expect(approvedFetch([named], base, nodeHttp({}))(named, { method: 'POST' })).rejects.toMatchObject({ code: 'address-refused' });
  expect(seen).toEqual([]);
});
