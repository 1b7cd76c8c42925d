/** A screenshot in at most 256 colours: a third of the bytes, and nobody sees the difference. */
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const COLOURS = 256;

interface Picture {
  width: number;
  height: number;
  /** Three bytes a pixel, row by row. */
  pixels: Buffer;
}

/** Reads what Chromium writes: eight bits a channel, no interlacing. */
function read(png: Buffer): Picture {
  const parts: Buffer[] = [];
  let head = Buffer.alloc(13);
  for (let at = SIGNATURE.length; at < png.length;) {
    const size = png.readUInt32BE(at);
    const body = png.subarray(at + 8, at + 8 + size);
    const kind = png.toString('latin1', at + 4, at + 8);
    if (kind === 'IHDR') head = Buffer.from(body);
    if (kind === 'IDAT') parts.push(body);
    at += 12 + size;
  }
  const [width, height] = [head.readUInt32BE(0), head.readUInt32BE(4)];
  if (head[8] !== 8 || head[9] !== 2 || head[12] !== 0) throw new Error('not a picture as Chromium writes them');
  return { width, height, pixels: unfiltered(inflateSync(Buffer.concat(parts)), width * 3, height) };
}

function unfiltered(raw: Buffer, stride: number, height: number): Buffer {
  const out = Buffer.alloc(stride * height);
  const before = (at: number, isThere: boolean) => (isThere ? (out[at] ?? 0) : 0);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0;
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x;
      const left = before(at - 3, x >= 3);
      const up = before(at - stride, y > 0);
      const corner = before(at - stride - 3, x >= 3 && y > 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[at] = ((raw[y * (stride + 1) + 1 + x] ?? 0) + guess) & 255;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** The most frequent colours, and for each colour of the picture the nearest of them. */
function palette({ pixels }: Picture): { colours: number[]; nearest: (colour: number) => number } {
  const counts = new Map<number, number>();
  for (let at = 0; at < pixels.length; at += 3) {
    const colour = pixels.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const colours = [...counts]
    .sort((one, other) => other[1] - one[1])
    .slice(0, COLOURS)
    .map(([colour]) => colour);
  const known = new Map(colours.map((colour, at) => [colour, at]));
  const distance = (one: number, other: number) =>
    [16, 8, 0].reduce((sum, shift) => sum + (((one >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  const nearest = (colour: number) => {
    const found = known.get(colour);
    if (found !== undefined) return found;
    const best = colours.reduce(
      (low, one, at) => (distance(one, colour) < distance(colours[low] ?? 0, colour) ? at : low),
      0,
    );
    known.set(colour, best);
    return best;
  };
  return { colours, nearest };
}

function chunk(kind: string, body: Buffer): Buffer {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  out.write(kind, 4, 'latin1');
  body.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, body.length + 8)), body.length + 8);
  return out;
}

export function smaller(png: Buffer): Buffer {
  const picture = read(png);
  const { width, height, pixels } = picture;
  const { colours, nearest } = palette(picture);
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at += 1) {
    rows[Math.floor(at / width) * (width + 1) + 1 + (at % width)] = nearest(pixels.readUIntBE(at * 3, 3));
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const table = Buffer.alloc(colours.length * 3);
  colours.forEach((colour, at) => table.writeUIntBE(colour, at * 3, 3));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', head),
    chunk('PLTE', table),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
