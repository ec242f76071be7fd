import { diskPressure } from './disk-pressure.rules';

describe('diskPressure', () => {
  it.each([
    [0, 'ok'],
    [0.8499, 'ok'],
    [0.85, 'alarm'],
    [0.9499, 'alarm'],
    [0.95, 'refuse_images'],
    [1, 'refuse_images'],
    [NaN, 'refuse_images'],
  ])('%f of the disk used: %s', (usedRatio, expected) => {
    expect(diskPressure(usedRatio)).toBe(expected);
  });

  it('uses the thresholds of the site', () => {
    const thresholds = { alarmAt: 0.5, refuseImagesAt: 0.6 };
    expect([0.49, 0.5, 0.6].map((ratio) => diskPressure(ratio, thresholds))).toEqual(['ok', 'alarm', 'refuse_images']);
  });

  it('refuses first when the alarm is set above the refusal', () => {
    expect(diskPressure(0.6, { alarmAt: 0.9, refuseImagesAt: 0.5 })).toBe('refuse_images');
  });
});
