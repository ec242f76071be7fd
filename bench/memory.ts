import { client } from './harness/child';
import { type Bench, type Figures, figure, table } from './harness/figures';
import { onInstallation } from './harness/installation';

const CLIENTS = 8;
const PER_STUDY = 50;
/** 2 GiB of instances of 512 KiB. */
const STUDIES = Math.ceil((2 * 2 ** 30) / (PER_STUDY * 526_000));

/** Highest resident memory of api + worker while 8 clients in a process of their own upload 2 GiB. */
async function run(): Promise<Figures> {
  return onInstallation(async (installation) => {
    const county = await installation.seed(CLIENTS);
    const api = await installation.start('api');
    const worker = await installation.start('worker');
    const headers = county.clinics.map(({ key }) => ({ authorization: `Bearer ${key}` }));
    const load = {
      url: api.url,
      path: '/dicomweb/studies',
      headers,
      clients: CLIENTS,
      studies: STUDIES,
      perStudy: PER_STUDY,
      perRequest: 25,
      ok: 200,
    };
    const { stored, refused } = await client<{ stored: number; refused: number }>('stow-load', load);
    if (refused > 0) throw new Error(`${refused} instances were refused`);
    const [ofApi, ofWorker] = [api.peakMemory(), worker.peakMemory()];
    table(`memory: VmHWM while ${stored} instances (2 GiB) arrive from 8 clients (MiB)`, [
      ['api', 'worker', 'together'],
      [ofApi.toFixed(0), ofWorker.toFixed(0), (ofApi + ofWorker).toFixed(0)],
    ]);
    return { rss_peak: figure(ofApi + ofWorker) };
  });
}

export const memory: Bench = { name: 'memory', run };
