export const server = {
  title: 'Use a server',
  closeName: 'use a server',
  intro:
    "For a model that is too large for this device: any server that speaks OpenAI's API, such as vLLM, SGLang or llama.cpp. What you write is then sent there, and the model here is unloaded.",
  address: 'Address',
  addressWrong: 'Expected a web address (https://...).',
  addressHint: 'It has to allow requests from this page (CORS).',
  model: 'Model',
  key: 'Key, if it asks for one',
  keyHint: 'Goes to that server alone and is not stored.',
  use: 'Use this server',

  own: 'A server of your own',
  inUse: 'In use',
  sentThere: 'What you write is sent there. Choose another model to have answers from this device again.',
  ownHint: 'For a model that is too large for this device: it answers over the network, from an address that you name.',
  tryAgain: 'Try again',
  change: 'Change the server',
  choose: 'Use a server',
};
