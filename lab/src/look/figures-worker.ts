import { compareRun } from 'lottery-lab/analysis';
import { type Figure, makeFigures } from 'lottery-lab/figures';
import { studyNamed } from 'lottery-lab/studies';
import { messageOf } from '../parts/message.js';
import { paperDocument } from '../parts/paper-document.js';
import type { FiguresReply, FiguresRequest } from './figures-messages.js';

// Draws the figures of reports beside the page: those of a large study take longer than a page may hang.

async function drawn(request: FiguresRequest): Promise<readonly Figure[]> {
  if (request.kind === 'run') return makeFigures(request.results, compareRun(request.results), paperDocument());
  const { outcome } = request;
  const study = studyNamed(outcome.study);
  return study === undefined ? [] : (await study.figures())(outcome as never, paperDocument());
}

addEventListener('message', async ({ data }: MessageEvent<FiguresRequest>) => {
  let reply: FiguresReply;
  try {
    reply = { kind: 'figures', figures: await drawn(data) };
  } catch (error) {
    reply = { kind: 'error', message: messageOf(error) };
  }
  postMessage(reply);
});
