/** What may be asked for: OpenAI's chat and text completion bodies, as far as a model of text can answer them, and vLLM's sampling beside them. */

/** Text of a message. */
export type TextPart = { type: 'text'; text: string };
/** Parts of OpenAI's that a model of text cannot take: refused by name. */
export type OtherPart = { type: 'image_url' | 'input_audio' | 'file' | 'refusal' };
/** What a message says. */
export type Content = string | (TextPart | OtherPart)[];

/** As a model made it, and as it is given back to the model in the next turn. */
export interface ChatToolCall {
  id: string;
  type: 'function';
  function: { name: string /** JSON text of an object. */; arguments: string };
}

/** A message of OpenAI's chat API. */
export type ChatMessageParam =
  | { role: 'system' | 'developer' | 'user'; content: Content; name?: string }
  | {
      role: 'assistant';
      content?: Content | null;
      refusal?: string | null;
      name?: string;
      tool_calls?: (ChatToolCall | { type: 'custom' })[];
    }
  | { role: 'tool'; content: Content; tool_call_id: string }
  /** OpenAI's former tool results: refused by name. */
  | { role: 'function'; content: string | null; name: string };

/** A function that the model may call. */
export interface FunctionTool {
  type: 'function';
  function: {
    name: string;
    description?: string;
    /** JSON Schema of the arguments. Default: any object. */
    parameters?: Record<string, unknown>;
    /** Taken and not needed: arguments always follow their schema. */
    strict?: boolean | null;
  };
}

/** `auto`: the model decides; `required`: it calls at least one; a function: it calls that one. */
export type ToolChoiceParam =
  | 'none'
  | 'auto'
  | 'required'
  | { type: 'function'; function: { name: string } }
  /** OpenAI's: refused by name. */
  | { type: 'custom' | 'allowed_tools' };

/** What the whole answer must be; no token that leads elsewhere is sampled. */
export type ResponseFormat =
  | { type: 'text' }
  /** `schema`: JSON text of a JSON Schema, as WebLLM has it. */
  | { type: 'json_object'; schema?: string }
  | {
      type: 'json_schema';
      json_schema: {
        name: string;
        description?: string;
        schema?: Record<string, unknown>;
        /** Taken and not needed: an answer always follows its schema. */
        strict?: boolean | null;
      };
    }
  /** EBNF whose first rule is `root`, as WebLLM has it. */
  | { type: 'grammar'; grammar: string };

/** Fields of both APIs. `top_k`, `min_p`, `typical_p` and `repetition_penalty` are vLLM's. */
export interface CompletionSettings {
  temperature?: number | null;
  top_p?: number | null;
  /** 0 or -1 turns it off. */
  top_k?: number | null;
  min_p?: number | null;
  typical_p?: number | null;
  repetition_penalty?: number | null;
  frequency_penalty?: number | null;
  presence_penalty?: number | null;
  /** Added to the logits of tokens, by id: -100 to 100. */
  logit_bias?: Record<string, number> | null;
  /** Of the first answer; each further one of `n` takes the next. The same seed, prompt and settings give the same text. */
  seed?: number | null;
  /** Default: to the end of the context. */
  max_tokens?: number | null;
  stop?: string | string[] | null;
  /** Answers to the same prompt, one after the other. Default 1. */
  n?: number | null;
  /** `include_usage`: one more chunk at the end, with `usage` and no choice. */
  stream_options?: { include_usage?: boolean; include_obfuscation?: boolean } | null;
  stream?: boolean | null;
  /** Taken and not used: one engine has one model. */
  model?: string;
  user?: string;
}

export interface ChatBody extends CompletionSettings {
  messages: ChatMessageParam[];
  max_completion_tokens?: number | null;
  /** Whether the answer's tokens come with their log probabilities, and with those of so many likeliest tokens beside them, 0 to 20. */
  logprobs?: boolean | null;
  top_logprobs?: number | null;
  response_format?: ResponseFormat | null;
  tools?: (FunctionTool | { type: 'custom' })[] | null;
  tool_choice?: ToolChoiceParam | null;
  /** False: of several calls only the first is told. */
  parallel_tool_calls?: boolean | null;
  /** vLLM's: the last message is an answer that was cut; goes on with it, and tells only what is new. */
  continue_final_message?: boolean | null;
}

export interface CompletionBody extends CompletionSettings {
  /** Raw text or token ids; of a list of them each is answered. */
  prompt: string | string[] | number[] | number[][] | null;
  /** Log probabilities of the answer's tokens, and of so many likeliest tokens beside them, 0 to 5. */
  logprobs?: number | null;
}
