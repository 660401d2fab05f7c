/** Between two columns. */
export const GAP = "  ";
/** `100%`. */
export const PERCENT_COLUMNS = 4;
/** `99.9 kB / 99.9 kB`. */
export const BYTES_COLUMNS = 17;
/** `99.9 kB/s`. */
export const RATE_COLUMNS = 9;
/** `2:03:07`. */
export const LEFT_COLUMNS = 8;

const MIN_NAME = 10;
const MAX_NAME = 40;
const MIN_BAR = 6;
/** Long names take no more of the bar's columns than leaves it this wide. */
const GOOD_BAR = 14;
const MAX_BAR = 30;

/** Which columns a board has, and how wide they are. */
export interface BoardColumns {
  readonly name: number;
  /** 0 for no bar. */
  readonly bar: number;
  readonly hasPercent: boolean;
  readonly hasBytes: boolean;
  readonly hasRate: boolean;
  readonly hasLeft: boolean;
  /** Columns that a whole line may take. */
  readonly all: number;
}

/**
 * Shares a terminal's columns out. What a narrow one has no room for is left out: the bar first,
 * then time left, rate, bytes and percent; the name stays.
 *
 * @param columns The terminal's.
 * @param widestName Columns of the widest name that is shown.
 * @returns The widths.
 */
export function chooseColumns(columns: number, widestName: number): BoardColumns {
  // The last column stays free: a character there makes some terminals wrap.
  const all = Math.max(1, columns - 1);
  const wanted = Math.min(MAX_NAME, Math.max(MIN_NAME, widestName));
  const gap = GAP.length;
  const percent = gap + PERCENT_COLUMNS;
  const bytes = percent + gap + BYTES_COLUMNS;
  const rate = bytes + gap + RATE_COLUMNS;
  const left = rate + gap + LEFT_COLUMNS;
  const rest = [left, rate, bytes, percent].find((behind) => all - behind >= MIN_NAME) ?? 0;
  const forNameAndBar = all - rest - gap;
  const hasBar = rest === left && forNameAndBar >= MIN_NAME + MIN_BAR;
  const name = hasBar
    ? Math.min(wanted, Math.max(MIN_NAME, forNameAndBar - GOOD_BAR))
    : Math.max(1, Math.min(wanted, all - rest));
  return {
    name,
    bar: hasBar ? Math.min(MAX_BAR, forNameAndBar - name) : 0,
    hasPercent: rest >= percent,
    hasBytes: rest >= bytes,
    hasRate: rest >= rate,
    hasLeft: rest >= left,
    all,
  };
}
