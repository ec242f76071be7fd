import type { ServerResponse } from 'node:http';
import { ApiError, EventLog, EventStream, EventStreamParser } from './http';
import { TestServer } from './server';

const feedAll = (pieces: readonly string[]) => {
  const parser = new EventStreamParser();
  return { events: pieces.flatMap((piece) => parser.feed(piece)), parser };
};

describe('event stream parser', () => {
  const stream =
    '\uFEFF: heartbeat\n\nid: 7\nevent: exam\ndata: {"a":1}\n\ndata: two\ndata:  lines\ndata\n\nretry: 250\nid\ndata:张三\r\n\r\n' +
    'event: empty\n\nunknown: x\ndata: last\r\r';
  const expected = [
    { id: '7', event: 'exam', data: '{"a":1}' },
    { id: '7', event: 'message', data: 'two\n lines\n' },
    { id: '', event: 'message', data: '张三' },
    { id: '', event: 'message', data: 'last' },
  ];

  it('follows the standard: comments, fields, many data lines, every line end', () => {
    const { events, parser } = feedAll([stream]);
    expect(events).toEqual(expected);
    expect(parser.retryMs).toBe(250);
  });

  it('does not care where the text is cut', () => {
    for (let size = 1; size < 9; size++) {
      const pieces = stream.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
      expect(feedAll(pieces).events).toEqual(expected);
    }
  });

  it('ignores an id with NUL and a retry that is no number, and keeps an unfinished event to itself', () => {
    const { events, parser } = feedAll(['id: 3\nid: 4\0\nretry: soon\ndata: x\n\ndata: unfinished\n']);
    expect(events).toEqual([{ id: '3', event: 'message', data: 'x' }]);
    expect(parser.retryMs).toBeUndefined();
  });
});

describe('event stream', () => {
  let server: TestServer | undefined;
  let stream: EventStream | undefined;
  afterEach(async () => {
    stream?.close();
    await server?.stop();
  });

  /** An inbox of numbered entries; tells what each subscriber asked to continue from. */
  async function inbox(): Promise<{ askedFrom: string[]; publish: (id: number) => void }> {
    const askedFrom: string[] = [];
    const entries: number[] = [];
    const open = new Set<ServerResponse>();
    const write = (response: ServerResponse, id: number): unknown =>
      response.write(`id: ${id}\nevent: inbox\ndata: 第${id}号\n\n`);
    server = await TestServer.start((request, response) => {
      const from = String(request.headers['last-event-id'] ?? '');
      askedFrom.push(from);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('retry: 1\n\n');
      for (const id of entries.filter((entry) => entry > Number(from))) write(response, id);
      open.add(response);
      response.once('close', () => open.delete(response));
    });
    const publish = (id: number): void => {
      entries.push(id);
      for (const response of open) write(response, id);
    };
    return { askedFrom, publish };
  }

  it('hands on events as they come, from where it was told to start', async () => {
    const { publish, askedFrom } = await inbox();
    publish(1);
    publish(2);
    const log = new EventLog();
    stream = new EventStream({ url: server?.url ?? '', lastEventId: '1', onEvent: log.add });
    await stream.opened;
    publish(3);
    await log.waitFor(({ id }) => id === '3', 5000);
    expect(log.events).toEqual([
      { id: '2', event: 'inbox', data: '第2号' },
      { id: '3', event: 'inbox', data: '第3号' },
    ]);
    expect(askedFrom).toEqual(['1']);
  });

  it('comes back after a broken line and misses nothing', async () => {
    const { publish, askedFrom } = await inbox();
    const log = new EventLog();
    stream = new EventStream({ url: server?.url ?? '', reconnect: { delayMs: 60_000 }, onEvent: log.add });
    await stream.opened;
    publish(1);
    await log.waitFor(({ id }) => id === '1', 5000);
    server?.dropConnections();
    publish(2);
    await log.waitFor(({ id }) => id === '2', 5000);
    stream.breakConnection();
    publish(3);
    await log.waitFor(({ id }) => id === '3', 5000);
    expect(log.events.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(askedFrom).toEqual(['', '1', '2']);
    expect(stream.connections).toBe(3);
  });

  it('ends with the line when no reconnect is wanted', async () => {
    await inbox();
    stream = new EventStream({ url: server?.url ?? '', onEvent: () => undefined });
    await stream.opened;
    server?.dropConnections();
    await stream.closed;
    expect(stream.connections).toBe(1);
  });

  it('does not insist where it is refused, but waits for a server that is starting', async () => {
    const answers = [503, 401];
    server = await TestServer.start((_, response) => response.writeHead(answers.shift() ?? 500).end());
    stream = new EventStream({ url: server.url, reconnect: { delayMs: 1 }, onEvent: () => undefined });
    await expect(stream.opened).rejects.toBeInstanceOf(ApiError);
    await expect(stream.opened).rejects.toMatchObject({ status: 401 });
    await stream.closed;
    expect(answers).toEqual([]);
  });

  it('says what it waited for in vain', async () => {
    const log = new EventLog();
    log.add({ id: '1', event: 'message', data: '' });
    await expect(log.waitFor(({ id }) => id === '2', 10)).rejects.toThrow('no such event within 10 ms; 1 others came');
  });
});
