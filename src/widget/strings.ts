import type { LoadPhase } from '../protocol/engine';
import { formatBytes, formatShare } from '../ui/format';

/** What the widget says, in one language. */
export interface Strings {
  /** Of the element, for `lang`. */
  language: string;
  heading: string;
  newChat: string;
  conversation: string;
  message: string;
  placeholder: string;
  send: string;
  stop: string;
  latest: string;
  you: string;
  answer: string;
  thinking: string;
  answering: string;
  emptyLead: string;
  emptyLocal: string;
  emptyServer(host: string): string;
  onThisDevice(model: string): string;
  onServer(model: string, host: string): string;
  forgotten(messages: number): string;
  tokenLimit: string;
  stopped: string;
  brokenOff: string;
  ask(model: string, size: string): string;
  askHint: string;
  download: string;
  notNow: string;
  loading: string;
  phases: Record<LoadPhase, string>;
  share(doneBytes: number, totalBytes: number): string;
  secondsLeft(time: string): string;
  cancel: string;
  ready: string;
  memoryOnly: string;
  dismiss: string;
  retry: string;
  cannotRun: string;
  notFound: string;
  offline: string;
  tooLong: string;
  failed: string;
}

const EN: Strings = {
  language: 'en',
  heading: 'Chat',
  newChat: 'New chat',
  conversation: 'Conversation',
  message: 'Message',
  placeholder: 'Write a message',
  send: 'Send',
  stop: 'Stop',
  latest: 'Latest',
  you: 'You',
  answer: 'Answer',
  thinking: 'Reading the prompt',
  answering: 'Answering',
  emptyLead: 'Ask a language model.',
  emptyLocal: 'It runs on this device and loads with your first message. Nothing you write leaves it.',
  emptyServer: (host) => `What you write goes to ${host}.`,
  onThisDevice: (model) => `${model} · on this device`,
  onServer: (model, host) => `${model} · from ${host}`,
  forgotten: (messages) =>
    `The chat is longer than the model's memory: it read all but the first ${messages} messages.`,
  tokenLimit: 'Token limit reached',
  stopped: 'Stopped',
  brokenOff: 'Broken off',
  ask: (model, size) => `To answer, ${model} has to be downloaded: ${size}.`,
  askHint: 'It is kept in this browser, as far as the browser allows, and not fetched again.',
  download: 'Download',
  notNow: 'Not now',
  loading: 'Loading the model',
  phases: {
    manifest: 'Looking up the model',
    download: 'Fetching the weights',
    shaders: 'Preparing the GPU programs',
    weights: 'Moving the weights to the GPU',
    ready: 'Ready',
  },
  share: formatShare,
  secondsLeft: (time) => `${time} left`,
  cancel: 'Cancel',
  ready: 'The model is ready.',
  memoryOnly: 'This browser stores nothing here: the model stays in memory, and is fetched again next time.',
  dismiss: 'Dismiss',
  retry: 'Try again',
  cannotRun: 'This browser cannot run the model.',
  notFound: 'The model is not there.',
  offline: 'The model could not be reached.',
  tooLong: 'The chat is too long for the model.',
  failed: 'That did not work.',
};

const ZH: Strings = {
  language: 'zh-Hans',
  heading: '聊天',
  newChat: '新对话',
  conversation: '对话',
  message: '消息',
  placeholder: '输入消息',
  send: '发送',
  stop: '停止',
  latest: '最新',
  you: '你',
  answer: '回答',
  thinking: '正在读取提示',
  answering: '正在回答',
  emptyLead: '向语言模型提问。',
  emptyLocal: '模型在本设备上运行，发送第一条消息时加载。你输入的内容不会离开本设备。',
  emptyServer: (host) => `你输入的内容将发送到 ${host}。`,
  onThisDevice: (model) => `${model} · 在本设备上`,
  onServer: (model, host) => `${model} · 来自 ${host}`,
  forgotten: (messages) => `对话超出了模型的记忆：最早的 ${messages} 条消息没有读取。`,
  tokenLimit: '已达长度上限',
  stopped: '已停止',
  brokenOff: '已中断',
  ask: (model, size) => `回答之前需要下载 ${model}：${size}。`,
  askHint: '在浏览器允许的范围内保存在本浏览器中，不会重复下载。',
  download: '下载',
  notNow: '暂不',
  loading: '正在加载模型',
  phases: {
    manifest: '正在查找模型',
    download: '正在下载权重',
    shaders: '正在准备 GPU 程序',
    weights: '正在将权重送入 GPU',
    ready: '就绪',
  },
  share: (doneBytes, totalBytes) => `${formatBytes(doneBytes)} / ${formatBytes(totalBytes)}`,
  secondsLeft: (time) => `剩余 ${time}`,
  cancel: '取消',
  ready: '模型已就绪。',
  memoryOnly: '浏览器不在此处保存数据：模型留在内存中，下次需重新下载。',
  dismiss: '知道了',
  retry: '重试',
  cannotRun: '此浏览器无法运行该模型。',
  notFound: '找不到该模型。',
  offline: '无法获取该模型。',
  tooLong: '对话超出了模型的上限。',
  failed: '操作未成功。',
};

/** The strings for a BCP 47 tag: Simplified Chinese for every Chinese, English for all else. */
export function stringsFor(tag: string): Strings {
  return /^zh\b/i.test(tag) ? ZH : EN;
}

/** The language that an element is written in: its own or an ancestor's `lang`, across shadow roots, else the browser's. */
export function languageOf(element: Element): string {
  for (let at: Element | null = element; at; ) {
    const tagged: Element | null = at.closest('[lang]');
    if (tagged) return tagged.getAttribute('lang') || navigator.language;
    const root: Node = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return navigator.language;
}
