/** The charts' colours: an SVG attribute takes no `light-dark()`. Values as in styles/tokens.css. */
export interface Palette {
  ink: string;
  faint: string;
  line: string;
  surface: string;
  accent: string;
  second: string;
  good: string;
  bad: string;
  muted: string;
  /** From little to much. */
  scale: [string, string, string];
}

export const LIGHT: Palette = {
  ink: '#12161d',
  faint: '#5d6675',
  line: '#e1e4ea',
  surface: '#ffffff',
  accent: '#2f62e0',
  second: '#c2681b',
  good: '#2f8f5b',
  bad: '#c9483f',
  muted: '#c3cad6',
  scale: ['#e9effd', '#8fb0f5', '#1d4ed8'],
};

export const DARK: Palette = {
  ink: '#e9ecf1',
  faint: '#939dac',
  line: '#2a303a',
  surface: '#161a20',
  accent: '#7ba4ff',
  second: '#f0a35c',
  good: '#4cb37d',
  bad: '#f0776d',
  muted: '#475160',
  scale: ['#1b2740', '#3c63b8', '#9dbcff'],
};

/** Patterns beside colours, for who does not tell these apart: the first series is plain, the next ones are hatched. */
export const DECALS = [
  { symbol: 'none' },
  {
    symbol: 'rect',
    color: 'rgba(255, 255, 255, 0.28)',
    dashArrayX: [1, 0],
    dashArrayY: [3, 4],
    rotation: -Math.PI / 4,
  },
  { symbol: 'circle', color: 'rgba(255, 255, 255, 0.3)', symbolSize: 0.6, dashArrayX: [[6, 6]], dashArrayY: [6, 0] },
];
