import { start } from '../start';
import { checkBack } from './check';
import { checkCounty } from './check-county';
import { emptyStates, type Figures, figuresOf, losses, outcomes, statesLine } from './figures';
import { Steps } from './feed/steps';
import { Ending } from './lifecycle';
import { demoConfig, DemoUsageError } from './options';
import { push } from './push';
import { findCounty, Seed } from './seed';
import { choosePassword } from './password';
import { makeTemporaryFolder, removeTemporaryFolder } from './temporary-folder';

/** Runs on a temporary folder, checks itself and prints its figures. Answers whether nothing was lost. */
export async function runOnce(): Promise<boolean> {
  const steps = new Steps();
  const folder = await makeTemporaryFolder();
  try {
    const { figures, faults } = await runIn(folder, steps);
    for (const fault of faults) steps.say('丢失', fault);
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    return faults.length === 0;
  } finally {
    await removeTemporaryFolder(folder);
  }
}

async function runIn(folder: string, steps: Steps): Promise<{ figures: Figures; faults: readonly string[] }> {
  const config = demoConfig(folder);
  const ending = new Ending(config.env.SHUTDOWN_SECONDS);
  const running = await start(config, (line) => steps.say('系统', line));
  try {
    ending.signal.throwIfAborted();
    steps.say('启动', `${running.url}  ${folder}`);
    if (await findCounty(running.app)) {
      throw new DemoUsageError('这个数据库里已有演示县：--once 要一个空的数据库，或不设 DATABASE_URL');
    }
    const { password } = choosePassword(config);
    const seed = new Seed(running.app);
    const county = await steps.time('建县', '四家医院、二十六家卫生院', () => seed.sites());
    await steps.time('人员', '各岗位账号', () => seed.everybody(county, password));
    const keys = await seed.gatewayKeys(county);
    const { exams, cast } = await push({ url: running.url, county, keys, password, steps, signal: ending.signal });
    try {
      const checked = await steps.time('核对', '影像、姓名、报告单', () => checkBack(exams, cast, ending.signal));
      const list = await outcomes(exams, cast);
      const beside = await steps.time('核对', '更正、危急值、会诊、转诊、沟通、排班', () =>
        checkCounty(exams, cast, ending.signal),
      );
      const faults = [...checked.faults, ...losses(exams, list), ...emptyStates(list), ...beside];
      steps.say('状态', statesLine(list));
      return { figures: figuresOf(list, checked.instances, steps.elapsedMs), faults };
    } finally {
      cast.close();
    }
  } finally {
    await running.stop();
  }
}
