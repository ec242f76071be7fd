import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** The floor: a bare Node server that writes each body to a file and fsyncs it before it answers. Nothing else. */
const { folder, port } = JSON.parse(process.argv[2]!) as { folder: string; port: number };

createServer((req, res) => {
  void (async () => {
    const file = await open(join(folder, randomUUID()), 'wx');
    for await (const chunk of req) await file.write(chunk as Buffer);
    await file.sync();
    await file.close();
    res.end('ok');
  })();
}).listen(port, '127.0.0.1');
