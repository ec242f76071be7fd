/**
 * The words of an impression that says nothing: it points elsewhere, promises to be written, or gives advice for whatever was
 * found. An impression made of them alone is empty; any other word (a disease, 未见异常) makes it one.
 */
const POINTING =
  '诊断 诊断意见 意见 印象 影像诊断 影像印象 结论 检查结论 提示 小结 请 详 详见 见 请见 参见 参照 参考 参阅 参看 请看 请阅 查看 看 阅 同 如 按 上 下 前 上述 上文 上面 上边 以上 前述 前文 如上 同上 见上 正文 本文 所见 所示 所述 描述 描写 叙述 内容 部分 栏 项 文 述 报告 报告单 单 影像 影像学 放射 放射学 影像所见 检查所见 表现 检查 图 图像 片 胶片 摄片 本 左 CT DR X线 MRI MR CR 平扫 及 和 与 的 之 中 处 一致 相同 一样 余 其余 其他 另 另行 另见 附 附件 附页';
const WAITING =
  '待 等 等待 有待 尚待 上级 上级医师 上级医生 医师 医生 主任 老师 专家 教授 科主任 值班 二线 审核者 审 审核 审签 审阅 审定 复核 复审 核对 核实 会诊 讨论 科室 科内 集体 看 看片 阅片 读片 复阅 确认 确定 定 决定 诊断 出 出具 发 签发 后 再 补 补充 补报 补写 补发 完善 填 填写 填报 录入 输入 书写 写 编辑 修改 更新 报告 正式报告 书面报告 未 未写 未填 未完 未完成 完成 没 没有 没写 尚未 还 还未 暂 暂时 暂不 暂未 不予 不作 不做 未作 未做 无 无补充 空 空白 缺 暂缺 略 省略 从略 稍后 随后 稍候 以后 进一步 请示 病理 结果 回报 查 诊 不详 不明 不定 未定 待定 待查 待诊 待写 待补 待报 多余 测试 暂无 诊断中 进行中 处理中 报告中 书写中 中 已';
const ADVISING =
  '供 供参考 仅供 仅供参考 临床 临床医师 临床医生 综合 考虑 判断 分析 评估 请结合 结合 病史 症状 体征 查体 体格检查 实验室 实验室检查 化验 化验检查 其他 其它 检查 相关检查 必要 必要时 建议 定期 短期 近期 门诊 择期 及时 动态 密切 观察 复查 复诊 随访 随诊 就诊 专科 进一步 增强 平扫 扫描 磁共振 核磁 个 月 周 天 日 年 小时 内 后 或 并 时 可 需 应 治疗 对症 处理 注意 休息 谢谢 不适 不适随诊 变化 病情 如 若 有';
const NOTHING = 'null none nil na n/a test todo tbd undefined';

const split = (words: string): string[] => words.split(' ');

export const EMPTY_WORDS: ReadonlySet<string> = new Set(
  [POINTING, WAITING, ADVISING, NOTHING].flatMap(split).map((word) => word.toLowerCase()),
);
export const LONGEST_EMPTY_WORD = Math.max(...[...EMPTY_WORDS].map((word) => word.length));
/** A letter or two that were left: a, xx; but TB, CA, PE are diseases. */
export const STRAY_LETTERS = /^(?!tb|ca|pe|lc|ra|oa|mt)[a-z0-9]{1,2}$/;
/** Cut into empty words they would mean nothing, and they do say something. */
export const SAYS_SOMETHING = /未见|治疗后|复查后|同前片|[有无未]变化/;
