import { Cast } from './feed/cast';
import { Feed } from './feed/feed';
import type { PushedExam } from './feed/pushed-exam';
import type { Steps } from './feed/steps';
import type { GatewayKeys } from './keys-file';
import { planExams } from './plan/exam-plan';
import { RealFiles } from './plan/real-files';
import type { SeededCounty } from './seed';

export interface PushInput {
  readonly url: string;
  readonly county: SeededCounty;
  readonly keys: GatewayKeys;
  readonly password: string;
  readonly steps: Steps;
  readonly signal: AbortSignal;
}

/** What was pushed, with everybody still signed in, to look at it afterwards. */
export interface Pushed {
  readonly exams: readonly PushedExam[];
  readonly cast: Cast;
}

/** Pushes the sample exams through the interfaces of the system at `url`. The caller closes the cast. */
export async function push({ url, county, keys, password, steps, signal }: PushInput): Promise<Pushed> {
  const cast = new Cast(url, new Map(Object.entries(keys)), password);
  try {
    const exams = planExams(county.openedAt, new RealFiles());
    const feed = new Feed(exams, county.openedAt.toISOString().slice(0, 10), cast, steps, signal);
    await feed.run();
    return { exams: feed.exams, cast };
  } catch (error) {
    cast.close();
    throw error;
  }
}
