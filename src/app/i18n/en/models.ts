import type { ImportProgress, ImportSource, ModelEntry } from '../../../protocol/library';
import { formatBytes, formatSeconds, formatShare } from '../../../ui/format';

export const models = {
  title: 'Models',
  closeModels: 'models',
  add: 'Add a model',
  closeAdd: 'add a model',
  lookingUp: 'Looking up what is stored.',
  tryAgain: 'Try again',
  dropAnywhere: 'Drop a text to attach it, or a model to add it',

  share: formatShare,
  timeLeft: (seconds: number) => `${formatSeconds(seconds)} left`,
  exactly: (bytes: number) =>
    bytes < 1000 ? formatBytes(bytes) : `${formatBytes(bytes)} (${bytes.toLocaleString('en')} bytes)`,

  embedded: 'Comes with this page, to try it out: small, and no match for a large model.',
  use: 'Use',
  useIt: 'Use it',
  inUse: 'In use',
  chatNow: 'Start chatting now',
  status: { complete: '', importing: 'Importing', paused: 'Paused', failed: 'Stopped' } satisfies Record<
    ModelEntry['status'],
    string
  >,
  source: {
    files: (label: string) => `${label} from this device`,
    handle: (label: string) => `${label} from this device`,
    url: (label: string) => `${label} from the web`,
    hub: (label: string) => `${label} from Hugging Face`,
    pruned: (label: string) => `pruned from ${label}`,
  } satisfies Record<ImportSource['kind'], (label: string) => string>,
  prunedFrom: (name: string, kept: number, experts: number) =>
    `pruned from ${name}, ${kept} of ${experts} experts a layer`,
  here: (share: string) => `${share} here`,
  used: (ago: string) => `used ${ago}`,
  added: (ago: string) => `added ${ago}`,
  today: 'today',
  monthsAgo: (months: number) => `${months} months ago`,
  locale: 'en',

  pause: 'Pause',
  verify: 'Verify',
  export: 'Export',
  exportNeeds: 'Export needs Chrome or Edge on a computer',
  delete: 'Delete',
  keep: 'Keep',
  deleteWhich: (name: string) => `Delete ${name}?`,
  deleteLoses: (bytes: string, name: string, source: string) =>
    `Delete ${bytes} of ${name}? To have it again it must be imported again from ${source}.`,
  takesOver: (name: string) => `${name} takes over the chat.`,

  report: 'What became of the weights',
  reportSum: (bits: string, error: string) => `${bits} bits a weight, ${error} of the weights' size lost by rounding.`,
  reportNone: 'Nothing is known: it came as a pack, as it is.',
  reportFailed: 'It could not be read. Close this and open it again.',
  reportColumns: { tensor: 'Tensor', from: 'From', to: 'To', bits: 'Bits', error: 'Rounding' },

  phases: { dense: 'What every word needs', experts: 'Experts', finishing: 'Last checks' } satisfies Record<
    ImportProgress['phase'],
    string
  >,
  importOf: (name: string) => `Import of ${name}`,
  starting: 'Starting',
  mayClose: 'You may close this tab: what is here stays, and you can go on from there.',
  needs: {
    files: 'To go on, choose the file again: after a reload the browser has no access to it.',
    permission: 'To go on, allow reading the file: after a reload the browser asks again.',
    token: 'To go on, give the access token again: it is never stored.',
  } satisfies Record<Exclude<ModelEntry['needs'], 'nothing'>, string>,
  goOn: 'Go on',
  allowAndGoOn: 'Allow and go on',
  withModel: (name: string) => `with ${name}`,
  chooseTheFile: 'Choose the file',
  orItsFolder: 'or its folder',
  ofModel: (name: string) => `of ${name}`,
  startOver: 'Start over',
  dismiss: 'Dismiss',
  kept: (share: string) => `${share} are kept.`,

  bar: {
    name: 'Import',
    importing: 'is being imported',
    left: 'is not all here yet',
    done: 'is here',
    failed: 'could not be imported',
    show: 'Show',
    notNow: 'Not now',
  },

  task: {
    verify: 'Checking every byte',
    repair: 'Checking and mending',
    export: 'Writing the folder',
    written: 'Written. On another machine, add that folder as a model.',
    mended: (count: number, names: string) => `Mended ${parts(count)}: ${names}.`,
    nothingMended: 'Nothing had to be mended.',
    broken: (count: number, names: string) => `${parts(count)} missing or broken: ${names}.`,
    whole: 'Every byte is as it should be.',
    andMore: (names: string) => `${names} and more`,
    cancel: 'Cancel',
    repairIt: 'Repair',
    notNow: 'Not now',
    ok: 'OK',
  },

  choose: {
    intro:
      'A Mixtral as a GGUF file, a folder from Hugging Face (safetensors) or a folder that Mixtab exported. Nothing is stored before you have seen what it is.',
    drop: 'Drop a file or folder here',
    file: 'Choose a file',
    folder: 'Choose a folder',
    reading: 'Reading what it is',
    cancel: 'Cancel',
    address: 'Web address or Hugging Face name',
    addressHint: 'Of a .gguf file, or of a folder on a host that lets other sites read it.',
    addressWrong: 'Expected a web address (https://...) or a Hugging Face name (org/name).',
    addressLike: 'org/name or https://...',
    revision: 'Revision',
    token: 'Access token',
    tokenIfGated: 'Access token, if it is gated',
    tokenStays: 'The token goes to Hugging Face alone and is not stored.',
    look: 'Look at it',
  },

  preview: {
    found: 'Found',
    shape: 'Shape',
    shapeOf: (layers: number, experts: number, topK: number) =>
      `${layers} layers of ${experts} experts, ${topK} for each token`,
    parameters: 'Parameters',
    parametersOf: (total: string, active: string) => `${total}, ${active} for each token`,
    context: 'Context',
    tokens: (count: string) => `${count} tokens`,
    toRead: 'To read',
    toStore: 'To store',
    toStoreOf: (bytes: string, formats: string) => `${bytes} as ${formats}`,
    hereAlready: (bytes: string) => `, ${bytes} of it is here already`,
    forAWhile: 'For a while',
    forAWhileOf: (bytes: string) => `${bytes} more: this host sends the file only as a whole`,
    storage: 'Storage',
    usedOf: (used: string, free: string) => `${used} used, about ${free} free`,
    storageUnknown: 'The browser does not say what is free',
    gpu: 'GPU memory',
    gpuOf: (least: string, most: string) => `from ${least}, all experts ${most}`,
    speed: 'Speed here',
    speedOf: (speed: string, memory: string) =>
      `about ${speed} with ${memory} of GPU memory, which is a guess; storage of 1 GB a second and GPU memory of 400 GB a second are assumed`,
    speedUnknown: 'not known: this browser computes on the processor, without a GPU',
    room: (free: string, needed: string) =>
      `The browser names ${free} as free. That is a guess that does not look at the disk: if ${needed} are free there, go on. Should it fill up, what was imported stays.`,
    slow: (most: string, least: string) =>
      `Fast only where nearly all experts fit: ${most} of GPU memory. With room for half of them, most words wait for the disk, one to three seconds each; at the least, ${least}, longer still.`,
    several: 'It has several models',
    keepAs: 'Its weights are not quantized. Keep them as',
    q4: '4 bits',
    q4Hint: 'half the size; right for most',
    q8: '8 bits',
    q8Hint: 'closest to the original',
    isHere: 'It is here already.',
    import: 'Import',
    goOnImporting: 'Go on importing',
    another: 'Choose another',
  },

  storage: {
    usedOf: (used: string, free: string) => `${used} used, about ${free} free by the browser's guess.`,
    bar: 'Storage used, of what the browser names',
    keeps: 'The browser keeps it until you delete it.',
    mayClear: 'The browser may clear it all when the disk runs low.',
    noPromise: 'It gave no promise now: install this page or bookmark it, then ask again.',
    ask: 'Ask to keep it',
  },

  advice: {
    title: 'For this device',
    looking: 'Looking at what this device can do',
    mixtral: 'Mixtral 8x7B Instruct, Q4_0',
    embedded: (name: string) => `${name}, which is here`,
    fits: (tokens: string, memory: string) => `about ${tokens} with ${memory} of GPU memory`,
    perSecond: (tokens: string) => `${tokens} tokens a second`,
    everySeconds: (seconds: string) => `one token in ${seconds} seconds`,
    memory: (bytes: string) =>
      `${bytes} of GPU memory to begin with. That is a guess: no browser says how much there is, and it is half of what this one says of the system's memory, which it rounds and does not tell in full.`,
    paging: (slots: number, all: number, hits: string, paged: string) =>
      `That is room for ${slots} of ${all} experts: ${hits} of the picks would be there, and ${paged} a token come from storage. Storage of 1 GB a second and GPU memory of 400 GB a second are assumed, nothing is measured yet. A faster disk and more memory count, and a smaller model that fits whole is always faster. Once an answer was measured, the panel beside the chat tells what each budget buys.`,
    room: (needed: string, free: string) =>
      `${needed} to store, and the browser names ${free} as free for this site. It is a hint: most browsers do not look at the disk.`,
    roomUnknown: (needed: string) => `${needed} to store; the browser does not say what is free.`,
    missing: (needed: string, free: string, missing: string) =>
      `Mixtral 8x7B takes ${needed}, and the browser names ${free} as free for this site: ${missing} less. It is a hint that often does not look at the disk: if that much is free there, add it all the same, and what was imported stays should it fill up. Otherwise free some, or look for one of fewer bits.`,
    software: (adapter: string) =>
      `This browser computes on the processor (${adapter}), without a GPU: on two processor cores Mixtral 8x7B took 40 seconds a word. On a machine with a graphics card, or with graphics acceleration switched on in this browser, it is another matter.`,
    why: 'Why so fast',
    refused: 'Mixtral 8x7B does not run here:',
    unknown: 'What this device can do could not be found out:',
    find: 'On the Hugging Face Hub, look for a GGUF of Mixtral-8x7B-Instruct in Q4_0, and add it by its name there, or download it and drop it here.',
  },

  said: {
    kept: 'The browser keeps the models.',
    notKept: 'The browser gave no promise to keep the models.',
    found: (name: string) => `${name} was found.`,
    importing: (name: string) => `Importing ${name}.`,
    paused: (name: string) => `Paused ${name}.`,
    deleted: (name: string) => `${name} is deleted.`,
    done: (name: string) => `Done with ${name}.`,
    here: (name: string) => `${name} is here.`,
    stopped: (name: string, why: string) => `The import of ${name} stopped: ${why}`,
  },
};

function parts(count: number): string {
  return `${count} ${count === 1 ? 'part' : 'parts'}`;
}
