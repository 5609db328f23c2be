/*
 * The workspace's tables, read without the program.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { workspace } from './pages.mjs';

/** Parquet files below a folder; names that start with _ or . are not data. */
function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !/^[_.]/.test(name)).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? files(file) : file.endsWith('.parquet') ? [file] : [];
  });
}

/** All rows of a table; empty if it does not exist. */
export async function rows(...place) {
  const folder = path.join(workspace, ...place);
  const read = [];
  for (const file of existsSync(folder) ? files(folder) : []) {
    read.push(...(await parquetReadObjects({ file: await asyncBufferFromFile(file) })));
  }
  return read;
}

/** evaluation/metrics.json */
export function metrics() {
  return JSON.parse(readFileSync(path.join(workspace, 'evaluation', 'metrics.json'), 'utf8'));
}

/** Rows by the value of a column. */
export function grouped(list, column) {
  const groups = new Map();
  for (const row of list) {
    if (!groups.has(row[column])) {
      groups.set(row[column], []);
    }
    groups.get(row[column]).push(row);
  }
  return groups;
}
