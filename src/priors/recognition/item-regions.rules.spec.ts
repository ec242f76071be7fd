import { covers, partsOf } from './item-regions.rules';

const regions = (itemName: string | null, bodyPart: string | null = null): string =>
  [...partsOf({ itemName, bodyPart }).regions].join(' ');

describe('the regions of an item', () => {
  it.each([
    // Names that clinics order by.
    ['CT颅脑平扫', 'head'],
    ['CT颅脑平扫(外伤)', 'head'],
    ['头颅CT平扫', 'head'],
    ['CT鼻窦平扫', 'sinus'],
    ['CT胸部平扫', 'chest'],
    ['肺部HRCT', 'chest'],
    ['CT上腹部平扫', 'upper-abdomen'],
    ['CT全腹部平扫', 'whole-abdomen'],
    ['CT泌尿系平扫', 'urinary'],
    ['CT腰椎间盘平扫', 'lumbar'],
    ['DR颈椎正侧位', 'cervical'],
    ['DR腰椎正侧位', 'lumbar'],
    ['DR右侧膝关节正侧位', 'knee'],
    ['DR左手正位', 'hand'],
    ['DR左踝关节正侧位', 'ankle'],
    ['DR骨盆正位', 'pelvis'],
    ['DR胸部正侧位', 'chest'],
    ['DR左侧肋骨正位', 'rib'],
    ['DR腹部立卧位', 'abdomen'],
    // The head and the neck of something else.
    ['DR右股骨头正位', 'hip'],
    ['股骨颈骨折术后复查', 'hip'],
    ['DR左桡骨小头正侧位', 'elbow'],
    ['DR左桡骨头正侧位', 'elbow'],
    ['DR右肱骨头正位', 'shoulder'],
    ['DR右肱骨外科颈正位', 'shoulder'],
    ['DR左肱骨小头', 'elbow'],
    ['DR左尺骨小头', 'wrist'],
    ['DR左腓骨小头正位', 'knee'],
    ['DR右足跖骨头', 'foot'],
    ['DR右手掌骨颈', 'hand'],
    ['DR左距骨颈', 'ankle'],
    ['CT胰头增强', 'upper-abdomen'],
    ['CT胆囊颈部', 'upper-abdomen'],
    ['CT子宫颈增强', 'pelvic-cavity'],
    ['CT膀胱颈', 'bladder'],
    ['DR左桡骨茎突', 'wrist'],
    ['DR左侧茎突正侧位', 'styloid'],
    // A part is not the whole, and a view is no part.
    ['DR右肱骨正位、穿胸位', 'upper-arm'],
    ['DR左股骨正侧位', 'thigh'],
    ['DR左尺桡骨正侧位', 'forearm'],
    ['DR腰骶段正侧位', 'lumbosacral'],
    ['DR胸腰段正侧位', 'thoracolumbar'],
    ['DR胸骨侧位', 'sternum'],
    ['DR左手舟骨轴位', 'wrist'],
    ['CT腰椎术后复查（手术后）', 'lumbar'],
    // Several.
    ['CT头颈部血管成像（CTA）', 'head neck'],
    ['CT胸部+上腹部平扫', 'upper-abdomen chest'],
    ['DR随机位', ''],
  ])('%s is of %s', (name, expected) => expect(regions(name)).toBe(expected));

  it.each([
    [null, 'CHEST', 'chest'],
    [null, '颈椎', 'cervical'],
    ['平扫', 'LSPINE', 'lumbar'],
    ['右膝关节正侧位', 'EXTREMITY', 'knee'],
    // The name is nearer to what was ordered than what the console calls it.
    ['CT泌尿系平扫', 'ABDOMEN', 'urinary'],
    ['CT鼻窦平扫', 'HEAD', 'sinus'],
    [null, 'EXTREMITY', ''],
    [null, null, ''],
  ])('%s, by the console %s, is of %s', (name, part, expected) => expect(regions(name, part)).toBe(expected));

  it.each([
    ['DR左膝关节正侧位', 'L'],
    ['DR右侧肋骨正位', 'R'],
    ['DR双手正位', 'B'],
    ['DR双侧髋关节正位', 'B'],
    ['DR左手、右手正位', 'B'],
    // Views of what there is one of.
    ['DR颈椎左前斜位', null],
    ['DR骶髂关节左斜位', null],
    ['DR颈椎双斜位', null],
    ['DR膝关节正侧位', null],
  ])('%s says the side %s', (itemName, side) => expect(partsOf({ itemName, bodyPart: null }).laterality).toBe(side));

  it('is covered by what shows all of it', () => {
    expect(covers(new Set(['whole-abdomen']), new Set(['upper-abdomen', 'lower-abdomen']))).toBe(true);
    expect(covers(new Set(['upper-abdomen']), new Set(['whole-abdomen']))).toBe(false);
    expect(covers(new Set(['chest']), new Set())).toBe(false);
  });
});
