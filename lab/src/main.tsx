import { render } from 'preact';
import { config } from 'zod';
import { App } from './app.js';
import './style.css';

// Specifications are checked without code that is made while the page runs, which a content security policy forbids.
config({ jitless: true });

render(<App />, document.getElementById('app') as HTMLElement);
