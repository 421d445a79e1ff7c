import { strToU8, zipSync } from 'fflate';
import { compareRun } from 'lottery-lab/analysis';
import { encodeNpz } from 'lottery-lab/data';
import { encodeSafetensors, exportedTensors, type RunResults } from 'lottery-lab/experiments';
import { makeFigures, numberFiles, renderReport, runNumbers } from 'lottery-lab/figures';
import { messageOf } from '../parts/message.js';
import { paperDocument } from '../parts/paper-document.js';
import type { TakeReply, TakeRequest } from './messages.js';

// Makes files beside the page. Reports are those of the command, drawn in the same document without a browser.

const blob = (content: string | Uint8Array, type: string) => new Blob([content as BlobPart], { type });

function report(results: RunResults): string {
  const comparison = compareRun(results);
  return renderReport(results, makeFigures(results, comparison, paperDocument()), comparison);
}

const numbers = (results: RunResults) => numberFiles(runNumbers(results, compareRun(results)));

function made(request: TakeRequest): Omit<Extract<TakeReply, { kind: 'file' }>, 'kind'> {
  if (request.kind === 'cell') {
    const { cell, part, format } = request;
    const { tensors } = exportedTensors(cell, part);
    const bytes = format === 'npz' ? encodeNpz(tensors) : encodeSafetensors(tensors);
    return { name: `${cell.id.slice(0, 12)}-${part}.${format}`, content: blob(bytes, 'application/octet-stream') };
  }
  const { kind, results } = request;
  const { run } = results;
  if (kind === 'report') return { name: `${run}.html`, content: blob(report(results), 'text/html') };
  const files = numbers(results);
  if (kind === 'trainings') {
    return { name: `${run}-trainings.csv`, content: blob(files.get('trainings.csv') as string, 'text/csv') };
  }
  const packed = Object.fromEntries([...files].map(([name, text]) => [`${run}/${name}`, strToU8(text)]));
  return { name: `${run}-tables.zip`, content: blob(zipSync(packed), 'application/zip') };
}

addEventListener('message', ({ data }: MessageEvent<TakeRequest>) => {
  let reply: TakeReply;
  try {
    reply = { kind: 'file', ...made(data) };
  } catch (error) {
    reply = { kind: 'error', message: messageOf(error) };
  }
  postMessage(reply);
});
