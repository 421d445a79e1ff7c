#!/usr/bin/env node
import { hash } from 'node:crypto';
import { hashWith } from '../experiments/canonical.js';
import { runCli } from './program.js';

// Node's own SHA-256 is several times as fast as that which runs everywhere.
hashWith((text) => hash('sha256', text, 'hex'));

// A reader that closes early, such as head, is not an error.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2));
