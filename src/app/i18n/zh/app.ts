import { formatCount } from '../../../ui/format';
import type { app as en } from '../en/app';

export const app: typeof en = {
  title: 'Mixtab：在此标签页中运行的语言模型',
  actions: '对话与设置',
  chats: '对话',
  newChat: '新对话',
  panel: '内存',
  panelTitle: '内存与专家',
  closePanel: '关闭内存面板',
  palette: '命令',
  menu: '菜单',
  settings: '设置',

  modelsNow: '模型，当前：',
  status: { loading: '正在加载模型', failed: '模型未加载', unsupported: '没有 WebGPU' },
  serverStatus: { loading: '正在连接服务器', failed: '无法连接服务器', unsupported: '没有 WebGPU' },
  modelOnServer: (model, host) => `${host} 上的 ${model}`,
  parameters: (count) => `${formatCount(count)} 参数`,

  closeNamed: (name) => `关闭${name}`,
  language: '语言',
  languageAuto: '跟随浏览器',

  lead: '在此标签页中运行的语言模型。',
  leadMore: '您输入的内容不会离开您的设备。这是一个 Mixtral：只有当前词元用到的专家才占用显存。',
  embedded: (name) => `${name} 随本页面提供，供您试用：8 MB，只下载一次，之后保留在浏览器中。`,
  bringMixtral: '使用 Mixtral 8x7B',
  serverLead: (host) => `运行在 ${host} 上的语言模型。`,
  serverSent: '您输入的内容会发送到该服务器。',
  suggestions: '建议的提示词',
  suggested: ['向程序员解释混合专家模型。', '写一个关于灯塔看守人的短篇故事。', '用表格比较快速排序与归并排序。'],

  loading: '正在加载模型',
  starting: '正在启动',
  phases: {
    manifest: '正在查找模型',
    download: '正在下载权重',
    shaders: '正在准备 GPU 程序',
    weights: '正在将权重载入显存',
    ready: '就绪',
  },
  share: (done, total) => `${done} / ${total}`,
  timeLeft: (time) => `剩余 ${time}`,

  ready: (name) => `${name} 已就绪。`,
  answering: '正在回答。',
  stopped: (text) => `已停止。${text}`,
  answer: (text) => `回答：${text}`,
};
