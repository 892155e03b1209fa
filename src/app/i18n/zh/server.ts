import type { server as en } from '../en/server';

export const server: typeof en = {
  title: '使用服务器',
  closeName: '服务器设置',
  intro:
    '适用于本设备无法运行的大模型：任何兼容 OpenAI API 的服务器，例如 vLLM、SGLang 或 llama.cpp。之后您输入的内容会发送到该服务器，本地模型将被卸载。',
  address: '地址',
  addressWrong: '请输入网址（https://...）。',
  addressHint: '该服务器须允许来自本页面的请求（CORS）。',
  model: '模型',
  key: '密钥（如果服务器要求）',
  keyHint: '只发送给该服务器，不会被保存。',
  use: '使用此服务器',

  own: '您自己的服务器',
  inUse: '使用中',
  sentThere: '您输入的内容会发送到该服务器。选择其他模型即可恢复由本设备回答。',
  ownHint: '适用于本设备无法运行的大模型：由您指定地址的服务器通过网络回答。',
  tryAgain: '重试',
  change: '更换服务器',
  choose: '使用服务器',
};
