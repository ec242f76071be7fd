import { belongsIn, quietAt, type Situation } from './completeness.rules';
import { EXAM_STATES, type ExamState } from '../exam.state';

const whole: Situation = {
  state: 'UPLOADING',
  priority: 'ROUTINE',
  metadataOnly: false,
  hasImages: true,
  imagesComplete: 'manifest',
  missing: [],
};

describe('where an exam belongs before a claim', () => {
  it.each<[string, Partial<Situation>, ExamState]>([
    ['whole and complete', {}, 'QUEUED'],
    ['complete because nothing came for the quiet time', { imagesComplete: 'assumed' }, 'QUEUED'],
    ['images still coming', { imagesComplete: null }, 'UPLOADING'],
    ['its first image', { state: 'REGISTERED', imagesComplete: null }, 'UPLOADING'],
    ['no image yet', { state: 'REGISTERED', hasImages: false, imagesComplete: null }, 'REGISTERED'],
    ['a manifest without images yet', { hasImages: false, imagesComplete: null }, 'UPLOADING'],
    ['complete, class A missing', { missing: ['orderingPhone'] }, 'INCOMPLETE'],
    ['class A missing, images still coming', { missing: ['orderingPhone'], imagesComplete: null }, 'UPLOADING'],
    ['completed by the technician', { state: 'INCOMPLETE' }, 'QUEUED'],
    ['completed, but its images are still coming', { state: 'INCOMPLETE', imagesComplete: null }, 'INCOMPLETE'],
    ['STAT with its first image', { priority: 'STAT', imagesComplete: null }, 'QUEUED'],
    ['STAT without class A', { priority: 'STAT', imagesComplete: null, missing: ['sex'] }, 'UPLOADING'],
    [
      'STAT without any image',
      { state: 'REGISTERED', priority: 'STAT', hasImages: false, imagesComplete: null },
      'REGISTERED',
    ],
    ['metadata only', { state: 'REGISTERED', metadataOnly: true, hasImages: false, imagesComplete: null }, 'QUEUED'],
    [
      'metadata only, class A missing',
      { state: 'REGISTERED', metadataOnly: true, hasImages: false, missing: ['sex'] },
      'INCOMPLETE',
    ],
  ])('%s', (_, situation, state) => {
    expect(belongsIn({ ...whole, ...situation })).toBe(state);
  });

  it('leaves every exam alone that people decide about', () => {
    const decidedByPeople = EXAM_STATES.filter((state) => !['REGISTERED', 'UPLOADING', 'INCOMPLETE'].includes(state));
    for (const state of decidedByPeople) {
      expect(belongsIn({ ...whole, state })).toBe(state);
      expect(belongsIn({ ...whole, state, imagesComplete: null, missing: ['sex'] })).toBe(state);
    }
  });
});

describe('the end of the quiet time', () => {
  const exam = { images_complete: null, metadata_only: false, last_image_at: new Date('2026-03-02T01:00:00Z') };

  it('is so many seconds after the last image', () => {
    expect(quietAt(exam, 60)).toEqual(new Date('2026-03-02T01:01:00Z'));
  });

  it.each([
    ['is known', { ...exam, images_complete: 'manifest' as const }],
    ['never began', { ...exam, last_image_at: null }],
    ['will never come', { ...exam, metadata_only: true }],
  ])('is not waited for where completeness %s', (_, known) => {
    expect(quietAt(known, 60)).toBeNull();
  });
});
