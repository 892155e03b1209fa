import { formatBytes } from '../../../ui/format';
import type { models as en } from '../en/models';

export const models: typeof en = {
  title: '模型',
  closeModels: '模型',
  add: '添加模型',
  closeAdd: '添加模型',
  lookingUp: '正在查看已存储的内容。',
  tryAgain: '重试',
  dropAnywhere: '松开即可添加文本附件或模型',

  share: (done, total) => `${formatBytes(done)} / ${formatBytes(total)}`,
  timeLeft: (seconds) => `剩余 ${durationOf(seconds)}`,
  exactly: (bytes) =>
    bytes < 1000 ? formatBytes(bytes) : `${formatBytes(bytes)}（${bytes.toLocaleString('en')} 字节）`,

  embedded: '随本页提供，供试用：很小，无法与大模型相比。',
  use: '使用',
  useIt: '使用它',
  inUse: '使用中',
  chatNow: '现在开始对话',
  status: { complete: '', importing: '导入中', paused: '已暂停', failed: '已停止' },
  source: {
    files: (label) => `${label}，来自本设备`,
    handle: (label) => `${label}，来自本设备`,
    url: (label) => `${label}，来自网络`,
    hub: (label) => `${label}，来自 Hugging Face`,
    pruned: (label) => `由 ${label} 剪枝而来`,
  },
  prunedFrom: (name, kept, experts) => `由 ${name} 剪枝而来，每层保留 ${kept} / ${experts} 个专家`,
  here: (share) => `已有 ${share}`,
  used: (ago) => `${ago}使用过`,
  added: (ago) => `${ago}添加`,
  today: '今天',
  monthsAgo: (months) => `${months} 个月前`,
  locale: 'zh-Hans',

  pause: '暂停',
  verify: '校验',
  export: '导出',
  exportNeeds: '导出需要电脑上的 Chrome 或 Edge',
  delete: '删除',
  keep: '保留',
  deleteWhich: (name) => `删除 ${name}？`,
  deleteLoses: (bytes, name, source) => `删除 ${name} 的 ${bytes}？若要恢复，需从 ${source} 重新导入。`,
  takesOver: (name) => `对话将由 ${name} 接手。`,

  report: '权重的转换情况',
  reportSum: (bits, error) => `每个权重 ${bits} 位，舍入损失为权重大小的 ${error}。`,
  reportNone: '没有记录：它以打包形式原样导入。',
  reportFailed: '无法读取。请收起后再次展开。',
  reportColumns: { tensor: '张量', from: '来源', to: '目标', bits: '位数', error: '舍入' },

  phases: { dense: '每个词都需要的部分', experts: '专家', finishing: '最后检查' },
  importOf: (name) => `导入 ${name}`,
  starting: '正在开始',
  mayClose: '可以关闭此标签页：已有的内容会保留，之后可继续。',
  needs: {
    files: '要继续，请再次选择文件：页面刷新后浏览器无法访问它。',
    permission: '要继续，请允许读取文件：页面刷新后浏览器会再次询问。',
    token: '要继续，请再次提供访问令牌：令牌从不保存。',
  },
  goOn: '继续',
  allowAndGoOn: '允许并继续',
  withModel: (name) => `${name}`,
  chooseTheFile: '选择文件',
  orItsFolder: '或其文件夹',
  ofModel: (name) => `（${name}）`,
  startOver: '重新开始',
  dismiss: '关闭',
  kept: (share) => `已保留 ${share}。`,

  bar: {
    name: '导入',
    importing: '正在导入',
    left: '尚未完全导入',
    done: '已就绪',
    failed: '无法导入',
    show: '查看',
    notNow: '以后再说',
  },

  task: {
    verify: '正在检查每个字节',
    repair: '正在检查并修复',
    export: '正在写入文件夹',
    written: '已写入。在另一台机器上，将该文件夹添加为模型即可。',
    mended: (count, names) => `已修复 ${count} 个部分：${names}。`,
    nothingMended: '没有需要修复的内容。',
    broken: (count, names) => `${count} 个部分缺失或损坏：${names}。`,
    whole: '每个字节都完好无误。',
    andMore: (names) => `${names} 等`,
    cancel: '取消',
    repairIt: '修复',
    notNow: '以后再说',
    ok: '好',
  },

  choose: {
    intro:
      '可添加 Mixtral 的 GGUF 文件、Hugging Face 文件夹（safetensors）或 Mixtab 导出的文件夹。在您看到它是什么之前，不会存储任何内容。',
    drop: '将文件或文件夹拖到这里',
    file: '选择文件',
    folder: '选择文件夹',
    reading: '正在读取模型信息',
    cancel: '取消',
    address: '网址或 Hugging Face 名称',
    addressHint: '指向 .gguf 文件，或允许其他网站读取的文件夹。',
    addressWrong: '应为网址（https://...）或 Hugging Face 名称（org/name）。',
    addressLike: 'org/name 或 https://...',
    revision: '版本',
    token: '访问令牌',
    tokenIfGated: '访问令牌（如受限）',
    tokenStays: '令牌只发送给 Hugging Face，不会保存。',
    look: '查看',
  },

  preview: {
    found: '发现',
    shape: '结构',
    shapeOf: (layers, experts, topK) => `${layers} 层，每层 ${experts} 个专家，每词元用 ${topK} 个`,
    parameters: '参数',
    parametersOf: (total, active) => `共 ${total}，每词元用 ${active}`,
    context: '上下文',
    tokens: (count) => `${count} 词元`,
    toRead: '需读取',
    toStore: '需存储',
    toStoreOf: (bytes, formats) => `${bytes}，格式 ${formats}`,
    hereAlready: (bytes) => `，其中 ${bytes} 已有`,
    forAWhile: '临时占用',
    forAWhileOf: (bytes) => `另需 ${bytes}：该服务器只能整体发送文件`,
    storage: '存储',
    usedOf: (used, free) => `已用 ${used}，约有 ${free} 可用`,
    storageUnknown: '浏览器未提供可用空间',
    gpu: '显存',
    gpuOf: (least, most) => `至少 ${least}，容纳全部专家需 ${most}`,
    room: (free, needed) =>
      `浏览器称有 ${free} 可用。这是未查看磁盘的估计：若磁盘上有 ${needed} 可用，可以继续。即使写满，已导入的内容也会保留。`,
    slow: (most, least) =>
      `只有几乎所有专家都放得下时才快：需要 ${most} 显存。若只能容纳一半，多数词要等待磁盘，每个约一至三秒；最低 ${least} 时更久。`,
    several: '其中有多个模型',
    keepAs: '权重尚未量化。保存为',
    q4: '4 位',
    q4Hint: '体积减半；适合多数情况',
    q8: '8 位',
    q8Hint: '最接近原始权重',
    isHere: '已在此设备上。',
    import: '导入',
    goOnImporting: '继续导入',
    another: '选择其他',
  },

  storage: {
    usedOf: (used, free) => `已用 ${used}，据浏览器估计约有 ${free} 可用。`,
    bar: '已用存储，占浏览器所称上限',
    keeps: '浏览器会一直保留，直到您删除。',
    mayClear: '磁盘空间不足时，浏览器可能会全部清除。',
    noPromise: '浏览器暂未承诺：请安装本页或添加书签后再试。',
    ask: '请求保留',
  },

  advice: {
    title: '本设备的建议',
    looking: '正在了解此设备的能力',
    mixtral: 'Mixtral 8x7B Instruct，Q4_0',
    embedded: (name) => `${name}，已随本页提供`,
    fits: (tokens, memory) => `使用 ${memory} 显存时约${tokens}`,
    perSecond: (tokens) => `每秒 ${tokens} 个词元`,
    everySeconds: (seconds) => `每 ${seconds} 秒一个词元`,
    memory: (bytes) =>
      `起初使用 ${bytes} 显存。这是估计：浏览器不会透露显存大小，此值取浏览器所报系统内存的一半，而浏览器只报约数，且不会全报。`,
    paging: (slots, all, hits, paged) =>
      `可容纳 ${slots} / ${all} 个专家：${hits} 的选择能命中，每个词元需从存储读取 ${paged}。按存储每秒 1 GB、显存每秒 400 GB 估计，尚无实测。更快的磁盘、更多的显存都有帮助，而能整个放下的小模型总是更快。测得一次回答后，对话旁的面板会显示各种显存设置的效果。`,
    room: (needed, free) => `需存储 ${needed}，浏览器称本站有 ${free} 可用。仅供参考：多数浏览器并不查看磁盘。`,
    roomUnknown: (needed) => `需存储 ${needed}；浏览器未提供可用空间。`,
    missing: (needed, free, missing) =>
      `Mixtral 8x7B 需要 ${needed}，浏览器称本站有 ${free} 可用：还差 ${missing}。这只是提示，往往并未查看磁盘：若磁盘上确有足够空间，仍可添加，写满时已导入的内容也会保留。否则请腾出空间，或寻找位数更少的版本。`,
    software: (adapter) =>
      `此浏览器没有 GPU，用处理器计算（${adapter}）：在两个处理器核心上实测，Mixtral 8x7B 约 40 秒一个词。换用带显卡的机器，或在浏览器中开启图形加速，情况就不同了。`,
    why: '速度从何而来',
    refused: 'Mixtral 8x7B 无法在此运行：',
    unknown: '无法了解此设备的能力：',
    find: '在 Hugging Face Hub 上寻找 Mixtral-8x7B-Instruct 的 Q4_0 GGUF，以其名称添加，或下载后拖到这里。',
  },

  said: {
    kept: '浏览器会保留这些模型。',
    notKept: '浏览器未承诺保留这些模型。',
    found: (name) => `已找到 ${name}。`,
    importing: (name) => `正在导入 ${name}。`,
    paused: (name) => `已暂停 ${name}。`,
    deleted: (name) => `已删除 ${name}。`,
    done: (name) => `${name} 处理完毕。`,
    here: (name) => `${name} 已就绪。`,
    stopped: (name, why) => `${name} 的导入已停止：${why}`,
  },
};

function durationOf(seconds: number): string {
  if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} 秒`;
  if (seconds < 3600) return `${Math.ceil(seconds / 60)} 分钟`;
  return `${(seconds / 3600).toFixed(1)} 小时`;
}
