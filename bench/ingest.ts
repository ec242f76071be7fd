import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { client } from './harness/child';
import { type Bench, type Figures, figure, median, note, table } from './harness/figures';
import { freePort, type Installation, onInstallation } from './harness/installation';
import { orthanc } from './harness/orthanc';

const CLIENTS = 8;
const PER_STUDY = 50;
const ROUNDS = 3;
/** Rounds before those that count: these processes live for weeks, their first seconds are not what is measured. */
const WARM_UP = 4;
const STUDIES = 16;

interface Load {
  stored: number;
  refused: number;
  seconds: number;
}

type Sender = (perRequest: number) => Promise<number>;

/** Instances a second of product, floor and Orthanc, one and 25 instances a request; rounds are interleaved. */
async function run(): Promise<Figures> {
  return onInstallation(async (installation) => {
    const county = await installation.seed(CLIENTS);
    const server = await installation.start('api');
    const worker = await installation.start('worker');
    const floor = await startFloor(installation);
    const peer = await orthanc(installation.folder);
    const headers = county.clinics.map(({ key }) => ({ authorization: `Bearer ${key}` }));
    const senders: Record<string, Sender | undefined> = {
      floor: (perRequest) => rate({ url: floor.url, path: '/', headers: [{}], perRequest, ok: 200 }),
      product: (perRequest) => rate({ url: server.url, path: '/dicomweb/studies', headers, perRequest, ok: 200 }),
      orthanc:
        peer &&
        ((perRequest) =>
          rate({ url: peer.url, path: '/dicom-web/studies', headers: [{}], perRequest, ok: 200 }, peer.prefix)),
    };
    try {
      return figures(await interleaved(senders));
    } finally {
      floor.stop();
      await peer?.stop();
      await Promise.all([server.stop(), worker.stop()]);
    }
  });
}

async function interleaved(senders: Record<string, Sender | undefined>): Promise<Map<string, number>> {
  const samples = new Map<string, number[]>();
  for (const [name, send] of Object.entries(senders)) {
    note(`warming up ${name} …`);
    for (let round = 0; send && round < WARM_UP; round += 1) await send(1);
  }
  for (const perRequest of [1, 25]) {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, send] of Object.entries(senders)) {
        if (!send) continue;
        const perSecond = await send(perRequest);
        note(`${name}, ${perRequest} a request: ${perSecond.toFixed(0)}/s`);
        samples.set(`${name} ${perRequest}`, [...(samples.get(`${name} ${perRequest}`) ?? []), perSecond]);
      }
    }
  }
  return new Map([...samples].map(([name, values]) => [name, median(values)]));
}

async function rate(
  target: { url: string; path: string; headers: object[]; perRequest: number; ok: number },
  prefix: readonly string[] = [],
): Promise<number> {
  const load = await client<Load>(
    'stow-load',
    { ...target, clients: CLIENTS, studies: STUDIES, perStudy: PER_STUDY },
    prefix,
  );
  if (load.refused > 0) throw new Error(`${load.refused} instances were refused`);
  return load.stored / load.seconds;
}

function figures(rates: Map<string, number>): Figures {
  const of = (name: string, perRequest: number): number | null => rates.get(`${name} ${perRequest}`) ?? null;
  const against = (name: string): number | null => {
    const ratios = [1, 25].map((n) => ({ mine: of('product', n)!, other: of(name, n) }));
    return ratios.some(({ other }) => other === null)
      ? null
      : figure(Math.min(...ratios.map(({ mine, other }) => mine / other!)));
  };
  table('ingest: 512 KiB CT, 50 a study, 8 clients, durable (instances/s, median of 3 interleaved rounds)', [
    ['', '1 a request', '25 a request'],
    ...['product', 'floor', 'orthanc'].map((name) => [name, ...[1, 25].map((n) => of(name, n)?.toFixed(0) ?? null)]),
  ]);
  return {
    stow_rate: figure(Math.min(of('product', 1)!, of('product', 25)!)),
    stow_vs_floor: against('floor'),
    stow_vs_orthanc: against('orthanc'),
  };
}

async function startFloor(installation: Installation): Promise<{ url: string; stop(): void }> {
  const folder = join(installation.folder, 'floor');
  mkdirSync(folder);
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(__dirname, 'clients', 'floor-server.js'), JSON.stringify({ folder, port })],
    { stdio: 'inherit' },
  );
  const url = `http://127.0.0.1:${port}`;
  while (
    !(await fetch(url, { method: 'POST', body: 'x' }).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    await new Promise((next) => setTimeout(next, 50));
  }
  return {
    url,
    stop: () => {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const ingest: Bench = { name: 'ingest', run };
