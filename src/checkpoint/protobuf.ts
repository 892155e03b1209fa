/**
 * The wire format of protocol buffers, as far as SentencePiece's models use it: a message is a sequence of fields, each a varint key (number
 * times 8 plus wire type) and a value.
 */
export interface ProtobufField {
  number: number;
  /** Wire type 0. Above 2^53 not exact. */
  varint?: number;
  /** Wire type 2: a text or a message. */
  bytes?: Uint8Array<ArrayBuffer>;
  /** Wire type 5. */
  float?: number;
}

/** Fields of a message in their order. Throws RangeError where the bytes are no message. */
export function* protobufFields(message: Uint8Array<ArrayBuffer>): Generator<ProtobufField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) break;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new RangeError(`a number that ends, at byte ${at}`);
  };
  const skip = (bytes: number): number => {
    if (bytes > message.length - at) throw new RangeError(`${bytes} bytes at byte ${at}`);
    at += bytes;
    return at - bytes;
  };
  while (at < message.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, varint: varint() };
        break;
      case 1:
        skip(8);
        break;
      case 2: {
        const length = varint();
        const start = skip(length);
        yield { number, bytes: message.subarray(start, at) };
        break;
      }
      case 5:
        yield { number, float: view.getFloat32(skip(4), true) };
        break;
      default:
        throw new RangeError(`a known wire type, at byte ${at}`);
    }
  }
}
