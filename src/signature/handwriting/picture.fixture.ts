import { crc32, deflateSync } from 'node:zlib';

export interface PngParts {
  readonly width?: number;
  readonly height?: number;
  readonly depth?: number;
  /** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
  readonly colour?: number;
  readonly interlace?: number;
  /** What is packed in the place of the lines that fit. */
  readonly lines?: Buffer;
  readonly palette?: boolean;
}

const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** A PNG with a black bar, by default a signature of 120 × 40 in grey. */
export function png(parts: PngParts = {}): Buffer {
  const { width = 120, height = 40, depth = 8, colour = 0, palette = colour === 3 } = parts;
  const line = 1 + Math.ceil((width * (SAMPLES[colour] ?? 1) * depth) / 8);
  const lines = parts.lines ?? Buffer.alloc(line * Math.min(height, 5_000), 0);
  return pngOf(
    header(parts),
    ...(palette ? [chunk('PLTE', Buffer.from([0, 0, 0, 255, 255, 255]))] : []),
    chunk('IDAT', deflateSync(lines)),
    END,
  );
}

/** These chunks behind the first bytes of a PNG, whether they make a picture or not. */
export const pngOf = (...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...chunks]);

export function header({ width = 120, height = 40, depth = 8, colour = 0, interlace = 0 }: PngParts = {}): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colour, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

/** Its first header says 120 × 40 pixels, its last 33,000 × 33,000: readers differ on which counts. */
export const twoHeaders = (): Buffer => {
  const parts = { colour: 6 } as const;
  const samples = chunk('IDAT', deflateSync(Buffer.alloc((1 + 120 * 4) * 40)));
  return pngOf(header(parts), header({ ...parts, width: 33_000, height: 33_000 }), samples, END);
};

export function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

export const END = chunk('IEND', Buffer.alloc(0));

const base64 = (text: string): Buffer => Buffer.from(text, 'base64');

/** 80 × 32 pixels each, made with ImageMagick: two strokes in grey; a gradient with halved colour; progressive; CMYK. */
export const JPEGS = {
  grey: base64(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/wAALCAAgAFABAREA/8QAGgABAQADAQEAAAAAAAAAAAAAAAUBAgQDBv/EADAQAAIBAwEGBAMJAAAAAAAAAAECAwAEBRESITFBUWEUIjPwMnHhBkRScoGhwdHx/9oACAEBAAA/APs6UpU/JZmzxgCzPtzN8EMfmdieG6sYrMQZNWUBoblPUgk3On0qjSlKUrnvL22sITNdzLEnVjx7AczUfxmUzW7Gp4GzP3mVdXcdVX+f3qhjcNaY0l41Mk7fHPKdp2/WtMphor9lnjdre8j9OdOI7HqK57HMywXC2GbRYLo7o5R6c3yPI9v8q3SlaySJFG0kjqiKNWZjoAPnUOXOT38jQYGATkHRrmTURJ/Z9769rPARpMLrJStf3f45B5U/KvAe+FWKUrnvbK3v7doLqJZIzyPEHqDyNRVnvfs4Ql2ZLzG66LOBq8I6N1Hf6Cr0M0dxEssLrJGw1VlOoNelcl/jbbJLGl2pdI22gu0QCe/WuiONIY1jiRURRoFUaACt6UpSsEBgQwBB3EHnUQYi4xt4J8M6rBI4M1rIfJ3K9D77Vcr/2Q==',
  ),
  colour: base64(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAgAFADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAMCBf/EABUQAQEAAAAAAAAAAAAAAAAAAAAR/8QAFgEBAQEAAAAAAAAAAAAAAAAAAAUB/8QAFREBAQAAAAAAAAAAAAAAAAAAABP/2gAMAwEAAhEDEQA/AOdSp0rILVlKVOlIFlKVOlIFlKVOlIFlKVOlIFmKVOlWoJNlKVOlIFlKVOlIFlKVOlIFlKVOlIFn/9k=',
  ),
  progressive: base64(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCAAgAFADASIAAhEBAxEB/8QAFwABAQEBAAAAAAAAAAAAAAAAAAIBBP/EABYBAQEBAAAAAAAAAAAAAAAAAAAEAf/aAAwDAQACEAMQAAAB5kstpIpIpIpIxK2Skikikikj/8QAFBABAAAAAAAAAAAAAAAAAAAAUP/aAAgBAQABBQIj/8QAFREBAQAAAAAAAAAAAAAAAAAAABL/2gAIAQMBAT8Bta1rWta1v//EABURAQEAAAAAAAAAAAAAAAAAAAAS/9oACAECAQE/AYQhCEIQhD//xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEBAAY/AiP/xAAUEAEAAAAAAAAAAAAAAAAAAABQ/9oACAEBAAE/ISP/2gAMAwEAAgADAAAAEPvvvvgggggv/8QAFBEBAAAAAAAAAAAAAAAAAAAAMP/aAAgBAwEBPxAgA//EABQRAQAAAAAAAAAAAAAAAAAAADD/2gAIAQIBAT8QL/8A/8QAFRABAQAAAAAAAAAAAAAAAAAAABH/2gAIAQEAAT8Qqqqqqqqqqqqqqqqqqqqqqqqqqqr/2Q==',
  ),
  cmyk: base64(
    '/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwAoHB4jHhkoIyEjLSsoMDxkQTw3Nzx7WF1JZJGAmZaPgIyKoLTmw6Cq2q2KjMj/y9ru9f///5vB////+v/m/f/4/9sAQwErLS08NTx2QUF2+KWMpfj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4/8AAFAgAIABQBAEiAAIRAQMRAQQiAP/EABUAAQEAAAAAAAAAAAAAAAAAAAAF/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/EABQBAQAAAAAAAAAAAAAAAAAAAAD/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADgQBAAIRAxEEAAA/AIoALIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAD//Z',
  ),
} as const;
