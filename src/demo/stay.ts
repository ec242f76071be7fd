import { rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Running, start } from '../start';
import { countsOf, emptyStates, losses, outcomes } from './figures';
import { Steps } from './feed/steps';
import { ApiClient, ApiError } from './http-client';
import { type GatewayKeys, keysFile, readKeys, writeKeys } from './keys-file';
import { Ending } from './lifecycle';
import { demoConfig } from './options';
import { choosePassword } from './password';
import { requireFreePort } from './port';
import { push } from './push';
import { findCounty, Seed, type SeededCounty } from './seed';

/** Starts the system on its data folder, fills it once, and stays up until it is told to end. */
export async function stay(): Promise<void> {
  const steps = new Steps();
  const config = demoConfig(undefined);
  const ending = new Ending(config.env.SHUTDOWN_SECONDS);
  if (config.env.PORT !== 0) await requireFreePort(config.env.HOST, config.env.PORT);
  const running = await start(config, (line) => steps.say('系统', line));
  try {
    ending.signal.throwIfAborted();
    steps.say('启动', running.url);
    await fill(running, steps, ending.signal);
    steps.say('就绪', `${running.url}（接口文档 ${running.url}/api/docs）；Ctrl-C 结束，再次运行会保留数据`);
    await ending.wait();
    steps.say('停止', '正在收尾');
  } catch (error) {
    if (!ending.signal.aborted) throw error;
    steps.say('停止', '演示数据尚未推送完，再次运行 npm run demo 会接着做完；正在收尾');
  } finally {
    await running.stop();
  }
}

/** Makes the county and pushes the sample exams, unless an earlier start has done all of it. */
async function fill(running: Running, steps: Steps, signal: AbortSignal): Promise<void> {
  const { config, url } = running;
  const file = keysFile(config.dataDir);
  const seed = new Seed(running.app);
  const known = await findCounty(running.app);
  const keys = await readKeys(file);
  if (known && keys && (await isKeyOf(url, keys))) {
    steps.say('数据', '沿用已有的演示数据，不再推送');
    return keepPassword(running, seed, known, steps);
  }
  await rm(file, { force: true });
  const county = await steps.time('建县', '四家医院、二十六家卫生院', () => seed.sites());
  const { password, random } = choosePassword(config);
  await steps.time('人员', '各岗位账号', () => seed.everybody(county, password));
  if (random)
    steps.say(
      '口令',
      `${password}  所有演示账号（tech01、doctor01、writer11、reviewer11、chief1、admin …）；只显示这一次`,
    );
  const fresh = await seed.gatewayKeys(county);
  const { exams, cast } = await push({ url, county, keys: fresh, password, steps, signal });
  try {
    const list = await outcomes(exams, cast);
    const lost = [...losses(exams, list), ...emptyStates(list)];
    if (lost.length > 0) throw new Error(`not all came through:\n${lost.join('\n')}`);
    const counts = countsOf(list);
    const { p50, p95 } = counts.signToDeliveredMs;
    const way = p50 === null ? '' : `；审签到送达 P50 ${p50} ms、P95 ${p95} ms`;
    steps.say(
      '合计',
      `${counts.exams} 项检查完整上传并入列，${counts.signed} 项审签，送达 ${counts.delivered}、已阅 ${counts.seen}，${counts.unfinished} 项留待处理${way}`,
    );
  } finally {
    cast.close();
  }
  await writeKeys(file, fresh);
  steps.say('密钥', `${relative(process.cwd(), file)}  各卫生院的网关密钥`);
}

/** Keys that another database gave out are no sign that this one is filled. */
async function isKeyOf(url: string, keys: GatewayKeys): Promise<boolean> {
  const [key] = Object.values(keys);
  if (key === undefined) return false;
  const gateway = ApiClient.withKey(url, key);
  const { status } = await gateway.request('GET', '/api/me');
  gateway.close();
  return status === 200;
}

/** The people keep the password they have, unless DEMO_PASSWORD asks for another one. */
async function keepPassword(running: Running, seed: Seed, county: SeededCounty, steps: Steps): Promise<void> {
  const wanted = running.config.env.DEMO_PASSWORD;
  if (wanted === undefined) return steps.say('口令', '与首次启动时相同；忘记时以 DEMO_PASSWORD=新口令 再次启动');
  if (await signsIn(running.url, wanted)) return;
  await steps.time('口令', '所有演示账号改用 DEMO_PASSWORD', () => seed.everybody(county, wanted));
}

async function signsIn(url: string, password: string): Promise<boolean> {
  try {
    (await ApiClient.login(url, { username: 'auditor', password })).close();
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return false;
    throw error;
  }
}
