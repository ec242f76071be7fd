import { defineErrors } from '../platform/errors';

export const templatesErrors = defineErrors({
  hospital_ambiguous: ['invalid', '您在多家医院任职，请指明是哪一家（hospitalId）'],
  no_such_shelf: ['forbidden', '您不能在这一级建立模板或短语'],
  shelf_not_yours: ['forbidden', '公共模板由县域管理员维护，医院模板由本院科主任维护'],
  template_key_taken: ['conflict', '模板标识 {key} 已被使用'],
  template_state: ['conflict', '模板当前为“{stateName}”，不能进行此操作'],
  template_changed: ['conflict', '模板已被他人修改（现为第 {version} 版），请刷新后再改'],
  nothing_to_publish: ['conflict', '第 {version} 版已经发布，没有新的修改'],
  shortcut_taken: ['conflict', '快捷码 ;{shortcut} 已被使用'],
  phrase_changed: ['conflict', '短语已被他人修改，请刷新后再改'],
  import_conflict: ['conflict', '有 {count} 项与现有内容冲突，未导入任何内容'],
  export_too_large: ['invalid', '超过 {limit} 项，请按设备类型或部位分批导出'],
});
