import { Desk, report } from '../../src/reporting/desk.fixture';
import type { JsonClient } from '../harness/json-client';
import { gateway, seedCounty, signIn, type TestCounty } from '../harness/county';
import { startSystem, type System } from '../harness/system';
import { until } from '../harness/wait';

let api: System;
let county: TestCounty;
let reviewer: JsonClient;
let desk: Desk;

beforeAll(async () => {
  api = await startSystem({ role: 'api' });
  county = await seedCounty(api);
  reviewer = await signIn(api, county, 'reviewer21');
  desk = new Desk(gateway(api, county.clinics[0]!), await signIn(api, county, 'writer11'), reviewer, until);
});
afterAll(() => api.stop());

// Without a worker, so that nothing but the signature itself can have written what is found. Rows of one transaction bear
// its number in xmin.
it('a signature and its news to the delivery are one transaction', async () => {
  const worker = await startSystem({ role: 'worker', beside: api });
  const { exam, seen } = await desk.underReview().finally(() => worker.stop());
  const { status, body } = await reviewer.post(report(exam, '/sign'), seen);
  expect(status).toBe(200);
  const news = await api.db.relay(api.ctx(county.countyId), (tx) =>
    tx.rows(
      `SELECT m.payload->>'examId' AS exam, m.payload->>'clinicId' AS clinic, m.xmin = v.xmin AS together
       FROM report_version v LEFT JOIN outbox_message m ON m.subject_id = v.id AND m.consumer = 'delivery.fan-out'
       WHERE v.id = $1`,
      [body.versionId],
    ),
  );
  expect(news).toEqual([{ exam, clinic: county.clinics[0]!.id, together: true }]);
});
