import { FieldNames } from './field-names';

const names = new FieldNames({
  modality: '设备类型',
  patientName: '患者姓名',
  studies: '影像检查',
  name: '名称',
  to: '截止时间',
  'people.name': '姓名',
  'handover.to': '接班医师',
  'ladder.to': '通知对象',
});

it.each([
  ['modality', '设备类型'],
  ['exam.modality', '设备类型'],
  ['studies.1.modality', '设备类型（第 2 项）'],
  ['studies.0', '影像检查（第 1 项）'],
  ['studies.0.studies.2', '影像检查（第 1-3 项）'],
  ['patient_name', '患者姓名'],
  ['colour', 'colour'],
  ['studies.0.colour', 'studies.0.colour'],
  ['Content-Type', 'Content-Type'],
  ['toString', 'toString'],
  ['', ''],
])('%s is called %s', (path, word) => expect(names.of(path)).toBe(word));

describe('a name that means several things', () => {
  it.each([
    ['name', '/api/people', '姓名'],
    ['name', '/api/people/:person', '姓名'],
    ['name', '/api/clinics', '名称'],
    ['name', undefined, '名称'],
    ['to', '/api/worklist/handover', '接班医师'],
    ['to.1', '/api/worklist/handover', '接班医师（第 2 项）'],
    ['to', '/api/exams', '截止时间'],
    // The nearest word of the path, and the field it is a part of before all of them.
    ['to', '/api/people/:person/handover', '接班医师'],
    ['ladder.0.to', '/api/critical/settings', '通知对象（第 1 项）'],
    ['ladder.0.name', '/api/people', '名称（第 1 项）'],
  ])('%s of %s is called %s', (path, route, word) => expect(names.of(path, route)).toBe(word));
});
