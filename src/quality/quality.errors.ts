import { defineErrors } from '../platform/errors';

/** Conflicts carry the exam's present state in `params.state` and, where somebody holds it, the holder's name. */
export const qualityErrors = defineErrors({
  not_graded: ['invalid', '该类检查没有图像质量评级'],
  grade_unfit: ['invalid', '{schemeName}的图像质量评级须为{allowed}'],
  deficiency_missing: ['invalid', '评为{gradeName}须至少选择一项原因'],
  deficiency_unfit: ['invalid', '所选原因不适用于{schemeName}'],
  studies_unlike: ['invalid', '分组评级时须对本检查的每一组影像各评一次'],
  no_images: ['conflict', '该检查还没有影像，不能评定图像质量'],
  grade_not_yours: ['conflict', '检查当前为“{stateName}”：书写或审核中由领取的医师评级，签发后由签发医师或科主任评级'],
});
