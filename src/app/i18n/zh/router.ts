import type { router as en } from '../en/router';

const percent = (share: number): string => `${Math.round(share * 100)}%`;

export const router: typeof en = {
  title: '路由器',
  wide: '加宽',
  shape: (layers, experts, topK) => `共 ${layers} 层，每层 ${experts} 个专家；每个词元在每层经过其中 ${topK} 个。`,

  legend: '图例',
  marks: {
    resident: '在显存中',
    picked: '被选中（宽度为权重）',
    fault: '被选中时才载入',
    loading: '载入中',
    left: '刚被换出',
    absent: '不在显存中',
  },
  point: '将指针移到某个专家上可查看说明。每行为一层；层号旁的角标表示该层有未命中。',
  states: ['不在显存中', '载入中', '在显存中'],
  cell: (layer, expert, state, share) =>
    `第 ${layer} 层，专家 ${expert}：${state}${share > 0 ? `；占上一词元的 ${percent(share)}` : ''}。`,
  inWords: '各层专家',
  layerInWords: (layer, resident, picked, misses) =>
    [
      `第 ${layer} 层：在显存中 ${resident.join('、') || '无'}`,
      `上次选中 ${picked.map(([expert, share]) => `${expert}（${percent(share)}）`).join('、') || '无'}`,
      ...(misses > 0 ? [`刚有 ${misses} 次未命中`] : []),
    ].join('；'),

  timeline: '随时间变化',
  timelineEmpty: '生成回答时，这里会显示命中、未命中、等待与速度。',
  timelineLabel: '按回答用时（秒）绘制的两张图：每秒命中与未命中次数；每秒词元数与等待专家的时间占比',
  plots: {
    seconds: '秒',
    hits: '命中/秒',
    misses: '未命中/秒',
    speed: '词元/秒',
    stalled: '等待',
  },
  asTable: '以表格显示本页的回答',
  columns: ['回答', '词元', '词元/秒', '命中率', '未命中', '等待'],

  colorBy: '按专家为回答着色',
  off: '关闭',
  layer: (layer) => `第 ${layer} 层`,
  choice: '选择',
  choiceN: (choice) => `第 ${choice + 1} 选择`,
  swatches: '各专家的颜色',
  colorHint: '将指针移到词元上，或用方向键逐个移动，可查看其在各层所选的专家。',
  tokens: '按词元显示的回答',
  token: (number) => `第 ${number} 个词元`,
  expert: '专家',
  notTold: '此处的路由未知。',

  compare: '比较两个回答',
  compareTitle: '比较两个回答',
  compareClose: '比较',
  compareIntro: '比较两个回答的词元分别由哪些专家处理。重新生成回答，即可与同一问题的另一个回答比较。',
  compareNone: '需要此对话中两个路由已知的回答：请再提一个问题，或重新生成回答。',
  answerA: '回答 A',
  answerB: '回答 B',
  answerName: (question, branch, branches) => (branches > 1 ? `${question}（${branch}/${branches}）` : question),
  colorLayer: '着色所依的层',
  figures: { model: '模型', tokens: '词元', speed: '词元/秒', hits: '命中率' },
  incomparable: '两个回答所用模型的层数或专家数不同，无法比较占比。',
  difference: '逐层比较',
  measures:
    '重合度为 1 减去两个选择分布的总变差距离：所有专家占比相同时为 100%。JSD 为两者的 Jensen–Shannon 散度（比特，Lin 1991）：相同时为 0，没有共同专家时为 1。',
  comparisonCaption: '各专家占 A（上）与 B（下）全部选择的百分比',
  layerColumn: '层',
  overlap: '重合度',
  divergence: 'JSD',
  expertN: (expert) => `专家 ${expert}`,
};
