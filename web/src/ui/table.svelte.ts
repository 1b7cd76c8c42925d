/** TanStack's table for tables of ours: sorting, with the order kept where the page wants it. */
import {
  createTable,
  getCoreRowModel,
  getSortedRowModel,
  type ColumnDef,
  type SortingState,
} from '@tanstack/table-core';

/** A column: what is sorted by, what is shown, and where a press leads. */
export interface Column<T> {
  key: string;
  label: string;
  /** What rows are ordered by; missing values come last. */
  value: (row: T) => number | string | null | undefined;
  /** What is shown; the value itself where it is left out. */
  text?: (row: T) => string;
  /** Numbers stand on the right. */
  numeric?: boolean;
  tag?: string;
  href?: (row: T) => string | null;
  tone?: (row: T) => 'good' | 'bad' | 'warn' | 'faint' | '';
  /** What the column means, for its head's title. */
  title?: string;
  /** Words that may take several lines. */
  wraps?: boolean;
  /** Left out where the screen is narrow. */
  minor?: boolean;
}

/** The rows in order. */
export function sorted<T>(rows: T[], columns: Column<T>[], sorting: SortingState): T[] {
  const definitions: ColumnDef<T>[] = columns.map((column) => ({
    id: column.key,
    accessorFn: (row) => column.value(row) ?? undefined,
    sortUndefined: 'last',
    sortingFn: column.numeric ? 'basic' : 'text',
  }));
  const table = createTable<T>({
    data: rows,
    columns: definitions,
    state: {},
    onStateChange: () => undefined,
    renderFallbackValue: null,
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  table.setOptions((options) => ({ ...options, state: { ...table.initialState, sorting } }));
  return table.getSortedRowModel().rows.map((row) => row.original);
}

/** An order as an address says it: `gp_percent` or `-gp_percent`. */
export function sortingOf(text: string | null): SortingState {
  if (!text) return [];
  return [{ id: text.replace(/^-/, ''), desc: text.startsWith('-') }];
}
